/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a model's reply as a list of names or labels. Any reply is accepted as data; in the worst case the list is
 * empty. */
#ifndef LR_PROMPT_LISTING_H
#define LR_PROMPT_LISTING_H

#include "core/text.h"
#include "data/texts.h"

/* One named thing; entries are in the order of the reply. */
typedef struct lr_listed {
    int32_t label;        /* index of the menu's label; -1: none */
    size_t begin, length; /* range in the reply's bytes of the written text, including its label */
    size_t name;          /* offset from `begin` of the name after a label */
} lr_listed;

typedef struct lr_listing {
    lr_builder bytes; /* initialized with the context */
    lr_listed *entries;
    size_t count, capacity;
} lr_listing;

/* How a reply is read. */
typedef struct lr_reading {
    size_t labels; /* number of labels in the menu; 0: no labels */
    size_t limit;  /* maximum number of entries */
    bool single;   /* the whole reply is one name */
    bool parity;   /* as the references read: only numbered lines that end in a newline count */
} lr_reading;

/* Reads a reply, which need not be UTF-8, and replaces the previous one. It understands: reasoning in tags (removed), a
 * part between BEGIN and END, JSON (also if it was cut off), code fences, numbered lines ("1." "1)"), bullets, bare
 * lines, labels in lines or in a row ("C > A > B"), quotes and emphasis. Errors: MEMORY. Zero-initialize all but
 * bytes.context; clear at the end. */
llmrec_status lr_listing_read(lr_listing *reply, const lr_reading *reading, const char *text, size_t length);
void lr_listing_clear(lr_listing *reply);

/* The written text of an entry, and the name in it if it begins with a label. */
lr_span lr_listing_text(const lr_listing *reply, size_t entry);
lr_span lr_listing_name(const lr_listing *reply, size_t entry);

/* For the readers in listing_json.c and listing_lines.c. */
enum { LR_ENTRY_LONGEST = 1000 }; /* maximum number of bytes read from an entry */

llmrec_status lr_listing_add(lr_listing *reply, const lr_reading *reading, lr_listed entry, lr_span text);

/* Appends the entries of a JSON array or object in the text; nothing if there is none. */
llmrec_status lr_listing_json(lr_listing *reply, const lr_reading *reading, lr_span text);

/* Appends the entries that the lines of the text list. */
llmrec_status lr_listing_lines(lr_listing *reply, const lr_reading *reading, lr_span text);

#endif
