/* SPDX-License-Identifier: Apache-2.0 */
/* Steps of the main path: strategies of the host, scores of given items, vectors, similar items, descriptions. */
#include "path.h"

/* A strategy of the host: an item's own number is its score. */
static llmrec_status score_by_number(const llmrec_score_request *request, void *user)
{
    (void)user;
    for (int64_t i = 0; i < request->sessions; i++)
        for (int64_t j = 0; j < request->candidate_count; j++)
            request->scores[i * request->candidate_count + j] = (float)request->candidates[j];
    return LLMREC_OK;
}

static llmrec_status rank_one(const llmrec_rank_request *request, void *user)
{
    (void)user;
    for (int64_t i = 0; i < request->sessions; i++) {
        request->recommended[i * request->width] = 1;
        request->scores[i * request->width] = 2;
        request->counts[i] = 1;
    }
    return LLMREC_OK;
}

llmrec_status path_custom(path_world *world, path_handle *made)
{
    const llmrec_custom_strategy strategy = {
        .size = sizeof strategy, .name = "number", .dataset = world->made[TRAIN].dataset, .score = score_by_number};
    return llmrec_recommender_create_custom(world->made[OPEN_CONTEXT].context, &strategy, &made->recommender);
}

/* By scores, and by lists, whose scores are looked up. */
llmrec_status path_custom_lists(path_world *world, path_handle *made)
{
    static const int64_t offsets[3] = {0, 1, 2};
    static const int32_t items[2] = {0, 3};
    static const char *const ids[] = {"a", "b", "c", "d"};
    const llmrec_custom_strategy strategy = {
        .size = sizeof strategy, .name = "one", .items = 4, .ids = ids, .rank = rank_one};
    llmrec_recommender *one = NULL;
    int32_t lists[2 * K], counts[2];
    float scores[2 * K];
    (void)made;
    llmrec_status status =
        llmrec_recommend(world->made[CUSTOM].recommender, offsets, items, 2, K, NULL, lists, scores, counts);
    if (status == LLMREC_OK)
        status = llmrec_recommender_create_custom(world->made[OPEN_CONTEXT].context, &strategy, &one);
    if (status == LLMREC_OK) status = llmrec_score(one, offsets, items, 2, NULL, items, 2, scores);
    llmrec_recommender_free(one);
    return status;
}

llmrec_status path_score(path_world *world, path_handle *made)
{
    static const int64_t offsets[3] = {0, 1, 2};
    static const int32_t items[2] = {0, 3}, candidates[3] = {1, -1, 2};
    float scores[2 * 3];
    (void)made;
    const llmrec_status status =
        llmrec_score(world->made[SIMILARITY].recommender, offsets, items, 2, NULL, candidates, 3, scores);
    if (status != LLMREC_OK) return status;
    return llmrec_score(world->made[CUSTOM].recommender, offsets, items, 2, NULL, candidates, 3, scores);
}

/* By a sum, by gradients, and by leaving items out. */
llmrec_status path_explain(path_world *world, path_handle *made)
{
    static const int32_t items[2] = {0, 3};
    llmrec_recommender *opened = NULL;
    llmrec_explanation *why = NULL;
    (void)made;
    llmrec_status status = llmrec_explain(world->made[SIMILARITY].recommender, items, 2, 1, &why);
    llmrec_explanation_free(why);
    why = NULL;
    if (status == LLMREC_OK) status = llmrec_explain(world->made[CUSTOM].recommender, items, 2, 1, &why);
    llmrec_explanation_free(why);
    why = NULL;
    if (status == LLMREC_OK)
        status = llmrec_recommender_open(world->made[OPEN_CONTEXT].context, path_file("network.h5"), NULL, &opened);
    if (status == LLMREC_OK) status = llmrec_explain(opened, items, 2, 1, &why);
    llmrec_explanation_free(why);
    llmrec_recommender_free(opened);
    return status;
}

llmrec_status path_score_ids(path_world *world, path_handle *made)
{
    static const char *const ids[] = {"i1", "i2", "i3"};
    static const int64_t offsets[] = {0, 2, 3};
    (void)made;
    return llmrec_score_ids(world->made[POPULARITY].recommender, offsets, ids, NULL, 2, NULL, ids, NULL, 3,
                            world->scores, NULL);
}

llmrec_status path_vectors(path_world *world, path_handle *made)
{
    static const int64_t offsets[3] = {0, 1, 2};
    static const int32_t items[2] = {0, 3};
    (void)made;
    return llmrec_session_vectors(world->made[SIMILARITY].recommender, offsets, items, 2, world->scores);
}

/* The second call's table is an encoder's, whose search is made by the first call for it. */
llmrec_status path_similar_items(path_world *world, path_handle *made)
{
    static const int32_t items[2] = {0, 3};
    llmrec_recommender *opened = NULL;
    int32_t lists[2 * K], counts[2];
    float scores[2 * K];
    (void)made;
    llmrec_status status =
        llmrec_similar_items(world->made[SIMILARITY].recommender, items, 2, K, NULL, lists, scores, counts);
    if (status == LLMREC_OK)
        status = llmrec_recommender_open(world->made[OPEN_CONTEXT].context, path_file("network.h5"), NULL, &opened);
    if (status == LLMREC_OK) status = llmrec_similar_items(opened, items, 2, K, NULL, lists, scores, counts);
    llmrec_recommender_free(opened);
    return status;
}

/* Two items of the catalog have a vector. */
llmrec_status path_gaps(path_world *world, path_handle *made)
{
    static const char *const ids[2] = {"i0", "i3"};
    static const float values[4] = {1, 0, 0, 1};
    static const int64_t offsets[2] = {0, 2};
    static const int32_t items[2] = {0, 1};
    int32_t list[K], count = 0;
    float scores[K];
    const path_handle *all = world->made;
    llmrec_embedding *table = NULL, *aligned = NULL;
    llmrec_recommender *similar = NULL;
    llmrec_status status = llmrec_embedding_create(all[OPEN_CONTEXT].context, values, 2, 2, ids, NULL, NULL, &table);
    (void)made;
    if (status == LLMREC_OK)
        status = llmrec_embedding_align(table, all[LOAD_CSV].dataset, LLMREC_ALIGN_ZERO, NULL, &aligned);
    if (status == LLMREC_OK) status = llmrec_recommender_create_similarity(aligned, NULL, &similar);
    if (status == LLMREC_OK) status = llmrec_recommend(similar, offsets, items, 1, K, NULL, list, scores, &count);
    if (status == LLMREC_OK) status = llmrec_score(similar, offsets, items, 1, NULL, items, 2, scores);
    llmrec_recommender_free(similar);
    llmrec_embedding_free(aligned);
    llmrec_embedding_free(table);
    return status;
}

/* Every kind of handle; the last text stays. */
llmrec_status path_describe(path_world *world, path_handle *made)
{
    char text[TEXT_SIZE];
    const path_handle *all = world->made;
    llmrec_session *session = NULL;
    size_t length = 0;
    (void)made;
    llmrec_status status = llmrec_context_description(all[OPEN_CONTEXT].context, text, TEXT_SIZE, &length);
    if (status == LLMREC_OK) status = llmrec_dataset_description(all[TRAIN].dataset, text, TEXT_SIZE, &length);
    if (status == LLMREC_OK) status = llmrec_embedding_description(all[ALIGN].embedding, text, TEXT_SIZE, &length);
    if (status == LLMREC_OK) status = llmrec_reducer_description(all[FIT].reducer, text, TEXT_SIZE, &length);
    if (status == LLMREC_OK)
        status = llmrec_text_encoder_description(all[OPEN_ENCODER].encoder, text, TEXT_SIZE, &length);
    if (status == LLMREC_OK) status = llmrec_session_create(all[SIMILARITY].recommender, &session);
    if (status == LLMREC_OK) status = llmrec_session_description(session, text, TEXT_SIZE, &length);
    llmrec_session_free(session);
    if (status != LLMREC_OK) return status;
    return llmrec_report_description(all[MEAN_REPORT].report, world->text, TEXT_SIZE, &world->length);
}
