/* SPDX-License-Identifier: Apache-2.0 */
/* Random sessions for strategies that need no training, and their lists and scores, compared with each other. */
#ifndef TESTS_API_RANDOM_SESSIONS_H
#define TESTS_API_RANDOM_SESSIONS_H

#include "../training_data.h"

enum { SESSIONS = 120, CATALOG = 50, LONGEST = 9, WIDTH = 6, ASKED = 40, K = 12 };

/* Sessions of random items, and the vectors of the items. */
typedef struct world {
    int32_t items[SESSIONS + ASKED][LONGEST];
    int lengths[SESSIONS + ASKED];
    float vectors[CATALOG * WIDTH];
    llmrec_dataset *dataset;
    llmrec_embedding *table;
} world;

static inline void fill(world *w)
{
    uint64_t seed = 3;
    for (int i = 0; i < SESSIONS + ASKED; i++) {
        w->lengths[i] = 1 + (int)(next_number(&seed) % LONGEST);
        for (int j = 0; j < w->lengths[i]; j++) {
            const uint64_t number = next_number(&seed);
            w->items[i][j] = (int32_t)(number % (number >> 8 & 1 ? CATALOG : CATALOG / 5)); /* some are popular */
        }
    }
    for (int i = 0; i < CATALOG * WIDTH; i++) w->vectors[i] = ((float)(next_number(&seed) % 2001) - 1000) / 700;
}

/* Replaces the numbers of items by their indices. */
static inline void number_items(world *w)
{
    char text[16];
    for (int i = 0; i < SESSIONS + ASKED; i++)
        for (int j = 0; j < w->lengths[i]; j++) {
            snprintf(text, sizeof text, "%d", w->items[i][j]);
            w->items[i][j] = (int32_t)llmrec_dataset_find_item(w->dataset, text, strlen(text));
        }
}

static inline void make_world(llmrec_context *context, world *w)
{
    static int64_t sessions[SESSIONS * LONGEST], items[SESSIONS * LONGEST];
    static int64_t numbers[CATALOG];
    int64_t rows = 0;
    fill(w);
    for (int i = 0; i < SESSIONS; i++)
        for (int j = 0; j < w->lengths[i]; j++) {
            sessions[rows] = i;
            items[rows++] = w->items[i][j];
        }
    for (int i = 0; i < CATALOG; i++) numbers[i] = i;
    const llmrec_interactions interactions = {
        .size = sizeof interactions, .rows = rows, .session_numbers = sessions, .item_numbers = items};
    const llmrec_items catalog = {.size = sizeof catalog, .rows = CATALOG, .numbers = numbers};
    assert_ok(llmrec_dataset_create(context, &interactions, &catalog, NULL, &w->dataset));
    assert_int_equal(llmrec_dataset_items(w->dataset), CATALOG);
    number_items(w);
    assert_ok(llmrec_embedding_create(context, w->vectors, CATALOG, WIDTH, NULL, NULL, NULL, &w->table));
}

static inline void free_world(world *w)
{
    llmrec_dataset_free(w->dataset);
    llmrec_embedding_free(w->table);
}

static inline bool session_has(const world *w, int session, int32_t item)
{
    for (int i = 0; i < w->lengths[session]; i++)
        if (w->items[session][i] == item) return true;
    return false;
}

/* --- comparison -------------------------------------------------------------------------------------------------- */

typedef struct lists {
    int32_t items[ASKED * K], counts[ASKED];
    float scores[ASKED * K], all[ASKED * CATALOG];
} lists;

/* Lists and the scores of all items of the sessions that are not in training. */
static inline void ask(const llmrec_recommender *recommender, const world *w, const llmrec_recommend_options *options,
                       lists *found)
{
    int64_t offsets[ASKED + 1] = {0};
    int32_t items[ASKED * LONGEST], all[CATALOG];
    memset(found, 0, sizeof *found);
    for (int i = 0; i < ASKED; i++) {
        offsets[i + 1] = offsets[i] + w->lengths[SESSIONS + i];
        memcpy(items + offsets[i], w->items[SESSIONS + i], (size_t)w->lengths[SESSIONS + i] * sizeof *items);
    }
    for (int i = 0; i < CATALOG; i++) all[i] = i;
    assert_ok(
        llmrec_recommend(recommender, offsets, items, ASKED, K, options, found->items, found->scores, found->counts));
    assert_ok(llmrec_score(recommender, offsets, items, ASKED, NULL, all, CATALOG, found->all));
}

/* The list is the sorted scores above 0 of the items that are not in the session. */
static inline void check_list(const world *w, int asked, const lists *found)
{
    bool used[CATALOG] = {false};
    for (int rank = 0; rank <= K; rank++) {
        int best = -1;
        for (int item = 0; item < CATALOG; item++) {
            const float *scores = found->all + asked * CATALOG;
            if (used[item] || scores[item] <= 0 || session_has(w, SESSIONS + asked, item)) continue;
            if (best < 0 || scores[item] > scores[best]) best = item;
        }
        if (best < 0) assert_true(found->counts[asked] <= rank);
        if (best < 0 || rank == K) return;
        assert_true(found->counts[asked] > rank);
        assert_int_equal(found->items[asked * K + rank], best);
        assert_memory_equal(&found->scores[asked * K + rank], &found->all[asked * CATALOG + best], sizeof(float));
        used[best] = true;
    }
}

/* Opened with one thread, and saved and opened again, it answers the same to the bit. */
static inline void check_files(const llmrec_recommender *recommender, const world *w, const lists *wanted)
{
    static lists found;
    llmrec_context *context = context_with(1);
    llmrec_recommender *opened = NULL, *again = NULL;
    assert_ok(llmrec_recommender_save(recommender, scratch("opened.h5")));
    assert_ok(llmrec_recommender_open(context, scratch("opened.h5"), NULL, &opened));
    assert_ok(llmrec_recommender_save(opened, scratch("again.h5")));
    assert_ok(llmrec_recommender_open(context, scratch("again.h5"), NULL, &again));
    ask(opened, w, NULL, &found);
    assert_memory_equal(&found, wanted, sizeof found);
    ask(again, w, NULL, &found);
    assert_memory_equal(&found, wanted, sizeof found);
    llmrec_recommender_free(opened);
    llmrec_recommender_free(again);
    llmrec_context_free(context);
}

#endif
