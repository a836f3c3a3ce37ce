/* SPDX-License-Identifier: Apache-2.0 */
/* Ids to codes while rows are read: texts are spread over shards by their hash, so that each shard's table stays in a
 * core's own cache and shards can be worked on at once. A code depends on the order of rows alone. */
#ifndef LR_DATA_INTERN_H
#define LR_DATA_INTERN_H

#include "data/texts.h"

enum { LR_SHARDS = 64 };

/* An id met in row `row` of a piece of the input. */
typedef struct lr_key {
    const char *text;
    uint32_t length, row;
    uint32_t hash, shard;
} lr_key;

typedef struct lr_interner lr_interner;

lr_key lr_key_of(lr_span id, uint32_t row);

llmrec_status lr_interner_create(llmrec_context *context, lr_interner **interner);
void lr_interner_free(lr_interner *interner); /* NULL is fine */

/* Gives the keys of one shard their codes, in order: codes[keys[i].row]. Shards may run at once. */
llmrec_status lr_interner_add(lr_interner *interner, size_t shard, const lr_key *keys, size_t count, uint32_t *codes);

/* Codes are below this; how many ids there are. */
size_t lr_interner_limit(const lr_interner *interner);
size_t lr_interner_count(const lr_interner *interner);

/* The text behind a code. */
lr_span lr_interner_at(const lr_interner *interner, uint32_t code);

#endif
