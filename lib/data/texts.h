/* SPDX-License-Identifier: Apache-2.0 */
/* Texts by index: one run of bytes and compact offsets into it. */
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

/* Where texts come from: the one at `index` of `of`. */
typedef lr_span (*lr_span_fn)(const void *of, size_t index);

typedef struct lr_spans {
    size_t count;
    lr_span_fn at;
    const void *of;
} lr_spans;

typedef struct lr_texts {
    size_t count;
    char *bytes;
    uint32_t *narrow; /* [count+1], where all offsets fit 32 bits */
    uint64_t *wide;   /* [count+1], where they do not */
} lr_texts;

/* Copies texts; `at` is asked twice for each. */
llmrec_status lr_texts_gather(llmrec_context *context, lr_spans from, lr_texts *texts);
void lr_texts_free(llmrec_context *context, lr_texts *texts);

/* Offset `index`, 0..count. */
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
