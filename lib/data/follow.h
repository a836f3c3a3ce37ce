/* SPDX-License-Identifier: Apache-2.0 */
/* New rows cut into sessions that go on from those of a dataset. */
#ifndef LR_DATA_FOLLOW_H
#define LR_DATA_FOLLOW_H

#include "data/rows.h"

/* Cuts the visible rows of `more` as those of `base`, which was read with session_gap, were: a user's rows go on in the
 * last session that `base` has of that user while no gap is too long, and then in new sessions with the next numbers.
 * Fills `rows`, without its item_count and unit, and the ids of its sessions; `rows->users` continues the numbers of
 * `base`. The sessions of `more` are histories, or were cut at the same gap. ARGUMENT if a row is earlier than the
 * user's last one in `base`, or the gaps differ. */
llmrec_status lr_rows_follow(const llmrec_dataset *base, const llmrec_dataset *more, lr_rows *rows, lr_ids **ids);

#endif
