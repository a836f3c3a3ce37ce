/* SPDX-License-Identifier: Apache-2.0 */
/* Defines a form: its kind of question, the parts it needs, how it asks, and how it uses the answers. Each form is one
 * file; forms.c lists them. */
#ifndef LR_PROMPT_FORM_H
#define LR_PROMPT_FORM_H

#include "prompt/wording.h"
#include "llmrec/prompt.h"
#include "rank/strategy.h"

struct lr_prompter;
struct lr_prompted;
struct lr_example;
struct lr_tuned;

enum { LR_ANY_SCORING = -1 };

typedef struct lr_form {
    int64_t form, scoring; /* values of options: LLMREC_PROMPT_*; LLMREC_SCORING_*, or LR_ANY_SCORING */
    lr_strategy strategy;
    lr_question_kind kinds[2]; /* indexed by LLMREC_ANSWER_* */

    /* The reason why the form needs each part, for messages; NULL: the part is optional. */
    const char *first_stage, *embedding;

    /* Each may be NULL: rejects options that cannot be combined; the number of questions about one session that are
     * sent together (NULL: one); the number of items it takes from the first stage's list (NULL: only to fill up a
     * list); what it computes once from its parts. */
    llmrec_status (*check)(const llmrec_prompt_options *options);
    int64_t (*questions)(const llmrec_prompt_options *options);
    int64_t (*candidates)(const llmrec_prompt_options *options);
    llmrec_status (*prepare)(struct lr_prompter *prompter, const llmrec_dataset *dataset);

    /* Asks about all sessions of a batch that have something to show, reads the answers, and fills the lists. */
    llmrec_status (*rank)(struct lr_prompted *prompted, lr_scratch_pool *scratch);

    /* For fine-tuning examples. `answer` chooses what the example shows and the correct answer. It uses the first
     * stage's list if `tuned_first` is set, which says why. */
    llmrec_status (*answer)(struct lr_example *example, const struct lr_tuned *tuned);
    const char *tuned_first;
    bool tuned_named;  /* the first stage's lists may contain only items with names */
    bool tuned_longer; /* rows are longer than the usual limit */
} lr_form;

/* The forms, one file each. */
extern const lr_form lr_form_rank, lr_form_letters, lr_form_pairs, lr_form_genitem, lr_form_genlist, lr_form_classify;

/* The form that the options select. */
const lr_form *lr_form_of(const llmrec_prompt_options *options);

/* Shared by the forms that rank the first stage's candidates. */
#define LR_FORM_RANKS "ranking needs candidates"
llmrec_status lr_form_check_windows(const llmrec_prompt_options *options);
int64_t lr_form_rounds(const llmrec_prompt_options *options);
int64_t lr_form_candidates(const llmrec_prompt_options *options);
size_t lr_form_shown(const llmrec_prompt_options *options); /* candidates in one question */

/* Functions of the strategy table that all forms share. */
size_t lr_prompter_batch(const void *self, size_t k);
llmrec_status lr_prompter_rank(const llmrec_recommender *recommender, const lr_batch *batch);
llmrec_status lr_prompter_explain(const llmrec_recommender *recommender, const struct lr_explained *explained,
                                  llmrec_explanation *explanation);
#define LR_PROMPT_STRATEGY(text)                                                                                       \
    {                                                                                                                  \
        .name = text, .kind = &lr_prompt_kind, .batch = lr_prompter_batch, .rank = lr_prompter_rank,                   \
        .explain = lr_prompter_explain, .free = lr_prompter_free                                                       \
    }

#endif
