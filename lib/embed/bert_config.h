/* SPDX-License-Identifier: Apache-2.0 */
/* What a BERT model's config.json says. */
#ifndef LR_EMBED_BERT_CONFIG_H
#define LR_EMBED_BERT_CONFIG_H

#include "embed/bert.h"

/* See lr_bert_open for the errors. */
llmrec_status lr_bert_read_config(llmrec_context *context, const char *path, lr_bert_shape *shape);

#endif
