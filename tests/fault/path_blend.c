/* SPDX-License-Identifier: Apache-2.0 */
/* Steps of the path: recommenders made of other recommenders, and all of them in each other. */
#include "path.h"

enum { MEMBERS = 3 };

static llmrec_recommender_parts parts_of(const path_world *world, const llmrec_recommender **members)
{
    members[0] = world->made[POPULARITY].recommender;
    members[1] = world->made[SIMILARITY].recommender;
    members[2] = world->made[LINEAR].recommender;
    return (llmrec_recommender_parts){
        .size = sizeof(llmrec_recommender_parts), .recommenders = members, .recommender_count = MEMBERS};
}

llmrec_status path_blend(path_world *world, path_handle *made)
{
    const llmrec_recommender *members[MEMBERS];
    const llmrec_recommender_parts parts = parts_of(world, members);
    llmrec_blend_options options;
    assert_ok(llmrec_blend_options_preset(&options, sizeof options, "rrf"));
    options.weights = "1 0 2";
    return llmrec_recommender_create_blend(&parts, &options, &made->recommender);
}

/* The test part of the split stands in for a validation part, which is empty here. */
llmrec_status path_fit_blend(path_world *world, path_handle *made)
{
    const llmrec_recommender *members[MEMBERS];
    const llmrec_recommender_parts parts = parts_of(world, members);
    llmrec_blend_fit_report report = {.size = sizeof report};
    const llmrec_status status =
        llmrec_blend_fit(&parts, world->made[TEST].dataset, NULL, NULL, &report, &made->recommender);
    assert_int_equal(report.sessions != 0, status == LLMREC_OK);
    return status;
}

/* A recommender of every such strategy, and of every method of re-ranking. */
llmrec_status path_combined(path_world *world, path_handle *made)
{
    static const char description[] =
        "{\"strategy\":\"switch\",\"parts\":{\"recommenders\":["
        "{\"strategy\":\"concat\",\"options\":{\"confidence\":0.5},\"parts\":{\"recommenders\":["
        "{\"strategy\":\"blend\",\"options\":{\"weights\":\"1 0.5\",\"depth\":5},\"parts\":{\"recommenders\":["
        "{\"strategy\":\"popularity\"},{\"strategy\":\"linear\"}]}},"
        "{\"strategy\":\"rerank\",\"parts\":{\"first_stage\":{\"strategy\":\"popularity\"}}}]}},"
        "{\"strategy\":\"rerank\",\"options\":{\"method\":\"popularity\"},\"parts\":{\"first_stage\":"
        "{\"strategy\":\"rerank\",\"options\":{\"method\":\"diversity\"},\"parts\":{\"first_stage\":"
        "{\"strategy\":\"popularity\"}}}}}]}}";
    const llmrec_recommender_parts parts = {
        .size = sizeof parts, .dataset = world->made[TRAIN].dataset, .embedding = world->made[ALIGN].embedding};
    return llmrec_recommender_create(&parts, description, &made->recommender);
}

llmrec_status path_save_combined(path_world *world, path_handle *made)
{
    (void)made;
    return llmrec_recommender_save(world->made[COMBINED].recommender, path_file("combined.h5"));
}

llmrec_status path_open_combined(path_world *world, path_handle *made)
{
    return llmrec_recommender_open(world->made[OPEN_CONTEXT].context, path_file("combined.h5"), NULL,
                                   &made->recommender);
}

/* The second lists are longer than the blend's depth. */
llmrec_status path_combined_lists(path_world *world, path_handle *made)
{
    const path_handle asked[] = {world->made[BLEND], world->made[OPEN_COMBINED]};
    int32_t recommended[SESSIONS * ITEMS], counts[SESSIONS];
    float scores[SESSIONS * ITEMS];
    llmrec_status status = LLMREC_OK;
    (void)made;
    for (size_t i = 0; i < 2 && status == LLMREC_OK; i++)
        status = llmrec_recommend(asked[i].recommender, world->offsets, world->items, SESSIONS, i == 0 ? K : ITEMS,
                                  NULL, recommended, scores, counts);
    for (size_t i = 0; i < 2 && status == LLMREC_OK; i++)
        status =
            llmrec_score(asked[i].recommender, world->offsets, world->items, SESSIONS, NULL, world->items, K, scores);
    return status;
}
