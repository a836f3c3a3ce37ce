/* SPDX-License-Identifier: Apache-2.0 */
/* A prompt recommender's inside, shared by its forms. */
#ifndef LR_PROMPT_PROMPTER_H
#define LR_PROMPT_PROMPTER_H

#include "core/rng.h"
#include "llmrec/prompt.h"
#include "prompt/form.h"
#include "prompt/grounding.h"
#include "prompt/question.h"
#include "rank/search.h"

typedef struct lr_prompter {
    llmrec_context *context;
    llmrec_prompt_options options; /* texts point to `words` */
    char *words[5];                /* noun, nouns, column, system, user */
    const lr_form *form;
    lr_phrasing phrasing;
    lr_names names;
    llmrec_llm *llm;
    llmrec_recommender *first_stage;   /* or NULL */
    llmrec_embedding *table;           /* or NULL: then there is no search */
    llmrec_text_encoder *text_encoder; /* or NULL */
    lr_search search;                  /* of the table; no context: there is none */
    int32_t *menu;                     /* [menu_count] that all questions show; NULL: each has its own, or none */
    float *centers;                    /* [menu_count, dim] of the clusters that these stand for */
    size_t menu_count;
} lr_prompter;

extern const lr_strategy_kind lr_prompt_kind;

/* From checked parts and options. `asks`: there must be a model; where there is none, answers are never looked up. */
llmrec_status lr_prompter_make(const llmrec_recommender_parts *parts, const llmrec_prompt_options *options, bool asks,
                               lr_prompter **prompter);
void lr_prompter_free(void *prompter);

/* What it is made in: with copies of the options' texts and no part yet; ready once it has its parts; and as a
 * recommender, which takes it over also on failure. */
llmrec_status lr_prompter_begin(llmrec_context *context, const llmrec_prompt_options *options, lr_prompter **prompter);
llmrec_status lr_prompter_ready(lr_prompter *prompter);
llmrec_status lr_prompter_recommend(lr_prompter *prompter, size_t items, lr_ids *ids, llmrec_recommender **recommender);

/* To a file and back (prompt/prompt_file.c). */
llmrec_status lr_prompter_save(const llmrec_recommender *recommender, const struct lr_saving *saving);
llmrec_status lr_prompter_open(const struct lr_opening *opening, const void *options, llmrec_recommender **recommender);

/* A number that hangs on a session's items alone, so that other sessions do not matter. */
uint64_t lr_prompter_seed(const lr_prompter *prompter, const int32_t *items, size_t count);

/* Fills shuffled[count] with `items` in random order. */
void lr_prompter_shuffle(lr_rng *rng, const int32_t *items, size_t count, int32_t *shuffled);

/* Items of a list that is asked for: the candidates, or `count`. */
size_t lr_prompter_listed(const lr_prompter *prompter);

/* The structure that answers are held to, one of LLMREC_STRUCTURE_*, AUTO resolved. */
int64_t lr_prompter_structure(const lr_prompter *prompter);

/* One question. */
typedef struct lr_question {
    lr_prompt_about about;
    size_t session; /* of the batch */
    uint64_t seed;
    lr_builder system, user;       /* with the context */
    const llmrec_replies *replies; /* where its answer is, at `place` */
    size_t place;
    int64_t asked; /* how often */
} lr_question;

/* Questions that are asked together, and their answers. */
typedef struct lr_asking {
    const lr_prompter *prompter;
    lr_question *questions; /* [count] */
    size_t count;
    llmrec_replies **kept; /* [asks] of each turn, or NULL */
    bool unstructured;     /* the server refused a schema */
    const char **texts;    /* [room] of one token's alternatives, and their log-probabilities */
    double *logprobs;
    size_t room;
} lr_asking;

/* Writes all questions, and asks them, again where an answer gives nothing of use. Failures of single requests are told
 * to the log. Zero-initialize but for prompter, questions and count; clear in any case: the questions' texts too. */
llmrec_status lr_asking_run(lr_asking *asking);
void lr_asking_clear(lr_asking *asking);

/* What lr_asking_run is made of. Sends `count` questions, those at `which` [count] (NULL: the first ones), in a turn
 * from 0 on: in later ones the words end with the form that an answer must have, the seed is another, and the
 * temperature is at least 0.5. And takes those turns, up to `asks` of them, for questions whose answers give nothing of
 * use. */
llmrec_status lr_asking_send(lr_asking *asking, const size_t *which, size_t count, size_t turn,
                             llmrec_replies **replies);
llmrec_status lr_asking_again(lr_asking *asking);

/* Samples that there are to a question; 0: it failed. One of them as text; and the mass that the alternatives of its
 * first token that is a label give to each of the menu's labels, false where there are none. */
int64_t lr_asking_samples(const lr_asking *asking, size_t question);
llmrec_status lr_asking_text(const lr_asking *asking, size_t question, int64_t sample, lr_span *text);
llmrec_status lr_asking_letters(lr_asking *asking, size_t question, double *probabilities, bool *found);

/* What may go into one session's list. */
typedef struct lr_allowed {
    const lr_filter *filter;
    lr_seen seen;
} lr_allowed;

/* The batch at hand, and what all forms need for it. */
typedef struct lr_prompted {
    const lr_prompter *prompter;
    const lr_batch *batch;
    int32_t *first;        /* [sessions, width] first-stage lists; NULL: there is no first stage */
    int32_t *first_counts; /* [sessions] */
    size_t width;
    lr_allowed *allowed; /* [sessions] */
    int32_t *seen_room;
    lr_list *lists;     /* [sessions] */
    int32_t *list_room; /* [sessions, k] */
    int64_t *counts;    /* [sessions, LR_GROUNDED] */
} lr_prompted;

/* Whether anything of the session can be shown. */
bool lr_prompted_asks(const lr_prompted *prompted, size_t session);

/* lr_prompter_seed of a session of the batch. */
uint64_t lr_prompted_seed(const lr_prompted *prompted, size_t session);

/* What reading answers takes. Clear in any case. */
typedef struct lr_reader {
    const lr_prompter *prompter;
    lr_listing listing; /* the latest answer */
    lr_likeness likeness;
    bool *chosen; /* [choices] */
} lr_reader;

/* For questions with at most `choices` in their menus. */
llmrec_status lr_reader_begin(const lr_prompter *prompter, size_t choices, lr_reader *reader);
void lr_reader_clear(lr_reader *reader);

/* Entries that count in an answer to a question with `choices` in its menu. */
size_t lr_prompter_entries(const lr_prompter *prompter, size_t choices);

/* Reads one sample of at most `limit` entries. */
llmrec_status lr_reader_read(lr_reader *reader, lr_span text, size_t choices, size_t limit);

/* A menu that was shown, of which nothing is chosen yet. */
lr_menu lr_reader_menu(lr_reader *reader, const int32_t *items, size_t choices);

/* Vectors to be looked up: each with the session whose own items are left out. near [count, width], near_counts
 * [count]. */
typedef struct lr_lookup {
    const float *vectors; /* [count, dim] */
    const size_t *sessions;
    size_t count, width;
    int32_t *near;
    int32_t *near_counts;
} lr_lookup;

llmrec_status lr_prompted_nearest(const lr_prompted *prompted, lr_scratch_pool *scratch, const lr_lookup *lookup);

#endif
