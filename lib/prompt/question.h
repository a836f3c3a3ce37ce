/* SPDX-License-Identifier: Apache-2.0 */
/* Writes one question to a model about one session as text. */
#ifndef LR_PROMPT_QUESTION_H
#define LR_PROMPT_QUESTION_H

#include "prompt/names.h"
#include "prompt/wording.h"

/* Settings shared by all questions of a recommender. */
typedef struct lr_phrasing {
    lr_question_kind kind;
    lr_telling telling;
    lr_style style;
    lr_wording wording;
    const char *reminder, *cue; /* after the user's text: our template; the text a model continues; or NULL */
    const char *noun, *nouns;
    size_t history;            /* number of items shown: the last ones of a session */
    size_t history_characters; /* > 0: show all items that fit into this length of the user's text */
    size_t count;              /* number of items asked for */
} lr_phrasing;

/* The phrasing of the question why an item fits a session: our own words, whatever the others are. */
lr_phrasing lr_phrasing_of_reason(const lr_phrasing *phrasing);

/* Data of one question: a session (unknown items, -1, are left out), and the menu. */
typedef struct lr_prompt_about {
    const int32_t *items; /* [item_count] oldest first */
    size_t item_count;
    const int32_t *menu; /* [choices] */
    size_t choices;
} lr_prompt_about;

/* Appends both messages. */
llmrec_status lr_prompt_write(const lr_phrasing *phrasing, const lr_names *names, const lr_prompt_about *about,
                              lr_builder *system, lr_builder *user);

#endif
