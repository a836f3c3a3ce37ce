/* SPDX-License-Identifier: Apache-2.0 */
/* Adam updates, with and without bias correction. */
#include "math/adam.h"

#include <math.h>

#include "math/simd.h"

#ifdef LR_REAL_IS_DOUBLE
#define ROOT sqrt
#else
#define ROOT sqrtf
#endif

lr_adam lr_adam_corrected(double learning_rate, double beta1, double beta2, double epsilon, int64_t t)
{
    return (lr_adam){.beta1 = beta1,
                     .beta2 = beta2,
                     .epsilon = epsilon,
                     .rate = learning_rate / (1 - pow(beta1, (double)t)),
                     .spread = 1 / sqrt(1 - pow(beta2, (double)t)),
                     .scale = 1};
}

lr_adam lr_adam_keras(double learning_rate, double beta1, double beta2, double epsilon, int64_t t)
{
    lr_adam adam = lr_adam_plain(learning_rate, beta1, beta2, epsilon);
    adam.rate *= sqrt(1 - pow(beta2, (double)t)) / (1 - pow(beta1, (double)t));
    return adam;
}

lr_adam lr_adam_plain(double learning_rate, double beta1, double beta2, double epsilon)
{
    return (lr_adam){
        .beta1 = beta1, .beta2 = beta2, .epsilon = epsilon, .rate = learning_rate, .spread = 1, .scale = 1};
}

LR_VECTORIZE void lr_adam_update(const lr_adam *adam, const lr_adam_slice *slice)
{
    const lr_real b1 = (lr_real)adam->beta1, b2 = (lr_real)adam->beta2, epsilon = (lr_real)adam->epsilon;
    const lr_real rate = (lr_real)adam->rate, spread = (lr_real)adam->spread, scale = (lr_real)adam->scale;
    const lr_real fresh1 = (lr_real)(1 - adam->beta1), fresh2 = (lr_real)(1 - adam->beta2);
    const lr_real kept = (lr_real)(slice->decays ? 1 - adam->decay : 1);
    lr_real *restrict w = slice->w, *restrict m = slice->m, *restrict v = slice->v;
    const lr_real *restrict g = slice->g;
    for (size_t i = 0; i < slice->count; i++) {
        const lr_real gradient = g[i] * scale;
        m[i] = b1 * m[i] + fresh1 * gradient;
        v[i] = b2 * v[i] + fresh2 * gradient * gradient;
        w[i] = kept * w[i] - rate * m[i] / (spread * ROOT(v[i]) + epsilon);
    }
}
