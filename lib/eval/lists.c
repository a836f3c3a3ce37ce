/* SPDX-License-Identifier: Apache-2.0 */
/* Evaluates lists that were made elsewhere. */
#include "core/log.h"
#include "eval/protocol.h"

llmrec_status lr_protocol_take(llmrec_context *context, const lr_made_lists *made,
                               const llmrec_evaluation_options *options, lr_tally *tally)
{
    const size_t longest = (size_t)options->k[options->k_count - 1];
    lr_progress progress = lr_progress_begin(context, "evaluate", "sessions", (int64_t)made->sessions);
    for (size_t i = 0; i < made->sessions; i++) {
        const int64_t first = made->list_offsets[i], first_target = made->target_offsets[i];
        const size_t length = (size_t)(made->list_offsets[i + 1] - first);
        const lr_items list = {made->lists + first, length < longest ? length : longest};
        const lr_items targets = {made->targets + first_target, (size_t)(made->target_offsets[i + 1] - first_target)};
        if (made->has_list == NULL || made->has_list[i] != 0) LR_RETURN_IF(lr_tally_add(tally, list, targets));
        else if (options->no_list == LLMREC_NO_LIST_ZERO) lr_tally_add_missing(tally);
        LR_RETURN_IF(lr_progress_step(&progress, (int64_t)i + 1));
    }
    return lr_progress_end(&progress, (int64_t)made->sessions);
}
