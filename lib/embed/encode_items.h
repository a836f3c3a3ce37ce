/* SPDX-License-Identifier: Apache-2.0 */
/* Encodes the items of a dataset, and caches the vectors under a hash of all inputs. */
#ifndef LR_EMBED_ENCODE_ITEMS_H
#define LR_EMBED_ENCODE_ITEMS_H

#include "llmrec/text_encoder.h"

/* Implements llmrec_text_encoder_encode_items; `options` are complete. */
llmrec_status lr_encode_items(const llmrec_text_encoder *encoder, const llmrec_dataset *dataset,
                              const llmrec_encode_items_options *options, llmrec_embedding **embedding);

#endif
