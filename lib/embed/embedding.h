/* SPDX-License-Identifier: Apache-2.0 */
/* An embedding table's inside, for the rooms that read it row by row. */
#ifndef LR_EMBED_EMBEDDING_H
#define LR_EMBED_EMBEDDING_H

#include <stdatomic.h>

#include "core/file.h"
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
    uint8_t *missing;         /* [rows], 1 where the row stands in for an unknown vector; NULL: none is missing */
};

/* What a table is made of. */
typedef struct lr_owned {
    void *values; /* [rows,dim] of `dtype`; NULL: the caller says where they are */
    size_t rows, dim;
    int64_t dtype;
    lr_ids *ids; /* NULL: none */
} lr_owned;

/* Takes over the values and one hold on the ids, also when it fails. */
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

/* Row `row` as float32: a pointer into the table, or into `scratch` [dim] where it is stored as half precision. */
const float *lr_embedding_row(const llmrec_embedding *embedding, size_t row, float *scratch);

/* Bytes of one value. */
size_t lr_dtype_size(int64_t dtype);

#endif
