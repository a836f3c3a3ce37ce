/* SPDX-License-Identifier: Apache-2.0 */
/* Checkpoints: one file for each encoder, and notes of its options and data beside it. */
#ifndef COMPARE_CHECKPOINT_FILE_H
#define COMPARE_CHECKPOINT_FILE_H

#include "recommenders.h"

/* Sets run->checkpoint to DIR/ROW-SEED.h5. If the file exists, gives its encoder after a check that options and data in
 * the notes are the same; else writes the notes, DIR/ROW-SEED.json, and gives NULL. */
llmrec_status checkpoint_find(compare_task *task, const compare_row *row, const compare_network *network,
                              compare_run *run, llmrec_encoder **encoder);

#endif
