/* SPDX-License-Identifier: Apache-2.0 */
/* Explanations under construction: strategies add reasons; explanation_text.c makes the sentence. */
#ifndef LR_RANK_EXPLANATION_H
#define LR_RANK_EXPLANATION_H

#include "core/text.h"
#include "llmrec/explain.h"
#include "rank/strategy.h"

/* How contributions were found: the method's public name, and its sentence:
 * `before` ITEM `after` REASON (FIGURE) and REASON (FIGURE). */
typedef struct lr_explaining {
    const char *name;
    const char *before, *after;
    enum { LR_FIGURE_NONE, LR_FIGURE_SHARE, LR_FIGURE_VALUE } figure;
} lr_explaining;

extern const lr_explaining lr_by_similarity, lr_by_weights, lr_by_neighbors, lr_by_gradient, lr_by_leaving_out,
    lr_by_rows, lr_by_parts, lr_by_words;

/* A reason, and what only some kinds have. */
typedef struct lr_reason {
    llmrec_reason told;
    llmrec_explanation *part; /* PART: by the part; NULL: none */
    const char *name;         /* PART: the part's name, valid until the sentence is written */
} lr_reason;

struct llmrec_explanation {
    llmrec_context *context;
    const lr_explaining *method;
    double score;
    lr_reason *reasons; /* [count] */
    size_t count, capacity;
    char *words;    /* WORDS: the model's answer; NULL: none */
    char *sentence; /* NULL until it is finished */
};

/* The session and the item that are explained. */
typedef struct lr_explained {
    const int32_t *items; /* [count] -1: unknown */
    size_t count;
    int32_t item;
    float score; /* NaN: the session has no score */
} lr_explained;

/* Adds a reason. The caller fills kind, index, item, contribution and value. */
llmrec_status lr_explanation_add(llmrec_explanation *explanation, const lr_reason *reason);

/* Adds the session item at `position`. */
llmrec_status lr_explanation_add_item(llmrec_explanation *explanation, const lr_explained *explained, size_t position,
                                      double contribution, double value);

/* Explains by the recommender's strategy, or by leaving items out if it has no way of its own. */
llmrec_status lr_explain(const llmrec_recommender *recommender, const lr_explained *explained,
                         llmrec_explanation **explanation);

/* An lr_explain_verb: adds the session's items by the score of the session without each. */
llmrec_status lr_explain_by_leaving_out(const llmrec_recommender *recommender, const lr_explained *explained,
                                        llmrec_explanation *explanation);

/* Makes the sentence from the sorted reasons. */
llmrec_status lr_explanation_write(const llmrec_recommender *recommender, int32_t item,
                                   llmrec_explanation *explanation);

#endif
