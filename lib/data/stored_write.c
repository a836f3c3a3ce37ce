/* SPDX-License-Identifier: Apache-2.0 */
/* Writes a dataset to our HDF5 file. */
#include <stdio.h>
#include <string.h>

#include "core/log.h"
#include "core/memory.h"
#include "data/dataset_options.h"
#include "data/stored.h"
#include "data/view.h"

static lr_span session_id_at(const void *of, size_t session)
{
    const llmrec_dataset *dataset = of;
    return lr_ids_at(dataset->frame->sessions, lr_view_session(dataset, session));
}

static lr_span column_text_at(const void *of, size_t item)
{
    return lr_texts_at(of, item);
}

static lr_span name_at(const void *of, size_t column)
{
    const char *name = ((char *const *)of)[column];
    return (lr_span){name, strlen(name)};
}

static llmrec_status write_offsets(const llmrec_dataset *dataset, lr_store *store)
{
    llmrec_status status = LLMREC_OK;
    lr_stream stream = {0};
    int64_t offset = 0;
    LR_TRY(lr_stream_begin(dataset->frame->context, store, "offsets", LR_I64, dataset->sessions + 1, &stream));
    LR_TRY(lr_stream_put(&stream, &offset, 1));
    for (size_t session = 0; session < dataset->sessions; session++) {
        offset += (int64_t)lr_view_length(dataset, session);
        LR_TRY(lr_stream_put(&stream, &offset, 1));
    }
    LR_TRY(lr_stream_end(&stream));
done:
    lr_free(dataset->frame->context, stream.buffer);
    return status;
}

/* Writes the visible rows of `values`, which has one value for each row of the frame. */
static llmrec_status write_rows(const llmrec_dataset *dataset, lr_store *store, const char *name, lr_type type,
                                const void *values)
{
    llmrec_status status = LLMREC_OK;
    lr_stream stream = {0};
    const size_t size = lr_type_size(type);
    lr_progress progress =
        lr_progress_begin(dataset->frame->context, "write dataset", "sessions", (int64_t)dataset->sessions);
    LR_TRY(lr_stream_begin(dataset->frame->context, store, name, type, dataset->rows, &stream));
    for (size_t session = 0; session < dataset->sessions; session++) {
        for (int64_t row = lr_view_begin(dataset, session); row < lr_view_end(dataset, session); row++)
            if (lr_view_sees(dataset, row))
                LR_TRY(lr_stream_put(&stream, (const char *)values + (size_t)row * size, 1));
        if (session % 4096 == 0) LR_TRY(lr_progress_step(&progress, (int64_t)session));
    }
    LR_TRY(lr_stream_end(&stream));
    LR_TRY(lr_progress_end(&progress, (int64_t)dataset->sessions));
done:
    lr_free(dataset->frame->context, stream.buffer);
    return status;
}

/* Users of the sessions, and numbers of targets. */
static llmrec_status write_sessions(const llmrec_dataset *dataset, lr_store *store)
{
    llmrec_status status = LLMREC_OK;
    const lr_rows *rows = &dataset->frame->rows;
    lr_stream stream = {0};
    if (rows->users != NULL) {
        LR_TRY(lr_stream_begin(dataset->frame->context, store, "users", LR_I32, dataset->sessions, &stream));
        for (size_t i = 0; i < dataset->sessions; i++)
            LR_TRY(lr_stream_put(&stream, &rows->users[lr_view_session(dataset, i)], 1));
        LR_TRY(lr_stream_end(&stream));
        lr_free(dataset->frame->context, stream.buffer);
        stream = (lr_stream){0};
        LR_TRY(lr_store_set_integer(store, "session_gap", rows->gap));
    }
    if (dataset->targets == NULL) return LLMREC_OK;
    LR_TRY(lr_stream_begin(dataset->frame->context, store, "targets", LR_I64, dataset->sessions, &stream));
    for (size_t i = 0; i < dataset->sessions; i++) {
        const int64_t targets = (int64_t)lr_dataset_targets(dataset, i);
        LR_TRY(lr_stream_put(&stream, &targets, 1));
    }
    LR_TRY(lr_stream_end(&stream));
done:
    lr_free(dataset->frame->context, stream.buffer);
    return status;
}

static llmrec_status write_catalog(const lr_catalog *catalog, llmrec_context *context, lr_store *store)
{
    const lr_spans ids = {lr_ids_count(catalog->ids), lr_ids_at, catalog->ids};
    const lr_spans names = {catalog->columns, name_at, catalog->names};
    LR_RETURN_IF(lr_texts_write(context, store, "item_ids", ids));
    LR_RETURN_IF(lr_texts_write(context, store, "column_names", names));
    for (size_t i = 0; i < catalog->columns; i++) {
        char name[32];
        const lr_spans texts = {catalog->texts[i].count, column_text_at, &catalog->texts[i]};
        snprintf(name, sizeof name, "column_%zu", i);
        LR_RETURN_IF(lr_texts_write(context, store, name, texts));
    }
    return LLMREC_OK;
}

static llmrec_status write_all(const void *self, lr_store *store)
{
    const llmrec_dataset *dataset = self;
    const lr_frame *frame = dataset->frame;
    const lr_spans sessions = {dataset->sessions, session_id_at, dataset};
    LR_RETURN_IF(write_offsets(dataset, store));
    LR_RETURN_IF(write_rows(dataset, store, "items", LR_I32, frame->rows.items));
    if (frame->rows.parts != NULL) LR_RETURN_IF(write_rows(dataset, store, "parts", LR_U8, frame->rows.parts));
    if (frame->rows.times != NULL) LR_RETURN_IF(write_rows(dataset, store, "times", LR_I64, frame->rows.times));
    LR_RETURN_IF(write_sessions(dataset, store));
    LR_RETURN_IF(lr_texts_write(frame->context, store, "session_ids", sessions));
    LR_RETURN_IF(write_catalog(&frame->catalog, frame->context, store));
    LR_RETURN_IF(lr_options_write(&lr_dataset_options, &frame->options, store, "options"));
    LR_RETURN_IF(lr_store_set_integer(store, "time_unit", frame->rows.unit));
    LR_RETURN_IF(lr_store_set_integer(store, "session_numbers", lr_ids_are_numbers(frame->sessions)));
    LR_RETURN_IF(lr_store_set_integer(store, "item_numbers", lr_ids_are_numbers(frame->catalog.ids)));
    LR_RETURN_IF(lr_store_set_integer(store, "input_rows", frame->input_rows));
    LR_RETURN_IF(lr_store_set_integer(store, "dropped", frame->dropped));
    return lr_store_set_integer(store, "missing", frame->missing);
}

llmrec_status lr_dataset_write(const llmrec_dataset *dataset, const char *path)
{
    return lr_store_save(dataset->frame->context, path, (lr_store_kind){"dataset", 1}, write_all, dataset);
}
