/* SPDX-License-Identifier: Apache-2.0 */
/* The names of a catalog's items, as prompts show them and as replies are looked up. */
#ifndef LR_PROMPT_NAMES_H
#define LR_PROMPT_NAMES_H

#include "data/dataset.h"
#include "data/texts.h"

typedef struct lr_names {
    llmrec_context *context;
    lr_texts shown;   /* cleaned; where an item has no text, its id */
    lr_texts folded;  /* the same as they are compared */
    uint64_t *hashes; /* [items] of folded names, rising */
    int32_t *items;   /* [items] whose; of equal hashes the lower one first */
    uint64_t *named;  /* [items/64 rounded up], bit set: the item has a text, and is not shown by its id */
    size_t named_count;
} lr_names;

/* Names of all items of a dataset: text column `column`, cut at `limit` code points. Zero-initialize but for the
 * context, clear in any case. */
llmrec_status lr_names_make(const llmrec_dataset *dataset, int64_t column, size_t limit, lr_names *names);
/* The same once `shown` and the bits of `named` are there. */
llmrec_status lr_names_index(lr_names *names);
void lr_names_clear(lr_names *names);
bool lr_names_has(const lr_names *names, size_t item);

/* Items whose folded name is `folded`, one after the other, lower ones first: -1 when there are no more.
 * Zero-initialize the walk. */
typedef struct lr_name_walk {
    size_t next;
    uint64_t hash;
    bool begun;
} lr_name_walk;

int32_t lr_names_find(const lr_names *names, lr_span folded, lr_name_walk *walk);

#endif
