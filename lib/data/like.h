/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers the items of new rows as another dataset does. */
#ifndef LR_DATA_LIKE_H
#define LR_DATA_LIKE_H

#include "data/rows.h"
#include "data/view.h"

/* Gives the rows of `name`, for messages, the item numbers of `like`; items that it lacks come behind its items.
 * Replaces `ids` by those of both, and logs how many are new. */
llmrec_status lr_rows_number_like(llmrec_context *context, const char *name, const llmrec_dataset *like, lr_rows *rows,
                                  lr_ids **ids);

#endif
