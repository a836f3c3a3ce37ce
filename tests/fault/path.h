/* SPDX-License-Identifier: Apache-2.0 */
/* The main path as a table of steps: from files to a report; everything is also saved and opened. The fault tests run
 * the steps and make each one fail at every possible point. */
#ifndef TESTS_FAULT_PATH_H
#define TESTS_FAULT_PATH_H

#include <stdbool.h>

#include "../support.h"

enum { SESSIONS = 24, ITEMS = 12, ROWS = 144, DIM = 8, K = 3, TEXT_SIZE = 4096 };

typedef enum path_kind { NOTHING, CONTEXT, DATASET, EMBEDDING, REDUCER, ENCODER, RECOMMENDER, REPORT } path_kind;

typedef union path_handle {
    void *any;
    llmrec_context *context;
    llmrec_dataset *dataset;
    llmrec_embedding *embedding;
    llmrec_reducer *reducer;
    llmrec_text_encoder *encoder;
    llmrec_recommender *recommender;
    llmrec_report *report;
} path_handle;

/* Steps in order; a step's number is its index in `made`. */
enum {
    OPEN_CONTEXT,
    LOAD_CSV,
    LOAD_GZIP,
    LOAD_JSONL,
    LOAD_RECBOLE,
    LOAD_SEQUENCES,
    LOAD_BZIP2,
    LOAD_ZIP,
    LOAD_UTF16,
    LOAD_WINDOWS,
    CREATE_DATASET,
    CREATE_ARROW,
    SAVE_DATASET,
    OPEN_DATASET,
    DESCRIBE,
    COPY_SESSIONS,
    CUT,
    APPEND,
    SAVE_CUT,
    OPEN_CUT,
    TRAIN,
    TEST,
    CREATE_TABLE,
    SAVE_H5,
    SAVE_NPY,
    SAVE_SAFETENSORS,
    READ_H5,
    READ_NPY,
    READ_SAFETENSORS,
    READ_CSV,
    ALIGN,
    OPEN_ENCODER,
    TOKENIZE,
    ENCODE,
    ENCODE_ITEMS,
    ENCODE_CACHED,
    ENCODE_UNKNOWN,
    FIT,
    FIT_RANDOM,
    SAVE_REDUCER,
    OPEN_REDUCER,
    APPLY,
    POPULARITY,
    SIMILARITY,
    WHITENED,
    SAVE_POPULAR,
    OPEN_POPULAR,
    SAVE_SIMILAR,
    OPEN_SIMILAR,
    SAVE_NETWORK,
    OPEN_NETWORK,
    RECENT,
    NEIGHBORS,
    SAVE_NEIGHBORS,
    OPEN_NEIGHBORS,
    COOCCURRENCE,
    SAVE_COOCCURRENCE,
    OPEN_COOCCURRENCE,
    UPDATE_COOCCURRENCE,
    NEIGHBOR_LISTS,
    LINEAR,
    LINEAR_COLUMNS,
    SAVE_LINEAR,
    OPEN_LINEAR,
    RANK_LINEAR,
    BLEND,
    FIT_BLEND,
    COMBINED,
    SAVE_COMBINED,
    OPEN_COMBINED,
    COMBINED_LISTS,
    REBUILD,
    RECOMMEND,
    RECOMMEND_IDS,
    CUSTOM,
    CUSTOM_LISTS,
    SCORE,
    SCORE_IDS,
    VECTORS,
    SIMILAR_ITEMS,
    GAPS,
    EXPLAIN,
    SESSION,
    EVALUATE,
    EVALUATE_LISTS,
    MEAN_REPORT,
    GIVE_ARROW,
    DESCRIBE_HANDLES,
    FORMAT_REPORT,
    SAVE_REPORT,
    WRITE_LISTED,
    WRITE_RANKED,
    WRITE_CHOSEN,
    STEP_COUNT
};

enum { MAX_STEPS = 128 };

/* Results of the steps so far, and the arrays that they fill. */
typedef struct path_world {
    llmrec_context_options options; /* of the context that the first step creates */
    path_handle made[MAX_STEPS];    /* by step */
    int32_t recommended[SESSIONS * K], counts[SESSIONS], tokens[64];
    float scores[SESSIONS * K], vectors[SESSIONS * DIM];
    int64_t offsets[SESSIONS + 1], item_counts[ITEMS];
    int32_t items[ROWS];
    char text[TEXT_SIZE];
    size_t length;
    int64_t count;
} path_world;

typedef struct path_step {
    const char *name; /* a sentence: the name of the test */
    path_kind makes;
    llmrec_status (*run)(path_world *world, path_handle *made);
    const char *reads, *writes; /* names in the scratch directory, or NULL */
    bool keeps_memory;          /* a handle may keep what the step allocated for its next use */
} path_step;

extern const path_step steps[];
extern const size_t step_count;

/* Path of a name in the steps' folder. */
const char *path_file(const char *name);

/* Writes a small sentence model there. */
void path_write_model(void);

/* Writes rows.csv there in archives and other encodings. */
void path_write_encoded(void);

/* Steps of path_encoded.c. */
llmrec_status path_load_bzip2(path_world *world, path_handle *made);
llmrec_status path_load_zip(path_world *world, path_handle *made);
llmrec_status path_load_utf16(path_world *world, path_handle *made);
llmrec_status path_load_windows(path_world *world, path_handle *made);

/* Steps of path_blend.c. */
llmrec_status path_blend(path_world *world, path_handle *made);
llmrec_status path_fit_blend(path_world *world, path_handle *made);
llmrec_status path_combined(path_world *world, path_handle *made);
llmrec_status path_save_combined(path_world *world, path_handle *made);
llmrec_status path_open_combined(path_world *world, path_handle *made);
llmrec_status path_combined_lists(path_world *world, path_handle *made);

/* Steps of path_neighbors.c. */
llmrec_status path_recent(path_world *world, path_handle *made);
llmrec_status path_neighbors(path_world *world, path_handle *made);
llmrec_status path_save_neighbors(path_world *world, path_handle *made);
llmrec_status path_open_neighbors(path_world *world, path_handle *made);
llmrec_status path_cooccurrence(path_world *world, path_handle *made);
llmrec_status path_save_cooccurrence(path_world *world, path_handle *made);
llmrec_status path_open_cooccurrence(path_world *world, path_handle *made);
llmrec_status path_update_cooccurrence(path_world *world, path_handle *made);
llmrec_status path_neighbor_lists(path_world *world, path_handle *made);

/* Steps of path_verbs.c. */
llmrec_status path_custom(path_world *world, path_handle *made);
llmrec_status path_custom_lists(path_world *world, path_handle *made);
llmrec_status path_score(path_world *world, path_handle *made);
llmrec_status path_score_ids(path_world *world, path_handle *made);
llmrec_status path_vectors(path_world *world, path_handle *made);
llmrec_status path_similar_items(path_world *world, path_handle *made);
llmrec_status path_gaps(path_world *world, path_handle *made);
llmrec_status path_explain(path_world *world, path_handle *made);
llmrec_status path_describe(path_world *world, path_handle *made);

/* Steps of path_frames.c. */
llmrec_status path_create_arrow(path_world *world, path_handle *made);
llmrec_status path_give_arrow(path_world *world, path_handle *made);

/* Steps of path_linear.c. */
llmrec_status path_linear(path_world *world, path_handle *made);
llmrec_status path_linear_columns(path_world *world, path_handle *made);
llmrec_status path_save_linear(path_world *world, path_handle *made);
llmrec_status path_open_linear(path_world *world, path_handle *made);
llmrec_status path_rank_linear(path_world *world, path_handle *made);

/* Steps of path_nights.c. */
llmrec_status path_cut(path_world *world, path_handle *made);
llmrec_status path_append(path_world *world, path_handle *made);
llmrec_status path_save_cut(path_world *world, path_handle *made);
llmrec_status path_open_cut(path_world *world, path_handle *made);
llmrec_status path_encode_unknown(path_world *world, path_handle *made);

/* Steps of path_examples.c. */
llmrec_status path_write_listed(path_world *world, path_handle *made);
llmrec_status path_write_ranked(path_world *world, path_handle *made);
llmrec_status path_write_chosen(path_world *world, path_handle *made);

void path_free(path_kind kind, path_handle *made);

/* Runs the steps before `count`; each must succeed. */
void path_walk(path_world *world, size_t count);

/* Frees all handles, in a different order than they were made. */
void path_end(path_world *world);

/* Setup of a group: writes the files that the steps read. */
int path_prepare(void **state);

/* Writes the files and runs a test for each step; *state is the step's number. */
int path_run(CMUnitTestFunction test);

#endif
