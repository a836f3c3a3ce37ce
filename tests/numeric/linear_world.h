/* SPDX-License-Identifier: Apache-2.0 */
/* A small data set with vectors, and its linear models by plain loops in double precision. */
#ifndef TESTS_NUMERIC_LINEAR_WORLD_H
#define TESTS_NUMERIC_LINEAR_WORLD_H

#include <math.h>

#include "../support.h"

#include "core/memory.h"
#include "core/rng.h"
#include "linear/guide.h"
#include "linear/solve.h"

enum { ITEMS = 70, SESSIONS = 90, LONGEST = 14, DIM = 5 };

/* Sessions of 1 to 14 rows, with repeats. */
typedef struct world {
    llmrec_context *context;
    llmrec_dataset *dataset;
    llmrec_embedding *table;
    int32_t items[SESSIONS][LONGEST];
    int length[SESSIONS];
} world;

static inline llmrec_dataset *dataset_of(world *w)
{
    int64_t sessions[SESSIONS * LONGEST], items[SESSIONS * LONGEST], count = 0, numbers[ITEMS];
    const llmrec_items table = {.size = sizeof table, .rows = ITEMS, .numbers = numbers};
    llmrec_dataset *dataset = NULL;
    for (int i = 0; i < ITEMS; i++) numbers[i] = i;
    for (int i = 0; i < SESSIONS; i++)
        for (int j = 0; j < w->length[i]; j++) {
            sessions[count] = i;
            items[count++] = w->items[i][j];
        }
    const llmrec_interactions rows = {
        .size = sizeof rows, .rows = count, .session_numbers = sessions, .item_numbers = items};
    assert_ok(llmrec_dataset_create(w->context, &rows, &table, NULL, &dataset));
    return dataset;
}

/* Replaces the items' numbers by their indices in the data set. */
static inline void take_indices(world *w)
{
    int64_t offsets[SESSIONS + 1];
    int32_t items[SESSIONS * LONGEST];
    assert_ok(llmrec_dataset_copy_sessions(w->dataset, 0, SESSIONS, offsets, items, NULL, SESSIONS * LONGEST, NULL));
    for (int i = 0; i < SESSIONS; i++) memcpy(w->items[i], items + offsets[i], (size_t)w->length[i] * sizeof *items);
}

static inline world *begin(int64_t threads)
{
    world *w = calloc(1, sizeof *w);
    lr_rng rng = lr_rng_at(11, 0, 0);
    float vectors[ITEMS * DIM];
    assert_non_null(w);
    w->context = context_with(threads);
    for (int i = 0; i < SESSIONS; i++) {
        w->length[i] = 1 + i % LONGEST;
        for (int j = 0; j < w->length[i]; j++) {
            const int32_t last = j == 0 ? (int32_t)lr_rng_below(&rng, ITEMS) : w->items[i][j - 1];
            w->items[i][j] = lr_rng_below(&rng, 3) == 0 ? (int32_t)lr_rng_below(&rng, ITEMS) : (last * 3 + 1) % ITEMS;
        }
    }
    w->dataset = dataset_of(w);
    take_indices(w);
    for (int i = 0; i < ITEMS * DIM; i++) vectors[i] = (float)lr_rng_normal(&rng);
    assert_ok(llmrec_embedding_create(w->context, vectors, ITEMS, DIM, NULL, NULL, NULL, &w->table));
    return w;
}

static inline void end(world *w)
{
    llmrec_embedding_free(w->table);
    llmrec_dataset_free(w->dataset);
    llmrec_context_free(w->context);
    free(w);
}

/* --- plain loops -------------------------------------------------------------------------------------------------- */

typedef double matrix[ITEMS][ITEMS];

/* Adds a row's S'S and S'T, each with the weight `weight`. */
static inline void add_row(const double *left, const double *right, double weight, matrix gram, matrix target)
{
    for (int i = 0; i < ITEMS; i++)
        for (int j = 0; left[i] != 0 && j < ITEMS; j++) {
            gram[i][j] += weight * left[i] * left[j];
            target[i][j] += weight * left[i] * right[j];
        }
}

static inline void add_place(const world *w, int session, int place, const lr_row_shape *shape, matrix gram,
                             matrix target)
{
    double past[ITEMS] = {0}, future[ITEMS] = {0};
    for (int age = 0; age < (int)shape->past && place - 1 - age >= 0; age++)
        past[w->items[session][place - 1 - age]] += exp(-age / shape->past_decay);
    for (int age = 0; age < (int)shape->future && place + age < w->length[session]; age++)
        future[w->items[session][place + age]] += exp(-age / shape->future_decay);
    add_row(past, future, 1 - shape->whole, gram, target);
}

static inline void plain_counts(const world *w, const lr_row_shape *shape, matrix gram, matrix target)
{
    memset(gram, 0, sizeof(matrix));
    memset(target, 0, sizeof(matrix));
    for (int i = 0; i < SESSIONS; i++) {
        double all[ITEMS] = {0};
        for (int place = 1; place < w->length[i]; place++) add_place(w, i, place, shape, gram, target);
        for (int place = 0; place < w->length[i]; place++) all[w->items[i][place]] = 1;
        add_row(all, all, shape->whole, gram, target);
    }
}

/* Replaces b by a^-1 b, by elimination with a positive definite a. */
static inline void eliminate(matrix a, matrix b)
{
    for (int k = 0; k < ITEMS; k++)
        for (int i = 0; i < ITEMS; i++) {
            const double factor = i == k ? 0 : a[i][k] / a[k][k];
            for (int j = 0; j < ITEMS && factor != 0; j++) {
                a[i][j] -= factor * a[k][j];
                b[i][j] -= factor * b[k][j];
            }
        }
    for (int i = 0; i < ITEMS; i++)
        for (int j = 0; j < ITEMS; j++) b[i][j] /= a[i][i];
}

/* The entry (row,column) of a sparse matrix. */
static inline float entry(const lr_item_matrix *m, int row, int column)
{
    for (int64_t at = m->offsets[row]; at < m->offsets[row + 1]; at++)
        if (m->columns[at] == column) return m->values[at];
    return 0;
}

static const lr_row_shape slit = {10, 3, 8, 2, 0}, ease = {10, 3, 8, 2, 1}, slist = {4, 2, 3, 1, .3};

/* B by elimination; with a zero diagonal by its formula. */
static inline void plain_solution(const world *w, const lr_row_shape *shape, const lr_linear_system *system, matrix b)
{
    static matrix gram, target, a, copy, p;
    plain_counts(w, shape, gram, target);
    memset(p, 0, sizeof p);
    for (int i = 0; i < ITEMS; i++)
        for (int j = 0; j < ITEMS; j++) {
            a[i][j] = gram[i][j] + (i == j ? system->ridge + system->strength : 0);
            b[i][j] = target[i][j] + (system->guide == NULL ? 0 : system->strength * entry(system->guide, j, i));
            p[i][j] = i == j;
        }
    memcpy(copy, a, sizeof a);
    eliminate(a, b);
    if (!system->zero_diagonal) return;
    eliminate(copy, p);
    for (int j = 0; j < ITEMS; j++) {
        const double factor = b[j][j] / p[j][j];
        for (int i = 0; i < ITEMS; i++) b[i][j] -= factor * p[i][j];
    }
}

#endif
