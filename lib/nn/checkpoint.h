/* SPDX-License-Identifier: Apache-2.0 */
/* An encoder's file: options, item ids, weights, and where its training stands. Format version 1: attributes
 * `options.NAME`, `train.NAME`, `rows.mode`, `rows.frozen`, `rows.adapter`, `item_numbers`, `epoch`, `step`, `best`,
 * `best_figure`, `since_best`, `best_in_use`; texts `item_ids`; arrays `parameters` [1,total], `vectors` [V,A] with an
 * adapter, `moments` [2,total] once it was trained, `shelf` [1,total] once it was validated, `history` [epochs,11]. */
#ifndef LR_NN_CHECKPOINT_H
#define LR_NN_CHECKPOINT_H

#include "llmrec/encoder.h"

/* Writes it atomically. */
llmrec_status lr_checkpoint_write(const llmrec_encoder *encoder, const char *path);

llmrec_status lr_checkpoint_read(llmrec_context *context, const char *path, llmrec_encoder **encoder);

#endif
