/* SPDX-License-Identifier: Apache-2.0 */
/* Defines the reducer: z = (x - mean) weights, optionally scaled to length 1. */
#ifndef LR_EMBED_REDUCER_H
#define LR_EMBED_REDUCER_H

#include "embed/embed_options.h"
#include "embed/embedding.h"

struct llmrec_reducer {
    llmrec_context *context;
    llmrec_reducer_options options; /* at the time of the fit */
    size_t input_dim, dim;          /* dim of the vectors before and after */
    double *mean;                   /* [input_dim]; NULL: no centering */
    float *weights;                 /* [input_dim,dim]; NULL: vectors are not multiplied */
    double *deviations;             /* [dim]; NULL: the method has none */
};

/* llmrec_reducer_fit by a full struct of checked options: for other rooms. */
llmrec_status lr_reducer_make(const llmrec_embedding *embedding, const llmrec_reducer_options *options,
                              llmrec_reducer **reducer);

/* Fills in dim, mean, weights and deviations by the options. */
llmrec_status lr_reducer_fit(llmrec_reducer *reducer, const llmrec_embedding *embedding);

llmrec_status lr_reducer_apply(const llmrec_reducer *reducer, const llmrec_embedding *embedding,
                               llmrec_embedding **reduced);

llmrec_status lr_reducer_save(const llmrec_reducer *reducer, const char *path);

/* Reads everything except the context from a file. */
llmrec_status lr_reducer_read(llmrec_reducer *reducer, const char *path);

#endif
