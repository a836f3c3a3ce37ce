/* SPDX-License-Identifier: Apache-2.0 */
/* Packed arrays of texts. */
#include "data/texts.h"

#include <string.h>

#include "core/memory.h"

/* SIZE_MAX if the sum does not fit: the allocation of so much then fails. */
static size_t total_length(lr_spans from)
{
    size_t total = 0;
    for (size_t i = 0; i < from.count; i++)
        if (__builtin_add_overflow(total, from.at(from.of, i).length, &total)) return SIZE_MAX;
    return total;
}

static void set_offset(lr_texts *texts, size_t index, size_t offset)
{
    if (texts->narrow != NULL) texts->narrow[index] = (uint32_t)offset;
    else texts->wide[index] = offset;
}

static void copy_texts(lr_texts *texts, lr_spans from)
{
    size_t end = 0;
    set_offset(texts, 0, 0);
    for (size_t i = 0; i < texts->count; i++) {
        const lr_span span = from.at(from.of, i);
        if (span.length > 0) memcpy(texts->bytes + end, span.text, span.length);
        end += span.length;
        set_offset(texts, i + 1, end);
    }
}

llmrec_status lr_texts_gather(llmrec_context *context, lr_spans from, lr_texts *texts)
{
    llmrec_status status = LLMREC_OK;
    lr_texts fresh = {.count = from.count};
    const size_t total = total_length(from);
    LR_TRY(LR_NEW(context, fresh.bytes, total));
    if (total <= UINT32_MAX) LR_TRY(LR_NEW(context, fresh.narrow, from.count + 1));
    else LR_TRY(LR_NEW(context, fresh.wide, from.count + 1));
    copy_texts(&fresh, from);
    *texts = fresh;
done:
    if (status != LLMREC_OK) lr_texts_free(context, &fresh);
    return status;
}

void lr_texts_free(llmrec_context *context, lr_texts *texts)
{
    lr_free(context, texts->bytes);
    lr_free(context, texts->narrow);
    lr_free(context, texts->wide);
    *texts = (lr_texts){0};
}
