/* SPDX-License-Identifier: Apache-2.0 */
/* A reducer's inside: z = (x - mean) weights, and rows then of length 1 if so wanted. */
#ifndef LR_EMBED_REDUCER_H
#define LR_EMBED_REDUCER_H

#include "embed/embed_options.h"
#include "embed/embedding.h"

struct llmrec_reducer {
    llmrec_context *context;
    llmrec_reducer_options options; /* as they were when it was fitted */
    size_t input_dim, dim;          /* of tables that it takes, and of those that it makes */
    double *mean;                   /* [input_dim]; NULL: no centering */
    float *weights;                 /* [input_dim,dim]; NULL: vectors stay as they are */
    double *deviations;             /* [dim]; NULL where there is no meaning to them */
};

/* llmrec_reducer_fit by a full struct of checked options: for other rooms. */
llmrec_status lr_reducer_make(const llmrec_embedding *embedding, const llmrec_reducer_options *options,
                              llmrec_reducer **reducer);

/* Fills in dim, mean, weights and deviations by the options. */
llmrec_status lr_reducer_fit(llmrec_reducer *reducer, const llmrec_embedding *embedding);

llmrec_status lr_reducer_apply(const llmrec_reducer *reducer, const llmrec_embedding *embedding,
                               llmrec_embedding **reduced);

llmrec_status lr_reducer_save(const llmrec_reducer *reducer, const char *path);

/* Fills in everything but the context. */
llmrec_status lr_reducer_read(llmrec_reducer *reducer, const char *path);

#endif
