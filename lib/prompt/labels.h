/* SPDX-License-Identifier: Apache-2.0 */
/* Short labels of a menu's entries: A to Z, then AA, AB, ... A label is short to write, and models copy labels
 * reliably. */
#ifndef LR_PROMPT_LABELS_H
#define LR_PROMPT_LABELS_H

#include "core/text.h"
#include "llm/replies.h"

enum { LR_LABEL_SIZE = 4, LR_LABELS_MAX = 26 + 26 * 26 };

/* Writes label `index` (< LR_LABELS_MAX) with a final NUL; returns its length. */
size_t lr_label_text(size_t index, char text[LR_LABEL_SIZE]);

/* The index of a label among the first `count`; letter case is ignored; -1: not a label. */
int32_t lr_label_find(const char *text, size_t length, size_t count);

/* Append the required shape of an answer of `entries` labels out of `count`: as a JSON schema of {"ranking": [...]},
 * and as GBNF of labels separated by commas. */
llmrec_status lr_labels_schema(size_t count, size_t entries, lr_builder *out);
llmrec_status lr_labels_grammar(size_t count, size_t entries, lr_builder *out);

/* Computes the probability of each of `count` labels from the alternatives [listed] of a token, whose texts are in
 * `names`. probabilities[count] is normalized over the labels, so its sum is 1. Blanks around a token are ignored.
 * Returns false and writes nothing if no alternative is a label. */
bool lr_labels_score(const char *names, const lr_alternative *alternatives, size_t listed, size_t count,
                     double *probabilities);

#endif
