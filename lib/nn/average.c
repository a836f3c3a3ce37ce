/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/average.h"

#include "core/pool.h"
#include "math/simd.h"

enum { SLICE = 1 << 14 }; /* numbers per task */

LR_VECTORIZE static void approach(const float *restrict w, size_t count, float share, float *restrict a)
{
    for (size_t i = 0; i < count; i++) a[i] += share * (w[i] - a[i]);
}

static llmrec_status approach_slice(void *argument, size_t slice, size_t worker)
{
    const lr_average *average = argument;
    const size_t first = slice * SLICE, left = average->count - first;
    const double early = (double)(1 + average->step) / (double)(10 + average->step);
    const double decay = average->decay < early ? average->decay : early;
    (void)worker;
    approach(average->weights + first, left < SLICE ? left : SLICE, (float)(1 - decay), average->average + first);
    return LLMREC_OK;
}

llmrec_status lr_average_update(llmrec_context *context, const lr_average *average)
{
    lr_average copy = *average;
    return lr_parallel(context, (average->count + SLICE - 1) / SLICE, approach_slice, &copy);
}
