/* SPDX-License-Identifier: Apache-2.0 */
/* A model's reply as a list of names or labels. Whatever it is, it is data: the worst of it is an empty list. */
#ifndef LR_PROMPT_LISTING_H
#define LR_PROMPT_LISTING_H

#include "core/text.h"
#include "data/texts.h"

/* One thing that was named, in the order of the reply. */
typedef struct lr_listed {
    int32_t label;        /* of the menu's labels; -1: none */
    size_t begin, length; /* in the reply's bytes: what was written, its label included */
    size_t name;          /* bytes from `begin` at which the name begins that follows a label */
} lr_listed;

typedef struct lr_listing {
    lr_builder bytes; /* with the context */
    lr_listed *entries;
    size_t count, capacity;
} lr_listing;

/* How a reply is read. */
typedef struct lr_reading {
    size_t labels; /* of the menu, the first so many; 0: it has none */
    size_t limit;  /* entries wanted at most */
    bool single;   /* one name is the whole reply */
    bool parity; /* as the references read it: a numbered line counts where it ends in a newline; no other list does */
} lr_reading;

/* Reads a reply, which need not be UTF-8, in place of what was read before. Understood are reasoning in tags (left
 * out), a part between BEGIN and END, JSON also where it was cut off, code fences, numbered lines ("1." "1)"), bullets,
 * bare lines, labels in lines or in a row ("C > A > B"), quotes and emphasis. Errors: MEMORY. Zero-initialize but for
 * bytes.context, clear at the end. */
llmrec_status lr_listing_read(lr_listing *reply, const lr_reading *reading, const char *text, size_t length);
void lr_listing_clear(lr_listing *reply);

/* What was written, and the name in it where a label came first. */
lr_span lr_listing_text(const lr_listing *reply, size_t entry);
lr_span lr_listing_name(const lr_listing *reply, size_t entry);

/* For the readers of listing_json.c and listing_lines.c. */
enum { LR_ENTRY_LONGEST = 1000 }; /* bytes of an entry that are looked at */

llmrec_status lr_listing_add(lr_listing *reply, const lr_reading *reading, lr_listed entry, lr_span text);
bool lr_listing_full(const lr_listing *reply, const lr_reading *reading);

/* Adds what a JSON array or object in the text lists; nothing where there is none. */
llmrec_status lr_listing_json(lr_listing *reply, const lr_reading *reading, lr_span text);

/* Adds what its lines list. */
llmrec_status lr_listing_lines(lr_listing *reply, const lr_reading *reading, lr_span text);

#endif
