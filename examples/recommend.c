/* SPDX-License-Identifier: Apache-2.0 */
/* Recommends for one session, given as item ids, oldest first, with item vectors from a file:
 *
 *   recommend INTERACTIONS ITEMS VECTORS ID...
 *
 * Row i of the vectors belongs to row i of the item file. Unknown ids are reported and skipped. */
#include <llmrec/llmrec.h>

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "usage.h"

enum { WANTED = 5 };

static const char usage[] = "usage: recommend INTERACTIONS ITEMS VECTORS ID...\n"
                            "Recommends for a session of item ids, oldest first.\n"
                            "Row i of VECTORS belongs to row i of ITEMS.\n";

static void must(llmrec_status status)
{
    if (status == LLMREC_OK) return;
    fprintf(stderr, "recommend: %s\n", llmrec_last_error());
    exit(EXIT_FAILURE);
}

/* Returns whether the library wrote the file (by its ending). Such files are opened, others are loaded. */
static bool is_ours(const char *path)
{
    const char *ending = strrchr(path, '.');
    return ending != NULL && strcmp(ending, ".h5") == 0;
}

/* Loads the vectors, and aligns them with the dataset's items. */
static llmrec_embedding *load_vectors(llmrec_context *context, const llmrec_dataset *dataset, const char *path,
                                      const char *items_path)
{
    llmrec_embedding_options options;
    llmrec_embedding *table = NULL, *aligned = NULL;
    must(llmrec_embedding_options_init(&options, sizeof options));
    options.ids_path = items_path;
    must((is_ours(path) ? llmrec_embedding_open : llmrec_embedding_load)(context, path, &options, &table));
    must(llmrec_embedding_align(table, dataset, LLMREC_ALIGN_ZERO, NULL, &aligned));
    llmrec_embedding_free(table);
    return aligned;
}

static void print_item(const llmrec_dataset *dataset, int32_t item, float score)
{
    const char *id = NULL, *title = "";
    size_t id_length = 0, title_length = 0;
    const int64_t column = llmrec_dataset_title_column(dataset);
    must(llmrec_dataset_item_id(dataset, item, &id, &id_length));
    if (column >= 0) must(llmrec_dataset_item_text(dataset, item, column, &title, &title_length));
    printf("%.3f  %.*s  %.*s\n", (double)score, (int)id_length, id, (int)title_length, title);
}

static void recommend(const llmrec_recommender *recommender, const llmrec_dataset *dataset, char **ids, int64_t length)
{
    const int64_t offsets[2] = {0, length};
    int32_t items[WANTED], found = 0;
    float scores[WANTED];
    int64_t unknown = 0;
    must(llmrec_recommend_ids(recommender, offsets, (const char *const *)ids, NULL, 1, WANTED, NULL, items, scores,
                              &found, &unknown));
    if (unknown > 0) printf("%" PRId64 " of %" PRId64 " ids are unknown\n", unknown, length);
    for (int32_t i = 0; i < found; i++) print_item(dataset, items[i], scores[i]);
}

int main(int count, char **words)
{
    llmrec_context *context = NULL;
    llmrec_dataset *dataset = NULL;
    llmrec_recommender *recommender = NULL;
    check_usage(count, words, 4, 0, usage);
    must(llmrec_context_create(NULL, &context));
    must(llmrec_dataset_load(context, words[1], words[2], NULL, &dataset));
    llmrec_embedding *vectors = load_vectors(context, dataset, words[3], words[2]);
    must(llmrec_recommender_create_similarity(vectors, NULL, &recommender)); /* NULL: default options */
    recommend(recommender, dataset, words + 4, count - 4);
    llmrec_recommender_free(recommender);
    llmrec_embedding_free(vectors);
    llmrec_dataset_free(dataset);
    llmrec_context_free(context);
    return 0;
}
