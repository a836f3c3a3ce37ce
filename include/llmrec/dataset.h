/* SPDX-License-Identifier: Apache-2.0 */
/* Datasets: sessions of items in time order, with the items' ids and texts, and splits of them.
 *
 * A dataset has a catalog (item ids <-> indices 0..items-1, texts) and sessions (ids, rows in order of time). Splits
 * are datasets too: they share catalog and rows with the dataset they come from and see a part of its sessions.
 * Item and session ids are text; where they came in as integers they are their decimal text and marked so.
 */
#ifndef LLMREC_DATASET_H
#define LLMREC_DATASET_H

#include "context.h"

LLMREC_BEGIN

typedef struct llmrec_dataset llmrec_dataset;

/* File formats. Each may be gzipped, which its first bytes tell; AUTO goes by the file name's ending (.csv .tsv .jsonl
 * .ndjson .inter .item .txt, before an optional .gz), where .txt is SEQUENCES. A byte order mark, CRLF, blank lines and
 * a missing last newline are fine. SEQUENCES have no times, and without ids their sessions are called 1, 2, ... in the
 * order of the lines that hold an item. */
typedef enum llmrec_format {
    LLMREC_FORMAT_AUTO = 0,
    LLMREC_FORMAT_CSV = 1,              /* header line; fields may be quoted with "" inside for one quote (RFC 4180) */
    LLMREC_FORMAT_TSV = 2,              /* header line; tab-separated, no quoting */
    LLMREC_FORMAT_JSONL = 3,            /* one JSON object a line */
    LLMREC_FORMAT_RECBOLE = 4,          /* atomic file: header `name:type`, tab-separated */
    LLMREC_FORMAT_SEQUENCES = 5,        /* a session a line: item ids in time order, separated by blanks */
    LLMREC_FORMAT_SEQUENCES_WITH_ID = 6 /* the same, the session's id first */
} llmrec_format;

/* What to do where a session holds an item more than once. */
typedef enum llmrec_duplicates {
    LLMREC_DUPLICATES_KEEP = 0,            /* every row counts */
    LLMREC_DUPLICATES_DROP_REPEATS = 1,    /* the first of each (session, item) stays */
    LLMREC_DUPLICATES_DROP_CONSECUTIVE = 2 /* the first of each run of one item stays */
} llmrec_duplicates;

/* Which items make up the catalog. */
typedef enum llmrec_catalog_items {
    LLMREC_CATALOG_INTERACTIONS = 0, /* those with at least one row left after all filters */
    LLMREC_CATALOG_ALL = 1           /* those and every other item of the item file or item arrays */
} llmrec_catalog_items;

typedef struct llmrec_dataset_options {
    size_t size;                 /* set by llmrec_dataset_options_init; do not touch */
    int64_t format;              /* of the interactions; default LLMREC_FORMAT_AUTO */
    const char *session_column;  /* default NULL: the first present of session_id session user_id user uid reviewer_id
                                   customer_id visitor_id, letter case, _ - and blanks aside */
    const char *item_column;     /* default NULL: likewise of item_id item parent_asin asin product_id movie_id */
    const char *time_column;     /* default NULL: likewise of timestamp time unix_review_time, and FORMAT if none is; ""
                                   says that there is none, and rows stand in time order */
    int64_t items_format;        /* of the item file; default LLMREC_FORMAT_AUTO */
    const char *items_id_column; /* default NULL: likewise of id item_id item parent_asin asin product_id movie_id */
    int64_t duplicates;          /* one of llmrec_duplicates; default KEEP */
    int64_t min_session_rows;    /* p-core: sessions with fewer rows are dropped, in turn with ... ; >= 1, default 1 */
    int64_t min_item_rows;       /* ... items with fewer rows, until nothing changes; >= 1, default 1 */
    int64_t min_session_length;  /* sessions shorter than this go, once, after all other filters; >= 1, default 1 */
    int64_t max_session_length;  /* only the last so many rows of each session stay; 0 (default): all */
    int64_t catalog;             /* one of llmrec_catalog_items; default INTERACTIONS */
    int64_t invalid_utf8;        /* 0 (default): ids and texts that are not UTF-8 are an error; 1: bad bytes become
                                   U+FFFD, and the log says how many */
} llmrec_dataset_options;

LLMREC_API llmrec_status llmrec_dataset_options_init(llmrec_dataset_options *options, size_t size);

/* Reads interactions, and item texts where `items_path` is not NULL. Order of what is done: read; order stably by
 * (session, time, input row); duplicates; p-core; last N; minimum length. Sessions and items are numbered by first
 * appearance in the input. Times are numbers; where all are integers their order is exact to 64 bits. Ids stay the text
 * that they are ("007" is not "7"). Every column of the item file but the id is kept as text; a column named "title"
 * (or else name, movie_title, product_title, item_name) is the item's title; items that the item file lacks have empty
 * texts, and the log says how many. The log also has one line with what was read, dropped, and how many times tie.
 * Errors name file, line, column, value: IO, FORMAT (missing column, ragged row, bad number, NUL byte, invalid UTF-8,
 * a line over 16 MiB, empty file, damaged gzip, an item id twice in the item file), MEMORY, CANCELED, ARGUMENT, ABI.
 * Cost: one pass over the file with all threads, one counting sort; peak memory within 3x of what is kept. */
LLMREC_API llmrec_status llmrec_dataset_load(llmrec_context *context, const char *interactions_path,
                                             const char *items_path, const llmrec_dataset_options *options,
                                             llmrec_dataset **dataset);

/* Interactions and items in arrays. Of each pair of ids exactly one form is given: integers, or texts (`*_lengths`
 * NULL where each text ends in NUL). Anything else of a struct may be NULL/0. */
typedef struct llmrec_interactions {
    size_t size; /* sizeof(llmrec_interactions) */
    size_t rows;
    const int64_t *session_numbers;   /* [rows] */
    const char *const *session_ids;   /* [rows] */
    const size_t *session_id_lengths; /* [rows] */
    const int64_t *item_numbers;      /* [rows] */
    const char *const *item_ids;      /* [rows] */
    const size_t *item_id_lengths;    /* [rows] */
    const double *times;              /* [rows], finite; NULL: rows stand in time order */
} llmrec_interactions;

typedef struct llmrec_items {
    size_t size; /* sizeof(llmrec_items) */
    size_t rows;
    const int64_t *numbers;          /* [rows] */
    const char *const *ids;          /* [rows] */
    const size_t *id_lengths;        /* [rows] */
    size_t columns;                  /* text columns, titles among them */
    const char *const *column_names; /* [columns], NUL-terminated */
    const char *const *texts;        /* [rows,columns] row-major; NULL entries are empty */
    const size_t *text_lengths;      /* [rows,columns] */
} llmrec_items;

/* Like llmrec_dataset_load, from arrays, which are copied. `items` may be NULL. Errors name the array and the row. */
LLMREC_API llmrec_status llmrec_dataset_create(llmrec_context *context, const llmrec_interactions *interactions,
                                               const llmrec_items *items, const llmrec_dataset_options *options,
                                               llmrec_dataset **dataset);

/* Writes everything the dataset sees to one HDF5 file, atomically, and reads it back. A view becomes a dataset of its
 * own, with the whole catalog. Errors: IO, FORMAT (not ours, newer format, checksum), MEMORY. */
LLMREC_API llmrec_status llmrec_dataset_save(const llmrec_dataset *dataset, const char *path);
LLMREC_API llmrec_status llmrec_dataset_open(llmrec_context *context, const char *path, llmrec_dataset **dataset);

LLMREC_API void llmrec_dataset_free(llmrec_dataset *dataset);

/* --- splits -------------------------------------------------------------------------------------------------- */

typedef enum llmrec_split_part {
    LLMREC_PART_TRAIN = 0,
    LLMREC_PART_VALIDATION = 1,
    LLMREC_PART_TEST = 2
} llmrec_split_part;
typedef enum llmrec_split_method { LLMREC_SPLIT_LEAVE_ONE_OUT = 0, LLMREC_SPLIT_TEMPORAL = 1 } llmrec_split_method;

typedef struct llmrec_split_options {
    size_t size;                /* set by llmrec_split_options_init; do not touch */
    int64_t method;             /* one of llmrec_split_method; default TEMPORAL */
    double test_fraction;       /* temporal: share of sessions, those that end last, held out; in (0,1), default 0.2 */
    double validation_fraction; /* temporal: share of the remaining sessions, those that end last, held out for
                                   validation; in [0,1), default 0 */
    double cutoff; /* temporal: sessions that end at or after this time are test; default NaN: by fraction */
    /* 1: rows of validation and test whose item never occurs in train are dropped, then sessions left with fewer than
     * two rows; 0: they stay; -1 (default): as is usual for the method, dropped where TEMPORAL, kept where
     * LEAVE_ONE_OUT */
    int64_t drop_untrained;
} llmrec_split_options;

LLMREC_API llmrec_status llmrec_split_options_init(llmrec_split_options *options, size_t size);

/* One part of a split as a view: a dataset that shares ids, texts and rows, copying none of them. In validation and
 * test parts a session's last row is the target and the rows before it are the prompt.
 * LEAVE_ONE_OUT: test sees whole sessions, validation all but the last row, train all but the last two; sessions of
 * fewer than three rows are in train alone, whole. TEMPORAL (session end = time of its last row, ties by session
 * order; without times all tie): ceil(fraction * sessions) sessions that end last are held out. Validation is taken
 * from what test leaves.
 * The same options give the same split each time. Errors: ARGUMENT, SHAPE (a part is empty), MEMORY. */
LLMREC_API llmrec_status llmrec_dataset_split(const llmrec_dataset *dataset, const llmrec_split_options *options,
                                              int64_t part, llmrec_dataset **view);

/* --- what is in it ------------------------------------------------------------------------------------------- */

LLMREC_API int64_t llmrec_dataset_sessions(const llmrec_dataset *dataset); /* sessions that it sees */
LLMREC_API int64_t llmrec_dataset_items(const llmrec_dataset *dataset);    /* items of the catalog */
LLMREC_API int64_t llmrec_dataset_rows(const llmrec_dataset *dataset);     /* rows that it sees */

/* Copies `count` sessions from `first` on as CSR: offsets[count+1] from 0; items and times get offsets[count] entries,
 * and must have room for `capacity`. `times` may be NULL. `*rows` (may be NULL) gets offsets[count] also when the
 * capacity is too small (SHAPE), so that a call with capacity 0 asks for the size. */
LLMREC_API llmrec_status llmrec_dataset_copy_sessions(const llmrec_dataset *dataset, int64_t first, int64_t count,
                                                      int64_t *offsets, int32_t *items, double *times, size_t capacity,
                                                      size_t *rows);

/* Ids and texts by index, not NUL-safe: use the length. Errors: ARGUMENT (index or column out of range). */
LLMREC_API llmrec_status llmrec_dataset_item_id(const llmrec_dataset *dataset, int64_t item, const char **id,
                                                size_t *length);
LLMREC_API llmrec_status llmrec_dataset_session_id(const llmrec_dataset *dataset, int64_t session, const char **id,
                                                   size_t *length);
LLMREC_API llmrec_status llmrec_dataset_item_text(const llmrec_dataset *dataset, int64_t item, int64_t column,
                                                  const char **text, size_t *length);

/* Index of an id; -1 if it is unknown. `length` SIZE_MAX: the id ends in NUL. */
LLMREC_API int64_t llmrec_dataset_find_item(const llmrec_dataset *dataset, const char *id, size_t length);
LLMREC_API int64_t llmrec_dataset_find_session(const llmrec_dataset *dataset, const char *id, size_t length);

/* 1 where the ids came in as integers: every id is then the decimal text of an int64. */
LLMREC_API int32_t llmrec_dataset_item_ids_are_numbers(const llmrec_dataset *dataset);
LLMREC_API int32_t llmrec_dataset_session_ids_are_numbers(const llmrec_dataset *dataset);

/* Text columns of the items. `find` returns -1 for an unknown name; `title` the column that is the title, or -1. */
LLMREC_API int64_t llmrec_dataset_columns(const llmrec_dataset *dataset);
LLMREC_API const char *llmrec_dataset_column_name(const llmrec_dataset *dataset, int64_t column);
LLMREC_API int64_t llmrec_dataset_find_column(const llmrec_dataset *dataset, const char *name);
LLMREC_API int64_t llmrec_dataset_title_column(const llmrec_dataset *dataset);

/* Rows of each item that the dataset sees: counts[items]. Cost: one pass over the rows. */
LLMREC_API llmrec_status llmrec_dataset_item_counts(const llmrec_dataset *dataset, int64_t *counts);

typedef struct llmrec_dataset_statistics {
    size_t size; /* set by the caller: sizeof(llmrec_dataset_statistics) */
    int64_t sessions, items, rows;
    int64_t items_seen;         /* catalog items with at least one row */
    int64_t time_ties;          /* neighboring rows of a session with the same time: their order is the input's */
    int64_t input_rows;         /* rows read, before any filter */
    int64_t rows_dropped;       /* by duplicates, p-core, truncation and minimum length */
    double density;             /* rows / (sessions * items) */
    double length_mean;         /* rows of a session */
    double length_quantiles[5]; /* minimum, quartiles, maximum (linear interpolation) */
    double popularity_mean;     /* rows of a catalog item */
    double popularity_quantiles[5];
    double first_time, last_time; /* NaN where there are no times */
} llmrec_dataset_statistics;

/* Fills the first `statistics->size` bytes. For a view: what it sees, but for input_rows and rows_dropped, which are
 * those of the dataset that it comes from. Cost: one pass and two sorts. */
LLMREC_API llmrec_status llmrec_dataset_describe(const llmrec_dataset *dataset, llmrec_dataset_statistics *statistics);

LLMREC_END
#endif
