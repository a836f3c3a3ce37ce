/* SPDX-License-Identifier: Apache-2.0 */
/* Names made of content: 128 bits over everything that items' vectors depend on. */
#ifndef LR_EMBED_FINGERPRINT_H
#define LR_EMBED_FINGERPRINT_H

#include "data/ids.h"
#include "embed/item_texts.h"

typedef struct lr_fingerprint {
    uint64_t low, high;
} lr_fingerprint;

/* Over the encoder's weights, tokenizer and settings, the items' ids and their texts. Cost: one pass over the
 * weights. */
llmrec_status lr_items_fingerprint(const llmrec_text_encoder *encoder, const lr_ids *ids, const lr_item_texts *texts,
                                   lr_fingerprint *fingerprint);

#endif
