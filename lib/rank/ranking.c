/* SPDX-License-Identifier: Apache-2.0 */
/* Implements the recommendation API: checks sessions and options, and translates ids to indices. */
#include <string.h>

#include "core/log.h"
#include "core/memory.h"
#include "core/text.h"
#include "rank/strategy.h"

/* --- recommending -------------------------------------------------------------------------------------------- */

typedef llmrec_recommend_options O;
static const lr_option recommend_option[] = {
    LR_FLAG(O, keep_seen, 0, "a session's own items may be recommended"),
    LR_COUNT(O, allow_count, 0, 0, INT64_MAX, "number of allowed items"),
    LR_LIST(O, allow, INDICES, "allow_count", NULL, "only these items may be recommended; unset: all"),
    LR_COUNT(O, deny_count, 0, 0, INT64_MAX, "number of denied items"),
    LR_LIST(O, deny, INDICES, "deny_count", NULL, "these items are never recommended"),
};
LR_OPTIONS(lr_recommend_options, llmrec_recommend_options, deny, "which items may be recommended", recommend_option,
           .check = NULL);

llmrec_status llmrec_recommend_options_init(llmrec_recommend_options *options, size_t size)
{
    return lr_options_init(&lr_recommend_options, options, size);
}

/* Reads options and checks their lists. */
static llmrec_status read_filter(const llmrec_recommend_options *given, size_t items, llmrec_recommend_options *options)
{
    LR_RETURN_IF(lr_options_read(&lr_recommend_options, given, options));
    return lr_filter_check(options, items);
}

llmrec_status lr_check_offsets(const char *name, const int64_t *offsets, size_t sessions)
{
    if (sessions == 0) return LLMREC_OK;
    if (offsets == NULL) return lr_fail(LLMREC_ERR_ARGUMENT, "%s is NULL", name);
    if (offsets[0] < 0)
        return lr_fail(LLMREC_ERR_ARGUMENT, "%s[0] is %lld; wanted 0 or more", name, (long long)offsets[0]);
    for (size_t i = 0; i < sessions; i++)
        if (offsets[i + 1] < offsets[i])
            return lr_fail(LLMREC_ERR_ARGUMENT, "%s[%zu] is %lld, below the %lld before it; wanted rising ones", name,
                           i + 1, (long long)offsets[i + 1], (long long)offsets[i]);
    return LLMREC_OK;
}

llmrec_status lr_check_items(const char *name, const int64_t *offsets, const int32_t *items, size_t sessions,
                             size_t catalog)
{
    for (size_t i = 0; i < sessions; i++)
        for (int64_t at = offsets[i]; at < offsets[i + 1]; at++)
            if (items[at] < -1 || items[at] >= (int64_t)catalog)
                return lr_fail(LLMREC_ERR_ARGUMENT, "%s[%lld] (session %zu) is %d; wanted -1 to %zu", name,
                               (long long)at, i, items[at], catalog - 1);
    return LLMREC_OK;
}

/* Checks that both entry points share: all arguments except the items. */
static llmrec_status check_call(const llmrec_recommender *recommender, const int64_t *offsets, const void *items,
                                size_t sessions, int64_t k)
{
    size_t entries = 0;
    LR_NEED(recommender);
    if (k < 1) return lr_fail(LLMREC_ERR_ARGUMENT, "k is %lld; wanted 1 or more", (long long)k);
    if (sessions == 0) return LLMREC_OK;
    if (__builtin_mul_overflow(sessions, (size_t)k, &entries) || entries > PTRDIFF_MAX / sizeof(float))
        return lr_fail(LLMREC_ERR_ARGUMENT, "sessions x k is %zu x %lld; wanted arrays that fit an address space",
                       sessions, (long long)k);
    LR_RETURN_IF(lr_check_offsets("offsets", offsets, sessions));
    if (offsets[sessions] > offsets[0]) LR_NEED(items);
    return LLMREC_OK;
}

static llmrec_status check_outputs(const int32_t *recommended, const int32_t *counts, size_t sessions)
{
    if (sessions > 0) LR_NEED(recommended, counts);
    return LLMREC_OK;
}

llmrec_status lr_rank_checked(const llmrec_recommender *recommender, lr_verb verb, const lr_batch *call, int64_t k,
                              const llmrec_recommend_options *given, const char *stage)
{
    llmrec_recommend_options options;
    lr_batch checked = *call;
    LR_RETURN_IF(check_call(recommender, call->offsets, call->items, call->sessions, k));
    LR_RETURN_IF(check_outputs(call->recommended, call->counts, call->sessions));
    LR_RETURN_IF(lr_check_items("items", call->offsets, call->items, call->sessions, recommender->items));
    LR_RETURN_IF(read_filter(given, recommender->items, &options));
    checked.k = checked.stride = (size_t)k;
    return lr_run_filtered(recommender, verb, &options, &checked, stage);
}

llmrec_status llmrec_recommend(const llmrec_recommender *recommender, const int64_t *offsets, const int32_t *items,
                               int64_t sessions, int64_t k, const llmrec_recommend_options *options,
                               int32_t *recommended, float *scores, int32_t *counts)
{
    LR_RETURN_IF(lr_count("sessions", sessions));
    const lr_batch call = {.offsets = offsets,
                           .items = items,
                           .sessions = (size_t)sessions,
                           .recommended = recommended,
                           .scores = scores,
                           .counts = counts};
    return lr_rank_checked(recommender, lr_rank_batch, &call, k, options, "recommend");
}

/* --- by external ids ----------------------------------------------------------------------------------------- */

/* Result of the translation of ids. */
typedef struct findings {
    int64_t total;         /* number of unknown ids */
    int64_t first_unknown; /* position of the first unknown id */
} findings;

static llmrec_status check_ids(const lr_id_rows *rows)
{
    for (int64_t at = rows->offsets[0]; at < rows->offsets[rows->sessions]; at++)
        if (rows->ids[at] == NULL) return lr_fail(LLMREC_ERR_ARGUMENT, "ids[%lld] is NULL", (long long)at);
    return LLMREC_OK;
}

static findings find_items(const lr_ids *map, const lr_id_rows *rows, int32_t *items, int64_t *unknown)
{
    findings found = {0};
    for (size_t i = 0; i < rows->sessions; i++) {
        const int64_t before = found.total;
        for (int64_t at = rows->offsets[i]; at < rows->offsets[i + 1]; at++) {
            const size_t length = rows->lengths == NULL ? SIZE_MAX : rows->lengths[at];
            items[at - rows->offsets[0]] = (int32_t)lr_ids_find(map, rows->ids[at], length);
            if (items[at - rows->offsets[0]] >= 0) continue;
            if (found.total++ == 0) found.first_unknown = at;
        }
        if (unknown != NULL) unknown[i] = found.total - before;
    }
    return found;
}

static void warn_of_unknown(const llmrec_recommender *recommender, const lr_id_rows *rows, const findings *found)
{
    if (found->total == 0) return;
    const char *id = rows->ids[found->first_unknown];
    const size_t length = rows->lengths == NULL ? strlen(id) : rows->lengths[found->first_unknown];
    lr_log(recommender->context, LLMREC_LOG_WARNING, "rank", "%lld unknown item ids skipped, the first: ids[%lld] %s",
           (long long)found->total, (long long)found->first_unknown, lr_quote(id, length).text);
}

llmrec_status lr_find_items(const llmrec_recommender *recommender, const lr_id_rows *rows, int32_t *items,
                            int64_t *unknown)
{
    LR_RETURN_IF(lr_need_ids(recommender));
    LR_RETURN_IF(check_ids(rows));
    const findings found = find_items(recommender->ids, rows, items, unknown);
    warn_of_unknown(recommender, rows, &found);
    return LLMREC_OK;
}

llmrec_status llmrec_recommend_ids(const llmrec_recommender *recommender, const int64_t *offsets,
                                   const char *const *ids, const size_t *lengths, int64_t sessions, int64_t k,
                                   const llmrec_recommend_options *given, int32_t *recommended, float *scores,
                                   int32_t *counts, int64_t *unknown)
{
    llmrec_recommend_options options;
    const lr_id_rows rows = {offsets, ids, lengths, (size_t)sessions};
    const size_t width = (size_t)k;
    lr_batch batch = {.offsets = offsets,
                      .sessions = rows.sessions,
                      .k = width,
                      .recommended = recommended,
                      .scores = scores,
                      .counts = counts,
                      .stride = width};
    int32_t *items = NULL;
    llmrec_status status = LLMREC_OK;
    LR_RETURN_IF(lr_count("sessions", sessions));
    LR_RETURN_IF(check_call(recommender, offsets, ids, rows.sessions, k));
    LR_RETURN_IF(check_outputs(recommended, counts, rows.sessions));
    LR_RETURN_IF(lr_need_ids(recommender));
    LR_RETURN_IF(read_filter(given, recommender->items, &options));
    if (sessions == 0) return LLMREC_OK;
    LR_TRY(LR_NEW(recommender->context, items, (size_t)(offsets[sessions] - offsets[0])));
    LR_TRY(lr_find_items(recommender, &rows, items, unknown));
    batch.items = items;
    batch.origin = offsets[0];
    LR_TRY(lr_run_filtered(recommender, lr_rank_batch, &options, &batch, "recommend"));
done:
    lr_free(recommender->context, items);
    return status;
}
