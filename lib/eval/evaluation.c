/* SPDX-License-Identifier: Apache-2.0 */
/* Evaluates recommenders and lists. Implements the evaluation part of llmrec/evaluation.h. */
#include "llmrec/evaluation.h"

#include <string.h>

#include "core/memory.h"
#include "data/dataset.h"
#include "rank/strategy.h"
#include "eval/protocol.h"

static const int64_t default_k[] = {10, 20};
static const lr_choice no_lists[] = {{"zero", LLMREC_NO_LIST_ZERO}, {"skip", LLMREC_NO_LIST_SKIP}, {NULL, 0}};
static const lr_choice mrrs[] = {
    {"first_hit", LLMREC_MRR_FIRST_HIT}, {"mean_of_hits", LLMREC_MRR_MEAN_OF_HITS}, {NULL, 0}};

static llmrec_status check_lengths(const void *given)
{
    const llmrec_evaluation_options *options = given;
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

typedef llmrec_evaluation_options E;
static const lr_option option[] = {
    LR_COUNT(E, k_count, 2, 1, LR_MAX_KS, "number of list lengths"),
    LR_LIST(E, k, INTEGERS, "k_count", default_k, "list lengths, rising"),
    LR_CHOICE(E, no_list, LLMREC_NO_LIST_ZERO, no_lists, "score of a session without a list"),
    LR_CHOICE(E, mrr, LLMREC_MRR_FIRST_HIT, mrrs, "reciprocal rank of the first hit, or the mean over hits"),
    LR_LIST(E, item_counts, INTEGERS, NULL, NULL,
            "rows of each item, for novelty and serendipity; unset: counted in train"),
    LR_FLAG(E, keep_seen, 0, "a session's own items may be recommended"),
    LR_INTEGER(E, batch, 512, 1, INT32_MAX, "sessions per call of the recommender"),
    LR_INTEGER(E, sample, 0, 0, INT64_MAX, "number of sessions to draw at random; 0: all"),
    LR_INTEGER(E, sample_seed, 0, INT64_MIN, INT64_MAX, "seed of the random draw"),
};
LR_OPTIONS(lr_evaluation_options, llmrec_evaluation_options, sample_seed, "how recommenders are evaluated", option,
           .check = check_lengths);

llmrec_status llmrec_evaluation_options_init(llmrec_evaluation_options *options, size_t size)
{
    return lr_options_init(&lr_evaluation_options, options, size);
}

/* --- a recommender ------------------------------------------------------------------------------------------- */

/* A test set that was read with the option `like` may have more items, at the end of its catalog. */
static llmrec_status check_count(const char *whose, size_t items, const llmrec_dataset *test)
{
    const size_t most = lr_dataset_items(test);
    if (items <= most) return LLMREC_OK;
    return lr_fail(
        LLMREC_ERR_SHAPE,
        "%s has %zu items; wanted at most the test data set's %zu (the option `like` gives it the same items)", whose,
        items, most);
}

/* A recommender from a table without ids has no ids to compare; that is allowed here. */
static llmrec_status check_catalog(const llmrec_recommender *recommender, const llmrec_dataset *test)
{
    const size_t wanted_items = lr_dataset_items(test);
    LR_RETURN_IF(check_count("recommender", recommender->items, test));
    if (recommender->ids == NULL && recommender->items != wanted_items)
        return lr_fail(LLMREC_ERR_SHAPE, "recommender has %zu items; wanted the test data set's %zu, as it has no ids",
                       recommender->items, wanted_items);
    for (size_t i = 0; recommender->ids != NULL && i < recommender->items; i++) {
        const lr_span id = lr_ids_at(recommender->ids, i), wanted = lr_ids_at(lr_dataset_item_ids(test), i);
        if (id.length != wanted.length || memcmp(id.text, wanted.text, id.length) != 0)
            return lr_fail(LLMREC_ERR_SHAPE, "item %zu is %s in the recommender and %s in the test data set", i,
                           lr_quote(id.text, id.length).text, lr_quote(wanted.text, wanted.length).text);
    }
    return LLMREC_OK;
}

/* Item counts for novelty: from the options, else counted in the training part; the caller frees those. */
static llmrec_status find_counts(const llmrec_dataset *train, const llmrec_dataset *test,
                                 const llmrec_evaluation_options *options, int64_t **own)
{
    int64_t *counts = NULL;
    llmrec_context *context = lr_dataset_context(test);
    if (options->item_counts != NULL || train == NULL) return LLMREC_OK;
    LR_RETURN_IF(check_count("train", lr_dataset_items(train), test));
    LR_RETURN_IF(LR_NEW_ZERO(context, counts, lr_dataset_items(test)));
    *own = counts;
    lr_dataset_count_items(train, counts);
    return LLMREC_OK;
}

llmrec_status llmrec_evaluate(const llmrec_recommender *recommender, const llmrec_dataset *train,
                              const llmrec_dataset *test, const llmrec_evaluation_options *given,
                              llmrec_report **report)
{
    llmrec_status status = LLMREC_OK;
    llmrec_evaluation_options options;
    lr_tally *tally = NULL;
    int64_t *own = NULL;
    LR_NEED(recommender, test, report);
    LR_TRY(lr_options_read(&lr_evaluation_options, given, &options));
    LR_TRY(check_catalog(recommender, test));
    LR_TRY(find_counts(train, test, &options, &own));
    const lr_tally_plan plan = {
        .context = lr_dataset_context(test),
        .sessions = lr_dataset_sessions(test),
        .items = lr_dataset_items(test),
        .counts = own != NULL ? own : options.item_counts,
        .options = &options,
    };
    LR_TRY(lr_tally_begin(&plan, &tally));
    LR_TRY(lr_protocol_ask(recommender, test, &options, tally));
    lr_tally_end(tally, report);
done:
    lr_tally_free(tally);
    if (own != NULL) lr_free(lr_dataset_context(test), own);
    return status;
}

/* --- lists made elsewhere ------------------------------------------------------------------------------------ */

static llmrec_status check_offsets(const char *name, const int64_t *offsets, size_t sessions)
{
    if (offsets == NULL) return lr_fail(LLMREC_ERR_ARGUMENT, "%s is NULL", name);
    if (offsets[0] < 0) return lr_fail(LLMREC_ERR_ARGUMENT, "%s[0] is %lld; wanted 0", name, (long long)offsets[0]);
    for (size_t i = 0; i < sessions; i++)
        if (offsets[i + 1] < offsets[i])
            return lr_fail(LLMREC_ERR_ARGUMENT, "%s[%zu] is %lld; wanted at least %lld", name, i + 1,
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

llmrec_status llmrec_evaluate_lists(llmrec_context *context, int64_t sessions, int64_t items,
                                    const int64_t *list_offsets, const int32_t *lists, const uint8_t *has_list,
                                    const int64_t *target_offsets, const int32_t *targets,
                                    const llmrec_evaluation_options *given, llmrec_report **report)
{
    llmrec_status status = LLMREC_OK;
    llmrec_evaluation_options options;
    lr_tally *tally = NULL;
    const lr_made_lists made = {(size_t)sessions, list_offsets, lists, has_list, target_offsets, targets};
    LR_NEED(context, report);
    LR_TRY(lr_options_read(&lr_evaluation_options, given, &options));
    LR_TRY(lr_option_range("items", items, 1, INT32_MAX));
    LR_TRY(lr_count("sessions", sessions));
    LR_TRY(check_lists(&made));
    const lr_tally_plan plan = {context, made.sessions, (size_t)items, options.item_counts, &options};
    LR_TRY(lr_tally_begin(&plan, &tally));
    LR_TRY(lr_protocol_take(context, &made, &options, tally));
    lr_tally_end(tally, report);
done:
    lr_tally_free(tally);
    return status;
}
