/* SPDX-License-Identifier: Apache-2.0 */
/* Implements exact search: prepares the table, plans a batch, and runs it in three steps. */
#include "rank/search.h"

#include "core/memory.h"
#include "core/pool.h"
#include "rank/scan.h"

enum { MOST_QUERIES = 1024, FINISH = 16, TASKS_PER_THREAD = 2, COMPRESS = 16, LEAST_ROWS = 512 };
static const size_t MEMORY = (size_t)16 << 20; /* bytes that the vectors and lists of a batch should not exceed */

/* --- the table ----------------------------------------------------------------------------------------------- */

static const float *row_of(const void *self, size_t row, float *room)
{
    const lr_measured *measured = self;
    return lr_embedding_row(measured->table, row, room);
}

/* For the cosine, the score is the product with rows of length 1. */
static double factor_of(const void *self, size_t row)
{
    const lr_measured *measured = self;
    if (measured->measure != LLMREC_MEASURE_COSINE) return 1;
    return measured->lengths[row] < (float)LR_SHORTEST ? 0 : 1 / (double)measured->lengths[row];
}

static llmrec_status compress_some(void *argument, size_t task, size_t worker)
{
    lr_search *search = argument;
    const lr_measured *measured = &search->measured;
    const lr_octet_source source = {row_of, factor_of, measured, measured->measure == LLMREC_MEASURE_EUCLIDEAN};
    const size_t blocks = (measured->table->rows + LR_BLOCK - 1) / LR_BLOCK;
    float *room = NULL;
    int8_t *octets = NULL;
    llmrec_status status = LLMREC_OK;
    (void)worker;
    LR_TRY(LR_NEW(search->context, room, measured->table->dim));
    LR_TRY(LR_NEW(search->context, octets, search->octets.groups * 4));
    for (size_t i = task * COMPRESS; i < (task + 1) * COMPRESS && i < blocks; i++)
        lr_octets_set(&search->octets, i, &source, room, octets);
done:
    lr_free(search->context, octets);
    lr_free(search->context, room);
    return status;
}

/* For a few hundred rows, the direct search is equally fast. */
static llmrec_status compress(lr_search *search)
{
    const llmrec_embedding *table = search->measured.table;
    const size_t blocks = (table->rows + LR_BLOCK - 1) / LR_BLOCK;
    if (table->rows < LEAST_ROWS || table->dim > LR_OCTETS_WIDEST) return LLMREC_OK;
    LR_RETURN_IF(lr_octets_make(search->context, table->rows, table->dim, &search->octets));
    return lr_parallel(search->context, (blocks + COMPRESS - 1) / COMPRESS, compress_some, search);
}

static llmrec_status mark_known(lr_search *search)
{
    const llmrec_embedding *table = search->measured.table;
    if (table->missing == NULL) return LLMREC_OK;
    LR_RETURN_IF(LR_NEW_ZERO(search->context, search->known, (table->rows + LR_BLOCK - 1) / LR_BLOCK));
    for (size_t row = 0; row < table->rows; row++)
        search->known[row / LR_BLOCK] |= (uint64_t)lr_embedding_has(table, row) << row % LR_BLOCK;
    return LLMREC_OK;
}

llmrec_status lr_search_make(llmrec_context *context, llmrec_embedding *table, int64_t measure, lr_search *search)
{
    lr_search fresh = {.context = context, .kernel = lr_octet_kernel_best()};
    llmrec_status status = LLMREC_OK;
    LR_RETURN_IF(lr_measured_make(context, table, measure, &fresh.measured));
    LR_TRY(mark_known(&fresh));
    LR_TRY(compress(&fresh));
    *search = fresh;
done:
    if (status != LLMREC_OK) lr_search_free(&fresh);
    return status;
}

void lr_search_free(lr_search *search)
{
    lr_octets_free(search->context, &search->octets);
    lr_free(search->context, search->known);
    lr_measured_free(search->context, &search->measured);
}

/* --- the plan ------------------------------------------------------------------------------------------------ */

static size_t at_least_one(size_t value)
{
    return value < 1 ? 1 : value;
}

static size_t list_bytes(size_t k)
{
    return lr_shortlist_capacity(k) * sizeof(lr_candidate);
}

size_t lr_search_batch(const lr_search *search, size_t k)
{
    const size_t each = list_bytes(k) + search->measured.table->dim * (sizeof(float) + 1);
    const size_t count = at_least_one(MEMORY / each);
    return count < MOST_QUERIES ? count : MOST_QUERIES;
}

static size_t groups_of(const lr_scan *scan)
{
    return (scan->count + scan->group - 1) / scan->group;
}

/* If the table fits in the last-level cache, a group has few vectors: many groups divide the work without slices,
 * and each slice would add its own shortlist. If the table does not fit, a group has many vectors, and one read of
 * the table serves them all. */
static const size_t CACHED = (size_t)16 << 20;
enum { CACHED_GROUP = 16, STREAMED_GROUP = 64 };

static size_t group_of(const llmrec_embedding *table)
{
    return table->rows <= CACHED / table->dim ? CACHED_GROUP : STREAMED_GROUP;
}

/* This number of products takes longer than the wake-up of a thread. */
static const size_t LEAST_WORK = (size_t)1 << 22;

/* With few sessions, the threads divide the rows; with many sessions, they divide the sessions. A slice should be large
 * enough to pay for a task, and should hold many times the rows of a shortlist. */
static void plan_slices(lr_scan *scan, size_t k)
{
    const lr_search *search = scan->search;
    const llmrec_embedding *table = search->measured.table;
    scan->group = group_of(table);
    const size_t wanted = lr_workers(search->context) * TASKS_PER_THREAD / at_least_one(groups_of(scan));
    const size_t together = scan->count < scan->group ? at_least_one(scan->count) : scan->group;
    const size_t least_rows = 3 * lr_shortlist_capacity(k) + LEAST_WORK / (table->dim * together);
    size_t slices = at_least_one(wanted);
    if (slices > table->rows / least_rows) slices = at_least_one(table->rows / least_rows);
    scan->slice_rows = (table->rows + slices - 1) / slices;
    scan->slice_rows = (scan->slice_rows + LR_BLOCK - 1) / LR_BLOCK * LR_BLOCK;
    scan->slices = (table->rows + scan->slice_rows - 1) / scan->slice_rows;
    scan->capacity = lr_shortlist_capacity(k);
    if (scan->capacity > scan->slice_rows) scan->capacity = scan->slice_rows;
    scan->compressed = search->octets.values != NULL && table->rows > scan->capacity &&
                       scan->batch->filter->eligible > table->rows / 16;
}

static size_t count_queries(const lr_batch *batch)
{
    size_t count = 0;
    for (size_t i = 0; i < batch->sessions; i++) count += lr_batch_has_known(batch, i);
    return count;
}

/* Places all arrays of the batch in one block of memory. */
typedef struct room {
    float *vectors;
    int32_t *seen;
    lr_candidate *entries;
    double *sums;
    float *rows;
    uint64_t *keys;
    uint32_t *lows;
} room;

static void lay_out(lr_scan *scan, lr_arena *arena, room *r)
{
    const size_t dim = scan->search->measured.table->dim, workers = lr_workers(scan->search->context);
    LR_CUT(arena, scan->queries, scan->count);
    LR_CUT(arena, scan->lists, scan->count * scan->slices);
    LR_CUT(arena, scan->workers, workers);
    LR_CUT(arena, r->vectors, scan->count * dim);
    LR_CUT(arena, scan->octets, scan->compressed ? scan->count * scan->search->octets.groups * 4 : 0);
    LR_CUT(arena, scan->offsets, scan->count);
    LR_CUT(arena, r->seen, lr_batch_rows(scan->batch));
    r->entries = lr_arena_cut(arena, scan->count * scan->slices, scan->capacity * sizeof *r->entries);
    LR_CUT(arena, r->sums, workers * dim);
    LR_CUT(arena, r->rows, workers * dim);
    LR_CUT(arena, r->keys, workers * scan->batch->k);
    LR_CUT(arena, r->lows, workers * scan->capacity);
}

static void hand_out(lr_scan *scan, const room *r)
{
    const size_t dim = scan->search->measured.table->dim, k = scan->batch->k;
    size_t query = 0;
    for (size_t i = 0; i < scan->batch->sessions; i++) {
        scan->batch->counts[i] = 0;
        if (!lr_batch_has_known(scan->batch, i)) continue;
        scan->queries[query] = (lr_query){
            .session = i, .vector = r->vectors + query * dim, .seen.items = r->seen + lr_batch_start(scan->batch, i)};
        query++;
    }
    for (size_t i = 0; i < scan->count * scan->slices; i++)
        scan->lists[i] = (lr_shortlist){r->entries + i * scan->capacity, 0, -INFINITY, -INFINITY};
    for (size_t i = 0; i < lr_workers(scan->search->context); i++)
        scan->workers[i] = (lr_scan_worker){
            {r->sums + i * dim, r->rows + i * dim},
            {&scan->search->measured, k, scan->capacity, r->keys + i * k, r->lows + i * scan->capacity,
             r->rows + i * dim},
        };
}

/* --- the three steps ----------------------------------------------------------------------------------------- */

static void prepare(const lr_scan *scan, size_t index, size_t worker)
{
    lr_query *query = &scan->queries[index];
    const lr_batch *batch = scan->batch;
    const int32_t *items = lr_batch_items(batch, query->session);
    const size_t count = lr_batch_length(batch, query->session);
    scan->vector(scan->self, query->session, items, count, &scan->workers[worker].vector_room, query->vector);
    query->needle = lr_needle_make(&scan->search->measured, query->vector);
    if (scan->compressed)
        query->octets = lr_octets_query(&scan->search->octets, query->vector, query->needle.length,
                                        scan->octets + index * scan->search->octets.groups * 4, &scan->offsets[index]);
    query->seen = lr_seen_make(batch->filter, items, count, query->seen.items);
}

static void finish(const lr_scan *scan, size_t index, size_t worker)
{
    const lr_query *query = &scan->queries[index];
    const lr_heap best = lr_shortlist_merge(scan->lists + index * scan->slices, scan->slices,
                                            &scan->workers[worker].shortener, &query->needle);
    for (size_t i = 0; i < best.count; i++)
        lr_batch_put(scan->batch, query->session, i, lr_key_row(best.keys[i]), lr_key_score(best.keys[i]));
    scan->batch->counts[query->session] = (int32_t)best.count;
}

static llmrec_status prepare_some(void *argument, size_t task, size_t worker)
{
    const lr_scan *scan = argument;
    for (size_t i = task * FINISH; i < (task + 1) * FINISH && i < scan->count; i++) prepare(scan, i, worker);
    return LLMREC_OK;
}

static llmrec_status scan_slice(void *argument, size_t task, size_t worker)
{
    const lr_scan *scan = argument;
    lr_scan_slice(scan, task / scan->slices, task % scan->slices, worker);
    return LLMREC_OK;
}

static llmrec_status finish_some(void *argument, size_t task, size_t worker)
{
    const lr_scan *scan = argument;
    for (size_t i = task * FINISH; i < (task + 1) * FINISH && i < scan->count; i++) finish(scan, i, worker);
    return LLMREC_OK;
}

llmrec_status lr_search_rank(const lr_search *search, lr_scratch_pool *pool, const lr_batch *batch, lr_vector_fn vector,
                             const void *self)
{
    lr_scan scan = {.search = search, .batch = batch, .vector = vector, .self = self};
    lr_scratch *scratch = NULL;
    lr_arena arena = {0};
    room r;
    llmrec_status status = LLMREC_OK;
    scan.count = batch->k == 0 ? 0 : count_queries(batch);
    plan_slices(&scan, batch->k);
    lay_out(&scan, &arena, &r);
    LR_TRY(lr_scratch_take(pool, search->context, arena.used, &scratch, &arena));
    lay_out(&scan, &arena, &r);
    hand_out(&scan, &r);
    LR_TRY(lr_parallel(search->context, (scan.count + FINISH - 1) / FINISH, prepare_some, &scan));
    LR_TRY(lr_parallel(search->context, groups_of(&scan) * scan.slices, scan_slice, &scan));
    LR_TRY(lr_parallel(search->context, (scan.count + FINISH - 1) / FINISH, finish_some, &scan));
done:
    lr_scratch_give(pool, scratch);
    return status;
}
