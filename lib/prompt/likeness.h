/* SPDX-License-Identifier: Apache-2.0 */
/* How alike two names are: what a model writes is seldom a title to the letter. */
#ifndef LR_PROMPT_LIKENESS_H
#define LR_PROMPT_LIKENESS_H

#include "core/text.h"
#include "data/texts.h"

/* Adds a name in the form in which names are compared: HTML entities decoded, compatibility forms (NFKC) and case
 * folded, curved quotes and long dashes plain, runs of white space one blank, none at the ends. Valid UTF-8 in, valid
 * UTF-8 out. */
llmrec_status lr_name_fold(lr_builder *out, const char *text, size_t length);

/* Memory for comparisons, kept from one to the next. Zero-initialize but for the context, clear at the end. */
typedef struct lr_likeness {
    llmrec_context *context;
    uint32_t *codes; /* of both names, and their words in order */
    size_t *row;     /* of the table of common subsequences */
    size_t code_capacity, row_capacity;
} lr_likeness;

void lr_likeness_clear(lr_likeness *likeness);

/* Code points of the longest common subsequence of two texts. O(length x length). */
llmrec_status lr_common_length(lr_likeness *likeness, lr_span a, lr_span b, size_t *length);

/* LLMRank's rule (Hou et al. 2024), which compares as written: one holds the other, or their common subsequence is
 * longer than 0.9 of the candidate. */
llmrec_status lr_likeness_llmrank(lr_likeness *likeness, lr_span line, lr_span candidate, bool *match);

/* Likeness of two folded names in [0,1]: 1 where they are the same; else the highest of twice the common subsequence
 * over both lengths, the same over their words in alphabetical order less a twentieth, and, where one's words stand in
 * the other unbroken (at least 4 code points of them), from 0.85 to 0.95. `least`: below it any lower value may come
 * back. */
llmrec_status lr_likeness_of(lr_likeness *likeness, lr_span a, lr_span b, double least, double *value);

#endif
