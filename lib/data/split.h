/* SPDX-License-Identifier: Apache-2.0 */
/* Splits a dataset for training, validation and test. */
#ifndef LR_DATA_SPLIT_H
#define LR_DATA_SPLIT_H

#include "data/view.h"

/* True for the parts that training sees, which have no targets. */
static inline bool lr_split_trains(int64_t part)
{
    return part == LLMREC_PART_TRAIN || part == LLMREC_PART_TRAIN_VALIDATION;
}

/* True if a row or session of the part `its` is in the wanted part. */
static inline bool lr_split_has(int64_t part, int64_t its)
{
    return part == LLMREC_PART_TRAIN_VALIDATION ? its == LLMREC_PART_TRAIN || its == LLMREC_PART_VALIDATION
                                                : its == part;
}

/* Makes one part. The options were checked. */
llmrec_status lr_split(const llmrec_dataset *dataset, const llmrec_split_options *options, int64_t part,
                       llmrec_dataset **view);

/* Makes one part of the rows, given the part of each visible row: parts[rows], -1 for none. */
llmrec_status lr_split_rows(const llmrec_dataset *dataset, const int8_t *parts, int64_t part, llmrec_dataset **view);

/* --- methods: each chooses the sessions of a part, and their rows ------------------------------------------------ */

/* A plan has room for the base's sessions and rows; `targets` is NULL if the last row is the target. */
llmrec_status lr_split_sessions(const llmrec_dataset *base, const llmrec_split_options *options, int64_t part,
                                llmrec_dataset *plan);
llmrec_status lr_split_time(const llmrec_dataset *base, const llmrec_split_options *options, int64_t part,
                            llmrec_dataset *plan);

/* Adds a session with its rows before `end` to the plan. Its targets begin at `target`. */
void lr_split_pick(const llmrec_dataset *base, size_t session, int64_t target, int64_t end, llmrec_dataset *plan);

/* Frame row after which a session has `tail` visible rows. */
int64_t lr_split_tail(const llmrec_dataset *base, size_t session, size_t tail);

#endif
