/* SPDX-License-Identifier: Apache-2.0 */
/* Reads and writes the file of an encoder: options, item ids, weights and training state.
 *
 * Format version 1:
 *     options, train   JSON texts: the encoder's options, and those of its latest training
 *     item_ids         texts
 *     parameters       [1,total]    weights in use
 *     vectors          [items,dim]  item vectors; only with an adapter
 *     moments          [2,total]    state of Adam; only after training
 *     average          [1,total]    running average of the latest weights; only if training averages
 *     shelf            [1,total]    the best or the latest weights, whichever are not in use; only after validation
 *                                   or with an average
 *     history          [epochs,11]  figures of each epoch
 *     attributes       rows.mode, rows.frozen, rows.adapter, item_numbers, epoch, step, best, best_figure, since_best,
 *                      best_in_use */
#ifndef LR_NN_CHECKPOINT_H
#define LR_NN_CHECKPOINT_H

#include "llmrec/encoder.h"

/* Writes the file atomically. */
llmrec_status lr_checkpoint_write(const llmrec_encoder *encoder, const char *path);

llmrec_status lr_checkpoint_read(llmrec_context *context, const char *path, llmrec_encoder **encoder);

#endif
