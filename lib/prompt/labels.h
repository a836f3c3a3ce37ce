/* SPDX-License-Identifier: Apache-2.0 */
/* Short labels of a menu's entries: A to Z, then AA, AB, ... They are quickly told, and models copy them without
 * fail. */
#ifndef LR_PROMPT_LABELS_H
#define LR_PROMPT_LABELS_H

#include "core/text.h"

enum { LR_LABEL_SIZE = 4, LR_LABELS_MAX = 26 + 26 * 26 };

/* Writes label `index` (< LR_LABELS_MAX), NUL at its end; returns its length. */
size_t lr_label_text(size_t index, char text[LR_LABEL_SIZE]);

/* The index of a label among the first `count`, of which letter case does not matter; -1 if it is none. */
int32_t lr_label_find(const char *text, size_t length, size_t count);

/* What an answer of `entries` labels out of `count` must look like: as a JSON schema of {"ranking": [...]}, and as GBNF
 * of labels with commas between them. */
llmrec_status lr_labels_schema(size_t count, size_t entries, lr_builder *out);
llmrec_status lr_labels_grammar(size_t count, size_t entries, lr_builder *out);

/* The mass that a token's alternatives give to each label: probabilities[count] of all that the labels got, which sum
 * to 1. Blanks around a token do not matter. False where no alternative is a label: then nothing is written. */
typedef struct lr_alternatives {
    const char *const *texts; /* [count] NUL-terminated */
    const double *logprobs;   /* [count] */
    size_t count;
} lr_alternatives;

bool lr_labels_score(const lr_alternatives *alternatives, size_t count, double *probabilities);

#endif
