/* SPDX-License-Identifier: Apache-2.0 */
/* Joins the text columns of each item of a dataset. */
#ifndef LR_EMBED_ITEM_TEXTS_H
#define LR_EMBED_ITEM_TEXTS_H

#include <stddef.h>

#include "llmrec/text_encoder.h"

typedef struct lr_item_texts {
    llmrec_context *context;
    size_t count;
    char *bytes;        /* all texts, concatenated */
    const char **texts; /* [count], each points into `bytes` */
    size_t *lengths;    /* [count] */
} lr_item_texts;

/* Joins the columns named in the options, or the title by default. Initialize `texts` with zeros and the context, and
 * free it in any case. Errors: ARGUMENT (a column does not exist; the message lists the existing ones), MEMORY. */
llmrec_status lr_item_texts_join(const llmrec_dataset *dataset, const llmrec_encode_items_options *options,
                                 lr_item_texts *texts);
void lr_item_texts_free(lr_item_texts *texts);

#endif
