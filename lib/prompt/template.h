/* SPDX-License-Identifier: Apache-2.0 */
/* Prompt templates: text with named slots in braces, for example {history}; {{ and }} stand for braces. */
#ifndef LR_PROMPT_TEMPLATE_H
#define LR_PROMPT_TEMPLATE_H

#include "core/text.h"
#include "data/texts.h"

/* The values that slots stand for. */
typedef enum lr_slot {
    LR_SLOT_NOUN,    /* the word for an item: "movie" */
    LR_SLOT_NOUNS,   /* the plural */
    LR_SLOT_HISTORY, /* the session's items as a list */
    LR_SLOT_LAST,    /* the session's newest item */
    LR_SLOT_MENU,    /* candidates, or the existing products, as a list */
    LR_SLOT_CHOICES, /* number of menu entries */
    LR_SLOT_COUNT,   /* number of items asked for */
    LR_SLOT_FIRST,   /* the menu's first label; FINAL: its last label */
    LR_SLOT_FINAL,
    LR_SLOTS
} lr_slot;

enum { LR_SLOT_ALL = (1 << LR_SLOTS) - 1 };

/* Returns ARGUMENT if the text has a slot outside `known` (bits of 1 << slot), lacks a slot of `needed`, or has a brace
 * that is not part of a slot. The message names the template (`what`), the slot and the known slots. */
llmrec_status lr_template_check(const char *what, const char *text, uint32_t known, uint32_t needed);

/* Appends a checked template with its slots filled from values [LR_SLOTS]. Values are not parsed: text in a value that
 * looks like a slot is unchanged. */
llmrec_status lr_template_fill(const char *text, const lr_span *values, lr_builder *out);

#endif
