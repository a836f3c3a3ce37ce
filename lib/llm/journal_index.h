/* SPDX-License-Identifier: Apache-2.0 */
/* Where in a journal each key's record is: a table in memory. */
#ifndef LR_LLM_JOURNAL_INDEX_H
#define LR_LLM_JOURNAL_INDEX_H

#include "llm/journal.h"

typedef struct lr_place {
    lr_digest key;
    uint64_t offset; /* of the record's header; 0: the place is free */
    uint64_t size;   /* of its bytes */
} lr_place;

/* Zero-initialize but for the context; free with lr_free(context, index.places). */
typedef struct lr_index {
    llmrec_context *context;
    lr_place *places; /* [capacity], a power of two: open addressing */
    size_t capacity, used;
} lr_index;

/* NULL where there is none. */
lr_place *lr_index_find(const lr_index *index, lr_digest key);

/* Makes room, so that the next `more` puts do not fail. */
llmrec_status lr_index_room(lr_index *index, size_t more);

/* Takes the place of an older record of the key. */
llmrec_status lr_index_put(lr_index *index, const lr_place *place);

#endif
