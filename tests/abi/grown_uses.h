/* SPDX-License-Identifier: Apache-2.0 */
/* One valid use of each function that takes a size-first struct (grown_client.c). */
#ifndef TESTS_ABI_GROWN_USES_H
#define TESTS_ABI_GROWN_USES_H

#include "grown_world.h"

/* --- one valid use of each function ------------------------------------------------------------------------------- */

#define USE(name) static llmrec_status name(void *given)
#define MAKES(type, call)                                                                                              \
    type *made = NULL;                                                                                                 \
    const llmrec_status status = call;                                                                                 \
    type##_free(made);                                                                                                 \
    return status

USE(context_create)
{
    MAKES(llmrec_context, llmrec_context_create(given, &made));
}

USE(option_describe)
{
    return llmrec_option_describe("llmrec_split_options", 1, given);
}

USE(dataset_load)
{
    FILE *file = fopen("rows.csv", "w");
    must(file != NULL && fputs("user,item,time\n1,a,1\n1,b,2\n2,a,3\n", file) >= 0 && fclose(file) == 0, "rows.csv");
    MAKES(llmrec_dataset, llmrec_dataset_load(world.context, "rows.csv", NULL, given, &made));
}

USE(dataset_create_options)
{
    void *rows = filled("llmrec_interactions", 0);
    MAKES(llmrec_dataset, llmrec_dataset_create(world.context, rows, NULL, given, &made));
}

USE(dataset_create_interactions)
{
    MAKES(llmrec_dataset, llmrec_dataset_create(world.context, given, NULL, NULL, &made));
}

USE(dataset_create_items)
{
    void *rows = filled("llmrec_interactions", 0);
    MAKES(llmrec_dataset, llmrec_dataset_create(world.context, rows, given, NULL, &made));
}

USE(dataset_create_arrow)
{
    struct ArrowArrayStream rows;
    MUST(llmrec_dataset_rows_arrow(world.dataset, &rows));
    MAKES(llmrec_dataset, llmrec_dataset_create_arrow(world.context, &rows, NULL, given, &made));
}

USE(dataset_split)
{
    MAKES(llmrec_dataset, llmrec_dataset_split(world.dataset, given, LLMREC_PART_TEST, &made));
}

USE(dataset_describe)
{
    return llmrec_dataset_describe(world.dataset, given);
}

USE(embedding_create)
{
    MAKES(llmrec_embedding, llmrec_embedding_create(world.context, values, ITEMS, DIM, NULL, NULL, given, &made));
}

USE(embedding_load)
{
    MUST(llmrec_embedding_save(world.table, "table.npy"));
    MAKES(llmrec_embedding, llmrec_embedding_load(world.context, "table.npy", given, &made));
}

USE(embedding_open)
{
    MUST(llmrec_embedding_save(world.table, "table.h5"));
    MAKES(llmrec_embedding, llmrec_embedding_open(world.context, "table.h5", given, &made));
}

USE(embedding_align)
{
    MAKES(llmrec_embedding, llmrec_embedding_align(world.table, world.dataset, 0, given, &made));
}

USE(reducer_fit)
{
    MAKES(llmrec_reducer, llmrec_reducer_fit(world.table, given, &made));
}

USE(text_encoder_open)
{
    MAKES(llmrec_text_encoder, llmrec_text_encoder_load(world.context, model_directory, given, &made));
}

USE(text_encoder_encode_items)
{
    MAKES(llmrec_embedding, llmrec_text_encoder_encode_items(world.text_encoder, world.dataset, given, &made));
}

USE(encoder_create)
{
    MAKES(llmrec_encoder, llmrec_encoder_create(world.dataset, given, &made));
}

USE(encoder_get_options)
{
    return llmrec_encoder_get_options(world.encoder, given);
}

USE(encoder_init_items)
{
    llmrec_encoder *encoder = new_encoder(NULL);
    const llmrec_status status = llmrec_encoder_init_items(encoder, world.aligned, given);
    llmrec_encoder_free(encoder);
    return status;
}

USE(encoder_train)
{
    llmrec_encoder *encoder = new_encoder(NULL);
    const llmrec_status status = llmrec_encoder_train(encoder, world.train, NULL, given);
    llmrec_encoder_free(encoder);
    return status;
}

USE(encoder_get_train_options)
{
    return llmrec_encoder_get_train_options(world.encoder, given);
}

USE(encoder_epoch)
{
    return llmrec_encoder_epoch(world.encoder, 0, given);
}

USE(explanation_reason)
{
    llmrec_explanation *explanation = NULL;
    llmrec_status status = llmrec_explain(world.popular, NULL, 0, 0, &explanation);
    if (status == LLMREC_OK) status = llmrec_explanation_reason(explanation, 0, given);
    llmrec_explanation_free(explanation);
    return status;
}

USE(llm_create_endpoint)
{
    MAKES(llmrec_llm, llmrec_llm_create_endpoint(world.context, given, &made));
}

USE(llm_chat)
{
    const llmrec_chat_request *request = given;
    MAKES(llmrec_replies, llmrec_llm_chat(world.llm, &request, 1, &made));
}

USE(llm_usage)
{
    return llmrec_llm_usage(world.llm, given);
}

USE(text_encoder_usage)
{
    return llmrec_text_encoder_usage(world.text_encoder, given);
}

USE(text_encoder_create_endpoint)
{
    ((llmrec_endpoint_options *)given)->url = endpoint_url("good");
    MAKES(llmrec_text_encoder, llmrec_text_encoder_create_endpoint(world.context, given, NULL, &made));
}

USE(text_encoder_create_endpoint_embeddings)
{
    llmrec_endpoint_options *endpoint = filled("llmrec_endpoint_options", 0);
    endpoint->url = endpoint_url("good");
    MAKES(llmrec_text_encoder, llmrec_text_encoder_create_endpoint(world.context, endpoint, given, &made));
}

USE(recommender_create_recent_popularity)
{
    MAKES(llmrec_recommender, llmrec_recommender_create_recent_popularity(world.dataset, given, &made));
}

USE(recommender_create_neighbors)
{
    MAKES(llmrec_recommender, llmrec_recommender_create_neighbors(world.dataset, NULL, given, &made));
}

USE(recommender_create_cooccurrence)
{
    MAKES(llmrec_recommender, llmrec_recommender_create_cooccurrence(world.dataset, given, &made));
}

USE(recommender_create_similarity)
{
    MAKES(llmrec_recommender, llmrec_recommender_create_similarity(world.table, given, &made));
}

USE(recommender_create_linear)
{
    MAKES(llmrec_recommender, llmrec_recommender_create_linear(world.train, world.aligned, given, &made));
}

USE(recommender_create_prompt)
{
    void *parts = filled("llmrec_recommender_parts", 0);
    MAKES(llmrec_recommender, llmrec_recommender_create_prompt(parts, given, &made));
}

USE(recommender_create_prompt_parts)
{
    void *options = filled("llmrec_prompt_options", 0);
    MAKES(llmrec_recommender, llmrec_recommender_create_prompt(given, options, &made));
}

USE(recommender_create_blend)
{
    void *parts = filled("llmrec_recommender_parts", 0);
    MAKES(llmrec_recommender, llmrec_recommender_create_blend(parts, given, &made));
}

USE(recommender_create_blend_parts)
{
    MAKES(llmrec_recommender, llmrec_recommender_create_blend(given, NULL, &made));
}

USE(blend_fit_options)
{
    void *parts = filled("llmrec_recommender_parts", 0);
    MAKES(llmrec_recommender, llmrec_blend_fit(parts, world.dataset, NULL, given, NULL, &made));
}

USE(blend_fit_blend)
{
    void *parts = filled("llmrec_recommender_parts", 0);
    MAKES(llmrec_recommender, llmrec_blend_fit(parts, world.dataset, given, NULL, NULL, &made));
}

USE(blend_fit_parts)
{
    return llmrec_blend_fit(given, world.dataset, NULL, NULL, NULL, NULL);
}

USE(blend_fit_report)
{
    void *parts = filled("llmrec_recommender_parts", 0);
    return llmrec_blend_fit(parts, world.dataset, NULL, NULL, given, NULL);
}

USE(recommender_open)
{
    MUST(llmrec_recommender_save(world.popular, "popular.h5"));
    MAKES(llmrec_recommender, llmrec_recommender_open(world.context, "popular.h5", given, &made));
}

USE(recommender_create)
{
    MAKES(llmrec_recommender, llmrec_recommender_create(given, "prompt", &made));
}

static const int64_t offsets[] = {0, 2};
static const int32_t session[] = {0, 1};

USE(recommend)
{
    int32_t recommended[2], count;
    return llmrec_recommend(world.popular, offsets, session, 1, 2, given, recommended, NULL, &count);
}

USE(recommend_grounded)
{
    int32_t recommended[2], count;
    int64_t grounding[1];
    return llmrec_recommend_grounded(world.popular, offsets, session, 1, 2, given, recommended, NULL, &count, grounding,
                                     1);
}

USE(recommend_ids)
{
    int32_t recommended[2], count;
    return llmrec_recommend_ids(world.popular, offsets, ids, NULL, 1, 2, given, recommended, NULL, &count, NULL);
}

USE(recommender_create_custom)
{
    int32_t recommended[2], count;
    float score;
    llmrec_recommender *made = NULL;
    const llmrec_status status = llmrec_recommender_create_custom(world.context, given, &made);
    if (status == LLMREC_OK) {
        MUST(llmrec_recommend(made, offsets, session, 1, 2, NULL, recommended, NULL, &count));
        MUST(llmrec_score(made, offsets, session, 1, NULL, session, 1, &score));
    }
    llmrec_recommender_free(made);
    return status;
}

USE(similar_items)
{
    int32_t recommended[2], count;
    return llmrec_similar_items(world.similar, session, 1, 2, given, recommended, NULL, &count);
}

USE(session_recommend)
{
    llmrec_session *live = NULL;
    int32_t recommended[2], count;
    MUST(llmrec_session_create(world.popular, &live));
    MUST(llmrec_session_append(live, session, 2));
    const llmrec_status status = llmrec_session_recommend(live, 2, given, recommended, NULL, &count);
    llmrec_session_free(live);
    return status;
}

USE(fine_tuning_write_prompt)
{
    void *parts = filled("llmrec_recommender_parts", 0), *options = filled("llmrec_fine_tuning_data_options", 1);
    return llmrec_fine_tuning_write(parts, given, options, NULL);
}

USE(fine_tuning_write_parts)
{
    void *options = filled("llmrec_fine_tuning_data_options", 1);
    return llmrec_fine_tuning_write(given, filled("llmrec_prompt_options", 0), options, NULL);
}

USE(fine_tuning_write_options)
{
    void *parts = filled("llmrec_recommender_parts", 0);
    return llmrec_fine_tuning_write(parts, filled("llmrec_prompt_options", 1), given, NULL);
}

USE(fine_tuning_write_info)
{
    void *parts = filled("llmrec_recommender_parts", 0), *prompt = filled("llmrec_prompt_options", 1);
    return llmrec_fine_tuning_write(parts, prompt, filled("llmrec_fine_tuning_data_options", 2), given);
}

USE(fine_tuning_start_endpoint)
{
    void *options = filled("llmrec_fine_tuning_options", 0);
    MAKES(llmrec_fine_tuning, llmrec_fine_tuning_start(world.context, given, options, &made));
}

USE(fine_tuning_start_options)
{
    void *endpoint = filled("llmrec_endpoint_options", 0);
    MAKES(llmrec_fine_tuning, llmrec_fine_tuning_start(world.context, endpoint, given, &made));
}

static llmrec_fine_tuning *new_job(void)
{
    llmrec_fine_tuning *job = NULL;
    void *endpoint = filled("llmrec_endpoint_options", 0), *options = filled("llmrec_fine_tuning_options", 1);
    MUST(llmrec_fine_tuning_start(world.context, endpoint, options, &job));
    return job;
}

/* Owns the texts of the result, so it lives until they are printed. */
static llmrec_fine_tuning *job;

static llmrec_fine_tuning *next_job(void)
{
    llmrec_fine_tuning_free(job);
    return job = new_job();
}

USE(fine_tuning_look)
{
    return llmrec_fine_tuning_look(next_job(), given);
}

USE(fine_tuning_follow)
{
    return llmrec_fine_tuning_follow(next_job(), .01, given);
}

USE(fine_tuning_cancel)
{
    return llmrec_fine_tuning_cancel(next_job(), given);
}

USE(evaluate)
{
    MAKES(llmrec_report, llmrec_evaluate(world.popular, world.train, world.test, given, &made));
}

USE(evaluate_lists)
{
    MAKES(llmrec_report,
          llmrec_evaluate_lists(world.context, 1, ITEMS, offsets, session, NULL, offsets, session, given, &made));
}

USE(report_compare)
{
    return llmrec_report_compare(world.report, world.other, LLMREC_METRIC_MRR, 10, given);
}

typedef struct use {
    const char *structure, *function;
    llmrec_status (*call)(void *given);
    int http; /* needs a server */
} use;

/* Every function with such a parameter. A new function fails the test until it is listed here. */
static const use uses[] = {
    {"llmrec_context_options", "llmrec_context_create", context_create, 0},
    {"llmrec_option_info", "llmrec_option_describe", option_describe, 0},
    {"llmrec_dataset_options", "llmrec_dataset_load", dataset_load, 0},
    {"llmrec_dataset_options", "llmrec_dataset_create", dataset_create_options, 0},
    {"llmrec_dataset_options", "llmrec_dataset_create_arrow", dataset_create_arrow, 0},
    {"llmrec_interactions", "llmrec_dataset_create", dataset_create_interactions, 0},
    {"llmrec_items", "llmrec_dataset_create", dataset_create_items, 0},
    {"llmrec_split_options", "llmrec_dataset_split", dataset_split, 0},
    {"llmrec_dataset_statistics", "llmrec_dataset_describe", dataset_describe, 0},
    {"llmrec_embedding_options", "llmrec_embedding_create", embedding_create, 0},
    {"llmrec_embedding_options", "llmrec_embedding_load", embedding_load, 0},
    {"llmrec_embedding_options", "llmrec_embedding_open", embedding_open, 0},
    {"llmrec_alignment", "llmrec_embedding_align", embedding_align, 0},
    {"llmrec_reducer_options", "llmrec_reducer_fit", reducer_fit, 0},
    {"llmrec_text_encoder_options", "llmrec_text_encoder_load", text_encoder_open, 0},
    {"llmrec_encode_items_options", "llmrec_text_encoder_encode_items", text_encoder_encode_items, 0},
    {"llmrec_encoder_options", "llmrec_encoder_create", encoder_create, 0},
    {"llmrec_encoder_options", "llmrec_encoder_get_options", encoder_get_options, 0},
    {"llmrec_init_items_options", "llmrec_encoder_init_items", encoder_init_items, 0},
    {"llmrec_train_options", "llmrec_encoder_train", encoder_train, 0},
    {"llmrec_train_options", "llmrec_encoder_get_train_options", encoder_get_train_options, 0},
    {"llmrec_epoch", "llmrec_encoder_epoch", encoder_epoch, 0},
    {"llmrec_reason", "llmrec_explanation_reason", explanation_reason, 0},
    {"llmrec_endpoint_options", "llmrec_llm_create_endpoint", llm_create_endpoint, 1},
    {"llmrec_endpoint_options", "llmrec_text_encoder_create_endpoint", text_encoder_create_endpoint, 1},
    {"llmrec_endpoint_options", "llmrec_fine_tuning_start", fine_tuning_start_endpoint, 1},
    {"llmrec_chat_request", "llmrec_llm_chat", llm_chat, 0},
    {"llmrec_usage", "llmrec_llm_usage", llm_usage, 0},
    {"llmrec_usage", "llmrec_text_encoder_usage", text_encoder_usage, 0},
    {"llmrec_embeddings_options", "llmrec_text_encoder_create_endpoint", text_encoder_create_endpoint_embeddings, 1},
    {"llmrec_popularity_options", "llmrec_recommender_create_recent_popularity", recommender_create_recent_popularity,
     0},
    {"llmrec_neighbors_options", "llmrec_recommender_create_neighbors", recommender_create_neighbors, 0},
    {"llmrec_cooccurrence_options", "llmrec_recommender_create_cooccurrence", recommender_create_cooccurrence, 0},
    {"llmrec_similarity_options", "llmrec_recommender_create_similarity", recommender_create_similarity, 0},
    {"llmrec_linear_options", "llmrec_recommender_create_linear", recommender_create_linear, 0},
    {"llmrec_prompt_options", "llmrec_recommender_create_prompt", recommender_create_prompt, 0},
    {"llmrec_prompt_options", "llmrec_fine_tuning_write", fine_tuning_write_prompt, 0},
    {"llmrec_recommender_parts", "llmrec_recommender_create_prompt", recommender_create_prompt_parts, 0},
    {"llmrec_recommender_parts", "llmrec_recommender_create", recommender_create, 0},
    {"llmrec_recommender_parts", "llmrec_recommender_create_blend", recommender_create_blend_parts, 0},
    {"llmrec_blend_options", "llmrec_recommender_create_blend", recommender_create_blend, 0},
    {"llmrec_recommender_parts", "llmrec_blend_fit", blend_fit_parts, 0},
    {"llmrec_blend_options", "llmrec_blend_fit", blend_fit_blend, 0},
    {"llmrec_blend_fit_options", "llmrec_blend_fit", blend_fit_options, 0},
    {"llmrec_blend_fit_report", "llmrec_blend_fit", blend_fit_report, 0},
    {"llmrec_recommender_parts", "llmrec_recommender_open", recommender_open, 0},
    {"llmrec_recommender_parts", "llmrec_fine_tuning_write", fine_tuning_write_parts, 0},
    {"llmrec_recommend_options", "llmrec_recommend", recommend, 0},
    {"llmrec_recommend_options", "llmrec_recommend_grounded", recommend_grounded, 0},
    {"llmrec_recommend_options", "llmrec_recommend_ids", recommend_ids, 0},
    {"llmrec_recommend_options", "llmrec_session_recommend", session_recommend, 0},
    {"llmrec_recommend_options", "llmrec_similar_items", similar_items, 0},
    {"llmrec_custom_strategy", "llmrec_recommender_create_custom", recommender_create_custom, 0},
    {"llmrec_fine_tuning_data_options", "llmrec_fine_tuning_write", fine_tuning_write_options, 0},
    {"llmrec_fine_tuning_data_info", "llmrec_fine_tuning_write", fine_tuning_write_info, 0},
    {"llmrec_fine_tuning_options", "llmrec_fine_tuning_start", fine_tuning_start_options, 1},
    {"llmrec_fine_tuning_info", "llmrec_fine_tuning_look", fine_tuning_look, 1},
    {"llmrec_fine_tuning_info", "llmrec_fine_tuning_follow", fine_tuning_follow, 1},
    {"llmrec_fine_tuning_info", "llmrec_fine_tuning_cancel", fine_tuning_cancel, 1},
    {"llmrec_evaluation_options", "llmrec_evaluate", evaluate, 0},
    {"llmrec_evaluation_options", "llmrec_evaluate_lists", evaluate_lists, 0},
    {"llmrec_comparison", "llmrec_report_compare", report_compare, 0},
};

#endif
