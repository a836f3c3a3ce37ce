/* SPDX-License-Identifier: Apache-2.0 */
/* Computes a 128-bit hash of everything that the vectors of items depend on. */
#ifndef LR_EMBED_FINGERPRINT_H
#define LR_EMBED_FINGERPRINT_H

#include "data/ids.h"
#include "embed/item_texts.h"

typedef struct lr_fingerprint {
    uint64_t low, high;
} lr_fingerprint;

/* Hashes the encoder's weights, tokenizer and settings, and the items' ids and texts. Cost: one pass over the
 * weights. */
llmrec_status lr_items_fingerprint(const llmrec_text_encoder *encoder, const lr_ids *ids, const lr_item_texts *texts,
                                   lr_fingerprint *fingerprint);

#endif
