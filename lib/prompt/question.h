/* SPDX-License-Identifier: Apache-2.0 */
/* One question to a model about one session, as text. */
#ifndef LR_PROMPT_QUESTION_H
#define LR_PROMPT_QUESTION_H

#include "prompt/names.h"
#include "prompt/wording.h"

/* What all questions of a recommender share. */
typedef struct lr_phrasing {
    lr_question_kind kind;
    lr_telling telling;
    lr_style style;
    lr_wording wording;
    const char *reminder,
        *cue; /* after the user's text: a template of ours, and what a model is to go on from; or NULL */
    const char *noun, *nouns;
    size_t history;            /* items of a session that are shown, the last ones */
    size_t history_characters; /* > 0: all of them are, as long as the user's text has at most so many */
    size_t count;              /* asked for */
} lr_phrasing;

/* A question's own: a session (unknown items, -1, are left out), and the menu. */
typedef struct lr_prompt_about {
    const int32_t *items; /* [item_count] oldest first */
    size_t item_count;
    const int32_t *menu; /* [choices] */
    size_t choices;
} lr_prompt_about;

/* Adds both messages. */
llmrec_status lr_prompt_write(const lr_phrasing *phrasing, const lr_names *names, const lr_prompt_about *about,
                              lr_builder *system, lr_builder *user);

#endif
