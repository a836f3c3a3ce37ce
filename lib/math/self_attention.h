/* SPDX-License-Identifier: Apache-2.0 */
/* Scaled dot-product attention within one sequence (Vaswani et al. 2017, section 3.2), forward only. */
#ifndef LR_MATH_SELF_ATTENTION_H
#define LR_MATH_SELF_ATTENTION_H

#include <stddef.h>

/* One sequence: queries, keys and values side by side [length, 3 dim], without their biases. */
typedef struct lr_self_attention {
    size_t length, dim, heads; /* dim is a multiple of heads */
    const float *qkv;
    const float *bias; /* [3 dim] */
} lr_self_attention;

/* Scratch memory of lr_self_attention_forward for sequences of up to `longest` rows: number of floats, 64-byte
 * aligned. */
size_t lr_self_attention_scratch(size_t longest, size_t head_dim);

/* out[:,h] = softmax(q_h k_h^T / sqrt d) v_h for head h with d = dim/heads: writes columns h d .. h d + d - 1 of out
 * [length,dim]. Every row attends to every row. */
void lr_self_attention_forward(const lr_self_attention *attention, size_t head, float *out, float *scratch);

#endif
