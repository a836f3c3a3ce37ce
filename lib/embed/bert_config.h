/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the config.json of a BERT model. */
#ifndef LR_EMBED_BERT_CONFIG_H
#define LR_EMBED_BERT_CONFIG_H

#include "embed/bert.h"

/* Errors: as lr_bert_open. */
llmrec_status lr_bert_read_config(llmrec_context *context, const char *path, lr_bert_shape *shape);

#endif
