/* SPDX-License-Identifier: Apache-2.0 */
/* Steps of the main path: frames in and out as Arrow streams. */
#include <errno.h>

#include "../frame.h"
#include "path.h"

llmrec_status path_create_arrow(path_world *world, path_handle *made)
{
    static const int64_t sessions[] = {1, 1, 2, 2}, folds[] = {0, 2, 0, 1};
    static const int32_t times[] = {1, 2, 3, 4}, offsets[] = {0, 1, 2, 3, 4}, words[] = {0, 2, 3};
    static const double prices[] = {1, 2, 3};
    static const frame_column word = {COLUMN("u", "", 3, NULL, offsets, "xyz"), .length = 3};
    static const frame_column rows[] = {{COLUMN("l", "user", 2, NULL, sessions)},
                                        {COLUMN("u", "item", 3, NULL, offsets, "abca")},
                                        {COLUMN("tdD", "time", 2, NULL, times)},
                                        {COLUMN("l", "fold", 2, NULL, folds)}};
    static const frame_column items[] = {{COLUMN("u", "id", 3, NULL, offsets, "abz")},
                                         {COLUMN("g", "price", 2, NULL, prices)},
                                         {COLUMN("+l", "words", 2, NULL, words), .child = &word}};
    frame row_frame = {.columns = rows, .column_count = 4, .cuts = {0, 1, 4}, .batch_count = 2};
    frame item_frame = {.columns = items, .column_count = 3, .cuts = {0, 1, 2}, .batch_count = 2};
    struct ArrowArrayStream row_stream = frame_stream(&row_frame), item_stream = frame_stream(&item_frame);
    llmrec_dataset_options options;
    llmrec_status status = llmrec_dataset_options_init(&options, sizeof options);
    assert_int_equal(status, LLMREC_OK);
    options.split_column = "fold";
    status = llmrec_dataset_create_arrow(world->made[OPEN_CONTEXT].context, &row_stream, &item_stream, &options,
                                         &made->dataset);
    assert_int_equal(row_frame.alive, 0);
    assert_int_equal(item_frame.alive, 0);
    return status;
}

/* Reads a stream to its end and releases it. */
static llmrec_status drain(llmrec_status status, struct ArrowArrayStream *stream)
{
    struct ArrowSchema schema;
    struct ArrowArray batch;
    if (status != LLMREC_OK) return status;
    int code = stream->get_schema(stream, &schema);
    if (code == 0) schema.release(&schema);
    while (code == 0) {
        code = stream->get_next(stream, &batch);
        if (code != 0 || batch.release == NULL) break;
        batch.release(&batch);
    }
    if (code != 0) assert_non_null(strstr(stream->get_last_error(stream), "memory"));
    stream->release(stream);
    return code == 0 ? LLMREC_OK : code == ENOMEM ? LLMREC_ERR_MEMORY : LLMREC_ERR_INTERNAL;
}

llmrec_status path_give_arrow(path_world *world, path_handle *made)
{
    static const int32_t lists[] = {0, 1, 2, 0}, counts[] = {2, 1};
    static const float scores[] = {4, 3, 2, 1};
    const path_handle *all = world->made;
    struct ArrowArrayStream out;
    (void)made;
    llmrec_status status = drain(llmrec_dataset_rows_arrow(all[TEST].dataset, &out), &out);
    if (status == LLMREC_OK) status = drain(llmrec_dataset_items_arrow(all[LOAD_CSV].dataset, &out), &out);
    if (status == LLMREC_OK) status = drain(llmrec_dataset_statistics_arrow(all[LOAD_CSV].dataset, &out), &out);
    if (status == LLMREC_OK)
        status =
            drain(llmrec_recommendations_arrow(all[POPULARITY].recommender, 2, 2, lists, scores, counts, &out), &out);
    if (status == LLMREC_OK) status = drain(llmrec_report_values_arrow(all[EVALUATE].report, &out), &out);
    return status;
}
