/* SPDX-License-Identifier: Apache-2.0 */
/* Reads and writes the file of an encoder: options, item ids, weights and training state. Format version 1:
 * JSON texts `options`, `train`; texts `item_ids`;
 * attributes `rows.mode`, `rows.frozen`, `rows.adapter`, `item_numbers`, `epoch`, `step`, `best`, `best_figure`,
 * `since_best`, `best_in_use`;
 * arrays `parameters` [1,total], `vectors` [items,dim] with an adapter, `moments` [2,total] of Adam after training,
 * `shelf` [1,total] with the weights of the best epoch after validation, `history` [epochs,11]. */
#ifndef LR_NN_CHECKPOINT_H
#define LR_NN_CHECKPOINT_H

#include "llmrec/encoder.h"

/* Writes the file atomically. */
llmrec_status lr_checkpoint_write(const llmrec_encoder *encoder, const char *path);

llmrec_status lr_checkpoint_read(llmrec_context *context, const char *path, llmrec_encoder **encoder);

#endif
