/* SPDX-License-Identifier: Apache-2.0 */
/* Internal data of a prompt recommender, shared by its forms. */
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
    lr_search search;                  /* over the table; without a context there is no search */
    int32_t *menu;  /* [menu_count] shown in all questions; NULL: each question has its own, or none */
    float *centers; /* [menu_count, dim] centers of the clusters that the menu's items represent */
    size_t menu_count;
} lr_prompter;

extern const lr_strategy_kind lr_prompt_kind;

/* Makes a prompter from checked parts and options. `asks`: a model is required; without a model, answers are never
 * looked up. */
llmrec_status lr_prompter_make(const llmrec_recommender_parts *parts, const llmrec_prompt_options *options, bool asks,
                               lr_prompter **prompter);
void lr_prompter_free(void *prompter);

/* The steps of making a prompter: begin one with copies of the options' texts and without parts; make it ready once it
 * has its parts; make a recommender of it, which then owns it, also after an error. */
llmrec_status lr_prompter_begin(llmrec_context *context, const llmrec_prompt_options *options, lr_prompter **prompter);
llmrec_status lr_prompter_ready(lr_prompter *prompter);
llmrec_status lr_prompter_recommend(lr_prompter *prompter, size_t items, lr_ids *ids, llmrec_recommender **recommender);

/* Save to a file and load from it (prompt/prompt_file.c). */
llmrec_status lr_prompter_save(const llmrec_recommender *recommender, const struct lr_saving *saving);
llmrec_status lr_prompter_open(const struct lr_opening *opening, const void *options, llmrec_recommender **recommender);

/* A number that depends only on a session's items, so other sessions do not influence it. */
uint64_t lr_prompter_seed(const lr_prompter *prompter, const int32_t *items, size_t count);

/* Fills shuffled[count] with `items` in random order. */
void lr_prompter_shuffle(lr_rng *rng, const int32_t *items, size_t count, int32_t *shuffled);

/* Length of the requested list: the number of candidates, or `count`. */
size_t lr_prompter_listed(const lr_prompter *prompter);

/* The structure required of answers, one of LLMREC_STRUCTURE_*; AUTO is resolved. */
int64_t lr_prompter_structure(const lr_prompter *prompter);

/* One question. */
typedef struct lr_question {
    lr_prompt_about about;
    size_t session; /* index in the batch */
    uint64_t seed;
    lr_builder system, user;       /* initialized with the context */
    const llmrec_replies *replies; /* contain its answer, at `place` */
    size_t place;
    int64_t asked; /* number of times */
} lr_question;

/* Questions that are sent together, and their answers. */
typedef struct lr_asking {
    const lr_prompter *prompter;
    lr_question *questions; /* [count] */
    size_t count;
    llmrec_replies **kept; /* [asks] replies of each turn, or NULL */
    bool unstructured;     /* the server refused a schema */
} lr_asking;

/* Writes and sends all questions; sends a question again if its answer is useless. Failures of single requests are
 * logged. Zero-initialize all but prompter, questions and count. Clear in any case; this also clears the questions'
 * texts. */
llmrec_status lr_asking_run(lr_asking *asking);
void lr_asking_clear(lr_asking *asking);

/* The steps of lr_asking_run. The first sends `count` questions, those at `which` [count] (NULL: the first ones), in a
 * turn from 0 on. In later turns the text ends with the required form of an answer, the seed differs, and the
 * temperature is at least 0.5. The second runs these turns, up to `asks` of them, for questions with useless
 * answers. */
llmrec_status lr_asking_send(lr_asking *asking, const size_t *which, size_t count, size_t turn,
                             llmrec_replies **replies);
llmrec_status lr_asking_again(lr_asking *asking);

/* Number of samples of a question; 0: it failed. Then: one sample as text; and the probability of each of the menu's
 * labels, from the alternatives of the first token that is a label; false if there are none. */
size_t lr_asking_samples(const lr_asking *asking, size_t question);
lr_span lr_asking_text(const lr_asking *asking, size_t question, size_t sample);
bool lr_asking_letters(const lr_asking *asking, size_t question, double *probabilities);

/* Which items may be added to one session's list. */
typedef struct lr_allowed {
    const lr_filter *filter;
    lr_seen seen;
} lr_allowed;

/* The current batch, and the data that all forms need for it. */
typedef struct lr_prompted {
    const lr_prompter *prompter;
    const lr_batch *batch;
    int32_t *first;        /* [sessions, width] first-stage lists; NULL: no first stage */
    int32_t *first_counts; /* [sessions] */
    size_t width;
    lr_allowed *allowed; /* [sessions] */
    int32_t *seen_room;
    lr_list *lists;     /* [sessions] */
    int32_t *list_room; /* [sessions, k] */
    int64_t *counts;    /* [sessions, LR_GROUNDED] */
} lr_prompted;

/* Whether the session has anything to show. */
bool lr_prompted_asks(const lr_prompted *prompted, size_t session);

/* lr_prompter_seed for a session of the batch. */
uint64_t lr_prompted_seed(const lr_prompted *prompted, size_t session);

/* What is needed to read answers. Clear in any case. */
typedef struct lr_reader {
    const lr_prompter *prompter;
    lr_listing listing; /* the latest answer */
    lr_likeness likeness;
    bool *chosen; /* [choices] */
} lr_reader;

/* Prepares a reader for questions with at most `choices` menu entries. */
llmrec_status lr_reader_begin(const lr_prompter *prompter, size_t choices, lr_reader *reader);
void lr_reader_clear(lr_reader *reader);

/* Maximum number of entries used from an answer to a question with `choices` menu entries. */
size_t lr_prompter_entries(const lr_prompter *prompter, size_t choices);

/* Reads one sample of at most `limit` entries. */
llmrec_status lr_reader_read(lr_reader *reader, lr_span text, size_t choices, size_t limit);

/* A menu that was shown; none of its entries is chosen yet. */
lr_menu lr_reader_menu(lr_reader *reader, const int32_t *items, size_t choices);

/* Vectors, and the items most similar to each. A vector belongs to a session, whose items are excluded. */
typedef struct lr_lookup {
    const float *vectors;   /* [count, dim] */
    const size_t *sessions; /* [count] */
    size_t count, width;
    int32_t *near;        /* [count, width] */
    int32_t *near_counts; /* [count] */
} lr_lookup;

llmrec_status lr_prompted_nearest(const lr_prompted *prompted, lr_scratch_pool *scratch, const lr_lookup *lookup);

#endif
