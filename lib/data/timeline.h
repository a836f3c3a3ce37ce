/* SPDX-License-Identifier: Apache-2.0 */
/* Where training, validation and test begin and end in a sequence of sessions or rows in the order of time. */
#ifndef LR_DATA_TIMELINE_H
#define LR_DATA_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "llmrec/dataset.h"

/* Positions in the sequence: [train, validation) is for training, [validation, test) for validation, [test, end) for
 * test. What is outside belongs to no part. */
typedef struct lr_borders {
    size_t train, validation, test, end;
} lr_borders;

/* A cutoff as keys of times: the test block of the first fold begins at `from`, each block has `length`. */
typedef struct lr_cutoff {
    bool given;
    int64_t from, length; /* length INT64_MAX: to the end */
} lr_cutoff;

/* Borders of one fold, given times[count] in any order. With a cutoff, blocks are ranges of time; otherwise they are
 * shares of the sequence, the last fold's at its end. Rows of one time stay together. */
lr_borders lr_borders_of(const llmrec_split_options *options, const lr_cutoff *cutoff, const int64_t *times,
                         size_t count);

/* The time at `position` if times[count] were sorted; INT64_MIN at position 0, INT64_MAX from `count` on. */
int64_t lr_time_at(const int64_t *times, size_t count, size_t position);

/* ceil(fraction * count). A product that is an integer except for rounding counts as an integer. */
size_t lr_split_share(double fraction, size_t count);

#endif
