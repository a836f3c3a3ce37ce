/* SPDX-License-Identifier: Apache-2.0 */
/* Maps keys to the positions of their records in a journal, in memory. */
#ifndef LR_LLM_JOURNAL_INDEX_H
#define LR_LLM_JOURNAL_INDEX_H

#include "llm/journal.h"

typedef struct lr_place {
    lr_digest key;
    uint64_t offset; /* of the record's header; 0: the slot is free */
    uint64_t size;   /* of the record's bytes */
} lr_place;

/* Initialize with zeros and the context; free with lr_free(context, index.places). */
typedef struct lr_index {
    llmrec_context *context;
    lr_place *places; /* [capacity], a power of two; open addressing */
    size_t capacity, used;
} lr_index;

/* Returns NULL if the key is not in the table. */
lr_place *lr_index_find(const lr_index *index, lr_digest key);

/* Reserves memory, so that the next `more` puts cannot fail. */
llmrec_status lr_index_room(lr_index *index, size_t more);

/* Replaces an older record of the key. */
llmrec_status lr_index_put(lr_index *index, const lr_place *place);

#endif
