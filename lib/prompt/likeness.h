/* SPDX-License-Identifier: Apache-2.0 */
/* Computes how similar two names are: a model seldom writes a title exactly. */
#ifndef LR_PROMPT_LIKENESS_H
#define LR_PROMPT_LIKENESS_H

#include "core/text.h"
#include "data/texts.h"

/* Appends a name in the form in which names are compared: HTML entities are decoded, compatibility forms (NFKC) and
 * case are folded, curved quotes and long dashes become plain, each run of white space becomes one blank, and blanks at
 * both ends are removed. Input and output are valid UTF-8. */
llmrec_status lr_name_fold(lr_builder *out, const char *text, size_t length);

/* Memory for comparisons, reused by later ones. Zero-initialize all but the context; clear at the end. */
typedef struct lr_likeness {
    llmrec_context *context;
    uint32_t *codes; /* of both names, and of their sorted words */
    size_t *row;     /* one row of the table of common subsequences */
    size_t code_capacity, row_capacity;
} lr_likeness;

void lr_likeness_clear(lr_likeness *likeness);

/* LLMRank's rule (Hou et al. 2024) compares names as written: one contains the other, or their common subsequence is
 * longer than 0.9 of the candidate. */
llmrec_status lr_likeness_llmrank(lr_likeness *likeness, lr_span line, lr_span candidate, bool *match);

/* Similarity of two folded names in [0,1]: 1 if they are equal. Else the largest of: twice the length of the common
 * subsequence divided by the sum of both lengths; the same for their sorted words, minus 0.05; and 0.85 to 0.95 if one
 * name contains the words of the other without a gap (at least 4 code points). If the result is below `least`, any
 * lower value may be returned. */
llmrec_status lr_likeness_of(lr_likeness *likeness, lr_span a, lr_span b, double least, double *value);

#endif
