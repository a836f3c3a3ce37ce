/* SPDX-License-Identifier: Apache-2.0 */
/* Adam and its relatives as one pass over parameters, gradients and moments. */
#ifndef LR_MATH_ADAM_H
#define LR_MATH_ADAM_H

#include <stddef.h>
#include <stdint.h>

#include "math/real.h"

/* One step's constants. With g the gradient times `scale`:
 *     m = b1 m + (1-b1) g,  v = b2 v + (1-b2) g^2,  w -= decay w + rate m / (spread sqrt(v) + epsilon)
 * which is AdamW (Loshchilov & Hutter 2019) and, by other constants, the original BERT's Adam. */
typedef struct lr_adam {
    double beta1, beta2, epsilon;
    double rate, spread; /* the bias corrections are in these */
    double decay;        /* learning rate times weight decay */
    double scale;        /* of gradients: clipping, accumulation */
} lr_adam;

/* Step t = 1, 2, ... of AdamW as PyTorch counts: rate = lr / (1-b1^t), spread = 1 / sqrt(1-b2^t). */
lr_adam lr_adam_corrected(double learning_rate, double beta1, double beta2, double epsilon, int64_t t);

/* The same as Keras counts, with epsilon outside the correction: rate = lr sqrt(1-b2^t) / (1-b1^t). */
lr_adam lr_adam_keras(double learning_rate, double beta1, double beta2, double epsilon, int64_t t);

/* Without bias correction, as the original BERT. */
lr_adam lr_adam_plain(double learning_rate, double beta1, double beta2, double epsilon);

/* A run of parameters, their gradients and their moments. */
typedef struct lr_adam_slice {
    lr_real *w;
    const lr_real *g;
    lr_real *m, *v;
    size_t count;
    int decays; /* whether weight decay applies here */
} lr_adam_slice;

/* Updates w, m and v. */
void lr_adam_update(const lr_adam *adam, const lr_adam_slice *slice);

#endif
