/* SPDX-License-Identifier: Apache-2.0 */
/* Our own texts for each kind of question. */
#ifndef LR_PROMPT_WORDING_H
#define LR_PROMPT_WORDING_H

#include "prompt/template.h"

/* What a question asks for. */
typedef enum lr_question_kind {
    LR_ASK_RANKING,        /* all candidates in order, by label */
    LR_ASK_RANKING_NAMES,  /* the same by name */
    LR_ASK_LETTER,         /* the most probable candidate's label */
    LR_ASK_ITEM,           /* one item, from what the model knows */
    LR_ASK_ITEMS,          /* a list of items, from what the model knows */
    LR_ASK_PRODUCTS,       /* some of a menu's products, by label */
    LR_ASK_PRODUCTS_NAMES, /* the same, by name */
    LR_ASK_KINDS
} lr_question_kind;

/* How many entries of an answer are used: the first one; as many as requested; the whole menu. */
typedef enum lr_entries { LR_ENTRIES_ONE, LR_ENTRIES_COUNT, LR_ENTRIES_MENU } lr_entries;

/* How the session is described: in order; with a remark on its newest item; with its newest item as an example of a
 * correct answer. */
typedef enum lr_telling { LR_TELL_SEQUENTIAL, LR_TELL_RECENCY, LR_TELL_IN_CONTEXT, LR_TELLINGS } lr_telling;

/* The format of lists: quoted names, one per line, inside tags; unquoted names, one per line, as models are tuned to;
 * the same with numbers, a blank at each line's end and no other words, as the seed paper tuned a model (only for
 * LR_ASK_ITEM). */
typedef enum lr_style { LR_STYLE_FENCED, LR_STYLE_LINES, LR_STYLE_NUMBERED, LR_STYLES } lr_style;

/* The templates of the system's and the user's messages. */
typedef struct lr_wording {
    const char *system, *user;
} lr_wording;

lr_wording lr_wording_of(lr_question_kind kind, lr_telling telling, lr_style style);

/* The question why one item, the menu's only entry, fits a session. */
lr_wording lr_wording_of_reason(void);

/* A template that repeats the required form of an answer at the end of the user's text; "" for the formats that a model
 * was tuned to. */
const char *lr_wording_reminder(lr_question_kind kind, lr_style style);

/* The end of the text for a model that continues it: our own words in the fenced style; "" for the other styles,
 * because their format is the one that a model was tuned to. */
const char *lr_wording_cue(lr_question_kind kind, lr_style style);

/* The slots that a template of a kind may have, and the slots that the user's template must have. */
uint32_t lr_wording_slots(lr_question_kind kind);
uint32_t lr_wording_needs(lr_question_kind kind);

/* Properties of a kind of question. */
typedef struct lr_kind {
    bool menu;       /* the question shows a menu */
    bool labels;     /* its entries have labels, and the answer consists of labels */
    bool structured; /* a server can enforce this form: see lr_labels_schema */
    bool letter;     /* the answer is one label, better read from its token's log-probabilities */
    bool sampled;    /* the answer is one name; several samples are drawn, and the question is not repeated */
    lr_entries entries;
    int64_t entry_tokens, frame_tokens; /* tokens of each entry of an answer, and of the text around the entries */
    const char *fenced[LR_TELLINGS];    /* the user's template in each style, and the system's for LINES */
    const char *system_lines, *lines[LR_TELLINGS];
    const char *numbered[LR_TELLINGS]; /* NULL: the kind does not have this style */
    const char *begin, *end;           /* LINES: text around an answer of names; or NULL */
    const char *reminder, *cue;        /* FENCED */
} lr_kind;

const lr_kind *lr_kind_of(lr_question_kind kind);

#endif
