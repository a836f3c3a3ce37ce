/* SPDX-License-Identifier: Apache-2.0 */
/* Cuts the histories of users into sessions. */
#ifndef LR_DATA_SESSIONIZE_H
#define LR_DATA_SESSIONIZE_H

#include "data/rows.h"

/* Cuts each session where the option session_gap says. The parts of "ana" are named "ana/1", "ana/2", ...;
 * `rows->users` says which belong together. Does nothing if the option is not set. */
llmrec_status lr_rows_sessionize(llmrec_context *context, const llmrec_dataset_options *options, lr_rows *rows,
                                 lr_ids **ids);

/* True if a session ends between two times. `gap` is in nanoseconds; 0: a session ends at midnight UTC. */
bool lr_session_ends(int64_t gap, int64_t before, int64_t after);

/* Sessions of users, and their numbers among those of the user, from 1. */
typedef struct lr_cut {
    size_t sessions;
    const int32_t *users, *numbers; /* [sessions] */
} lr_cut;

/* Names sessions by user and number: "ana/1". `users` gives the name of each user. */
llmrec_status lr_sessions_name(llmrec_context *context, lr_spans users, const lr_cut *cut, lr_ids **ids);

#endif
