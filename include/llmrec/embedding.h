/* SPDX-License-Identifier: Apache-2.0 */
/* Embedding tables: one vector per item, in memory or mapped from a file, and reducers that are fitted on them.
 *
 * A table has the shape [rows,dim], row-major. It may have ids, one per row. In a table that is aligned to a dataset,
 * row i belongs to the dataset's item i.
 *
 * For the functions of this header, unless their comment says otherwise:
 * Errors: none; a NULL handle gives 0, -1 or NULL. Ownership: the caller owns a created table or reducer; it keeps its
 * context alive. Returned pointers belong to the handle. Threads: any; many at once. Cost: constant; allocates nothing.
 * Since: 0.1.
 */
#ifndef LLMREC_EMBEDDING_H
#define LLMREC_EMBEDDING_H

#include "dataset.h"

LLMREC_BEGIN

typedef struct llmrec_embedding llmrec_embedding;
typedef struct llmrec_reducer llmrec_reducer;

/* How values are stored. */
typedef enum llmrec_dtype { LLMREC_DTYPE_FLOAT32 = 0, LLMREC_DTYPE_FLOAT16 = 1 } llmrec_dtype;

typedef struct llmrec_embedding_options {
    size_t size; /* set by llmrec_embedding_options_init */
    /* How values are stored, one of llmrec_dtype: FLOAT32 (default), or FLOAT16 with half the memory and 11 bits of
     * precision. A value beyond 65504 is then an error. */
    int64_t dtype;
    /* load, open: an item file (CSV, TSV, JSON lines, .item) with the ids of the table's rows, in order; default NULL:
     * the ids of the table's own file, if it has any. */
    const char *ids_path;
    /* Of that file, one of llmrec_format without SEQUENCES and SEQUENCES_WITH_ID; default AUTO. */
    int64_t ids_format;
    const char *ids_column; /* default NULL: as llmrec_dataset_options.items_id_column */
    const char *tensor; /* load safetensors: the tensor's name; default NULL: "embeddings", or the only 2-D tensor */
    /* open: 1: read all values and compare their checksum. 0 (default): do so for tables up to 16 MiB; of larger ones
     * check the header, bounds and ids, and do not read the values. */
    int64_t verify;
    int64_t id_kind; /* what the ids are, one of llmrec_ids; default TEXT */
} llmrec_embedding_options;

/* Fills the first `size` bytes with the defaults. Errors: ARGUMENT, ABI. */
LLMREC_API llmrec_status llmrec_embedding_options_init(llmrec_embedding_options *options, size_t size);

/* Creates a table from `values` [rows,dim], which are copied. `ids` [rows] may be NULL; with `id_lengths` NULL each id
 * ends in NUL.
 * Errors: ARGUMENT, ABI, NUMERIC (a value is not finite, or too large for float16: the message names row and column,
 * from 0), SHAPE (an id occurs twice), MEMORY, CANCELED. Cost: one pass over the values. */
LLMREC_API llmrec_status llmrec_embedding_create(llmrec_context *context, const float *values, int64_t rows,
                                                 int64_t dim, const char *const *ids, const size_t *id_lengths,
                                                 const llmrec_embedding_options *options, llmrec_embedding **embedding);

/* Loads a table from a file of another program. Its content decides its format: .npy (format 1 to 3; float16, 32 or 64,
 * little-endian, C order, 2-D), .safetensors (F16, BF16, F32, F64), or text as item files are, such as CSV or TSV, also
 * gzipped (with or without header; the first column is the id, the others are numbers; without header and with
 * fractions in the first column, all are numbers and the rows have no ids). The ending of the path counts only if the
 * content is none of these: a damaged .npy file then gets the error that fits it.
 * Errors: ARGUMENT, ABI, IO, FORMAT (damage; another kind of file, such as this library's own), NUMERIC (a value is not
 * finite or too large; the message has its row and column), SHAPE (an id occurs twice, or the numbers of ids and rows
 * differ), MEMORY, CANCELED. The message names file and place. Cost: reads the whole file. */
LLMREC_API llmrec_status llmrec_embedding_load(llmrec_context *context, const char *path,
                                               const llmrec_embedding_options *options, llmrec_embedding **embedding);

/* Opens a table that llmrec_embedding_save wrote to an .h5 file. Its values are mapped read-only, so all processes that
 * open the file share its memory. The table keeps its stored type; `dtype` is ignored. Replace the file by renaming, as
 * save does; never write into it while it is mapped.
 * Errors: ARGUMENT, ABI, IO, FORMAT (another kind of file, a newer format, damage), NUMERIC (a value is not finite),
 * SHAPE (an id occurs twice; ids_path: the numbers of ids and rows differ), MEMORY, CANCELED. Cost: reads header and
 * ids; see `verify`. */
LLMREC_API llmrec_status llmrec_embedding_open(llmrec_context *context, const char *path,
                                               const llmrec_embedding_options *options, llmrec_embedding **embedding);

/* Writes the table to a file, atomically. The ending decides the format: .h5 (with ids, missing flags and checksum),
 * .npy (values only, in the table's dtype), .safetensors (tensor "embeddings"; ids as a JSON list of texts in the
 * metadata entry "ids").
 * Errors: ARGUMENT, IO, MEMORY, UNSUPPORTED (.safetensors: an id is not UTF-8). Cost: one pass over the values. */
LLMREC_API llmrec_status llmrec_embedding_save(const llmrec_embedding *embedding, const char *path);

/* Releases the caller's reference to the table. Handles created from it stay valid. */
LLMREC_API void llmrec_embedding_free(llmrec_embedding *embedding);

/* Return the number of rows, the number of values in a row, and how they are stored (one of llmrec_dtype). */
LLMREC_API int64_t llmrec_embedding_rows(const llmrec_embedding *embedding);
LLMREC_API int64_t llmrec_embedding_dim(const llmrec_embedding *embedding);
LLMREC_API int64_t llmrec_embedding_dtype(const llmrec_embedding *embedding);

/* Writes the table as one line of JSON: {"kind":"embedding","rows":3883,"dim":384,"dtype":"float32","ids":true,
 * "mapped":false,"missing_rows":0}. `ids`: it has ids; `mapped`: its values are in a mapped file; `missing_rows`: rows
 * without a vector. `text`, `capacity` and `length` are as for llmrec_options_json.
 * Errors: ARGUMENT, MEMORY. Cost: one pass over the missing flags. */
LLMREC_API llmrec_status llmrec_embedding_description(const llmrec_embedding *embedding, char *text, size_t capacity,
                                                      size_t *length);

/* Returns the stored values [rows,dim], read-only: float, or IEEE half as uint16_t, by dtype. Aligned to 64 bytes
 * unless mapped. */
LLMREC_API const void *llmrec_embedding_data(const llmrec_embedding *embedding);

/* Copies `count` rows, beginning with `first`, as float32 to values [count,dim].
 * Errors: ARGUMENT. Cost: one pass over the rows. */
LLMREC_API llmrec_status llmrec_embedding_copy_rows(const llmrec_embedding *embedding, int64_t first, int64_t count,
                                                    float *values);

/* Returns 1 if the row has a vector, 0 if it was missing when the table was aligned (its values are then zero) or out
 * of range. */
LLMREC_API int32_t llmrec_embedding_has_row(const llmrec_embedding *embedding, int64_t row);

/* Gives the id of a row. Errors: ARGUMENT, UNSUPPORTED (the table has no ids). */
LLMREC_API llmrec_status llmrec_embedding_id(const llmrec_embedding *embedding, int64_t row, const char **id,
                                             size_t *length);

/* Returns 1 if the ids are integers, so that every id is the decimal text of an int64; otherwise 0. */
LLMREC_API int32_t llmrec_embedding_ids_are_numbers(const llmrec_embedding *embedding);

/* Returns the row of an id; -1 if it is unknown or the table has no ids. `length` SIZE_MAX means that the id ends in
 * NUL. Cost: one hash lookup. */
LLMREC_API int64_t llmrec_embedding_find(const llmrec_embedding *embedding, const char *id, size_t length);

/* --- alignment ----------------------------------------------------------------------------------------------- */

/* What to do with a dataset item that has no vector: give it a zero row, or fail. */
typedef enum llmrec_align_missing { LLMREC_ALIGN_ZERO = 0, LLMREC_ALIGN_ERROR = 1 } llmrec_align_missing;

/* What an alignment found. */
typedef struct llmrec_alignment {
    size_t size;           /* set by the caller: sizeof(llmrec_alignment) */
    int64_t found;         /* dataset items with a vector */
    int64_t missing;       /* dataset items without a vector */
    int64_t surplus;       /* table rows whose id is not in the dataset */
    int64_t first_missing; /* index of the first item without a vector, or -1 */
    int64_t first_surplus; /* first surplus row of the table, or -1 */
} llmrec_alignment;

/* Creates a table whose row i is the vector of dataset item i, matched by id. It has the dataset's ids. `missing` is
 * one of llmrec_align_missing. A zero row has llmrec_embedding_has_row 0, and the log gets a warning with counts and
 * the first ids. If the dataset's ids are integers, the table's ids are read as such: "1.0" is 1. `report` may be NULL.
 * A table without ids must have one row for each item, in order. If the rows are in the items' order already, their
 * values are shared and not copied. Errors: ARGUMENT, ABI, SHAPE (no ids and another number of rows; no item in the
 * table, or one twice; LLMREC_ALIGN_ERROR; the message names the first missing item), MEMORY. Cost: one hash lookup per
 * item and one copy of the rows. */
LLMREC_API llmrec_status llmrec_embedding_align(const llmrec_embedding *embedding, const llmrec_dataset *dataset,
                                                int64_t missing, llmrec_alignment *report, llmrec_embedding **aligned);

/* --- reducers ------------------------------------------------------------------------------------------------ */

/* How a vector x [D] is reduced to a vector z [d]. */
typedef enum llmrec_reduce_method {
    LLMREC_REDUCE_NONE = 0,   /* z = x (`normalize` still applies) */
    LLMREC_REDUCE_PCA = 1,    /* z = (x - mean) V_d, V_d the top-d right singular vectors of the centered table */
    LLMREC_REDUCE_WHITEN = 2, /* PCA scores / (s_j^2 + ridge)^(power/2), s_j the standard deviation of component j */
    LLMREC_REDUCE_RANDOM = 3  /* z = x R, R [D,d] of N(0, 1/d), no centering (Johnson-Lindenstrauss) */
} llmrec_reduce_method;

typedef struct llmrec_reducer_options {
    size_t size;    /* set by llmrec_reducer_options_init */
    int64_t method; /* one of llmrec_reduce_method; default PCA */
    /* d; 0 (default): as many as possible. PCA and WHITEN: the directions above the tolerance; RANDOM and NONE: D. More
     * than min(D, rows) for PCA, or than the directions for WHITEN, is an error. */
    int64_t dim;
    double power; /* WHITEN: 0 is PCA, 1 is full whitening; in [0,1], default 1 */
    double ridge; /* WHITEN: added to each variance, in units of the largest one; >= 0, default 0 */
    /* WHITEN, and PCA with dim 0: directions whose singular value is at most this times the largest one are dropped; in
     * [0,0.5], default 1e-3, never less than sqrt(D * 2^-52). Whitening would enlarge noise in them: rounding to
     * float16 fills an empty direction up to 5e-5 of the largest, to bfloat16 up to 4e-4; the weakest real direction of
     * sentence vectors is near 2e-2. */
    double tolerance;
    int64_t normalize;    /* 1 (default): rows of the result have length 1, zero rows stay zero; 0: they do not */
    int64_t skip_missing; /* 0 (default): rows without a vector are zeros like others; 1: leave them out, keep zeros */
    int64_t seed;         /* RANDOM: Philox seed; default 0 */
} llmrec_reducer_options;

/* Fills the first `size` bytes with the defaults. Errors: ARGUMENT, ABI. */
LLMREC_API llmrec_status llmrec_reducer_options_init(llmrec_reducer_options *options, size_t size);

/* Fits a reducer on all rows of a table. The largest loading of each component is positive. The same table and options
 * give the same bits with any number of threads. Reports progress ("covariance").
 * PCA: Pearson 1901, "On lines and planes of closest fit", by the eigenvectors of the covariance in double precision.
 * RANDOM: Dasgupta and Gupta 2003, "An elementary proof of a theorem of Johnson and Lindenstrauss".
 * Errors: ARGUMENT, ABI, SHAPE (fewer directions than `dim`, or none), NUMERIC (a mapped value is not finite; no
 * convergence), UNSUPPORTED (D beyond 32000), MEMORY, CANCELED. Cost: O(rows D^2) with all threads and O(D^3) with one;
 * memory 8 (4 D^2 + 256 D) bytes. */
LLMREC_API llmrec_status llmrec_reducer_fit(const llmrec_embedding *embedding, const llmrec_reducer_options *options,
                                            llmrec_reducer **reducer);

/* Reduces a table with the dim that the reducer was fitted on, for instance one of new items. Ids and missing flags are
 * kept. The result is float32; each of its vectors depends on its own row only.
 * Errors: ARGUMENT, SHAPE (another dim), MEMORY, CANCELED. Cost: O(rows D d) with all threads. */
LLMREC_API llmrec_status llmrec_reducer_apply(const llmrec_reducer *reducer, const llmrec_embedding *embedding,
                                              llmrec_embedding **reduced);

/* Returns the dim of the reduced tables. */
LLMREC_API int64_t llmrec_reducer_dim(const llmrec_reducer *reducer);

/* Writes the reducer as one line of JSON: {"kind":"reducer","input_dim":384,"dim":128,"options":{...}}, with the
 * llmrec_reducer_options that it was fitted with. The same table and options give the same reducer. `text`, `capacity`
 * and `length` are as for llmrec_options_json.
 * Errors: ARGUMENT, MEMORY. Cost: proportional to the text. */
LLMREC_API llmrec_status llmrec_reducer_description(const llmrec_reducer *reducer, char *text, size_t capacity,
                                                    size_t *length);

/* Copies the standard deviations of the kept components, largest first, to deviations[dim].
 * Errors: ARGUMENT, UNSUPPORTED (NONE and RANDOM have none). */
LLMREC_API llmrec_status llmrec_reducer_deviations(const llmrec_reducer *reducer, double *deviations);

/* Writes the reducer to one HDF5 file, atomically. Errors: ARGUMENT, IO, MEMORY. Cost: O(D d). */
LLMREC_API llmrec_status llmrec_reducer_save(const llmrec_reducer *reducer, const char *path);

/* Opens a reducer that llmrec_reducer_save wrote. Errors: ARGUMENT, IO, FORMAT (another kind of file, a newer format,
 * damage), MEMORY. Cost: O(D d). */
LLMREC_API llmrec_status llmrec_reducer_open(llmrec_context *context, const char *path, llmrec_reducer **reducer);

/* Releases the caller's reference to the reducer. */
LLMREC_API void llmrec_reducer_free(llmrec_reducer *reducer);

LLMREC_END
#endif
