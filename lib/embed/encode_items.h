/* SPDX-License-Identifier: Apache-2.0 */
/* A dataset's items to a table of vectors, kept under a name made of everything that it depends on. */
#ifndef LR_EMBED_ENCODE_ITEMS_H
#define LR_EMBED_ENCODE_ITEMS_H

#include "llmrec/text_encoder.h"

/* See llmrec_text_encoder_encode_items; `options` are complete. */
llmrec_status lr_encode_items(const llmrec_text_encoder *encoder, const llmrec_dataset *dataset,
                              const llmrec_encode_items_options *options, llmrec_embedding **embedding);

#endif
