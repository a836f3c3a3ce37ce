/* SPDX-License-Identifier: Apache-2.0 */
/* Builds, saves and opens the index of training sessions. */
#include "rank/session_index.h"

#include <string.h>

#include "core/memory.h"
#include "core/rng.h"
#include "data/view.h"

/* --- order -------------------------------------------------------------------------------------------------------- */

/* The time of a session's last visible row; its place in the file if there are no times. */
static int64_t newest_time(const llmrec_dataset *dataset, size_t session)
{
    const int64_t *times = dataset->frame->rows.times;
    int64_t row = lr_view_end(dataset, session) - 1;
    if (times == NULL) return (int64_t)session;
    while (!lr_view_sees(dataset, row)) row--;
    return times[row];
}

static int64_t random_key(int64_t seed, size_t session)
{
    uint32_t block[4];
    lr_philox((uint64_t)seed, LR_STREAM_SAMPLE, session, block);
    return (int64_t)((uint64_t)block[0] << 32 | block[1]);
}

llmrec_status lr_sessions_sort(const llmrec_dataset *dataset, const lr_session_order *order, int32_t **sorted,
                               size_t *count)
{
    llmrec_context *context = lr_dataset_context(dataset);
    const size_t sessions = lr_dataset_sessions(dataset);
    lr_timed *keys = NULL, *scratch = NULL;
    int32_t *fresh = NULL;
    size_t used = 0;
    llmrec_status status = LLMREC_OK;
    LR_TRY(LR_NEW(context, keys, sessions));
    LR_TRY(LR_NEW(context, scratch, sessions));
    LR_TRY(LR_NEW(context, fresh, sessions));
    for (size_t i = 0; i < sessions; i++) {
        if (lr_view_length(dataset, i) == 0) continue;
        const int64_t key = order->random ? random_key(order->seed, i) : newest_time(dataset, i);
        keys[used++] = (lr_timed){key, (int32_t)i};
    }
    const lr_timed *rising = lr_sort_timed(keys, scratch, used);
    for (size_t i = 0; i < used; i++) fresh[i] = rising[used - 1 - i].index;
    *sorted = fresh;
    *count = used;
    fresh = NULL;
done:
    lr_free(context, keys);
    lr_free(context, scratch);
    lr_free(context, fresh);
    return status;
}

/* --- lists -------------------------------------------------------------------------------------------------------- */

/* The arrays of lists while they are filled. */
typedef struct filling {
    size_t rows;
    int64_t *offsets; /* first the lengths, each one place late */
    int32_t *values;
} filling;

static llmrec_status begin_lists(llmrec_context *context, size_t rows, filling *lists)
{
    lists->rows = rows;
    return LR_NEW_ZERO(context, lists->offsets, rows + 2);
}

/* Turns lengths into begins: offsets[row + 1] is then the place of the row's next value. */
static llmrec_status allot(llmrec_context *context, filling *lists)
{
    for (size_t i = 0; i < lists->rows; i++) lists->offsets[i + 2] += lists->offsets[i + 1];
    return LR_NEW(context, lists->values, (size_t)lists->offsets[lists->rows + 1]);
}

static void count_value(filling *lists, size_t row)
{
    lists->offsets[row + 2]++;
}

static void put_value(filling *lists, size_t row, int32_t value)
{
    lists->values[lists->offsets[row + 1]++] = value;
}

static void clear_lists(llmrec_context *context, filling *lists)
{
    lr_free(context, lists->offsets);
    lr_free(context, lists->values);
    *lists = (filling){0};
}

static lr_lists finished(filling *lists)
{
    const lr_lists made = {lists->rows, lists->offsets, lists->values};
    *lists = (filling){0};
    return made;
}

/* The rows in which each value occurs. */
static llmrec_status transpose(llmrec_context *context, const lr_lists *lists, size_t values, lr_lists *transposed)
{
    const int64_t count = lists->offsets[lists->rows];
    filling turned = {0};
    llmrec_status status = LLMREC_OK;
    LR_TRY(begin_lists(context, values, &turned));
    for (int64_t i = 0; i < count; i++) count_value(&turned, (size_t)lists->values[i]);
    LR_TRY(allot(context, &turned));
    for (size_t row = 0; row < lists->rows; row++)
        for (size_t i = 0; i < lr_list_length(lists, row); i++)
            put_value(&turned, (size_t)lr_list_values(lists, row)[i], (int32_t)row);
    *transposed = finished(&turned);
done:
    clear_lists(context, &turned);
    return status;
}

/* --- building ----------------------------------------------------------------------------------------------------- */

/* Sessions in their order, as the index is built from them. */
typedef struct source {
    const llmrec_dataset *dataset;
    const int32_t *sorted;
    size_t count;
    int32_t *scratch; /* of one session */
    int32_t *last;    /* [items] latest row that has the item as a value; -1: none */
} source;

static const int32_t *items_of(const source *from, size_t session, size_t *count)
{
    return lr_dataset_session(from->dataset, (size_t)from->sorted[session], from->scratch, count);
}

static void forget_rows(const source *from)
{
    memset(from->last, 0xFF, lr_dataset_items(from->dataset) * sizeof *from->last);
}

/* True once for each value in a row. Rows come one after another. */
static bool is_first(const source *from, int32_t value, size_t row)
{
    if (from->last[value] == (int32_t)row) return false;
    from->last[value] = (int32_t)row;
    return true;
}

/* Goes over the distinct items of all sessions: counts them, or puts the sessions in. */
static void visit_items(const source *from, bool put, filling *lists)
{
    forget_rows(from);
    for (size_t session = 0; session < from->count; session++) {
        size_t count = 0;
        const int32_t *items = items_of(from, session, &count);
        for (size_t i = 0; i < count; i++) {
            if (!is_first(from, items[i], session)) continue;
            if (put) put_value(lists, (size_t)items[i], (int32_t)session);
            else count_value(lists, (size_t)items[i]);
        }
    }
}

static llmrec_status list_sessions(llmrec_context *context, const source *from, lr_lists *of_item)
{
    filling lists = {0};
    llmrec_status status = LLMREC_OK;
    LR_TRY(begin_lists(context, lr_dataset_items(from->dataset), &lists));
    visit_items(from, false, &lists);
    LR_TRY(allot(context, &lists));
    visit_items(from, true, &lists);
    *of_item = finished(&lists);
done:
    clear_lists(context, &lists);
    return status;
}

/* Goes over all pairs of neighboring items: counts them, or puts the first under the second. */
static void visit_pairs(const source *from, bool put, filling *lists)
{
    for (size_t session = 0; session < from->count; session++) {
        size_t count = 0;
        const int32_t *items = items_of(from, session, &count);
        for (size_t i = 1; i < count; i++) {
            if (put) put_value(lists, (size_t)items[i], items[i - 1]);
            else count_value(lists, (size_t)items[i]);
        }
    }
}

/* Keeps each value of a row once. Rows may have their values in any order. */
static void keep_distinct(const source *from, filling *lists)
{
    int64_t begin = 0, used = 0;
    forget_rows(from);
    for (size_t row = 0; row < lists->rows; row++) {
        const int64_t end = lists->offsets[row + 1];
        for (int64_t i = begin; i < end; i++)
            if (is_first(from, lists->values[i], row)) lists->values[used++] = lists->values[i];
        begin = end;
        lists->offsets[row + 1] = used;
    }
}

/* Lists what comes directly before each item; the transpose says what follows, in rising order. */
static llmrec_status list_following(llmrec_context *context, const source *from, lr_lists *following)
{
    const size_t items = lr_dataset_items(from->dataset);
    filling before = {0};
    llmrec_status status = LLMREC_OK;
    LR_TRY(begin_lists(context, items, &before));
    visit_pairs(from, false, &before);
    LR_TRY(allot(context, &before));
    visit_pairs(from, true, &before);
    keep_distinct(from, &before);
    LR_TRY(transpose(context, &(lr_lists){items, before.offsets, before.values}, items, following));
done:
    clear_lists(context, &before);
    return status;
}

llmrec_status lr_session_index_build(const llmrec_dataset *dataset, const int32_t *sorted, size_t count, bool following,
                                     lr_session_index *index)
{
    llmrec_context *context = lr_dataset_context(dataset);
    source from = {.dataset = dataset, .sorted = sorted, .count = count};
    llmrec_status status = LLMREC_OK;
    *index = (lr_session_index){.context = context};
    LR_TRY(LR_NEW(context, from.scratch, lr_dataset_longest(dataset)));
    LR_TRY(LR_NEW(context, from.last, lr_dataset_items(dataset)));
    LR_TRY(list_sessions(context, &from, &index->of_item));
    LR_TRY(transpose(context, &index->of_item, count, &index->of_session));
    if (following) LR_TRY(list_following(context, &from, &index->following));
done:
    lr_free(context, from.scratch);
    lr_free(context, from.last);
    return status;
}

static void free_lists(llmrec_context *context, lr_lists *lists)
{
    lr_free(context, (void *)(uintptr_t)lists->offsets);
    lr_free(context, (void *)(uintptr_t)lists->values);
}

void lr_session_index_free(lr_session_index *index)
{
    if (index->map != NULL) {
        lr_shared_map_free(index->map);
        return;
    }
    free_lists(index->context, &index->of_item);
    free_lists(index->context, &index->of_session);
    free_lists(index->context, &index->following);
}

/* --- files -------------------------------------------------------------------------------------------------------- */

llmrec_status lr_session_index_save(const lr_session_index *index, const lr_saving *saving)
{
    LR_RETURN_IF(lr_save_integer(saving, "sessions", (int64_t)index->of_session.rows));
    LR_RETURN_IF(lr_lists_save(saving, "item_sessions", &index->of_item));
    LR_RETURN_IF(lr_lists_save(saving, "session_items", &index->of_session));
    return index->following.rows == 0 ? LLMREC_OK : lr_lists_save(saving, "following", &index->following);
}

llmrec_status lr_session_index_open(const lr_opening *opening, bool following, lr_session_index *index)
{
    int64_t sessions = 0;
    *index = (lr_session_index){.context = opening->context, .map = lr_shared_map_hold(opening->map)};
    LR_RETURN_IF(lr_open_integer(opening, "sessions", 0, INT32_MAX, &sessions));
    LR_RETURN_IF(lr_lists_open(opening, "item_sessions", opening->items, (size_t)sessions, &index->of_item));
    LR_RETURN_IF(lr_lists_open(opening, "session_items", (size_t)sessions, opening->items, &index->of_session));
    if (!following) return LLMREC_OK;
    return lr_lists_open(opening, "following", opening->items, opening->items, &index->following);
}
