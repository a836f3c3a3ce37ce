/* SPDX-License-Identifier: Apache-2.0 */
/* Frames of pandas, polars, pyarrow, DuckDB and others, by the Arrow C stream interface: data sets from frames, and
 * results as frames. Arrow itself is not needed.
 *
 * A stream that comes in is consumed: the library releases it in any case, also when the call fails. Its columns are
 * read where they are; only ids and texts are copied. Errors name the stream, the column and the row from 0:
 * interactions["user_id"][3].
 *
 * A stream that goes out is written to a struct of the caller, which calls its `release` at the end. It gives batches
 * of at most 65536 rows, and holds what it needs: it stays valid after the handle is freed. Ids that were given as
 * integers are int64, other ids are large_utf8.
 *
 * For the functions of this header, unless their comment says otherwise: Ownership: the caller owns created handles and
 * the streams that go out. Threads: any; many at once, but a stream belongs to one thread at a time. Since: 0.1.
 */
#ifndef LLMREC_ARROW_H
#define LLMREC_ARROW_H

#include "evaluation.h"

LLMREC_BEGIN

/* --- the published interface ------------------------------------------------------------------------------------- */

/* The structs of the Arrow C data interface and C stream interface, as their specification has them. Another header of
 * the host may declare them first. */
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE           2
#define ARROW_FLAG_MAP_KEYS_SORTED    4

struct ArrowSchema {
    const char *format;
    const char *name;
    const char *metadata;
    int64_t flags;
    int64_t n_children;
    struct ArrowSchema **children;
    struct ArrowSchema *dictionary;
    void (*release)(struct ArrowSchema *);
    void *private_data;
};

struct ArrowArray {
    int64_t length;
    int64_t null_count;
    int64_t offset;
    int64_t n_buffers;
    int64_t n_children;
    const void **buffers;
    struct ArrowArray **children;
    struct ArrowArray *dictionary;
    void (*release)(struct ArrowArray *);
    void *private_data;
};
#endif

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
    int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out);
    int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);
    const char *(*get_last_error)(struct ArrowArrayStream *);
    void (*release)(struct ArrowArrayStream *);
    void *private_data;
};
#endif

/* --- frames in --------------------------------------------------------------------------------------------------- */

/* Creates a dataset from a frame of interactions and, unless `items` is NULL, a frame of items, with the same steps and
 * the same choice of columns by name or number as llmrec_dataset_load.
 *
 * Ids: utf8, large_utf8, string views, integers, decimals without a fraction, and dictionaries of these; ids=integer
 * also takes floats and decimals that are integers. Times: timestamps of any unit and zone, date32 and date64, which
 * are dates; integers, floats and decimals (at most nine digits after the point), which are numbers in one unit; texts
 * as in files. Parts of a split: texts, and numbers that are integers. Item texts: all of these, bools as true or
 * false, and lists of texts, joined by ", ". Nulls and NaN are missing, in item texts empty. Other types are an error
 * if the column is read.
 *
 * Options that describe files cannot be set: format, delimiter, header, encoding, member and those of the item file;
 * where, max_bytes and max_line_bytes. time_unit reads numbers and texts; timestamps have their own.
 *
 * Errors: ARGUMENT (a NULL or released stream, an option of files), ABI, IO (the stream fails: with its own text),
 * FORMAT (missing column, wrong type, missing value, bad time, invalid UTF-8, no row, an item id twice, or a stream
 * that does not follow the interface), SHAPE (as llmrec_dataset_load), MEMORY, CANCELED. Ownership: both streams are
 * released in any case; their structs stay the caller's. Cost: as llmrec_dataset_load; the batches of `interactions`
 * are released as soon as they are read, those of `items` at the end. */
LLMREC_API llmrec_status llmrec_dataset_create_arrow(llmrec_context *context, struct ArrowArrayStream *interactions,
                                                     struct ArrowArrayStream *items,
                                                     const llmrec_dataset_options *options, llmrec_dataset **dataset);

/* --- data sets as frames ----------------------------------------------------------------------------------------- */

/* Gives the rows of the dataset or view, session by session in time order: columns session_id, item_id and, with times,
 * timestamp: timestamp[ns] without a zone (UTC) if they were dates; else int64 in their unit, or float64 if some have
 * fractions. llmrec_dataset_create_arrow makes the same dataset from it, with the option time_unit for numbers.
 * Errors: ARGUMENT, MEMORY. Cost: copies the rows: 12 bytes each; ids are written batch by batch. */
LLMREC_API llmrec_status llmrec_dataset_rows_arrow(const llmrec_dataset *dataset, struct ArrowArrayStream *out);

/* Gives the items of the catalog, in the order of their indices: item_id, then every text column by its name
 * (large_utf8). The column of the ids is named id if a text column is named item_id.
 * Errors: ARGUMENT, MEMORY. Cost: constant; texts are written batch by batch. */
LLMREC_API llmrec_status llmrec_dataset_items_arrow(const llmrec_dataset *dataset, struct ArrowArrayStream *out);

/* Gives the statistics of llmrec_dataset_describe as one row: int64 and float64 columns with the names of the fields;
 * the quantiles are length_min, length_q1, length_median, length_q3, length_max, and the same for popularity;
 * first_time and last_time are like timestamp of llmrec_dataset_rows_arrow, and are absent without times.
 * Errors: ARGUMENT, MEMORY. Cost: as llmrec_dataset_describe. */
LLMREC_API llmrec_status llmrec_dataset_statistics_arrow(const llmrec_dataset *dataset, struct ArrowArrayStream *out);

/* --- results as frames ------------------------------------------------------------------------------------------- */

/* Gives lists of recommendations as llmrec_recommend wrote them, one row per recommended item: session (int64, the
 * index from 0 of the session in the call), rank (int32, from 1), item_id and score (float32). Without ids the item is
 * its index, the column item (int32). recommended[sessions,k]; counts[sessions]; scores[sessions,k] may be NULL: no
 * column score.
 * Errors: ARGUMENT (k < 1, a count outside [0, k], an item outside [0, items); the message has the position), MEMORY.
 * Cost: copies the lists. */
LLMREC_API llmrec_status llmrec_recommendations_arrow(const llmrec_recommender *recommender, int64_t sessions,
                                                      int64_t k, const int32_t *recommended, const float *scores,
                                                      const int32_t *counts, struct ArrowArrayStream *out);

/* Gives the values of every metric but coverage for each session in the mean, in the dataset's order: float64 columns
 * ndcg@10, hr@10 and so on, all metrics of the first list length, then of the next.
 * Errors: ARGUMENT, MEMORY. Cost: copies the values. */
LLMREC_API llmrec_status llmrec_report_values_arrow(const llmrec_report *report, struct ArrowArrayStream *out);

LLMREC_END
#endif
