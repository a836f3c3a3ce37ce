/* SPDX-License-Identifier: Apache-2.0 */
/* Concurrent hash tables that assign codes to ids while rows are read. */
#include "data/intern.h"

#include <string.h>
#include <xxhash.h>

#include "core/memory.h"

enum {
    FIRST_SLOTS = 64,
    SHARD_LIMIT = INT32_MAX / LR_SHARDS,
    LONG = LR_SHORT_ID + 1,
    AHEAD = 16 /* slots are prefetched this many keys ahead, texts half as many */
};

/* A slot has a short text itself, or the hash of a long one, so most lookups read one cache line. */
typedef struct slot {
    union {
        char bytes[LR_SHORT_ID];
        struct {
            uint32_t hash, offset, length;
        };
    };
    uint32_t entry : 26, size : 6; /* entry index + 1, or 0 if empty; bytes of a short text, or LONG */
} slot;

typedef struct shard {
    slot *slots;
    size_t mask;
    uint32_t *ends; /* end of each text in `bytes` */
    size_t count, end_capacity;
    char *bytes;
    size_t byte_capacity;
} shard;

struct lr_interner {
    llmrec_context *context;
    shard shards[LR_SHARDS];
};

static uint32_t hash_text(const char *text, size_t length)
{
    return (uint32_t)(XXH3_64bits(text, length) >> 32);
}

void lr_key_set(lr_key *key, lr_span id, uint32_t row)
{
    *key = (lr_key){.length = (uint32_t)id.length, .row = row, .hash = hash_text(id.text, id.length)};
    if (id.length <= LR_SHORT_ID) memcpy(key->bytes, id.text, id.length);
    else key->text = id.text;
}

static const char *text_of(const lr_key *key)
{
    return key->length <= LR_SHORT_ID ? key->bytes : key->text;
}

llmrec_status lr_interner_create(llmrec_context *context, lr_interner **interner)
{
    lr_interner *fresh = NULL;
    LR_RETURN_IF(LR_NEW_ZERO(context, fresh, 1));
    fresh->context = context;
    *interner = fresh;
    return LLMREC_OK;
}

void lr_interner_free(lr_interner *interner)
{
    if (interner == NULL) return;
    for (size_t i = 0; i < LR_SHARDS; i++) {
        lr_free(interner->context, interner->shards[i].slots);
        lr_free(interner->context, interner->shards[i].ends);
        lr_free(interner->context, interner->shards[i].bytes);
    }
    lr_free(interner->context, interner);
}

static lr_span text_at(const shard *one, size_t index)
{
    const size_t begin = index == 0 ? 0 : one->ends[index - 1];
    return (lr_span){one->bytes + begin, one->ends[index] - begin};
}

static uint32_t hash_of(const slot *there)
{
    return there->size == LONG ? there->hash : hash_text(there->bytes, there->size);
}

/* Doubles the slots. */
static llmrec_status widen(llmrec_context *context, shard *one)
{
    slot *fresh = NULL;
    const size_t slots = one->slots == NULL ? FIRST_SLOTS : (one->mask + 1) * 2;
    LR_RETURN_IF(LR_NEW_ZERO(context, fresh, slots));
    for (size_t i = 0; one->slots != NULL && i <= one->mask; i++) {
        if (one->slots[i].entry == 0) continue;
        size_t at = hash_of(&one->slots[i]) & (slots - 1);
        while (fresh[at].entry != 0) at = (at + 1) & (slots - 1);
        fresh[at] = one->slots[i];
    }
    lr_free(context, one->slots);
    one->slots = fresh;
    one->mask = slots - 1;
    return LLMREC_OK;
}

static llmrec_status add_text(llmrec_context *context, shard *one, const lr_key *key)
{
    const size_t count = one->count, used = count == 0 ? 0 : one->ends[count - 1];
    if (count >= SHARD_LIMIT || used + key->length > UINT32_MAX)
        return lr_fail(LLMREC_ERR_SHAPE, "too many ids; wanted fewer than 2147483647, of less than 256 GiB");
    LR_RETURN_IF(LR_GROW(context, one->ends, one->end_capacity, count, count + 1));
    LR_RETURN_IF(LR_GROW(context, one->bytes, one->byte_capacity, used, used + key->length));
    if (key->length > 0) memcpy(one->bytes + used, text_of(key), key->length);
    one->ends[one->count++] = (uint32_t)(used + key->length);
    return LLMREC_OK;
}

static bool has_text(const shard *one, const slot *there, const lr_key *key)
{
    if (key->length <= LR_SHORT_ID)
        return there->size == key->length && memcmp(there->bytes, key->bytes, LR_SHORT_ID) == 0;
    return there->size == LONG && there->hash == key->hash && there->length == key->length &&
           memcmp(one->bytes + there->offset, key->text, key->length) == 0;
}

/* Returns the slot with the key's text, or the empty slot for it. */
static slot *find_slot(const shard *one, const lr_key *key)
{
    size_t at = key->hash & one->mask;
    while (one->slots[at].entry != 0 && !has_text(one, &one->slots[at], key)) at = (at + 1) & one->mask;
    return &one->slots[at];
}

/* Prefetches slots, since a large table does not fit the cache. */
static void fetch_ahead(const shard *one, const lr_key *keys, size_t count, size_t at)
{
    if (at + AHEAD < count) __builtin_prefetch(&one->slots[keys[at + AHEAD].hash & one->mask]);
    if (at + AHEAD / 2 >= count || keys[at + AHEAD / 2].length <= LR_SHORT_ID) return;
    const uint32_t hash = keys[at + AHEAD / 2].hash;
    const slot *there = &one->slots[hash & one->mask];
    if (there->size == LONG && there->hash == hash) __builtin_prefetch(one->bytes + there->offset);
}

static llmrec_status add_key(llmrec_context *context, shard *one, const lr_key *key, uint32_t *entry)
{
    slot *there = find_slot(one, key);
    if (there->entry == 0) {
        LR_RETURN_IF(add_text(context, one, key));
        if (key->length <= LR_SHORT_ID) {
            memcpy(there->bytes, key->bytes, LR_SHORT_ID);
            there->size = key->length;
        } else
            *there = (slot){.hash = key->hash,
                            .offset = one->ends[one->count - 1] - key->length,
                            .length = key->length,
                            .size = LONG};
        there->entry = one->count;
    }
    *entry = there->entry;
    return LLMREC_OK;
}

llmrec_status lr_interner_add(lr_interner *interner, size_t shard_index, const lr_key *keys, size_t count,
                              uint32_t *codes)
{
    shard *one = &interner->shards[shard_index];
    uint32_t entry = 0;
    for (size_t i = 0; i < count; i++) {
        if (one->slots == NULL || one->count * 2 > one->mask) LR_RETURN_IF(widen(interner->context, one));
        fetch_ahead(one, keys, count, i);
        LR_RETURN_IF(add_key(interner->context, one, &keys[i], &entry));
        codes[keys[i].row] = (entry - 1) * LR_SHARDS + (uint32_t)shard_index;
    }
    return LLMREC_OK;
}

size_t lr_interner_limit(const lr_interner *interner)
{
    size_t most = 0;
    for (size_t i = 0; i < LR_SHARDS; i++)
        if (interner->shards[i].count > most) most = interner->shards[i].count;
    return most * LR_SHARDS;
}

size_t lr_interner_count(const lr_interner *interner)
{
    size_t count = 0;
    for (size_t i = 0; i < LR_SHARDS; i++) count += interner->shards[i].count;
    return count;
}

lr_span lr_interner_at(const lr_interner *interner, uint32_t code)
{
    return text_at(&interner->shards[code % LR_SHARDS], code / LR_SHARDS);
}
