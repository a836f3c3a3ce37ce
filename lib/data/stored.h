/* SPDX-License-Identifier: Apache-2.0 */
/* Datasets in our HDF5 files. Format version 1. Arrays: `offsets` i64, `items` i32, `times` i64 (nanoseconds since
 * 1970; absent without times). Texts are two arrays each, `NAME` u8 and `NAME_offsets` i64: `session_ids`, `item_ids`,
 * `column_names`, `column_0`, ... Integers: `time_unit` (one of llmrec_time_unit), `session_numbers`, `item_numbers`,
 * `input_rows`, `dropped`, `missing`. `options` u8: llmrec_dataset_options as JSON. `parts` u8, where there are any,
 * the part of each row, 255 for none. For each session, where there are any: `users` i32 with the integer `session_gap`
 * (nanoseconds; 0: a day), and `targets` i64, the number of its last rows that are targets. */
#ifndef LR_DATA_STORED_H
#define LR_DATA_STORED_H

#include "core/store.h"
#include "data/texts.h"
#include "llmrec/dataset.h"

llmrec_status lr_dataset_write(const llmrec_dataset *dataset, const char *path);
llmrec_status lr_dataset_read(llmrec_context *context, const char *path, llmrec_dataset **dataset);

/* Writes an array value by value, buffered in pieces of fixed size. */
typedef struct lr_stream {
    lr_store *store;
    lr_array array; /* of rank 1 */
    char *buffer;
    size_t used, done; /* buffered bytes; elements written */
} lr_stream;

llmrec_status lr_stream_begin(llmrec_context *context, lr_store *store, const char *name, lr_type type, size_t count,
                              lr_stream *stream);
llmrec_status lr_stream_put(lr_stream *stream, const void *values, size_t count);
llmrec_status lr_stream_end(lr_stream *stream);

/* Writes texts under a name. */
llmrec_status lr_texts_write(llmrec_context *context, lr_store *store, const char *name, lr_spans from);

/* Texts as they come out of a file: an lr_span_fn away from being gathered. */
typedef struct lr_loose_texts {
    size_t count;
    char *bytes;
    int64_t *offsets;
} lr_loose_texts;

/* Texts must be UTF-8, bytes need not. Clear them in any case. */
llmrec_status lr_texts_read(lr_store *store, const char *path, const char *name, lr_loose_texts *texts);
llmrec_status lr_bytes_read(lr_store *store, const char *path, const char *name, lr_loose_texts *texts);
void lr_loose_texts_free(llmrec_context *context, lr_loose_texts *texts);
lr_span lr_loose_text_at(const void *texts, size_t index);

#endif
