/* SPDX-License-Identifier: Apache-2.0 */
/* Filters frequencies along each sequence of a packed batch (BSARec, Shin et al. 2024, section 4.2). n tokens, m of
 * them queries; D dim; T tokens in a sequence.
 *
 *     low = P x,   y = low + beta^2 (x - low),   beta one number per column
 *
 * P keeps the c lowest of the floor(T/2)+1 frequencies of T tokens: a circulant matrix of the kernel
 *     p_T(d) = (1 + sum_{0<k<c} w_k cos(2 pi k d / T)) / T,   w_k = 2, or 1 if 2k = T
 * A causal filter must not read later tokens: token t keeps the low frequencies of tokens 0..t of its sequence, so row
 * t of P is p_{t+1}(t-s). This is the value of the last token if the sequence ended there. */
#ifndef LR_NN_FREQUENCY_H
#define LR_NN_FREQUENCY_H

#include "nn/tokens.h"

typedef struct lr_frequency {
    const lr_real *kernels; /* see lr_frequency_kernels */
    const lr_real *beta;    /* [D] */
    size_t dim;
    bool causal, labeled; /* as in lr_attention */
} lr_frequency;

/* Numbers of the kernels of all lengths up to N. */
size_t lr_frequency_kernel_numbers(size_t positions);

/* Fills the kernels: p_T(0..T-1) begins at T (T-1) / 2. */
void lr_frequency_kernels(size_t positions, size_t modes, lr_real *kernels);

/* From x [n,D], fills low [m,D], and mixes y into out [m,D]: out = (1-share) out + share y.
 * `scratch` has N^2 values. */
typedef struct lr_filtered {
    const lr_real *x;
    lr_real *low, *scratch;
    double share;
} lr_filtered;
void lr_frequency_forward(const lr_frequency *filter, const lr_tokens *tokens, const lr_filtered *arrays, lr_real *out);

/* The same for one sequence that continues `past` (the arrays of one layer). Appends x to past->inputs. */
void lr_frequency_continue(const lr_frequency *filter, const lr_tokens *tokens, const lr_past *past,
                           const lr_filtered *arrays, lr_real *out);

/* Given d_out, computes d_y = share d_out,  d_low = (1 - beta^2) d_y,  d_beta += sum 2 beta (x - low) d_y,
 *     d_x = beta^2 d_y at the queries + P' d_low,   and replaces d_out by (1-share) d_out.
 * Fills d_x [n,D]. Overwrites arrays->low. */
void lr_frequency_backward(const lr_frequency *filter, const lr_tokens *tokens, const lr_filtered *arrays,
                           lr_real *d_out, lr_real *d_x, lr_real *d_beta);

#endif
