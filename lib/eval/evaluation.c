/* SPDX-License-Identifier: Apache-2.0 */
/* The door of llmrec/evaluation.h to evaluating. */
#include "llmrec/evaluation.h"

#include "core/options.h"
#include "eval/protocol.h"

static const int64_t default_k[] = {10, 20};
static const llmrec_evaluation_options defaults = {
    .size = sizeof defaults,
    .k_count = sizeof default_k / sizeof *default_k,
    .k = default_k,
    .missing = LLMREC_MISSING_AS_ZERO,
    .mrr = LLMREC_MRR_FIRST_HIT,
    .batch = 512,
};
static const size_t oldest = sizeof defaults;

llmrec_status llmrec_evaluation_options_init(llmrec_evaluation_options *options, size_t size)
{
    return lr_options_init(options, size, &defaults, sizeof defaults, oldest, "llmrec_evaluation_options");
}

static llmrec_status check_lengths(const llmrec_evaluation_options *options)
{
    LR_RETURN_IF(lr_option_range("k_count", options->k_count, 1, LR_MAX_KS));
    if (options->k == NULL) return lr_fail(LLMREC_ERR_ARGUMENT, "k is NULL");
    for (int64_t i = 0; i < options->k_count; i++) {
        const int64_t least = i == 0 ? 1 : options->k[i - 1] + 1;
        if (options->k[i] < least || options->k[i] > INT32_MAX)
            return lr_fail(LLMREC_ERR_ARGUMENT, "k[%lld] is %lld; wanted rising list lengths of 1 to %d", (long long)i,
                           (long long)options->k[i], INT32_MAX);
    }
    return LLMREC_OK;
}

static llmrec_status read_options(const llmrec_evaluation_options *given, llmrec_evaluation_options *options)
{
    *options = defaults;
    LR_RETURN_IF(lr_options_overlay(options, sizeof *options, oldest, given, "llmrec_evaluation_options"));
    LR_RETURN_IF(lr_option_range("missing", options->missing, LLMREC_MISSING_AS_ZERO, LLMREC_MISSING_SKIPPED));
    LR_RETURN_IF(lr_option_range("mrr", options->mrr, LLMREC_MRR_FIRST_HIT, LLMREC_MRR_MEAN_OF_HITS));
    LR_RETURN_IF(lr_option_range("keep_seen", options->keep_seen, 0, 1));
    LR_RETURN_IF(lr_option_range("batch", options->batch, 1, INT32_MAX));
    return check_lengths(options);
}

/* --- lists made elsewhere ------------------------------------------------------------------------------------ */

static llmrec_status check_offsets(const char *name, const int64_t *offsets, size_t sessions)
{
    if (offsets == NULL) return lr_fail(LLMREC_ERR_ARGUMENT, "%s is NULL", name);
    if (offsets[0] < 0) return lr_fail(LLMREC_ERR_ARGUMENT, "%s[0] is %lld; wanted 0", name, (long long)offsets[0]);
    for (size_t i = 0; i < sessions; i++)
        if (offsets[i + 1] < offsets[i])
            return lr_fail(LLMREC_ERR_ARGUMENT, "%s[%zu] is %lld, less than the %lld before it", name, i + 1,
                           (long long)offsets[i + 1], (long long)offsets[i]);
    return LLMREC_OK;
}

static llmrec_status check_lists(const lr_made_lists *made)
{
    LR_RETURN_IF(check_offsets("list_offsets", made->list_offsets, made->sessions));
    LR_RETURN_IF(check_offsets("target_offsets", made->target_offsets, made->sessions));
    if (made->lists == NULL && made->list_offsets[made->sessions] > made->list_offsets[0])
        return lr_fail(LLMREC_ERR_ARGUMENT, "lists is NULL");
    if (made->targets == NULL && made->target_offsets[made->sessions] > made->target_offsets[0])
        return lr_fail(LLMREC_ERR_ARGUMENT, "targets is NULL");
    return LLMREC_OK;
}

llmrec_status llmrec_evaluate_lists(llmrec_context *context, size_t sessions, int64_t items,
                                    const int64_t *list_offsets, const int32_t *lists, const uint8_t *has_list,
                                    const int64_t *target_offsets, const int32_t *targets,
                                    const llmrec_evaluation_options *given, llmrec_report **report)
{
    llmrec_status status = LLMREC_OK;
    llmrec_evaluation_options options;
    lr_tally *tally = NULL;
    const lr_made_lists made = {sessions, list_offsets, lists, has_list, target_offsets, targets};
    if (context == NULL) return lr_fail(LLMREC_ERR_ARGUMENT, "context is NULL");
    if (report == NULL) return lr_fail(LLMREC_ERR_ARGUMENT, "report is NULL");
    LR_TRY(read_options(given, &options));
    LR_TRY(lr_option_range("items", items, 1, INT32_MAX));
    LR_TRY(check_lists(&made));
    const lr_tally_plan plan = {context, sessions, (size_t)items, options.item_counts, &options};
    LR_TRY(lr_tally_begin(&plan, &tally));
    LR_TRY(lr_protocol_take(context, &made, &options, tally));
    lr_tally_end(tally, report);
done:
    lr_tally_free(tally);
    return status;
}
