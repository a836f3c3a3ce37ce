/* SPDX-License-Identifier: Apache-2.0 */
/* Adam and AdamW: one pass over parameters, gradients and moments. */
#ifndef LR_MATH_ADAM_H
#define LR_MATH_ADAM_H

#include <stddef.h>
#include <stdint.h>

#include "math/real.h"

/* Constants of one step. With g the gradient times `scale`:
 *     m = b1 m + (1-b1) g,  v = b2 v + (1-b2) g^2,  w -= decay w + rate m / (spread sqrt(v) + epsilon)
 * This is AdamW (Loshchilov & Hutter 2019); other constants give the Adam of the original BERT. */
typedef struct lr_adam {
    double beta1, beta2, epsilon;
    double rate, spread; /* include the bias corrections */
    double decay;        /* learning rate times weight decay */
    double scale;        /* factor on gradients: clipping, accumulation */
} lr_adam;

/* Step t = 1, 2, ... of AdamW as in PyTorch: rate = lr / (1-b1^t), spread = 1 / sqrt(1-b2^t). */
lr_adam lr_adam_corrected(double learning_rate, double beta1, double beta2, double epsilon, int64_t t);

/* As in Keras, with epsilon outside the correction: rate = lr sqrt(1-b2^t) / (1-b1^t). */
lr_adam lr_adam_keras(double learning_rate, double beta1, double beta2, double epsilon, int64_t t);

/* Without bias correction, as in the original BERT. */
lr_adam lr_adam_plain(double learning_rate, double beta1, double beta2, double epsilon);

/* A range of parameters with their gradients and moments. */
typedef struct lr_adam_slice {
    lr_real *w;
    const lr_real *g;
    lr_real *m, *v;
    size_t count;
    int decays; /* 1 if weight decay applies */
} lr_adam_slice;

/* Updates w, m and v. */
void lr_adam_update(const lr_adam *adam, const lr_adam_slice *slice);

#endif
