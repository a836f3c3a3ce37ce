/* SPDX-License-Identifier: Apache-2.0 */
/* Cuts the histories of users into sessions. */
#ifndef LR_DATA_SESSIONIZE_H
#define LR_DATA_SESSIONIZE_H

#include "data/rows.h"

/* Cuts each session where the option session_gap says. The parts of "ana" are named "ana/1", "ana/2", ...;
 * `rows->users` says which belong together. Does nothing if the option is not set. */
llmrec_status lr_rows_sessionize(llmrec_context *context, const llmrec_dataset_options *options, lr_rows *rows,
                                 lr_ids **ids);

#endif
