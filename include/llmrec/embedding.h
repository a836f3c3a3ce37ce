/* SPDX-License-Identifier: Apache-2.0 */
/* Embedding tables: one vector an item, in memory or mapped from a file, and reducers fitted on them.
 *
 * Shapes: a table is [rows,dim] row-major. A table may carry ids, one a row; aligned to a dataset, row i belongs to the
 * dataset's item i.
 */
#ifndef LLMREC_EMBEDDING_H
#define LLMREC_EMBEDDING_H

#include "dataset.h"

LLMREC_BEGIN

typedef struct llmrec_embedding llmrec_embedding;
typedef struct llmrec_reducer llmrec_reducer;

typedef enum llmrec_dtype { LLMREC_DTYPE_FLOAT32 = 0, LLMREC_DTYPE_FLOAT16 = 1 } llmrec_dtype;

typedef struct llmrec_embedding_options {
    size_t size;   /* set by llmrec_embedding_options_init; do not touch */
    int64_t dtype; /* how values are stored, one of llmrec_dtype: FLOAT32 (default) or FLOAT16 (half the memory, 11
                                bits of precision; a value beyond 65504 is an error) */
    const char *ids_path; /* an item file (CSV, TSV, JSON lines, .item) whose data rows name the table's rows in order;
                             default NULL: the file's own ids if its format has them */
    int64_t ids_format;   /* one of llmrec_format; default AUTO */
    const char *ids_column; /* default NULL: as llmrec_dataset_options.items_id_column */
    const char *tensor;     /* safetensors: the tensor's name; default NULL: "embeddings", or the only 2-D tensor */
    int64_t verify;         /* open: 1: all values are read and checked against their checksum; 0 (default): those of
                                tables up to 16 MiB are, larger ones are mapped at once, their header, bounds and ids
                                checked, and values unread */
} llmrec_embedding_options;

LLMREC_API llmrec_status llmrec_embedding_options_init(llmrec_embedding_options *options, size_t size);

/* Copies `values` [rows,dim]. `ids` [rows] may be NULL; `id_lengths` NULL: each id ends in NUL. Errors: ARGUMENT,
 * NUMERIC (a value is not finite, or too large for float16: names row and column from 0), SHAPE (an id twice),
 * MEMORY. */
LLMREC_API llmrec_status llmrec_embedding_create(llmrec_context *context, const float *values, size_t rows, size_t dim,
                                                 const char *const *ids, const size_t *id_lengths,
                                                 const llmrec_embedding_options *options, llmrec_embedding **embedding);

/* Reads a table from a foreign file; the ending decides: .npy (format 1 to 3: float16/32/64, little-endian, C order,
 * 2-D), .csv/.tsv, also gzipped (header, first column the id, the others numbers), .safetensors (F16/BF16/F32/F64).
 * Errors: ARGUMENT, IO, FORMAT, NUMERIC (a value is not finite or too large: names row and column), SHAPE (an id twice,
 * or not as many ids as rows), MEMORY, CANCELED; each names file and place. */
LLMREC_API llmrec_status llmrec_embedding_load(llmrec_context *context, const char *path,
                                               const llmrec_embedding_options *options, llmrec_embedding **embedding);

/* Opens a table that llmrec_embedding_save wrote to an .h5 file. Its values are mapped read-only, not read: start-up is
 * immediate, and every process that maps the same file shares its memory. It keeps the type it was saved with, whatever
 * `dtype` says; replace the file by renaming, as save does, never write into it while it is mapped. Errors: ARGUMENT,
 * IO, FORMAT (not ours, newer format, damaged), NUMERIC (a value is not finite), SHAPE (ids_path: not as many ids as
 * rows), MEMORY, CANCELED. */
LLMREC_API llmrec_status llmrec_embedding_open(llmrec_context *context, const char *path,
                                               const llmrec_embedding_options *options, llmrec_embedding **embedding);

/* Writes the table, atomically; the ending decides: .h5 (with ids, missing flags, checksum), .npy (values only, in
 * the table's dtype), .safetensors (tensor "embeddings"; ids, if any, as a JSON list of texts in the metadata's "ids").
 * Errors: ARGUMENT, IO, MEMORY, UNSUPPORTED (safetensors: an id is no UTF-8). */
LLMREC_API llmrec_status llmrec_embedding_save(const llmrec_embedding *embedding, const char *path);

LLMREC_API void llmrec_embedding_free(llmrec_embedding *embedding);

LLMREC_API int64_t llmrec_embedding_rows(const llmrec_embedding *embedding);
LLMREC_API int64_t llmrec_embedding_dim(const llmrec_embedding *embedding);
LLMREC_API int64_t llmrec_embedding_dtype(const llmrec_embedding *embedding);

/* The stored values [rows,dim], float or IEEE half (uint16_t) by dtype, read-only, 64-byte aligned where in memory. */
LLMREC_API const void *llmrec_embedding_data(const llmrec_embedding *embedding);

/* Copies rows first..first+count-1 as float32 into values [count,dim]. */
LLMREC_API llmrec_status llmrec_embedding_copy_rows(const llmrec_embedding *embedding, int64_t first, int64_t count,
                                                    float *values);

/* 1 if row `row` is known; 0 if it was missing when the table was aligned, and is zero. */
LLMREC_API int32_t llmrec_embedding_has_row(const llmrec_embedding *embedding, int64_t row);

/* Ids, where the table has them (else UNSUPPORTED, and -1 from find). */
LLMREC_API llmrec_status llmrec_embedding_id(const llmrec_embedding *embedding, int64_t row, const char **id,
                                             size_t *length);
LLMREC_API int64_t llmrec_embedding_find(const llmrec_embedding *embedding, const char *id, size_t length);

/* --- alignment ----------------------------------------------------------------------------------------------- */

typedef enum llmrec_align_missing { LLMREC_ALIGN_ZERO = 0, LLMREC_ALIGN_ERROR = 1 } llmrec_align_missing;

typedef struct llmrec_alignment {
    size_t size;           /* set by the caller: sizeof(llmrec_alignment) */
    int64_t found;         /* dataset items that have a vector */
    int64_t missing;       /* dataset items without one */
    int64_t surplus;       /* table rows whose id the dataset does not have */
    int64_t first_missing; /* dataset index of the first item without a vector, or -1 */
    int64_t first_surplus; /* table row of the first surplus one, or -1 */
} llmrec_alignment;

/* A table whose row i is dataset item i's vector, by id, carrying the dataset's ids. `missing`: LLMREC_ALIGN_ZERO gives
 * a zero row for which has_row is 0, and a warning in the log with counts and the first ids; LLMREC_ALIGN_ERROR gives
 * SHAPE naming the first. `report` may be NULL. A table without ids must have exactly one row for each item (else
 * SHAPE). Where rows are in the items' order already, the values are shared and not copied. */
LLMREC_API llmrec_status llmrec_embedding_align(const llmrec_embedding *embedding, const llmrec_dataset *dataset,
                                                int64_t missing, llmrec_alignment *report, llmrec_embedding **aligned);

/* --- reducers ------------------------------------------------------------------------------------------------ */

typedef enum llmrec_reduce_method {
    LLMREC_REDUCE_NONE = 0,   /* the vectors as they are (row normalization still applies) */
    LLMREC_REDUCE_PCA = 1,    /* z = (x - mean) V_d, V_d the top-d right singular vectors of the centered table */
    LLMREC_REDUCE_WHITEN = 2, /* PCA scores / (s_j^2 + ridge)^(power/2), s_j component j's standard deviation */
    LLMREC_REDUCE_RANDOM = 3  /* z = x R, R [D,d] of N(0, 1/d), no centering (Johnson-Lindenstrauss) */
} llmrec_reduce_method;

typedef struct llmrec_reducer_options {
    size_t size;    /* set by llmrec_reducer_options_init; do not touch */
    int64_t method; /* one of llmrec_reduce_method; default PCA */
    int64_t dim;    /* dim d of the result; 0 (default): all that there are (PCA, whiten: directions above the
                           tolerance; random, none: D). PCA to more than min(D, rows), and whitening to more than there
                           are, is an error */
    double power;   /* whiten: 0 is PCA, 1 full whitening; in [0,1], default 1 */
    double ridge;   /* whiten: added to every variance, in units of the largest one; >= 0, default 0 */
    /* whiten, and PCA where dim is 0: directions whose singular value is at most tolerance times the largest are
     * dropped; in [0,0.5], default 1e-3. Rounding to float16 fills a direction that has nothing in it up to 5e-5 of the
     * largest, to bfloat16 up to 4e-4; the least real one of a table of sentence vectors lies near 2e-2. Whitening
     * would blow such noise up to full size. Never less than sqrt(D * 2^-52), below which float64 cannot tell a
     * variance from rounding */
    double tolerance;
    int64_t normalize;    /* 1 (default): rows of the result get length 1 (zero rows stay zero); 0: they do not */
    int64_t skip_missing; /* 0 (default, the reference's way): rows for which has_row is 0 are zeros like any other row;
                             1: they do not take part in the fit, and stay zero when it is applied */
    int64_t seed;         /* random: Philox seed; default 0 */
} llmrec_reducer_options;

LLMREC_API llmrec_status llmrec_reducer_options_init(llmrec_reducer_options *options, size_t size);

/* Fits on all rows of a table; each component's loading of largest magnitude is positive. PCA: Pearson 1901, "On lines
 * and planes of closest fit", by the eigenvectors of the covariance in double precision. Random: Dasgupta and Gupta
 * 2003, "An elementary proof of a theorem of Johnson and Lindenstrauss". The same table and options give the same bits
 * for any number of threads. Reports progress ("covariance"). Errors: ARGUMENT, SHAPE (fewer directions than `dim`, or
 * none), NUMERIC (a mapped value is not finite; no convergence), UNSUPPORTED (D beyond 32000), MEMORY, CANCELED. Cost:
 * O(rows D^2) with all threads and O(D^3) with one; memory 8 (4 D^2 + 256 D) bytes, whatever the rows. A reducer is
 * immutable: any number of threads may apply it at once. */
LLMREC_API llmrec_status llmrec_reducer_fit(const llmrec_embedding *embedding, const llmrec_reducer_options *options,
                                            llmrec_reducer **reducer);

/* Applies it to any table of the same dim, for instance one of new items; ids and missing flags go along. The result
 * is float32, and a vector's does not depend on the others in its table. Errors: ARGUMENT, SHAPE (another dim),
 * MEMORY, CANCELED. Cost: O(rows D d) with all threads. */
LLMREC_API llmrec_status llmrec_reducer_apply(const llmrec_reducer *reducer, const llmrec_embedding *embedding,
                                              llmrec_embedding **reduced);

/* Dim of the tables that it makes. */
LLMREC_API int64_t llmrec_reducer_dim(const llmrec_reducer *reducer);

/* Standard deviations of the kept components, largest first: deviations[dim]. UNSUPPORTED for NONE and RANDOM. */
LLMREC_API llmrec_status llmrec_reducer_deviations(const llmrec_reducer *reducer, double *deviations);

/* Writes it to one HDF5 file, atomically, and reads it back. Errors: ARGUMENT, IO, FORMAT (not ours, newer format,
 * damaged), MEMORY. */
LLMREC_API llmrec_status llmrec_reducer_save(const llmrec_reducer *reducer, const char *path);
LLMREC_API llmrec_status llmrec_reducer_open(llmrec_context *context, const char *path, llmrec_reducer **reducer);
LLMREC_API void llmrec_reducer_free(llmrec_reducer *reducer);

LLMREC_END
#endif
