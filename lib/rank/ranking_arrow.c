/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of recommendations as Arrow streams. Implements their part of llmrec/arrow.h. */
#include <string.h>

#include "core/memory.h"
#include "core/options.h"
#include "data/arrow_table.h"
#include "rank/strategy.h"

enum { SESSION, RANK, ITEM, SCORE };

typedef struct list_table {
    lr_ids *ids; /* NULL: items are indices */
    size_t rows;
    int64_t *sessions; /* [rows] */
    int32_t *ranks;    /* [rows] from 1 */
    int32_t *items;    /* [rows] */
    float *scores;     /* [rows] */
} list_table;

static llmrec_status fill(const void *of, size_t column, size_t first, size_t count, void *values)
{
    const list_table *lists = of;
    if (column == ITEM && lists->ids != NULL) return lr_arrow_fill_ids(lists->ids, lists->items + first, count, values);
    if (column == SESSION) memcpy(values, lists->sessions + first, count * sizeof *lists->sessions);
    if (column == RANK) memcpy(values, lists->ranks + first, count * sizeof *lists->ranks);
    if (column == ITEM) memcpy(values, lists->items + first, count * sizeof *lists->items);
    if (column == SCORE) memcpy(values, lists->scores + first, count * sizeof *lists->scores);
    return LLMREC_OK;
}

static lr_span text(const void *of, size_t column, size_t row)
{
    const list_table *lists = of;
    (void)column;
    return lr_ids_at(lists->ids, (size_t)lists->items[row]);
}

static void free_lists(llmrec_context *context, void *of)
{
    list_table *lists = of;
    if (lists == NULL) return;
    lr_ids_free(lists->ids);
    lr_free(context, lists->sessions);
    lr_free(context, lists->ranks);
    lr_free(context, lists->items);
    lr_free(context, lists->scores);
    lr_free(context, lists);
}

/* Lists as the caller gives them. */
typedef struct given_lists {
    size_t sessions, k, items; /* items: size of the catalog */
    const int32_t *recommended, *counts;
    const float *scores;
} given_lists;

static llmrec_status check(const given_lists *given, size_t *rows)
{
    *rows = 0;
    for (size_t i = 0; i < given->sessions; i++) {
        if (given->counts[i] < 0 || (size_t)given->counts[i] > given->k)
            return lr_fail(LLMREC_ERR_ARGUMENT, "counts[%zu] is %d; wanted 0 to %zu", i, given->counts[i], given->k);
        *rows += (size_t)given->counts[i];
        for (size_t j = i * given->k; j < i * given->k + (size_t)given->counts[i]; j++)
            if (given->recommended[j] < 0 || (size_t)given->recommended[j] >= given->items)
                return lr_fail(LLMREC_ERR_ARGUMENT, "recommended[%zu] is %d; wanted 0 to %zu", j, given->recommended[j],
                               given->items - 1);
    }
    return LLMREC_OK;
}

static llmrec_status copy(llmrec_context *context, const given_lists *given, list_table *lists)
{
    size_t row = 0;
    LR_RETURN_IF(LR_NEW(context, lists->sessions, lists->rows));
    LR_RETURN_IF(LR_NEW(context, lists->ranks, lists->rows));
    LR_RETURN_IF(LR_NEW(context, lists->items, lists->rows));
    if (given->scores != NULL) LR_RETURN_IF(LR_NEW(context, lists->scores, lists->rows));
    for (size_t i = 0; i < given->sessions; i++)
        for (size_t j = 0; j < (size_t)given->counts[i]; j++) {
            lists->sessions[row] = (int64_t)i;
            lists->ranks[row] = (int32_t)j + 1;
            lists->items[row] = given->recommended[i * given->k + j];
            if (given->scores != NULL) lists->scores[row] = given->scores[i * given->k + j];
            row++;
        }
    return LLMREC_OK;
}

static llmrec_status give(const llmrec_recommender *recommender, const given_lists *given, struct ArrowArrayStream *out)
{
    llmrec_status status = LLMREC_OK;
    llmrec_context *context = recommender->context;
    const lr_arrow_field fields[] = {
        {"session", "l"},
        {"rank", "i"},
        {recommender->ids != NULL ? "item_id" : "item", lr_arrow_id_format(recommender->ids)},
        {"score", "f"}};
    list_table *lists = NULL;
    lr_arrow_table table = {.context = context, .fill = fill, .text = text, .free = free_lists};
    LR_TRY(LR_NEW_ZERO(context, lists, 1));
    LR_TRY(check(given, &lists->rows));
    LR_TRY(copy(context, given, lists));
    if (recommender->ids != NULL) lists->ids = lr_ids_hold(recommender->ids);
    LR_TRY(lr_arrow_set_fields(&table, fields, given->scores != NULL ? 4 : 3));
    table.of = lists;
    table.rows = lists->rows;
    return lr_arrow_give(&table, out);
done:
    free_lists(context, lists);
    return status;
}

llmrec_status llmrec_recommendations_arrow(const llmrec_recommender *recommender, int64_t sessions, int64_t k,
                                           const int32_t *recommended, const float *scores, const int32_t *counts,
                                           struct ArrowArrayStream *out)
{
    LR_NEED(recommender, out);
    LR_RETURN_IF(lr_count("sessions", sessions));
    LR_RETURN_IF(lr_option_range("k", k, 1, INT32_MAX));
    if (sessions > 0) LR_NEED(recommended, counts);
    const given_lists given = {(size_t)sessions, (size_t)k, recommender->items, recommended, counts, scores};
    return give(recommender, &given, out);
}
