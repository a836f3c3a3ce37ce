/* SPDX-License-Identifier: Apache-2.0 */
#include "llm/journal_index.h"

#include "core/memory.h"

enum { FIRST_CAPACITY = 64 };

/* Returns the slot of a key, or the free slot where it belongs. */
static lr_place *place_of(const lr_index *index, lr_digest key)
{
    size_t at = (size_t)key.low & (index->capacity - 1);
    while (index->places[at].offset != 0 && !lr_digest_equal(index->places[at].key, key))
        at = (at + 1) & (index->capacity - 1);
    return &index->places[at];
}

lr_place *lr_index_find(const lr_index *index, lr_digest key)
{
    if (index->capacity == 0) return NULL;
    lr_place *place = place_of(index, key);
    return place->offset == 0 ? NULL : place;
}

static llmrec_status widen(lr_index *index)
{
    lr_index wider = {.context = index->context, .used = index->used};
    wider.capacity = index->capacity == 0 ? FIRST_CAPACITY : index->capacity * 2;
    LR_RETURN_IF(LR_NEW_ZERO(index->context, wider.places, wider.capacity));
    for (size_t i = 0; i < index->capacity; i++)
        if (index->places[i].offset != 0) *place_of(&wider, index->places[i].key) = index->places[i];
    lr_free(index->context, index->places);
    *index = wider;
    return LLMREC_OK;
}

llmrec_status lr_index_room(lr_index *index, size_t more)
{
    while (index->used + more > index->capacity / 2) LR_RETURN_IF(widen(index));
    return LLMREC_OK;
}

llmrec_status lr_index_put(lr_index *index, const lr_place *place)
{
    LR_RETURN_IF(lr_index_room(index, 1));
    lr_place *slot = place_of(index, place->key);
    index->used += slot->offset == 0;
    *slot = *place;
    return LLMREC_OK;
}
