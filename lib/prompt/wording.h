/* SPDX-License-Identifier: Apache-2.0 */
/* Our own words for each kind of question. */
#ifndef LR_PROMPT_WORDING_H
#define LR_PROMPT_WORDING_H

#include "prompt/template.h"

/* What is asked. */
typedef enum lr_question_kind {
    LR_ASK_RANKING,        /* all candidates in order, by label */
    LR_ASK_RANKING_NAMES,  /* the same by name */
    LR_ASK_LETTER,         /* the likeliest candidate's label */
    LR_ASK_ITEM,           /* one item, from what the model knows */
    LR_ASK_ITEMS,          /* a list of them */
    LR_ASK_PRODUCTS,       /* some of a menu's products, by label */
    LR_ASK_PRODUCTS_NAMES, /* the same by name */
    LR_ASK_KINDS
} lr_question_kind;

/* How many entries of an answer count: the first one; as many as were asked for; all of the menu. */
typedef enum lr_entries { LR_ENTRIES_ONE, LR_ENTRIES_COUNT, LR_ENTRIES_MENU } lr_entries;

/* How the session is told: in order; with a word on its newest item; with its newest item as an example of a right
 * answer. */
typedef enum lr_telling { LR_TELL_SEQUENTIAL, LR_TELL_RECENCY, LR_TELL_IN_CONTEXT, LR_TELLINGS } lr_telling;

/* How lists look: names quoted line by line inside tags; names as they are, one a line, as models are tuned to; the
 * same numbered, with a blank at each line's end and no words around, as the seed paper tuned one: LR_ASK_ITEM
 * alone. */
typedef enum lr_style { LR_STYLE_FENCED, LR_STYLE_LINES, LR_STYLE_NUMBERED, LR_STYLES } lr_style;

/* The system's and the user's template. */
typedef struct lr_wording {
    const char *system, *user;
} lr_wording;

lr_wording lr_wording_of(lr_question_kind kind, lr_telling telling, lr_style style);

/* A template that says once more, at the end of the user's text, what form an answer must have; "" for what a model was
 * tuned to. */
const char *lr_wording_reminder(lr_question_kind kind, lr_style style);

/* What ends the text for a model that goes on from it: our own, in the fenced style. "" for the others, whose shape is
 * that to which a model was tuned. */
const char *lr_wording_cue(lr_question_kind kind, lr_style style);

/* Slots that a template of a kind may have, and those that the user's must have. */
uint32_t lr_wording_slots(lr_question_kind kind);
uint32_t lr_wording_needs(lr_question_kind kind);

/* What is known of a kind of question. */
typedef struct lr_kind {
    bool menu;       /* the question shows a menu */
    bool labels;     /* its entries have labels, and the answer consists of these */
    bool structured; /* a server can be made to answer so: see lr_labels_schema */
    bool letter;     /* the answer is one label, better read from its token's log-probabilities */
    bool sampled;    /* the answer is one name; several answers are drawn, and none is asked for again */
    lr_entries entries;
    int64_t entry_tokens, frame_tokens; /* that each entry of an answer takes, and what stands around them */
    const char *fenced[LR_TELLINGS];    /* the user's template in each style, and the system's for LINES */
    const char *system_lines, *lines[LR_TELLINGS];
    const char *numbered[LR_TELLINGS]; /* NULL: there is no such style of it */
    const char *begin, *end;           /* LINES: what stands around an answer of names; or NULL */
    const char *reminder, *cue;        /* FENCED */
} lr_kind;

const lr_kind *lr_kind_of(lr_question_kind kind);

#endif
