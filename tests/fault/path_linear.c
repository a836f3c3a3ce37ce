/* SPDX-License-Identifier: Apache-2.0 */
/* Steps of linear models: all solvers, with and without a choice, and their file. */
#include "path.h"

static llmrec_status create(path_world *world, const llmrec_linear_options *options, path_handle *made)
{
    return llmrec_recommender_create_linear(world->made[TRAIN].dataset, world->made[ALIGN].embedding, options,
                                            &made->recommender);
}

llmrec_status path_linear(path_world *world, path_handle *made)
{
    llmrec_linear_options options;
    assert_ok(llmrec_linear_options_init(&options, sizeof options));
    options.model = LLMREC_LINEAR_SLIST;
    options.row_entries = 5;
    return create(world, &options, made);
}

llmrec_status path_linear_columns(path_world *world, path_handle *made)
{
    llmrec_linear_options options;
    assert_ok(llmrec_linear_options_init(&options, sizeof options));
    options.model = LLMREC_LINEAR_EASE;
    options.solver = LLMREC_LINEAR_COLUMNS;
    options.strength = 2;
    return create(world, &options, made);
}

llmrec_status path_save_linear(path_world *world, path_handle *made)
{
    (void)made;
    return llmrec_recommender_save(world->made[LINEAR].recommender, path_file("linear.h5"));
}

llmrec_status path_open_linear(path_world *world, path_handle *made)
{
    return llmrec_recommender_open(world->made[OPEN_CONTEXT].context, path_file("linear.h5"), NULL, &made->recommender);
}

/* Makes lists and scores with the matrix of the file. */
llmrec_status path_rank_linear(path_world *world, path_handle *made)
{
    static const int64_t offsets[3] = {0, 2, 3};
    static const int32_t items[3] = {0, 3, 1}, candidates[3] = {2, 0, 5};
    const llmrec_recommender *recommender = world->made[OPEN_LINEAR].recommender;
    (void)made;
    const llmrec_status status =
        llmrec_recommend(recommender, offsets, items, 2, K, NULL, world->recommended, world->scores, world->counts);
    if (status != LLMREC_OK) return status;
    return llmrec_score(recommender, offsets, items, 2, NULL, candidates, 3, world->scores);
}
