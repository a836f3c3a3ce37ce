/* SPDX-License-Identifier: Apache-2.0 */
/* Assigns codes to ids while rows are read. Texts are divided into shards by hash, so that each shard's table fits a
 * core's cache and shards run in parallel. A code depends only on the order of rows. */
#ifndef LR_DATA_INTERN_H
#define LR_DATA_INTERN_H

#include "data/texts.h"

enum { LR_SHARDS = 64 };

/* An id in row `row` of a piece of input. A short text is in the key, padded with zeros; a long one must outlive it. */
enum { LR_SHORT_ID = 12 };
typedef struct lr_key {
    union {
        char bytes[LR_SHORT_ID]; /* of up to LR_SHORT_ID */
        const char *text;        /* of more */
    };
    uint32_t length, row, hash;
} lr_key;

static inline size_t lr_key_shard(const lr_key *key)
{
    return key->hash >> 26;
}

typedef struct lr_interner lr_interner;

void lr_key_set(lr_key *key, lr_span id, uint32_t row);

llmrec_status lr_interner_create(llmrec_context *context, lr_interner **interner);
void lr_interner_free(lr_interner *interner); /* NULL is allowed */

/* Assigns codes to the keys of one shard, in order: codes[keys[i].row]. Different shards may run in parallel. */
llmrec_status lr_interner_add(lr_interner *interner, size_t shard, const lr_key *keys, size_t count, uint32_t *codes);

/* limit: all codes are less than it. count: number of ids. */
size_t lr_interner_limit(const lr_interner *interner);
size_t lr_interner_count(const lr_interner *interner);

/* Text of a code. */
lr_span lr_interner_at(const lr_interner *interner, uint32_t code);

#endif
