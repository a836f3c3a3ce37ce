/* SPDX-License-Identifier: Apache-2.0 */
/* Immutable, reference-counted maps between external ids (text) and indices 0..count-1.
 * They carry the titles too, so that whoever knows an item's id can say what it is called. */
#ifndef LR_DATA_IDS_H
#define LR_DATA_IDS_H

#include <stddef.h>

#include "data/texts.h"

typedef struct lr_ids lr_ids;

/* Copies `count` texts. `lengths` NULL: each ends in NUL. A repeated id gives SHAPE, which names both positions as rows
 * of `what`. */
llmrec_status lr_ids_create(llmrec_context *context, size_t count, const char *const *texts, const size_t *lengths,
                            const char *what, lr_ids **ids);

/* Like lr_ids_create, from any source of texts. */
llmrec_status lr_ids_of(llmrec_context *context, lr_spans from, const char *what, lr_ids **ids);

/* Like lr_ids_of, with errors of its own. On a repeated id `twice` (may be NULL) gets both indices, the later one
 * first. `numbers`: every text is the decimal form of an int64. */
llmrec_status lr_ids_gather(llmrec_context *context, lr_spans from, bool numbers, size_t twice[2], lr_ids **ids);

lr_ids *lr_ids_hold(lr_ids *ids);
void lr_ids_free(lr_ids *ids); /* drops one reference; NULL is allowed */

lr_span lr_ids_at(const void *ids, size_t index); /* an lr_span_fn */
size_t lr_ids_count(const lr_ids *ids);
const char *lr_ids_text(const lr_ids *ids, size_t index, size_t *length); /* index < count; not NUL-terminated */
int64_t lr_ids_find(const lr_ids *ids, const char *text,
                    size_t length); /* -1 if unknown; length SIZE_MAX: NUL-terminated */

/* True if the ids were integers. */
bool lr_ids_are_numbers(const lr_ids *ids);

/* What the things with these ids are called: texts [count], which become the ids' own; the caller may read them as long
 * as it holds the ids. Once, before others hold the ids. */
void lr_ids_take_titles(lr_ids *ids, const lr_texts *titles);
bool lr_ids_have_titles(const lr_ids *ids);
lr_span lr_ids_title(const lr_ids *ids, size_t index); /* empty where there are none */

/* True if both have the same ids in the same order. */
bool lr_ids_equal(const lr_ids *a, const lr_ids *b);

#endif
