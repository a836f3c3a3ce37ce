/* SPDX-License-Identifier: Apache-2.0 */
/* Counts the sessions that have each item, and compares the counts with a quantile. */
#include "rank/item_popularity.h"

#include <math.h>
#include <string.h>

#include "core/memory.h"
#include "data/dataset.h"
#include "math/topk.h"

/* counts[items]: sessions that have the item. latest[items] is room. */
static void count_sessions(const llmrec_dataset *dataset, int32_t *scratch, int32_t *latest, int32_t *counts)
{
    const size_t items = lr_dataset_items(dataset);
    memset(counts, 0, items * sizeof *counts);
    memset(latest, 0xFF, items * sizeof *latest);
    for (size_t s = 0; s < lr_dataset_sessions(dataset); s++) {
        size_t rows = 0;
        const int32_t *session = lr_dataset_session(dataset, s, scratch, &rows);
        for (size_t i = 0; i < rows; i++) {
            if (latest[session[i]] == (int32_t)s) continue;
            latest[session[i]] = (int32_t)s;
            counts[session[i]]++;
        }
    }
}

/* The quantile of counts[items], by linear interpolation. `keys` [items] is room. */
static double quantile_of(const int32_t *counts, size_t items, double quantile, uint64_t *keys)
{
    lr_heap heap = {.keys = keys, .limit = items};
    for (size_t i = 0; i < items; i++) lr_heap_push(&heap, (uint64_t)counts[i]);
    lr_heap_sort(&heap); /* largest first */
    const double at = quantile * (double)(items - 1);
    const size_t low = (size_t)floor(at), high = low + 1 < items ? low + 1 : low;
    const double a = (double)keys[items - 1 - low], b = (double)keys[items - 1 - high];
    return a + (at - floor(at)) * (b - a);
}

llmrec_status lr_popular_make(llmrec_context *context, const llmrec_dataset *dataset, double quantile,
                              uint8_t **popular)
{
    const size_t items = lr_dataset_items(dataset);
    int32_t *counts = NULL, *latest = NULL, *scratch = NULL;
    uint64_t *keys = NULL;
    uint8_t *fresh = NULL;
    llmrec_status status = LLMREC_OK;
    LR_TRY(LR_NEW(context, counts, items));
    LR_TRY(LR_NEW(context, latest, items));
    LR_TRY(LR_NEW(context, scratch, lr_dataset_longest(dataset)));
    LR_TRY(LR_NEW(context, keys, items));
    LR_TRY(LR_NEW(context, fresh, items));
    count_sessions(dataset, scratch, latest, counts);
    const double least = quantile_of(counts, items, quantile, keys);
    for (size_t i = 0; i < items; i++) fresh[i] = counts[i] >= least;
    *popular = fresh;
done:
    lr_free(context, keys);
    lr_free(context, scratch);
    lr_free(context, latest);
    lr_free(context, counts);
    return status;
}

static lr_array popular_array(size_t items)
{
    return (lr_array){.name = "popular", .type = LR_U8, .rank = 1, .sizes = {items}};
}

llmrec_status lr_popular_save(const lr_saving *saving, const uint8_t *popular, size_t items)
{
    const lr_array array = popular_array(items);
    return lr_save_array(saving, &array, popular);
}

llmrec_status lr_popular_open(const lr_opening *opening, uint8_t **popular)
{
    const lr_array array = popular_array(opening->items);
    return lr_open_array(opening, &array, popular);
}
