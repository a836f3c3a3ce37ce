/* SPDX-License-Identifier: Apache-2.0 */
/* Training that goes on: a file an encoder, and beside it what it was trained on. */
#ifndef COMPARE_CHECKPOINT_FILE_H
#define COMPARE_CHECKPOINT_FILE_H

#include "network.h"

/* Sets run->checkpoint to DIR/STRATEGY-SEED.h5. Where that file is, gives its encoder, if it was made by the same
 * options on the same data; else writes DIR/STRATEGY-SEED.json, which says by which ones it is going to be made, and
 * gives NULL. */
llmrec_status checkpoint_find(compare_task *task, const compare_row *row, const compare_network *network,
                              compare_run *run, llmrec_encoder **encoder);

#endif
