/* SPDX-License-Identifier: Apache-2.0 */
/* Prompt templates: text with named slots in braces, {history} for instance; {{ and }} are braces. */
#ifndef LR_PROMPT_TEMPLATE_H
#define LR_PROMPT_TEMPLATE_H

#include "core/text.h"
#include "data/texts.h"

/* What a slot stands for; `lr_slot_name` gives its name. */
typedef enum lr_slot {
    LR_SLOT_NOUN,    /* what an item is called: "movie" */
    LR_SLOT_NOUNS,   /* the plural */
    LR_SLOT_HISTORY, /* the session's items as a list */
    LR_SLOT_LAST,    /* its newest item */
    LR_SLOT_MENU,    /* candidates, or the products there are, as a list */
    LR_SLOT_CHOICES, /* how many the menu has */
    LR_SLOT_COUNT,   /* how many are asked for */
    LR_SLOT_FIRST,   /* the menu's first label, and its last */
    LR_SLOT_FINAL,
    LR_SLOTS
} lr_slot;

enum { LR_SLOT_ALL = (1 << LR_SLOTS) - 1 };

const char *lr_slot_name(lr_slot slot);

/* ARGUMENT where the text has a slot that is not among `known` (bits of 1 << slot), lacks one of `needed`, or has a
 * brace that is no slot: names the template (`what`), the slot and those there are. */
llmrec_status lr_template_check(const char *what, const char *text, uint32_t known, uint32_t needed);

/* Adds a checked template with its slots filled: values [LR_SLOTS]. A value is not looked at: what stands in it like a
 * slot stays as it is. */
llmrec_status lr_template_fill(const char *text, const lr_span *values, lr_builder *out);

#endif
