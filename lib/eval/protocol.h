/* SPDX-License-Identifier: Apache-2.0 */
/* The two sources of lists: a recommender, or lists made elsewhere. */
#ifndef LR_EVAL_PROTOCOL_H
#define LR_EVAL_PROTOCOL_H

#include "core/options.h"
#include "eval/tally.h"

extern const lr_options lr_evaluation_options;

/* Evaluates a data set's sessions in order, in batches: the targets are its last
 * rows, one unless the split says otherwise, and the prompt is the rows before them. */
llmrec_status lr_protocol_ask(const llmrec_recommender *recommender, const llmrec_dataset *test,
                              const llmrec_evaluation_options *options, lr_tally *tally);

/* Lists and targets as CSR; `has_list` NULL: every session has a list. */
typedef struct lr_made_lists {
    size_t sessions;
    const int64_t *list_offsets;
    const int32_t *lists;
    const uint8_t *has_list;
    const int64_t *target_offsets;
    const int32_t *targets;
} lr_made_lists;

llmrec_status lr_protocol_take(llmrec_context *context, const lr_made_lists *made,
                               const llmrec_evaluation_options *options, lr_tally *tally);

#endif
