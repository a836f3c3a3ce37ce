/* SPDX-License-Identifier: Apache-2.0 */
/* Immutable id tables: text to index and back. */
#include "data/ids.h"

#include <stdatomic.h>
#include <string.h>
#include <xxhash.h>

#include "core/context.h"
#include "core/memory.h"
#include "core/text.h"

/* The slots are an open-addressing hash table: a power of two in size, at least a third empty. */
struct lr_ids {
    atomic_size_t references;
    llmrec_context *context;
    lr_texts texts;
    int32_t *slots; /* index of an id, or EMPTY */
    size_t mask;
    bool numbers;
    lr_texts titles; /* of `count` or none */
};

enum { EMPTY = -1, AHEAD = 16 };

static size_t slots_for(size_t count)
{
    size_t slots = 16;
    while (slots - slots / 3 < count) slots *= 2;
    return slots;
}

/* Returns the slot of `span`, or the empty slot for it. */
static size_t find_slot(const lr_ids *ids, lr_span span, uint64_t hash)
{
    size_t slot = hash & ids->mask;
    for (;; slot = (slot + 1) & ids->mask) {
        if (ids->slots[slot] == EMPTY) return slot;
        const lr_span there = lr_texts_at(&ids->texts, (size_t)ids->slots[slot]);
        if (there.length == span.length && memcmp(there.text, span.text, span.length) == 0) return slot;
    }
}

/* Hashes are computed a few ids ahead of the insertions, to prefetch the slots. */
static bool fill_slots(lr_ids *ids, size_t twice[2])
{
    uint64_t ahead[AHEAD];
    const size_t count = ids->texts.count;
    for (size_t i = 0; i < count + AHEAD; i++) {
        if (i >= AHEAD) {
            const size_t index = i - AHEAD, slot = find_slot(ids, lr_texts_at(&ids->texts, index), ahead[i % AHEAD]);
            twice[0] = index;
            twice[1] = (size_t)ids->slots[slot];
            if (ids->slots[slot] != EMPTY) return false;
            ids->slots[slot] = (int32_t)index;
        }
        if (i >= count) continue;
        const lr_span span = lr_texts_at(&ids->texts, i);
        ahead[i % AHEAD] = XXH3_64bits(span.text, span.length);
        __builtin_prefetch(&ids->slots[ahead[i % AHEAD] & ids->mask], 1);
    }
    return true;
}

llmrec_status lr_ids_gather(llmrec_context *context, lr_spans from, bool numbers, size_t twice[2], lr_ids **ids)
{
    llmrec_status status = LLMREC_OK;
    lr_ids *fresh = NULL;
    size_t pair[2] = {0, 0};
    LR_CHECK(from.count < INT32_MAX, LLMREC_ERR_SHAPE, "number of ids is %zu; wanted fewer than 2147483647",
             from.count);
    LR_TRY(LR_NEW_ZERO(context, fresh, 1));
    atomic_init(&fresh->references, 1);
    fresh->context = lr_context_hold(context);
    fresh->numbers = numbers;
    fresh->mask = slots_for(from.count) - 1;
    LR_TRY(lr_texts_gather(context, from, &fresh->texts));
    LR_TRY(LR_NEW(context, fresh->slots, fresh->mask + 1));
    memset(fresh->slots, 0xFF, (fresh->mask + 1) * sizeof *fresh->slots);
    if (!fill_slots(fresh, pair)) {
        const lr_span span = lr_texts_at(&fresh->texts, pair[0]);
        if (twice != NULL) memcpy(twice, pair, sizeof pair);
        LR_TRY(lr_fail(LLMREC_ERR_SHAPE, "row %zu repeats the id %s of row %zu", pair[0],
                       lr_quote(span.text, span.length).text, pair[1]));
    }
    *ids = fresh;
    fresh = NULL;
done:
    lr_ids_free(fresh);
    return status;
}

llmrec_status lr_ids_of(llmrec_context *context, lr_spans from, const char *what, lr_ids **ids)
{
    size_t twice[2] = {0, 0};
    const llmrec_status status = lr_ids_gather(context, from, false, twice, ids);
    if (status != LLMREC_ERR_SHAPE || twice[0] == twice[1]) return status;
    const lr_span span = from.at(from.of, twice[0]);
    return lr_fail(status, "%s: row %zu repeats the id %s of row %zu", what, twice[0],
                   lr_quote(span.text, span.length).text, twice[1]);
}

typedef struct id_array {
    const char *const *texts;
    const size_t *lengths;
} id_array;

static lr_span array_at(const void *of, size_t index)
{
    const id_array *array = of;
    const char *text = array->texts[index];
    return (lr_span){text, array->lengths != NULL ? array->lengths[index] : strlen(text)};
}

llmrec_status lr_ids_create(llmrec_context *context, size_t count, const char *const *texts, const size_t *lengths,
                            const char *what, lr_ids **ids)
{
    const id_array array = {texts, lengths};
    for (size_t i = 0; i < count; i++)
        if (texts[i] == NULL) return lr_fail(LLMREC_ERR_ARGUMENT, "%s: row %zu is NULL; wanted an id", what, i);
    return lr_ids_of(context, (lr_spans){count, array_at, &array}, what, ids);
}

lr_ids *lr_ids_hold(lr_ids *ids)
{
    atomic_fetch_add_explicit(&ids->references, 1, memory_order_relaxed);
    return ids;
}

void lr_ids_free(lr_ids *ids)
{
    if (ids == NULL) return;
    if (atomic_fetch_sub_explicit(&ids->references, 1, memory_order_acq_rel) != 1) return;
    llmrec_context *context = ids->context;
    lr_texts_free(context, &ids->texts);
    lr_texts_free(context, &ids->titles);
    lr_free(context, ids->slots);
    lr_free(context, ids);
    llmrec_context_free(context);
}

size_t lr_ids_count(const lr_ids *ids)
{
    return ids->texts.count;
}

lr_span lr_ids_at(const void *ids, size_t index)
{
    return lr_texts_at(&((const lr_ids *)ids)->texts, index);
}

const char *lr_ids_text(const lr_ids *ids, size_t index, size_t *length)
{
    const lr_span span = lr_texts_at(&ids->texts, index);
    *length = span.length;
    return span.text;
}

int64_t lr_ids_find(const lr_ids *ids, const char *text, size_t length)
{
    const lr_span span = {text, length == SIZE_MAX ? strlen(text) : length};
    return ids->slots[find_slot(ids, span, XXH3_64bits(span.text, span.length))];
}

bool lr_ids_are_numbers(const lr_ids *ids)
{
    return ids->numbers;
}

void lr_ids_take_titles(lr_ids *ids, const lr_texts *titles)
{
    ids->titles = *titles;
}

bool lr_ids_have_titles(const lr_ids *ids)
{
    return ids->titles.bytes != NULL;
}

lr_span lr_ids_title(const lr_ids *ids, size_t index)
{
    return lr_ids_have_titles(ids) ? lr_texts_at(&ids->titles, index) : (lr_span){"", 0};
}

bool lr_ids_equal(const lr_ids *a, const lr_ids *b)
{
    const size_t count = a->texts.count, size = lr_texts_offset(&a->texts, count);
    if (a == b) return true;
    if (b->texts.count != count || lr_texts_offset(&b->texts, count) != size) return false;
    for (size_t i = 0; i < count; i++)
        if (lr_texts_offset(&a->texts, i) != lr_texts_offset(&b->texts, i)) return false;
    return memcmp(a->texts.bytes, b->texts.bytes, size) == 0;
}
