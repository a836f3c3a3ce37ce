/* SPDX-License-Identifier: Apache-2.0 */
/* Defines the embedding table, for internal code that reads its rows. */
#ifndef LR_EMBED_EMBEDDING_H
#define LR_EMBED_EMBEDDING_H

#include <stdatomic.h>

#include "core/file.h"
#include "core/text.h"
#include "data/ids.h"
#include "llmrec/embedding.h"

struct llmrec_embedding {
    atomic_size_t references;
    llmrec_context *context;
    size_t rows, dim;
    int64_t dtype;
    const void *data;         /* [rows,dim], in `owned`, in `map` or in `source` */
    void *owned;              /* NULL where mapped or shared */
    lr_shared_map *map;       /* NULL where not mapped */
    llmrec_embedding *source; /* the table whose values this one shares; NULL: none */
    lr_ids *ids;              /* NULL: none */
    uint8_t *missing;         /* [rows], 1 if the vector of a row is unknown; NULL: no row is missing */
    char *path;               /* of the file that it was read from; NULL: none */
};

/* The parts of a new table. */
typedef struct lr_owned {
    void *values; /* [rows,dim] of `dtype`; NULL: the caller sets `data` afterwards */
    size_t rows, dim;
    int64_t dtype;
    lr_ids *ids; /* NULL: none */
} lr_owned;

/* Creates a table. Takes ownership of the values and of one reference to the ids, even if it fails. */
llmrec_status lr_embedding_adopt(llmrec_context *context, const lr_owned *owned, llmrec_embedding **embedding);

/* A table whose values lie in a map. */
typedef struct lr_mapped {
    lr_shared_map *map; /* held by the table from then on */
    const void *values; /* [rows,dim] of `dtype`, within the map */
    size_t rows, dim;
    int64_t dtype;
    lr_ids *ids; /* NULL: none; held */
} lr_mapped;

llmrec_status lr_embedding_of_map(llmrec_context *context, const lr_mapped *mapped, llmrec_embedding **embedding);

llmrec_embedding *lr_embedding_hold(const llmrec_embedding *embedding);

/* Returns row `row` as float32: a pointer into the table, or `scratch` [dim] if the table is float16. */
const float *lr_embedding_row(const llmrec_embedding *embedding, size_t row, float *scratch);

/* Whether the vector of a row is known, and the number of such rows. */
static inline bool lr_embedding_has(const llmrec_embedding *embedding, size_t row)
{
    return embedding->missing == NULL || embedding->missing[row] == 0;
}
size_t lr_embedding_known(const llmrec_embedding *embedding);
/* An lr_describe_fn: what a table is, without where it lies. */
llmrec_status lr_embedding_describe(const void *embedding, lr_builder *json);

/* Returns the bytes of one value. */
size_t lr_dtype_size(int64_t dtype);

#endif
