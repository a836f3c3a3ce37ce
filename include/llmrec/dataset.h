/* SPDX-License-Identifier: Apache-2.0 */
/* Datasets: sessions of items in time order, with the ids and texts of the items, and splits of them.
 *
 * A dataset has a catalog (item ids, indices 0..items-1, texts) and sessions (ids, rows in time order). A split is a
 * dataset too, called a view: it shares the catalog and the rows of its source and contains a part of the sessions.
 * Item and session ids are text. Ids that were given as integers are kept as their decimal text and marked as numbers.
 * Times are int64 nanoseconds since 1970-01-01 00:00 UTC, whatever their unit was in the input; dates without a zone
 * are UTC. The dataset keeps the unit, so that times can be given back as they came.
 *
 * For the functions of this header, unless their comment says otherwise: Errors: none; a NULL dataset gives 0, -1 or
 * NULL. Ownership: the caller owns a created dataset; it keeps its context alive. Returned texts belong to the dataset.
 * Threads: any; many at once. Cost: constant; allocates nothing. Since: 0.1.
 * */
#ifndef LLMREC_DATASET_H
#define LLMREC_DATASET_H

#include "context.h"

LLMREC_BEGIN

typedef struct llmrec_dataset llmrec_dataset;

/* File formats. AUTO recognizes a file by its content; its name does not matter. Each file may be compressed (gzip,
 * bzip2, xz, Zstandard) or one file in a zip or tar archive; see `member`. A byte order mark, CRLF, blank lines, a
 * first line "sep=;" and a missing last newline are accepted. SEQUENCES have no times. Without ids their sessions are
 * named 1, 2, ... in the order of the lines that contain an item. */
typedef enum llmrec_format {
    LLMREC_FORMAT_AUTO = 0,
    LLMREC_FORMAT_CSV = 1,              /* comma-separated; quoted fields with "" for a quote (RFC 4180) */
    LLMREC_FORMAT_TSV = 2,              /* tab-separated, no quoting */
    LLMREC_FORMAT_JSONL = 3,            /* one JSON object per line, or one array of objects */
    LLMREC_FORMAT_RECBOLE = 4,          /* atomic file: header `name:type`, tab-separated */
    LLMREC_FORMAT_SEQUENCES = 5,        /* one session per line: item ids in time order, separated by blanks */
    LLMREC_FORMAT_SEQUENCES_WITH_ID = 6 /* the same, with the session's id first */
} llmrec_format;

/* Whether the first line of delimited text is a header with the names of the columns. */
typedef enum llmrec_header {
    LLMREC_HEADER_AUTO = 0, /* yes if it has a usual name; no if it has numbers, dates or values that come again */
    LLMREC_HEADER_YES = 1,
    LLMREC_HEADER_NO = 2
} llmrec_header;

/* Encodings of text files. */
typedef enum llmrec_encoding {
    LLMREC_ENCODING_AUTO = 0, /* by the byte order mark, else UTF-8, or WINDOWS_1252 if it cannot be UTF-8 */
    LLMREC_ENCODING_UTF8 = 1,
    LLMREC_ENCODING_UTF16LE = 2,
    LLMREC_ENCODING_UTF16BE = 3,
    LLMREC_ENCODING_WINDOWS_1252 = 4,
    LLMREC_ENCODING_LATIN1 = 5
} llmrec_encoding;

/* What to do if a session contains an item more than once. */
typedef enum llmrec_duplicates {
    LLMREC_DUPLICATES_KEEP = 0,            /* keep every row */
    LLMREC_DUPLICATES_DROP_REPEATS = 1,    /* keep the first row of each (session, item) */
    LLMREC_DUPLICATES_DROP_CONSECUTIVE = 2 /* keep the first row of each run of one item */
} llmrec_duplicates;

/* Which items make up the catalog. */
typedef enum llmrec_catalog_items {
    LLMREC_CATALOG_INTERACTIONS = 0, /* those with at least one row after all filters */
    LLMREC_CATALOG_ALL = 1           /* those, and every other item of the item file or arrays that no filter dropped */
} llmrec_catalog_items;

/* Units of times. As an option: how the input writes them. As an answer (llmrec_dataset_time_unit): AUTO without times,
 * S to NS for numbers, ISO for dates. */
typedef enum llmrec_time_unit {
    /* Numbers and dates. Numbers have one unit: the largest of the first 1000 rows, without its sign, is below 2^63
     * nanoseconds (about 292 years) in that unit and in no larger one. */
    LLMREC_TIME_UNIT_AUTO = 0,
    LLMREC_TIME_UNIT_S = 1,    /* numbers in seconds since 1970, with up to nine decimals */
    LLMREC_TIME_UNIT_MS = 2,   /* in milliseconds, with up to six */
    LLMREC_TIME_UNIT_US = 3,   /* in microseconds, with up to three */
    LLMREC_TIME_UNIT_NS = 4,   /* in nanoseconds */
    LLMREC_TIME_UNIT_DATE = 5, /* dates as YYYYMMDD: 20240301 */
    /* ISO 8601: 2024-03-01, then maybe T or a blank and 10:00 or 10:00:00 with a fraction, and maybe Z, +hhmm or
     * +hh:mm. In arrays: numbers in nanoseconds that are dates. */
    LLMREC_TIME_UNIT_ISO = 6
} llmrec_time_unit;

/* What ids are. INTEGER: texts of one integer are one id, and ids come back as integers: "1", " 1", "01", "+1", "1.0"
 * and "1e0" are 1. An item id that is no integer of 64 bits is an error. Session ids are integers or other texts, all
 * of them; a column with both is an error. */
typedef enum llmrec_ids { LLMREC_IDS_TEXT = 0, LLMREC_IDS_INTEGER = 1 } llmrec_ids;

/* What happens to a row without a session id, item id or time. */
typedef enum llmrec_missing {
    LLMREC_MISSING_REFUSE = 0, /* it is an error that names the row and the column */
    LLMREC_MISSING_DROP = 1    /* it is dropped and counted */
} llmrec_missing;

typedef struct llmrec_dataset_options {
    size_t size;    /* set by llmrec_dataset_options_init */
    int64_t format; /* of the interactions, one of llmrec_format; default AUTO */
    /* Column of the session ids, by its name, or by its number from 1. Letter case, "_", "-", "." and blanks of names
     * are ignored. Default NULL: the first present of session_id session user_id user uid reviewer_id customer_id
     * visitor_id and others; in a file without header the first column. */
    const char *session_column;
    /* Column of the item ids; default NULL: the first present of item_id item parent_asin asin product_id movie_id and
     * others; in a file without header the second column, or the third if the second has the times. */
    const char *item_column;
    /* Column of the times; default NULL: the first present of timestamp time unix_review_time and others, and a FORMAT
     * error if there is none; in a file without header the first column with dates, or else the last one with seconds
     * since 1970. "": there is no such column, and the rows are in time order; the same for a file of two columns
     * without header. */
    const char *time_column;
    /* Of the item file, one of llmrec_format without SEQUENCES and SEQUENCES_WITH_ID; default AUTO. */
    int64_t items_format;
    /* Column of the ids in the item file, by name or number; default NULL: the first present of id item_id item
     * parent_asin asin product_id movie_id and others; in a file without header the first column. */
    const char *items_id_column;
    int64_t duplicates; /* one of llmrec_duplicates; default KEEP */
    /* p-core: sessions and items with fewer rows are dropped alternately until nothing changes; each >= 1, default
     * 1. */
    int64_t min_session_rows;
    int64_t min_item_rows;
    int64_t min_session_length; /* shorter sessions are dropped once, after all other filters; >= 1, default 1 */
    int64_t max_session_length; /* keep only this many last rows of each session; 0 (default): all */
    int64_t catalog;            /* one of llmrec_catalog_items; default ALL */
    /* 0 (default): ids and texts that are not UTF-8 are an error. 1: invalid bytes become U+FFFD, and the log states
     * their number. */
    int64_t invalid_utf8;
    /* Delimiter of the interaction file: comma, tab, semicolon, pipe, double_colon, blank, or one or two bytes; default
     * NULL: recognized. With format AUTO it also means that the file is delimited text. */
    const char *delimiter;
    int64_t header;   /* of the interaction file, one of llmrec_header; default AUTO */
    int64_t encoding; /* of the interaction file, one of llmrec_encoding; default AUTO */
    /* File in the archive, by its path there or the end of that path; default NULL: the only file, or else the only one
     * with a well-known name, for example ratings.dat. */
    const char *member;
    /* Rows to keep; default NULL: all. Conditions joined by "and": COLUMN OPERATOR VALUE with = != < <= > >=, or COLUMN
     * in (VALUE, ...). A column is a name or a number from 1. Names and values with blanks stand in quotes. Values that
     * are both numbers compare as numbers, dates in the column of times as times, others as text: rating >= 4 and event
     * in (view, cart). There is no order of a number and a text. */
    const char *where;
    const char *items_delimiter; /* the same for the item file */
    int64_t items_header;
    int64_t items_encoding;
    const char *items_member;
    int64_t max_rows;       /* more rows in the interaction file are an error; 0 (default): no limit */
    int64_t max_bytes;      /* more bytes in a file, unpacked, are an error; 0 (default): no limit */
    int64_t max_line_bytes; /* longer lines are an error; 1 to 2^30, default 2^24 */
    int64_t max_text_bytes; /* longer ids and item texts are an error; 0 (default): no limit */
    int64_t time_unit;      /* one of llmrec_time_unit; default AUTO */
    /* Format of the times, for those that time_unit does not read; default NULL: as time_unit says. As strptime's, in
     * English: %Y %y %m %d %e %b %B %h (name of a month) %a %A (of a weekday) %H %I %p %M %S %f (fraction of a second)
     * %z %Z (Z, UTC, GMT, +hhmm, +hh:mm) %F (%Y-%m-%d) %D (%m/%d/%y) %T (%H:%M:%S) %R (%H:%M) %%. A blank stands for
     * any number of blanks. */
    const char *time_format;
    int64_t ids;     /* of sessions and items, in all files and arrays; one of llmrec_ids; default TEXT */
    int64_t missing; /* one of llmrec_missing; default REFUSE */
    /* Words that stand for a missing id or time, separated by commas; empty texts and JSON's null always do. Default
     * "NULL,null,NA,N/A,<NA>,\N,nan,NaN,NaT,None"; NULL or "": none. */
    const char *missing_values;
    /* Cuts each history into sessions before any filter: where the time between two rows is longer than this, such as
     * "30m", "1d" or seconds, or with "day" where the day (UTC) changes. The sessions of "ana" are "ana/1", "ana/2",
     * ... Default NULL: every history is one session. */
    const char *session_gap;
    /* A dataset whose item numbers are used, as for training and test in separate files. Items that it lacks come
     * behind its items, and the log gives their number. Without an item file, its texts are used. Default NULL. */
    const llmrec_dataset *like;
    /* Column of the interaction file or frame, by name or number, that says the part of each row for the split
     * method COLUMN: train (training), validation (valid, val, dev) or test (testing) in any case, or 0, 1, 2; empty
     * or null: none. Default NULL: there is none. For arrays see llmrec_dataset_split_rows. */
    const char *split_column;
    /* The item column of the interaction file has lists of ids with blanks between them. Each id that ends in this text
     * is a row without this ending, with the session, time and part of the line; other ids are not read: with "-1",
     * "a-1 b-0 c-1" is a row of a and one of c. "": every id is a row. An empty list is no row. Conditions on the item
     * column see each id without the ending. Default NULL: the column has one id. */
    const char *item_list;
    /* Column of the item file with the titles, by name or number. It is then called "title", and another column of this
     * name "column_2" or so, by its number. Default NULL: found by its name; in a file without header the first column
     * with texts after the ids. */
    const char *items_title_column;
} llmrec_dataset_options;

/* Fills the first `size` bytes with the defaults. Errors: ARGUMENT, ABI. */
LLMREC_API llmrec_status llmrec_dataset_options_init(llmrec_dataset_options *options, size_t size);

/* Fills the first `size` bytes with the options of a well-known data set as it is distributed: "movielens-1m",
 * "amazon-2023", "yoochoose" and others; docs/options.md lists them. "default" recognizes everything.
 * Errors: ARGUMENT (unknown name: lists the presets), ABI. */
LLMREC_API llmrec_status llmrec_dataset_options_preset(llmrec_dataset_options *options, size_t size, const char *name);

/* Reads interactions from a file, and item texts from another. `items_path` NULL: no item texts, except from an archive
 * of interactions that also has an item file with a well-known name, such as ml-1m.zip.
 *
 * Steps: read; sort stably by (session, time, input row); duplicates; p-core; last N; minimum length. Sessions and
 * items are numbered by their first appearance in the input. Times are numbers in one unit, or dates; a column with
 * dates of our time (1990 to 2100) in two units, or with numbers and dates, is an error that names two rows. Ids stay
 * the text that they are ("007" is not "7"), unless the option `ids` says that they are integers. All columns of the
 * item file except the id are kept as text. The column "title" (or else name, movie_title, product_title, item_name) is
 * the item's title. Items without a line in the item file have empty texts. The log gets one line for each file, as
 * what it was read, one with the numbers of rows read and dropped and of equal times, and one with the share of items
 * that the item file has.
 *
 * Errors: ARGUMENT, ABI, IO, FORMAT (missing column, ragged row, missing value, bad time, NUL byte, invalid UTF-8, a
 * line over max_line_bytes, empty file, damaged archive, an item id twice in the item file), SHAPE (2^31 - 1 sessions
 * or items; no item of the interactions in the item file), MEMORY, CANCELED. The message names file, line, column and
 * value.
 * Threads: any; uses all threads of the context. Cost: one pass over the file and one counting sort; peak memory is at
 * most three times the memory of the result. */
LLMREC_API llmrec_status llmrec_dataset_load(llmrec_context *context, const char *interactions_path,
                                             const char *items_path, const llmrec_dataset_options *options,
                                             llmrec_dataset **dataset);

/* Interactions in arrays. Sessions and items each have either numbers or texts as ids. `*_lengths` is NULL if each text
 * ends in NUL. Everything else may be NULL or 0. */
typedef struct llmrec_interactions {
    size_t size; /* sizeof(llmrec_interactions) */
    int64_t rows;
    const int64_t *session_numbers;   /* [rows] */
    const char *const *session_ids;   /* [rows] */
    const size_t *session_id_lengths; /* [rows] */
    const int64_t *item_numbers;      /* [rows] */
    const char *const *item_ids;      /* [rows] */
    const size_t *item_id_lengths;    /* [rows] */
    /* [rows] times, finite, in the unit that the option time_unit names or that their size tells; NaN is missing. With
     * `times` and `time_numbers` NULL the rows are in time order. */
    const double *times;
    const int64_t *time_numbers;    /* [rows] the same as integers; INT64_MIN is missing */
    const uint8_t *session_missing; /* [rows] 1: the session id is missing; NULL: where the text is NULL or empty */
    const uint8_t *item_missing;    /* [rows] the same for the item id */
} llmrec_interactions;

/* Items in arrays, with either numbers or texts as ids. */
typedef struct llmrec_items {
    size_t size; /* sizeof(llmrec_items) */
    int64_t rows;
    const int64_t *numbers;          /* [rows] */
    const char *const *ids;          /* [rows] */
    const size_t *id_lengths;        /* [rows] */
    int64_t columns;                 /* text columns, titles included */
    const char *const *column_names; /* [columns], each ends in NUL */
    const char *const *texts;        /* [rows,columns] row-major; NULL entries are empty */
    const size_t *text_lengths;      /* [rows,columns] */
} llmrec_items;

/* Creates a dataset from arrays, which are copied, with the same steps as llmrec_dataset_load. `items` may be NULL.
 * Errors: ARGUMENT (names the array and the row), ABI, SHAPE, MEMORY, CANCELED. Cost: as llmrec_dataset_load. */
LLMREC_API llmrec_status llmrec_dataset_create(llmrec_context *context, const llmrec_interactions *interactions,
                                               const llmrec_items *items, const llmrec_dataset_options *options,
                                               llmrec_dataset **dataset);

/* Joins new rows and items to a dataset, as those of a night: `rows` is a dataset of its own, read from a file, arrays
 * or a stream. Sessions and items keep their indices; sessions of both go on, and what is new comes behind. In a
 * session, rows are in order of time, those of `dataset` first where times are equal. Items keep the columns and texts
 * of `dataset`; new items bring theirs. Filters are those of each dataset: nothing is dropped here. A load of both
 * inputs at once gives the same rows, with the same numbers if the catalog is INTERACTIONS. If `dataset` was read with
 * session_gap, `rows` are histories, or were read with the same gap: a user's rows go on in the user's last session
 * while no gap is too long, and then in new sessions with the next numbers, behind all others. If they come in order of
 * time, the sessions are those of one load, in another order. Neither dataset changes; `joined` is independent of them.
 * Free it with llmrec_dataset_free.
 * Errors: ARGUMENT (NULL; only one has times; another session_gap; with session_gap a row that is earlier than the
 * user's last row in `dataset`), UNSUPPORTED (only `rows` was read with session_gap), SHAPE, MEMORY. Threads: any.
 * Cost: one pass over the rows and ids of both; nothing is parsed. Since 0.1. */
LLMREC_API llmrec_status llmrec_dataset_append(const llmrec_dataset *dataset, const llmrec_dataset *rows,
                                               llmrec_dataset **joined);

/* Writes the dataset to one HDF5 file, atomically.
 * Errors: ARGUMENT, IO, MEMORY, CANCELED. Cost: one pass over rows and texts. */
LLMREC_API llmrec_status llmrec_dataset_save(const llmrec_dataset *dataset, const char *path);

/* Opens a dataset that llmrec_dataset_save wrote. A saved view becomes an independent dataset with the whole catalog.
 * Errors: ARGUMENT, IO, FORMAT (another kind of file, a newer format, a wrong checksum), MEMORY. Cost: reads the whole
 * file. */
LLMREC_API llmrec_status llmrec_dataset_open(llmrec_context *context, const char *path, llmrec_dataset **dataset);

/* Releases the caller's reference to the dataset. Handles created from it stay valid. */
LLMREC_API void llmrec_dataset_free(llmrec_dataset *dataset);

/* --- splits -------------------------------------------------------------------------------------------------- */

typedef enum llmrec_split_part {
    LLMREC_PART_TRAIN = 0,
    LLMREC_PART_VALIDATION = 1,
    LLMREC_PART_TEST = 2,
    /* All that training may see once options are chosen: train and validation together, before test. */
    LLMREC_PART_TRAIN_VALIDATION = 3
} llmrec_split_part;

/* How a dataset is divided: see llmrec_dataset_split. */
typedef enum llmrec_split_method {
    LLMREC_SPLIT_LEAVE_ONE_OUT = 0,
    LLMREC_SPLIT_TEMPORAL = 1,
    LLMREC_SPLIT_LEAVE_LAST = 2,
    LLMREC_SPLIT_RANDOM = 3,
    LLMREC_SPLIT_GLOBAL_TIME = 4,
    LLMREC_SPLIT_COLUMN = 5
} llmrec_split_method;

/* What training sees in later folds. */
typedef enum llmrec_folding {
    LLMREC_FOLDS_CHAINED = 0, /* all that comes before the fold's test block */
    LLMREC_FOLDS_SLIDING = 1  /* as much of it as in the first fold */
} llmrec_folding;

/* What is drawn at random. */
typedef enum llmrec_split_unit { LLMREC_UNIT_SESSIONS = 0, LLMREC_UNIT_USERS = 1 } llmrec_split_unit;

typedef struct llmrec_split_options {
    size_t size;          /* set by llmrec_split_options_init */
    int64_t method;       /* one of llmrec_split_method; default TEMPORAL */
    double test_fraction; /* share of sessions or rows for each test block; in (0,1), default 0.2 */
    /* Share for validation of what comes before the test block; in [0,1), default 0. */
    double validation_fraction;
    /* TEMPORAL, GLOBAL_TIME: the first test block begins at this time; default NULL: use test_fraction. A number in the
     * unit of the dataset's times, or an ISO 8601 date: "2024-03-01", "2024-03-01 10:00:00". */
    const char *cutoff;
    /* 1: drop rows of validation and test whose item does not occur in train, then sessions without a prompt or without
     * a target. 0: keep them. -1 (default): 0 for LEAVE_ONE_OUT, LEAVE_LAST and COLUMN, 1 for the others. */
    int64_t drop_untrained;
    int64_t last_rows; /* LEAVE_LAST: targets of a session in validation, and in test; >= 1, default 1 */
    int64_t folds;     /* number of test blocks; >= 1, default 1; folds * test_fraction < 1 */
    int64_t fold;      /* which of them; in [0,folds), default 0 */
    int64_t folding;   /* TEMPORAL, GLOBAL_TIME: one of llmrec_folding; default CHAINED */
    /* With a cutoff: length of a test block, such as "7d", "12h", "90m" or seconds; default NULL: one block to the
     * end. */
    const char *test_window;
    int64_t unit; /* RANDOM: one of llmrec_split_unit; default SESSIONS */
    int64_t seed; /* RANDOM: same seed, same parts; >= 0, default 0 */
} llmrec_split_options;

/* Fills the first `size` bytes with the defaults. Errors: ARGUMENT, ABI. */
LLMREC_API llmrec_status llmrec_split_options_init(llmrec_split_options *options, size_t size);

/* Creates one part of a split as a view, which shares ids, texts and rows with the dataset. `part` is one of
 * llmrec_split_part.
 *
 * In validation and test, the targets are a session's last rows, and the rows before them are its prompt:
 * - LEAVE_ONE_OUT: test sees whole sessions, validation all rows but the last, train all but the last two. Sessions of
 *   fewer than three rows are in train only, whole. The last visible row is the target.
 * - LEAVE_LAST: the same with n = last_rows targets: validation lacks the last n rows, train the last 2n, and sessions
 *   of up to 2n rows are in train only. Of the n rows, those that are visible are the targets.
 * - TEMPORAL: the ceil(fraction * sessions) sessions that end last are held out, first for test, then for validation. A
 *   session ends at the time of its last row; equal times keep the order of the sessions, and without times all are
 *   equal. The last visible row is the target.
 * - GLOBAL_TIME: the newest rows are held out, in all sessions: test sees the sessions with rows in the test block, up
 *   to its end; their rows in the block are the targets. Train sees no row of that time or later (Ji et al., "A
 *   critical study on data leakage in recommender system offline evaluation", TOIS 2023). Rows of equal times stay
 *   together.
 * - RANDOM: sessions, or all sessions of a user together, are drawn. The last row is the target.
 * - COLUMN: the parts that the file or frame says (split_column), with targets as in llmrec_dataset_split_rows.
 *
 * TRAIN_VALIDATION has the rows of train and those of validation. Models are made on it again, with the options and
 * weights that validation chose, before they serve.
 *
 * With several folds, test blocks follow each other and the last one ends with the data (TEMPORAL, GLOBAL_TIME), or
 * they are the blocks of a cross-validation (RANDOM), where all other blocks are for training. The same options always
 * give the same split.
 *
 * Errors: ARGUMENT, ABI, SHAPE (the part is empty), MEMORY. Cost: one pass over the rows and one sort of what is
 * divided. */
LLMREC_API llmrec_status llmrec_dataset_split(const llmrec_dataset *dataset, const llmrec_split_options *options,
                                              int64_t part, llmrec_dataset **view);

/* Creates one part of a split that the caller made, as a view. parts[rows] is TRAIN, VALIDATION or TEST, or -1 for
 * none, for each row of the dataset, in the order of llmrec_dataset_copy_sessions. A session is in a part if one of its
 * rows is. Its first row of that part begins the targets; the prompt are the rows of earlier parts before it. A session
 * whose rows are all of one part has its last row as target, as in TEMPORAL. To filter rows, give them TRAIN, and -1 to
 * the others.
 * Errors: ARGUMENT (NULL; a part out of range, with its row), SHAPE (`rows` is not the dataset's number of rows; the
 * part is empty), MEMORY. Cost: one pass over the rows. Since 0.1. */
LLMREC_API llmrec_status llmrec_dataset_split_rows(const llmrec_dataset *dataset, const int8_t *parts, int64_t rows,
                                                   int64_t part, llmrec_dataset **view);

/* --- content ------------------------------------------------------------------------------------------------- */

/* Return the number of sessions in the dataset, of items in its catalog, and of rows. */
LLMREC_API int64_t llmrec_dataset_sessions(const llmrec_dataset *dataset);
LLMREC_API int64_t llmrec_dataset_items(const llmrec_dataset *dataset);
LLMREC_API int64_t llmrec_dataset_rows(const llmrec_dataset *dataset);

/* Copies `count` sessions, beginning with `first`, as CSR. `offsets` [count+1] starts at 0; `items` and `times` (may be
 * NULL; nanoseconds since 1970, INT64_MIN without times) get offsets[count] entries and have room for `capacity`.
 * `rows` (may be NULL) gets offsets[count] also if the capacity is too small: call with capacity 0 to ask for the size.
 * Errors: ARGUMENT, SHAPE (the capacity is too small). Cost: one pass over the sessions. */
LLMREC_API llmrec_status llmrec_dataset_copy_sessions(const llmrec_dataset *dataset, int64_t first, int64_t count,
                                                      int64_t *offsets, int32_t *items, int64_t *times,
                                                      int64_t capacity, int64_t *rows);

/* Returns how the times were given, one of llmrec_time_unit: AUTO without times, S to NS for numbers, ISO for dates. */
LLMREC_API int64_t llmrec_dataset_time_unit(const llmrec_dataset *dataset);

/* Gives the number of targets of `count` sessions, beginning with `first`: targets[count]. They are the last rows of a
 * session; it is 1 unless the view comes from a split with more, and 0 for a session without rows.
 * Errors: ARGUMENT. Cost: one pass over the sessions. Since 0.1. */
LLMREC_API llmrec_status llmrec_dataset_copy_targets(const llmrec_dataset *dataset, int64_t first, int64_t count,
                                                     int64_t *targets);

/* Give an id or a text by index. A text may contain NUL: use its length. Errors: ARGUMENT (index or column out of
 * range). */
LLMREC_API llmrec_status llmrec_dataset_item_id(const llmrec_dataset *dataset, int64_t item, const char **id,
                                                size_t *length);
LLMREC_API llmrec_status llmrec_dataset_session_id(const llmrec_dataset *dataset, int64_t session, const char **id,
                                                   size_t *length);
LLMREC_API llmrec_status llmrec_dataset_item_text(const llmrec_dataset *dataset, int64_t item, int64_t column,
                                                  const char **text, size_t *length);

/* Return the index of an id, or -1 if it is unknown. `length` SIZE_MAX means that the id ends in NUL. Cost: one hash
 * lookup; for sessions of a view a binary search too. */
LLMREC_API int64_t llmrec_dataset_find_item(const llmrec_dataset *dataset, const char *id, size_t length);
LLMREC_API int64_t llmrec_dataset_find_session(const llmrec_dataset *dataset, const char *id, size_t length);

/* Return 1 if the ids were given as integers, so that every id is the decimal text of an int64; otherwise 0. */
LLMREC_API int32_t llmrec_dataset_item_ids_are_numbers(const llmrec_dataset *dataset);
LLMREC_API int32_t llmrec_dataset_session_ids_are_numbers(const llmrec_dataset *dataset);

/* Return the number of text columns of the items, and the name of one (NULL if it is out of range). */
LLMREC_API int64_t llmrec_dataset_columns(const llmrec_dataset *dataset);
LLMREC_API const char *llmrec_dataset_column_name(const llmrec_dataset *dataset, int64_t column);

/* Return the index of a text column by its name, and the index of the title; -1 if there is none. Cost: one pass over
 * the names. */
LLMREC_API int64_t llmrec_dataset_find_column(const llmrec_dataset *dataset, const char *name);
LLMREC_API int64_t llmrec_dataset_title_column(const llmrec_dataset *dataset);

/* Counts the rows of each item in the dataset: counts[items]. Errors: ARGUMENT. Cost: one pass over the rows. */
LLMREC_API llmrec_status llmrec_dataset_item_counts(const llmrec_dataset *dataset, int64_t *counts);

/* What a dataset contains. */
typedef struct llmrec_dataset_statistics {
    size_t size; /* set by the caller: sizeof(llmrec_dataset_statistics) */
    int64_t sessions, items, rows;
    int64_t items_seen;         /* catalog items with at least one row */
    int64_t time_ties;          /* neighboring rows of a session with equal times; they keep the input's order */
    int64_t input_rows;         /* rows read, before any filter */
    int64_t rows_dropped;       /* by missing values, duplicates, p-core, maximum and minimum length */
    double density;             /* rows / (sessions * items) */
    double length_mean;         /* rows per session */
    double length_quantiles[5]; /* minimum, quartiles, maximum (linear interpolation) */
    double popularity_mean;     /* rows per catalog item */
    double popularity_quantiles[5];
    int64_t first_time, last_time; /* nanoseconds since 1970; INT64_MIN without times */
    int64_t rows_missing;          /* rows dropped because an id or the time was missing */
} llmrec_dataset_statistics;

/* Computes the statistics of the dataset: fills the first `statistics->size` bytes. For a view, input_rows and
 * rows_dropped are those of its source.
 * Errors: ARGUMENT, ABI, MEMORY. Cost: one pass over the rows and two sorts. */
LLMREC_API llmrec_status llmrec_dataset_describe(const llmrec_dataset *dataset, llmrec_dataset_statistics *statistics);

/* Writes the dataset as one line of JSON: {"kind":"dataset","sessions":943,"items":1682,"rows":100000,"times":true,
 * "columns":["title"],"input_rows":100000,"rows_dropped":0,"options":{...},"splits":[{"part":"train",
 * "options":{...}}]}. `options` are the llmrec_dataset_options that it was read with, except names of columns, which
 * are null. `splits` are the calls of llmrec_dataset_split that made this view, the first one first, with the
 * llmrec_split_options in force; it is empty for a dataset that is no view or was opened from a file. For a view,
 * input_rows and rows_dropped are those of its source. `text`, `capacity` and `length` are as for llmrec_options_json.
 * Errors: ARGUMENT, MEMORY. Cost: proportional to the text. */
LLMREC_API llmrec_status llmrec_dataset_description(const llmrec_dataset *dataset, char *text, size_t capacity,
                                                    size_t *length);

LLMREC_END
#endif
