/* SPDX-License-Identifier: Apache-2.0 */
/* Build, blend, refit, save, serve: similarity and popularity as one recommender, with weights from validation.
 *
 *   blend INTERACTIONS ITEMS MODEL FILE ID...
 *
 * MODEL is the directory of a sentence model, FILE gets the recommender, and ID... is a session. */
#include <llmrec/llmrec.h>

#include <stdio.h>
#include <stdlib.h>

enum { WANTED = 10, PARTS = 2 };

static void must(llmrec_status status)
{
    if (status == LLMREC_OK) return;
    fprintf(stderr, "blend: %s\n", llmrec_last_error());
    exit(EXIT_FAILURE);
}

static llmrec_dataset *part_of(const llmrec_dataset *data, int64_t part)
{
    llmrec_split_options options;
    llmrec_dataset *view = NULL;
    must(llmrec_split_options_init(&options, sizeof options));
    options.method = LLMREC_SPLIT_LEAVE_ONE_OUT;
    must(llmrec_dataset_split(data, &options, part, &view));
    return view;
}

static llmrec_embedding *vectors_of(llmrec_context *context, const llmrec_dataset *data, const char *model)
{
    llmrec_text_encoder *encoder = NULL;
    llmrec_embedding *table = NULL;
    must(llmrec_text_encoder_load(context, model, NULL, &encoder));
    must(llmrec_text_encoder_encode_items(encoder, data, NULL, &table));
    llmrec_text_encoder_free(encoder);
    return table;
}

/* The parts see the train rows alone; the weights come from the validation targets. */
static char *fit(const llmrec_dataset *data, const llmrec_embedding *table)
{
    static const char *const names[PARTS] = {"similarity", "popularity"};
    llmrec_dataset *train = part_of(data, LLMREC_PART_TRAIN), *validation = part_of(data, LLMREC_PART_VALIDATION);
    llmrec_recommender *similar = NULL, *popular = NULL, *blend = NULL;
    llmrec_blend_fit_report report = {.size = sizeof report};
    size_t length = 0;
    must(llmrec_recommender_create_similarity(table, NULL, &similar));
    must(llmrec_recommender_create_popularity(train, &popular));
    const llmrec_recommender *list[PARTS] = {similar, popular};
    const llmrec_recommender_parts parts = {.size = sizeof parts, .recommenders = list, .recommender_count = PARTS};
    must(llmrec_blend_fit(&parts, validation, NULL, NULL, &report, &blend));
    printf("NDCG@10 of %lld validation sessions: %.4f\n", (long long)report.sessions, report.ndcg);
    for (int i = 0; i < PARTS; i++)
        printf("%-12s weight %.4g, alone %.4f, blend without it %.4f\n", names[i], report.weights[i], report.alone[i],
               report.without[i]);
    must(llmrec_recommender_description(blend, NULL, 0, &length));
    char *description = malloc(length + 1);
    if (description == NULL) exit(EXIT_FAILURE);
    must(llmrec_recommender_description(blend, description, length + 1, NULL));
    llmrec_recommender_free(blend);
    llmrec_recommender_free(popular);
    llmrec_recommender_free(similar);
    llmrec_dataset_free(validation);
    llmrec_dataset_free(train);
    return description;
}

/* The same options and weights, and parts that see all rows. */
static void refit(const llmrec_dataset *data, const llmrec_embedding *table, const char *description, const char *file)
{
    const llmrec_recommender_parts parts = {.size = sizeof parts, .dataset = data, .embedding = table};
    llmrec_recommender *blend = NULL;
    must(llmrec_recommender_create(&parts, description, &blend));
    must(llmrec_recommender_save(blend, file));
    llmrec_recommender_free(blend);
}

static void serve(llmrec_context *context, const char *file, const char *const *ids, int64_t count)
{
    const int64_t offsets[2] = {0, count};
    llmrec_recommender *blend = NULL;
    int32_t items[WANTED], found = 0;
    must(llmrec_recommender_open(context, file, NULL, &blend));
    must(llmrec_recommend_ids(blend, offsets, ids, NULL, 1, WANTED, NULL, items, NULL, &found, NULL));
    for (int32_t i = 0; i < found; i++) {
        const char *title = NULL;
        size_t bytes = 0;
        must(llmrec_recommender_item_title(blend, items[i], &title, &bytes));
        printf("%2d. %.*s\n", i + 1, (int)bytes, title);
    }
    llmrec_recommender_free(blend);
}

int main(int count, char **words)
{
    llmrec_context *context = NULL;
    llmrec_dataset *data = NULL;
    if (count < 6) {
        fprintf(stderr, "usage: blend INTERACTIONS ITEMS MODEL FILE ID...\n");
        return 2;
    }
    must(llmrec_context_create(NULL, &context));
    must(llmrec_dataset_load(context, words[1], words[2], NULL, &data));
    llmrec_embedding *table = vectors_of(context, data, words[3]);
    char *description = fit(data, table);
    refit(data, table, description, words[4]);
    serve(context, words[4], (const char *const *)words + 5, count - 5);
    free(description);
    llmrec_embedding_free(table);
    llmrec_dataset_free(data);
    llmrec_context_free(context);
    return 0;
}
