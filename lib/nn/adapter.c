/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/adapter.h"

#include <string.h>

#include "math/matrix.h"

llmrec_status lr_adapter_forward(llmrec_context *context, const lr_layout *layout, const lr_shape *shape,
                                 const float *vectors, float *parameters)
{
    const size_t V = shape->items, A = shape->adapter, D = shape->dim;
    float *rows = parameters + layout->item;
    for (size_t i = 0; i < V; i++) memcpy(rows + i * D, parameters + layout->adapter.bias, D * sizeof *rows);
    return lr_gemm_parallel(context, 1, lr_matrix_of(vectors, V, A),
                            lr_matrix_of(parameters + layout->adapter.weights, A, D), 1, lr_matrix_of(rows, V, D));
}

llmrec_status lr_adapter_backward(llmrec_context *context, const lr_layout *layout, const lr_shape *shape,
                                  const float *vectors, float *gradients)
{
    const size_t V = shape->items, A = shape->adapter, D = shape->dim;
    const float *d_rows = gradients + layout->item;
    float *d_bias = gradients + layout->adapter.bias;
    for (size_t i = 0; i < V; i++)
        for (size_t j = 0; j < D; j++) d_bias[j] += d_rows[i * D + j];
    return lr_gemm_parallel(context, 1, lr_transpose(lr_matrix_of(vectors, V, A)), lr_matrix_of(d_rows, V, D), 1,
                            lr_matrix_of(gradients + layout->adapter.weights, A, D));
}
