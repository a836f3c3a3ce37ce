/* SPDX-License-Identifier: Apache-2.0 */
/* Implements the search of session k nearest neighbors: sample, similarity, nearest, scores. */
#include "rank/session_neighbors_search.h"

#include <math.h>

#include "core/memory.h"
#include "core/pool.h"
#include "math/vector.h"

static size_t least(int64_t a, size_t b)
{
    return (size_t)a < b ? (size_t)a : b;
}

static void cut_sums(lr_arena *arena, size_t numbers, lr_sums *sums)
{
    LR_CUT(arena, sums->place, numbers);
    LR_CUT(arena, sums->sum, numbers);
}

void lr_neighbor_room_cut(lr_arena *arena, const lr_neighbor_search *search, size_t longest, lr_neighbor_room *room)
{
    const size_t sessions = search->index.of_session.rows, dim = search->table == NULL ? 0 : search->table->dim;
    cut_sums(arena, sessions, &room->sessions);
    cut_sums(arena, search->index.of_item.rows, &room->items);
    LR_CUT(arena, room->sampled, least(search->options.sample_size, sessions));
    LR_CUT(arena, room->nearest, least(search->options.neighbors, sessions));
    LR_CUT(arena, room->prompt, longest);
    LR_CUT(arena, room->vector, dim);
    LR_CUT(arena, room->sum.sum, dim);
    LR_CUT(arena, room->sum.row, dim);
}

/* --- the session -------------------------------------------------------------------------------------------------- */

/* A session as it is compared. */
typedef struct prompt {
    const int32_t *items; /* [count] distinct, oldest first */
    size_t count;
    int32_t last; /* the last item that occurs in training */
    double norm;  /* of the weights */
} prompt;

static bool is_trained(const lr_neighbor_search *search, int32_t item)
{
    return item >= 0 && lr_list_length(&search->index.of_item, (size_t)item) > 0;
}

/* Returns the place of the first item that counts: the last `last_items` ones in training do. */
static size_t first_place(const lr_neighbor_search *search, const int32_t *items, size_t count)
{
    int64_t left = search->options.last_items;
    if (left == 0) return 0;
    while (count > 0 && left > 0) left -= is_trained(search, items[--count]);
    return count;
}

/* Uses room->items as the set of items met so far. */
static prompt read_prompt(const lr_neighbor_search *search, const int32_t *items, size_t count,
                          const lr_neighbor_room *room)
{
    prompt made = {.items = room->prompt, .last = -1};
    lr_sums met = room->items;
    met.count = 0;
    for (size_t i = first_place(search, items, count); i < count; i++) {
        if (!is_trained(search, items[i])) continue;
        made.last = items[i];
        if (lr_sums_find(&met, items[i]) != NULL) continue;
        lr_sums_add(&met, items[i], 0, 0);
        room->prompt[made.count++] = items[i];
    }
    return made;
}

/* --- the sample --------------------------------------------------------------------------------------------------- */

/* Adds the weights of common items up, for the sessions that may belong to the sample: each of its sessions is among
 * the first `sample_size` of every list that has it. */
static void add_weights(const lr_neighbor_search *search, prompt *of, lr_neighbor_room *room)
{
    const lr_weighting weighting = {LLMREC_WEIGHTING_MEAN, search->options.session_decay,
                                    search->options.session_decay_rate};
    double squares = 0;
    room->sessions.count = 0;
    for (size_t i = 0; i < of->count; i++) {
        const float weight = (float)lr_decay_weight(&weighting, of->count - i, of->count);
        const int32_t *sessions = lr_list_values(&search->index.of_item, (size_t)of->items[i]);
        const size_t count =
            least(search->options.sample_size, lr_list_length(&search->index.of_item, (size_t)of->items[i]));
        for (size_t j = 0; j < count; j++) lr_sums_add(&room->sessions, sessions[j], weight, (int32_t)i + 1);
        squares += (double)weight * weight;
    }
    of->norm = sqrt(squares);
}

static void session_vector(const lr_neighbor_search *search, const prompt *of, const lr_neighbor_room *room)
{
    const lr_weighting weighting = {LLMREC_WEIGHTING_MEAN, search->options.session_decay,
                                    search->options.session_decay_rate};
    lr_session_vector(&weighting, search->table, of->items, of->count, &room->sum, room->vector);
    if (search->options.session_measure == LLMREC_MEASURE_COSINE) lr_normalize(room->vector, search->table->dim);
}

static float similarity(const lr_neighbor_search *search, const prompt *of, const lr_sum *common,
                        const lr_neighbor_room *room)
{
    const size_t session = (size_t)common->number;
    if (search->vectors != NULL) {
        const size_t dim = search->table->dim;
        return lr_dot(room->vector, search->vectors + session * dim, dim);
    }
    if (search->options.session_measure == LLMREC_MEASURE_DOT) return common->value;
    return (float)(common->value / (sqrt((double)lr_list_length(&search->index.of_session, session)) * of->norm));
}

static void push_near(const lr_neighbor_search *search, const prompt *of, const lr_sum *common,
                      const lr_neighbor_room *room, lr_heap *nearest)
{
    const float near = similarity(search, of, common, room);
    if (near > 0) lr_heap_push(nearest, lr_rank_key(near, common->number));
}

/* Finds the nearest sessions of the sample: its sessions have the lowest numbers. */
static lr_heap find_nearest(const lr_neighbor_search *search, const prompt *of, const lr_neighbor_room *room)
{
    const size_t sessions = search->index.of_session.rows;
    lr_heap nearest = {room->nearest, 0, least(search->options.neighbors, sessions)};
    lr_heap sample = {room->sampled, 0, least(search->options.sample_size, sessions)};
    const bool all = room->sessions.count <= sample.limit;
    for (size_t i = 0; i < room->sessions.count; i++) {
        if (all) push_near(search, of, &room->sessions.sum[i], room, &nearest);
        else lr_heap_push(&sample, lr_rank_key(0, room->sessions.sum[i].number));
    }
    for (size_t i = 0; i < sample.count; i++)
        push_near(search, of, lr_sums_find(&room->sessions, lr_key_row(sample.keys[i])), room, &nearest);
    lr_heap_sort(&nearest);
    return nearest;
}

/* --- scores ------------------------------------------------------------------------------------------------------- */

/* What a nearest session adds to each of its items. */
static float weight_of(const lr_neighbor_search *search, const prompt *of, uint64_t nearest,
                       const lr_neighbor_room *room)
{
    const float near = lr_key_score(nearest);
    if (!search->options.sequential_weighting) return near;
    return near * (float)lr_sums_find(&room->sessions, lr_key_row(nearest))->mark / (float)of->count;
}

static void add_items(const lr_neighbor_search *search, const prompt *of, const lr_heap *nearest,
                      lr_neighbor_room *room)
{
    const lr_lists *lists = &search->index.of_session;
    room->items.count = 0;
    for (size_t i = 0; i < nearest->count; i++) {
        const int32_t session = lr_key_row(nearest->keys[i]);
        const int32_t *items = lr_list_values(lists, (size_t)session);
        const float weight = weight_of(search, of, nearest->keys[i], room);
        for (size_t j = 0; j < lr_list_length(lists, (size_t)session); j++)
            lr_sums_add(&room->items, items[j], weight, 0);
    }
}

static bool follows(const lr_lists *following, int32_t item, int32_t last)
{
    const size_t row = (size_t)last;
    return lr_rising_find(lr_list_values(following, row), lr_list_length(following, row), item) >= 0;
}

static void scale_items(const lr_neighbor_search *search, const prompt *of, lr_sums *items)
{
    for (size_t i = 0; i < items->count; i++) {
        lr_sum *sum = &items->sum[i];
        if (search->idf != NULL) sum->value *= search->idf[sum->number];
        if (search->options.successors_only && !follows(&search->index.following, sum->number, of->last))
            sum->value = 0;
    }
}

/* Finds the nearest sessions of a session with trained items. */
static lr_heap search_nearest(const lr_neighbor_search *search, prompt *of, lr_neighbor_room *room)
{
    add_weights(search, of, room);
    if (search->vectors != NULL) session_vector(search, of, room);
    return find_nearest(search, of, room);
}

void lr_neighbor_scores(const lr_neighbor_search *search, const int32_t *items, size_t count, lr_neighbor_room *room)
{
    prompt of = read_prompt(search, items, count, room);
    room->items.count = 0;
    if (of.count == 0) return;
    const lr_heap nearest = search_nearest(search, &of, room);
    add_items(search, &of, &nearest, room);
    scale_items(search, &of, &room->items);
}

/* --- explanations ------------------------------------------------------------------------------------------------- */

const lr_explaining lr_by_neighbors = {"neighbors", "", " is in the similar sessions ", LR_FIGURE_SHARE};

static bool has_item(const lr_lists *lists, int32_t session, int32_t item)
{
    const int32_t *items = lr_list_values(lists, (size_t)session);
    for (size_t i = 0; i < lr_list_length(lists, (size_t)session); i++)
        if (items[i] == item) return true;
    return false;
}

llmrec_status lr_neighbor_reasons(const lr_neighbor_search *search, const lr_explained *explained,
                                  lr_neighbor_room *room, llmrec_explanation *explanation)
{
    const double factor = search->idf == NULL ? 1 : (double)search->idf[explained->item];
    prompt of = read_prompt(search, explained->items, explained->count, room);
    if (of.count == 0 || explained->score == 0) return LLMREC_OK;
    const lr_heap nearest = search_nearest(search, &of, room);
    for (size_t i = 0; i < nearest.count; i++) {
        const int32_t session = lr_key_row(nearest.keys[i]);
        if (!has_item(&search->index.of_session, session, explained->item)) continue;
        const llmrec_reason told = {.kind = LLMREC_REASON_SESSION,
                                    .index = session,
                                    .item = -1,
                                    .contribution = factor * weight_of(search, &of, nearest.keys[i], room),
                                    .value = lr_key_score(nearest.keys[i])};
        LR_RETURN_IF(lr_explanation_add(explanation, &(lr_reason){.told = told}));
    }
    return LLMREC_OK;
}

/* --- vectors of the training sessions ----------------------------------------------------------------------------- */

typedef struct making {
    const llmrec_dataset *dataset;
    const int32_t *sorted;
    size_t count;
    const lr_neighbor_search *search;
    float *vectors;
    double *sums;     /* [workers,dim] */
    float *rows;      /* [workers,dim] */
    int32_t *scratch; /* [workers,longest] */
} making;

enum { TASK = 64 }; /* sessions */

static llmrec_status make_vectors(void *argument, size_t task, size_t worker)
{
    const making *m = argument;
    const llmrec_neighbors_options *options = &m->search->options;
    const size_t dim = m->search->table->dim;
    const lr_weighting weighting = {LLMREC_WEIGHTING_MEAN, options->train_decay, options->session_decay_rate};
    const lr_vector_room room = {m->sums + worker * dim, m->rows + worker * dim};
    for (size_t i = task * TASK; i < (task + 1) * TASK && i < m->count; i++) {
        size_t count = 0;
        float *vector = m->vectors + i * dim;
        const int32_t *items = lr_dataset_session(m->dataset, (size_t)m->sorted[i],
                                                  m->scratch + worker * lr_dataset_longest(m->dataset), &count);
        lr_session_vector(&weighting, m->search->table, items, count, &room, vector);
        if (options->session_measure == LLMREC_MEASURE_COSINE) lr_normalize(vector, dim);
    }
    return LLMREC_OK;
}

llmrec_status lr_neighbor_vectors(const llmrec_dataset *dataset, const int32_t *sorted, size_t count,
                                  const lr_neighbor_search *search, float *vectors)
{
    llmrec_context *context = search->index.context;
    const size_t workers = lr_workers(context), dim = search->table->dim;
    making m = {.dataset = dataset, .sorted = sorted, .count = count, .search = search, .vectors = vectors};
    llmrec_status status = LLMREC_OK;
    LR_TRY(LR_NEW(context, m.sums, workers * dim));
    LR_TRY(LR_NEW(context, m.rows, workers * dim));
    LR_TRY(LR_NEW(context, m.scratch, workers * lr_dataset_longest(dataset)));
    LR_TRY(lr_parallel(context, (count + TASK - 1) / TASK, make_vectors, &m));
done:
    lr_free(context, m.sums);
    lr_free(context, m.rows);
    lr_free(context, m.scratch);
    return status;
}
