/* SPDX-License-Identifier: Apache-2.0 */
/* The text of each item of a dataset: columns joined. */
#ifndef LR_EMBED_ITEM_TEXTS_H
#define LR_EMBED_ITEM_TEXTS_H

#include <stddef.h>

#include "llmrec/text_encoder.h"

typedef struct lr_item_texts {
    llmrec_context *context;
    size_t count;
    char *bytes;        /* of all texts, one behind the other */
    const char **texts; /* [count] in bytes */
    size_t *lengths;    /* [count] */
} lr_item_texts;

/* Columns by name, the title by default; ARGUMENT naming the columns there are if one is not there. Zero-initialize but
 * for the context, and free in any case. */
llmrec_status lr_item_texts_join(const llmrec_dataset *dataset, const llmrec_encode_items_options *options,
                                 lr_item_texts *texts);
void lr_item_texts_free(lr_item_texts *texts);

#endif
