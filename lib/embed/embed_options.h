/* SPDX-License-Identifier: Apache-2.0 */
/* Option tables of llmrec/embedding.h and llmrec/text_encoder.h. */
#ifndef LR_EMBED_EMBED_OPTIONS_H
#define LR_EMBED_EMBED_OPTIONS_H

#include "core/options.h"
#include "llmrec/text_encoder.h"

extern const lr_options lr_embedding_options, lr_reducer_options, lr_text_encoder_options, lr_encode_items_options;

extern const lr_choice lr_dtypes[];     /* llmrec_embedding_options.dtype */
extern const lr_choice lr_reductions[]; /* llmrec_reducer_options.method */

#endif
