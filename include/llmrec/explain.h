/* SPDX-License-Identifier: Apache-2.0 */
/* Explanations: what speaks for an item in the list of a session, as numbers and as one sentence.
 *
 * For the functions of this header, unless their comment says otherwise:
 * Errors: none; a NULL explanation gives 0, NULL or "". Ownership: the caller owns a created explanation; it keeps its
 * context alive, but not the recommender. Returned texts belong to the explanation. Threads: any; many at once. Cost:
 * constant; allocates nothing. Since: 0.1.
 */
#ifndef LLMREC_EXPLAIN_H
#define LLMREC_EXPLAIN_H

#include "recommender.h"

LLMREC_BEGIN

typedef struct llmrec_explanation llmrec_explanation;

/* What a reason is. */
typedef enum llmrec_reason_kind {
    LLMREC_REASON_ITEM = 0,    /* an item of the session; index: its position there, 0 is the oldest */
    LLMREC_REASON_SESSION = 1, /* a session of the data; index: its number among the training sessions, newest first */
    LLMREC_REASON_PART = 2,    /* a recommender inside this one; index: its place among the parts */
    LLMREC_REASON_ROWS = 3,    /* the rows of the item in the data; index: 0; value: their number */
    LLMREC_REASON_WORDS = 4    /* an answer of the language model; index: 0 */
} llmrec_reason_kind;

typedef struct llmrec_reason {
    size_t size;         /* set by the caller: sizeof(llmrec_reason) */
    int64_t kind;        /* one of llmrec_reason_kind */
    int64_t index;       /* see llmrec_reason_kind */
    int64_t item;        /* ITEM: the item's index in the catalog; else -1 */
    double contribution; /* what it adds to the score, in the score's unit; negative: it speaks against the item */
    double share;        /* |contribution| / the sum of all |contribution|; 0 if the sum is 0 */
    double value;        /* the method's own number: see llmrec_explanation_method */
} llmrec_reason;

/* Explains the score of `item` for one session: items[count], oldest first; -1 is an unknown item and is skipped. The
 * item need not be in the session's list.
 * Errors: ARGUMENT (`item` or an item of the session is out of range), MEMORY; prompt recommenders also IO, CALLBACK,
 * CANCELED; and what a custom recommender fails with. Cost: as llmrec_score of one candidate; "gradient": also one
 * backward pass; "left out": one session for each of the newest 64 known items; blends: all of this for each part;
 * prompts: one question to the model. */
LLMREC_API llmrec_status llmrec_explain(const llmrec_recommender *recommender, const int32_t *items, int64_t count,
                                        int32_t item, llmrec_explanation **explanation);

/* Frees the explanation, and those of its parts. */
LLMREC_API void llmrec_explanation_free(llmrec_explanation *explanation);

/* Returns the item's score, as llmrec_score gives it. */
LLMREC_API double llmrec_explanation_score(const llmrec_explanation *explanation);

/* Returns how the contributions were found:
 * "similarity": the score is a weighted sum of the measure between the item's vector and the vector of each session
 * item. The contributions add up to the score, to rounding. value: cosine of the two vectors. Measure EUCLIDEAN has no
 * such sum: "left out".
 * "weights": the score is a sum of item-to-item weights. value: the weight, before the session's decay.
 * "neighbors": the score is a sum over similar sessions that contain the item. value: similarity of the two sessions.
 * "gradient": gradient of the score times input, at the vectors of the session's items (Shrikumar et al. 2017). The
 * contributions do not add up to the score. value: the gradient's length.
 * "left out": the score minus the score of the session without the item (Zeiler and Fergus 2014). value: the score
 * without it. It serves all other strategies, and custom ones.
 * "rows": the number of rows of the item. "parts": weighted scores of a blend's parts; value: the part's scaled score.
 * "words": the language model says why. */
LLMREC_API const char *llmrec_explanation_method(const llmrec_explanation *explanation);

/* Returns the number of reasons. They are ordered by falling |contribution|, ties by index. */
LLMREC_API int64_t llmrec_explanation_count(const llmrec_explanation *explanation);

/* Fills the first reason->size bytes with reason `index`. Errors: ARGUMENT (no such reason), ABI. */
LLMREC_API llmrec_status llmrec_explanation_reason(const llmrec_explanation *explanation, int64_t index,
                                                   llmrec_reason *reason);

/* Returns the explanation by the part that reason `index` (kind PART) names; NULL if there is none. The part's
 * explanation belongs to this one. */
LLMREC_API const llmrec_explanation *llmrec_explanation_part(const llmrec_explanation *explanation, int64_t index);

/* Returns one sentence with the strongest reasons, in English, with titles or else ids as names. Names are cut at 40
 * bytes, and control characters are escaped. The words of a language model are quoted, not checked. */
LLMREC_API const char *llmrec_explanation_sentence(const llmrec_explanation *explanation);

LLMREC_END
#endif
