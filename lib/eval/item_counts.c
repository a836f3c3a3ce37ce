/* SPDX-License-Identifier: Apache-2.0 */
/* Popularity of items, for novelty and serendipity. */
#include "eval/item_counts.h"

#include <math.h>
#include <stdlib.h>

#include "core/memory.h"

typedef struct counted {
    int64_t count;
    size_t item;
} counted;

static int by_falling_count(const void *left, const void *right)
{
    const counted *a = left, *b = right;
    if (a->count != b->count) return a->count > b->count ? -1 : 1;
    return a->item < b->item ? -1 : a->item > b->item;
}

static llmrec_status rank_items(llmrec_context *context, const int64_t *counts, size_t items, size_t *place)
{
    counted *order = NULL;
    LR_RETURN_IF(LR_NEW(context, order, items));
    for (size_t i = 0; i < items; i++) order[i] = (counted){counts[i], i};
    qsort(order, items, sizeof *order, by_falling_count);
    for (size_t i = 0; i < items; i++) place[order[i].item] = i;
    lr_free(context, order);
    return LLMREC_OK;
}

static llmrec_status sum_counts(const int64_t *counts, size_t items, double *all)
{
    double sum = 0;
    for (size_t i = 0; i < items; i++) {
        if (counts[i] < 0)
            return lr_fail(LLMREC_ERR_ARGUMENT, "item_counts[%zu] is %lld; wanted at least 0", i, (long long)counts[i]);
        sum += (double)counts[i];
    }
    *all = sum;
    return LLMREC_OK;
}

llmrec_status lr_popularity_init(llmrec_context *context, const int64_t *counts, size_t items,
                                 lr_popularity *popularity)
{
    llmrec_status status = LLMREC_OK;
    lr_popularity fresh = {.context = context, .items = items};
    double all = 0;
    LR_TRY(sum_counts(counts, items, &all));
    LR_TRY(LR_NEW(context, fresh.information, items));
    LR_TRY(LR_NEW(context, fresh.place, items));
    LR_TRY(rank_items(context, counts, items, fresh.place));
    for (size_t i = 0; i < items; i++) fresh.information[i] = counts[i] > 0 ? -log2((double)counts[i] / all) : 0;
    *popularity = fresh;
    fresh = (lr_popularity){.context = context};
done:
    lr_popularity_clear(&fresh);
    return status;
}

void lr_popularity_clear(lr_popularity *popularity)
{
    if (popularity->context == NULL) return;
    lr_free(popularity->context, popularity->information);
    lr_free(popularity->context, popularity->place);
    *popularity = (lr_popularity){0};
}
