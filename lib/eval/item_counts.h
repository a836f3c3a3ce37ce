/* SPDX-License-Identifier: Apache-2.0 */
/* What item counts give: the information of each item, and the ranking by popularity. */
#ifndef LR_EVAL_ITEM_COUNTS_H
#define LR_EVAL_ITEM_COUNTS_H

#include <stddef.h>

#include "core/status.h"
#include "llmrec/context.h"

typedef struct lr_popularity {
    llmrec_context *context;
    size_t items;
    double *information; /* [items] -log2(count / all counts), 0 where the count is 0 */
    size_t *place;       /* [items] rank by falling count, from 0; ties to the lower index */
} lr_popularity;

/* `counts` [items], each >= 0. Takes no reference to the context: clear it before freeing the context. */
llmrec_status lr_popularity_init(llmrec_context *context, const int64_t *counts, size_t items,
                                 lr_popularity *popularity);
void lr_popularity_clear(lr_popularity *popularity); /* a zeroed struct is allowed */

#endif
