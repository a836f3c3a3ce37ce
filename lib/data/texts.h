/* SPDX-License-Identifier: Apache-2.0 */
/* Texts by index: all bytes in one array, with compact offsets. */
#ifndef LR_DATA_TEXTS_H
#define LR_DATA_TEXTS_H

#include <stddef.h>
#include <stdint.h>

#include "core/status.h"
#include "llmrec/context.h"

typedef struct lr_span {
    const char *text;
    size_t length;
} lr_span;

/* Source of texts: returns the text at `index` of `of`. */
typedef lr_span (*lr_span_fn)(const void *of, size_t index);

typedef struct lr_spans {
    size_t count;
    lr_span_fn at;
    const void *of;
} lr_spans;

typedef struct lr_texts {
    size_t count;
    char *bytes;
    uint32_t *narrow; /* [count+1], if all offsets fit in 32 bits */
    uint64_t *wide;   /* [count+1], otherwise */
} lr_texts;

/* Copies texts; calls `at` twice for each. */
llmrec_status lr_texts_gather(llmrec_context *context, lr_spans from, lr_texts *texts);
void lr_texts_free(llmrec_context *context, lr_texts *texts);

/* Offset of text `index`, 0..count. */
static inline size_t lr_texts_offset(const lr_texts *texts, size_t index)
{
    return texts->narrow != NULL ? texts->narrow[index] : (size_t)texts->wide[index];
}

static inline lr_span lr_texts_at(const lr_texts *texts, size_t index)
{
    const size_t begin = lr_texts_offset(texts, index);
    return (lr_span){texts->bytes + begin, lr_texts_offset(texts, index + 1) - begin};
}

#endif
