/* SPDX-License-Identifier: Apache-2.0 */
/* Steps of the path: what follows new rows. */
#include "path.h"

llmrec_status path_cut(path_world *world, path_handle *made)
{
    llmrec_dataset_options options;
    assert_ok(llmrec_dataset_options_init(&options, sizeof options));
    options.session_gap = "3";
    return llmrec_dataset_load(world->made[OPEN_CONTEXT].context, path_file("rows.csv"), path_file("items.csv"),
                               &options, &made->dataset);
}

llmrec_status path_append(path_world *world, path_handle *made)
{
    static const char *const users[] = {"s23", "new", "s0"}, *const items[] = {"i1", "i99", "i2"};
    const double times[] = {144, 150, 160};
    const llmrec_interactions rows = {
        .size = sizeof rows, .rows = 3, .session_ids = users, .item_ids = items, .times = times};
    llmrec_dataset *night = NULL;
    llmrec_status status = llmrec_dataset_create(world->made[OPEN_CONTEXT].context, &rows, NULL, NULL, &night);
    if (status == LLMREC_OK) status = llmrec_dataset_append(world->made[CUT].dataset, night, &made->dataset);
    llmrec_dataset_free(night);
    return status;
}

llmrec_status path_save_cut(path_world *world, path_handle *made)
{
    (void)made;
    return llmrec_dataset_save(world->made[APPEND].dataset, path_file("cut.h5"));
}

llmrec_status path_open_cut(path_world *world, path_handle *made)
{
    return llmrec_dataset_open(world->made[OPEN_CONTEXT].context, path_file("cut.h5"), &made->dataset);
}

llmrec_status path_encode_unknown(path_world *world, path_handle *made)
{
    static const char *const ids[] = {"i1", "i7"};
    const float values[2 * DIM] = {1, 2, 3};
    llmrec_encode_items_options options;
    llmrec_embedding *known = NULL;
    llmrec_status status =
        llmrec_embedding_create(world->made[OPEN_CONTEXT].context, values, 2, DIM, ids, NULL, NULL, &known);
    assert_ok(llmrec_encode_items_options_init(&options, sizeof options));
    options.known = known;
    if (status == LLMREC_OK)
        status = llmrec_text_encoder_encode_items(world->made[OPEN_ENCODER].encoder, world->made[LOAD_CSV].dataset,
                                                  &options, &made->embedding);
    llmrec_embedding_free(known);
    return status;
}
