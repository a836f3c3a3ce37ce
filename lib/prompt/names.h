/* SPDX-License-Identifier: Apache-2.0 */
/* The names of a catalog's items, for prompts and for looking up replies. */
#ifndef LR_PROMPT_NAMES_H
#define LR_PROMPT_NAMES_H

#include "data/dataset.h"
#include "data/texts.h"

typedef struct lr_names {
    llmrec_context *context;
    lr_texts shown;   /* cleaned; the id of an item without a text */
    lr_texts folded;  /* the same names in the form for comparison */
    uint64_t *hashes; /* [items] of folded names, increasing */
    int32_t *items;   /* [items] the item of each hash; for equal hashes the lower item first */
    uint64_t *named;  /* [items/64 rounded up], bit set: the item has a text and is not shown by its id */
    size_t named_count;
} lr_names;

/* Makes the names of all items of a dataset from text column `column`, cut at `limit` code points. Zero-initialize all
 * but the context; clear in any case, also after an error. */
llmrec_status lr_names_make(const llmrec_dataset *dataset, int64_t column, size_t limit, lr_names *names);
/* Computes the other fields; `shown` and the bits of `named` must be set. */
llmrec_status lr_names_index(lr_names *names);
void lr_names_clear(lr_names *names);
bool lr_names_has(const lr_names *names, size_t item);

/* Iterates over the items whose folded name is `folded`, lower items first; returns -1 at the end. Zero-initialize the
 * walk. */
typedef struct lr_name_walk {
    size_t next;
    uint64_t hash;
    bool begun;
} lr_name_walk;

int32_t lr_names_find(const lr_names *names, lr_span folded, lr_name_walk *walk);

#endif
