/* SPDX-License-Identifier: Apache-2.0 */
/* Implements prompt/names.h: collects the names of items and looks them up. */
#include "prompt/names.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "core/store.h"
#include "prompt/item_name.h"
#include "prompt/likeness.h"

void lr_names_clear(lr_names *names)
{
    lr_texts_free(names->context, &names->shown);
    lr_texts_free(names->context, &names->folded);
    lr_free(names->context, names->hashes);
    lr_free(names->context, names->items);
    lr_free(names->context, names->named);
    *names = (lr_names){.context = names->context};
}

bool lr_names_has(const lr_names *names, size_t item)
{
    return (names->named[item / 64] >> item % 64 & 1) != 0;
}

/* Concatenated texts, and the end of each. */
typedef struct gathering {
    lr_builder bytes;
    size_t *ends; /* [items] */
} gathering;

static lr_span gathered(const void *of, size_t index)
{
    const gathering *g = of;
    const size_t begin = index == 0 ? 0 : g->ends[index - 1];
    return (lr_span){g->bytes.text + begin, g->ends[index] - begin};
}

/* Appends the shown name of an item: its text, or its id if the text is empty; reports whether it was the text. */
static llmrec_status add_shown(gathering *g, const llmrec_dataset *dataset, size_t item, int64_t column, size_t limit,
                               bool *named)
{
    const lr_span text = lr_dataset_text(dataset, (size_t)column, item);
    const lr_span id = lr_ids_at(lr_dataset_item_ids(dataset), item);
    const size_t begin = g->bytes.length;
    LR_RETURN_IF(lr_item_name_clean(&g->bytes, text.text, text.length, limit));
    *named = g->bytes.length > begin;
    if (!*named) LR_RETURN_IF(lr_item_name_clean(&g->bytes, id.text, id.length, limit));
    g->ends[item] = g->bytes.length;
    return LLMREC_OK;
}

static llmrec_status gather_shown(const llmrec_dataset *dataset, int64_t column, size_t limit, lr_names *names)
{
    const size_t items = lr_dataset_items(dataset);
    gathering g = {.bytes.context = names->context};
    llmrec_status status = LLMREC_OK;
    LR_TRY(LR_NEW(names->context, g.ends, items));
    LR_TRY(LR_NEW_ZERO(names->context, names->named, (items + 63) / 64));
    for (size_t i = 0; i < items; i++) {
        bool named = false;
        LR_TRY(add_shown(&g, dataset, i, column, limit, &named));
        names->named[i / 64] |= (uint64_t)named << i % 64;
        names->named_count += named;
    }
    LR_TRY(lr_texts_gather(names->context, (lr_spans){items, gathered, &g}, &names->shown));
done:
    lr_free(names->context, g.bytes.text);
    lr_free(names->context, g.ends);
    return status;
}

static llmrec_status gather_folded(lr_names *names)
{
    gathering g = {.bytes.context = names->context};
    llmrec_status status = LLMREC_OK;
    LR_TRY(LR_NEW(names->context, g.ends, names->shown.count));
    for (size_t i = 0; i < names->shown.count; i++) {
        const lr_span shown = lr_texts_at(&names->shown, i);
        LR_TRY(lr_name_fold(&g.bytes, shown.text, shown.length));
        g.ends[i] = g.bytes.length;
    }
    LR_TRY(lr_texts_gather(names->context, (lr_spans){names->shown.count, gathered, &g}, &names->folded));
done:
    lr_free(names->context, g.bytes.text);
    lr_free(names->context, g.ends);
    return status;
}

typedef struct pair {
    uint64_t hash;
    int32_t item;
} pair;

static int by_hash(const void *a, const void *b)
{
    const pair *x = a, *y = b;
    if (x->hash != y->hash) return x->hash < y->hash ? -1 : 1;
    return (x->item > y->item) - (x->item < y->item);
}

static llmrec_status sort_names(lr_names *names)
{
    const size_t items = names->folded.count;
    pair *pairs = NULL;
    llmrec_status status = LLMREC_OK;
    LR_TRY(LR_NEW(names->context, names->hashes, items));
    LR_TRY(LR_NEW(names->context, names->items, items));
    LR_TRY(LR_NEW(names->context, pairs, items));
    for (size_t i = 0; i < items; i++) {
        const lr_span folded = lr_texts_at(&names->folded, i);
        pairs[i] = (pair){lr_checksum(folded.text, folded.length), (int32_t)i};
    }
    qsort(pairs, items, sizeof *pairs, by_hash);
    for (size_t i = 0; i < items; i++) {
        names->hashes[i] = pairs[i].hash;
        names->items[i] = pairs[i].item;
    }
done:
    lr_free(names->context, pairs);
    return status;
}

llmrec_status lr_names_index(lr_names *names)
{
    LR_RETURN_IF(gather_folded(names));
    return sort_names(names);
}

llmrec_status lr_names_make(const llmrec_dataset *dataset, int64_t column, size_t limit, lr_names *names)
{
    LR_RETURN_IF(gather_shown(dataset, column, limit, names));
    return lr_names_index(names);
}

static size_t first_of(const lr_names *names, uint64_t hash)
{
    size_t low = 0, high = names->folded.count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (names->hashes[middle] < hash) low = middle + 1;
        else high = middle;
    }
    return low;
}

int32_t lr_names_find(const lr_names *names, lr_span folded, lr_name_walk *walk)
{
    if (!walk->begun) {
        walk->hash = lr_checksum(folded.text, folded.length);
        walk->next = first_of(names, walk->hash);
        walk->begun = true;
    }
    while (walk->next < names->folded.count && names->hashes[walk->next] == walk->hash) {
        const int32_t item = names->items[walk->next++];
        const lr_span name = lr_texts_at(&names->folded, (size_t)item);
        if (name.length == folded.length && memcmp(name.text, folded.text, name.length) == 0) return item;
    }
    return -1;
}
