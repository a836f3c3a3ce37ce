/* SPDX-License-Identifier: Apache-2.0 */
/* Steps of the path: strategies that compare sessions and count pairs of items. */
#include "path.h"

llmrec_status path_recent(path_world *world, path_handle *made)
{
    llmrec_popularity_options options;
    assert_ok(llmrec_popularity_options_init(&options, sizeof options));
    options.half_life = "50s";
    return llmrec_recommender_create_recent_popularity(world->made[TRAIN].dataset, &options, &made->recommender);
}

llmrec_status path_neighbors(path_world *world, path_handle *made)
{
    llmrec_neighbors_options options;
    assert_ok(llmrec_neighbors_options_preset(&options, sizeof options, "sknn-emb"));
    options.idf_weighting = 1;
    options.successors_only = 1;
    return llmrec_recommender_create_neighbors(world->made[LOAD_CSV].dataset, world->made[ALIGN].embedding, &options,
                                               &made->recommender);
}

llmrec_status path_save_neighbors(path_world *world, path_handle *made)
{
    (void)made;
    return llmrec_recommender_save(world->made[NEIGHBORS].recommender, path_file("neighbors.h5"));
}

llmrec_status path_open_neighbors(path_world *world, path_handle *made)
{
    return llmrec_recommender_open(world->made[OPEN_CONTEXT].context, path_file("neighbors.h5"), NULL,
                                   &made->recommender);
}

llmrec_status path_cooccurrence(path_world *world, path_handle *made)
{
    return llmrec_recommender_create_cooccurrence(world->made[CUT].dataset, NULL, &made->recommender);
}

llmrec_status path_save_cooccurrence(path_world *world, path_handle *made)
{
    (void)made;
    return llmrec_recommender_save(world->made[COOCCURRENCE].recommender, path_file("cooccurrence.h5"));
}

llmrec_status path_open_cooccurrence(path_world *world, path_handle *made)
{
    return llmrec_recommender_open(world->made[OPEN_CONTEXT].context, path_file("cooccurrence.h5"), NULL,
                                   &made->recommender);
}

llmrec_status path_update_cooccurrence(path_world *world, path_handle *made)
{
    return llmrec_recommender_update_cooccurrence(world->made[OPEN_COOCCURRENCE].recommender, world->made[CUT].dataset,
                                                  world->made[APPEND].dataset, &made->recommender);
}

llmrec_status path_neighbor_lists(path_world *world, path_handle *made)
{
    const path_handle asked[] = {world->made[OPEN_NEIGHBORS], world->made[OPEN_COOCCURRENCE]};
    int32_t recommended[SESSIONS * K], counts[SESSIONS];
    float scores[SESSIONS * K];
    llmrec_status status = LLMREC_OK;
    (void)made;
    for (size_t i = 0; i < 2 && status == LLMREC_OK; i++)
        status = llmrec_recommend(asked[i].recommender, world->offsets, world->items, SESSIONS, K, NULL, recommended,
                                  scores, counts);
    for (size_t i = 0; i < 2 && status == LLMREC_OK; i++)
        status =
            llmrec_score(asked[i].recommender, world->offsets, world->items, SESSIONS, NULL, world->items, K, scores);
    return status;
}
