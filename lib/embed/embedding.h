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
    const void *data; /* [rows,dim], in `owned` or in `map` */
    void *owned;      /* NULL where mapped */
    lr_map map;
    lr_ids *ids;      /* NULL: none */
    uint8_t *missing; /* [rows], 1 where the row stands in for an unknown vector; NULL: none is missing */
};

/* Takes over `owned` [rows,dim] of the given dtype and one hold on `ids`, also when it fails. */
llmrec_status lr_embedding_adopt(llmrec_context *context, void *owned, size_t rows, size_t dim, int64_t dtype,
                                 lr_ids *ids, llmrec_embedding **embedding);

llmrec_embedding *lr_embedding_hold(llmrec_embedding *embedding);

/* Row `row` as float32: a pointer into the table, or into `scratch` [dim] where it is stored as half precision. */
const float *lr_embedding_row(const llmrec_embedding *embedding, size_t row, float *scratch);

#endif
