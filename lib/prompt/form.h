/* SPDX-License-Identifier: Apache-2.0 */
/* What a form is: its kind of question, the parts it needs, how it asks and what becomes of the answers. Each form is
 * one file; forms.c lists them. */
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
    int64_t form, scoring; /* of options: LLMREC_PROMPT_*; LLMREC_SCORING_*, or LR_ANY_SCORING */
    lr_strategy strategy;
    lr_question_kind kinds[2]; /* by LLMREC_ANSWER_* */

    /* What for it needs these parts; NULL: it can do without. */
    const char *first_stage, *embedding;

    /* Each may be NULL: options that do not go together; questions of a session that are asked together (NULL: one);
     * items it takes from the first stage's list (NULL: only to fill up); what it makes once from its parts. */
    llmrec_status (*check)(const llmrec_prompt_options *options);
    int64_t (*questions)(const llmrec_prompt_options *options);
    int64_t (*candidates)(const llmrec_prompt_options *options);
    llmrec_status (*prepare)(struct lr_prompter *prompter, const llmrec_dataset *dataset);

    /* Asks about all sessions of a batch that can be asked about, reads the answers, and fills the lists. */
    llmrec_status (*rank)(struct lr_prompted *prompted, lr_scratch_pool *scratch);

    /* Fine-tuning examples. `answer` chooses what is shown and what should be answered; it uses the first stage's list
     * if `tuned_first` says what for. */
    llmrec_status (*answer)(struct lr_example *example, const struct lr_tuned *tuned);
    const char *tuned_first;
    bool tuned_named;  /* the first stage's lists are to hold items with names only */
    bool tuned_longer; /* rows are longer than the usual limit */
} lr_form;

/* The forms, each in its own file. */
extern const lr_form lr_form_rank, lr_form_letters, lr_form_pairs, lr_form_genitem, lr_form_genlist, lr_form_classify;

/* The form that options ask for. */
const lr_form *lr_form_of(const llmrec_prompt_options *options);

/* What forms that rank the first stage's candidates share. */
#define LR_FORM_RANKS "ranking needs candidates"
llmrec_status lr_form_check_windows(const llmrec_prompt_options *options);
int64_t lr_form_rounds(const llmrec_prompt_options *options);
int64_t lr_form_candidates(const llmrec_prompt_options *options);
size_t lr_form_shown(const llmrec_prompt_options *options); /* in one question */

/* What all forms are as strategies. */
size_t lr_prompter_batch(const void *self, size_t k);
llmrec_status lr_prompter_rank(const llmrec_recommender *recommender, const lr_batch *batch);
#define LR_PROMPT_STRATEGY(text)                                                                                       \
    {                                                                                                                  \
        .name = text, .kind = &lr_prompt_kind, .batch = lr_prompter_batch, .rank = lr_prompter_rank,                   \
        .free = lr_prompter_free                                                                                       \
    }

#endif
