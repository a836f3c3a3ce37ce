/* SPDX-License-Identifier: Apache-2.0 */
/* Rows and queries in eight bits, with proven error bounds: the fast first pass of an exact search.
 *
 * A row x is stored as integers q_i in [-127,127] and a scale s: x = s q + d. A query y is stored as p_i and t: y = t p
 * + h. The triangle inequality and Cauchy-Schwarz give
 *     | y.x - t s sum p_i q_i |  =  | t p.d + h.x |  <=  |t p| |d| + |h| |x|
 * The four lengths on the right are known beforehand. Float32 arithmetic, here and in lr_dot, adds at most (n/64 + 64)
 * 2^-24 |y||x|, and LR_OCTETS_TINY for underflow; lr_octets_slack includes both.
 *
 * For distances a row also has a bias c = -|x|^2/2, since |y - x|^2 = |y|^2 - 2 (y.x + c). */
#ifndef LR_MATH_OCTETS_H
#define LR_MATH_OCTETS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/status.h"
#include "llmrec/context.h"

enum {
    LR_BLOCK = 64,
    LR_TILE = 6,
    LR_OCTETS_WIDEST = 65536
}; /* rows; queries; dimensions, more could overflow a sum */

#define LR_OCTETS_TINY 2e-38

typedef struct lr_octets {
    size_t rows, dim;
    size_t groups;      /* groups of four dimensions */
    uint8_t *values;    /* [blocks][groups][64][4] 128 + q, in the order of use */
    float *scale;       /* [blocks*64] */
    float *bias;        /* [blocks*64] */
    float *error;       /* [blocks*64] |d|, rounded up */
    float *length;      /* [blocks*64] |x|, rounded up */
    float *most_error;  /* [blocks] maximum of each block */
    float *most_length; /* [blocks] */
} lr_octets;

typedef struct lr_octet_query {
    float scale, length, error; /* t, |t p|, |h| and rounding; the last two rounded up */
} lr_octet_query;

/* Allocates `rows` rows of up to LR_OCTETS_WIDEST dimensions. */
llmrec_status lr_octets_make(llmrec_context *context, size_t rows, size_t dim, lr_octets *octets);
void lr_octets_free(llmrec_context *context, lr_octets *octets);

/* Source of rows: row i is factor_of(i) times row_of(i), which may use `room` [dim]. */
typedef struct lr_octet_source {
    const float *(*row_of)(const void *self, size_t row, float *room);
    double (*factor_of)(const void *self, size_t row);
    const void *self;
    bool biased;
} lr_octet_source;

/* Converts the rows of block `block`: 64, or fewer in the last one. Several threads may set blocks at once, each with
 * its own `room` [dim] and `octets_room` [groups*4]. */
void lr_octets_set(lr_octets *octets, size_t block, const lr_octet_source *source, float *room, int8_t *octets_room);

/* Converts the query vector [dim] of norm `size` to values [groups*4]. `offset` compensates the 128 in the rows. */
lr_octet_query lr_octets_query(const lr_octets *octets, const float *vector, double size, int8_t *values,
                               int32_t *offset);

/* Bound on the error of  sum * row scale * query scale + bias  for one row. */
static inline double lr_octets_slack(const lr_octet_query *query, double row_error, double row_length, bool biased)
{
    const double slack = query->length * row_error + query->error * row_length + LR_OCTETS_TINY;
    return biased ? slack + 0x1p-22 * row_length * row_length : slack;
}

/* Four values of a query as one integer, for the kernels' broadcast. */
static inline int32_t lr_octets_four(const int8_t *values)
{
    int32_t bytes;
    memcpy(&bytes, values, sizeof bytes);
    return bytes;
}

/* The two inner loops. Kernels for different processors give the same sums. */
typedef struct lr_octet_kernel {
    const char *name;
    /* sums[q*64 + r] = offsets[q] + product of row r of the block with query q. `count` queries, 1 to LR_TILE. */
    void (*multiply)(const uint8_t *block, const int8_t *queries, const int32_t *offsets, size_t groups, size_t count,
                     int32_t *sums);
    /* Bit r: sums[r] * scale[r] * factor + bias[r] >= limit. */
    uint64_t (*above)(const int32_t *sums, const float *scale, const float *bias, float factor, float limit);
} lr_octet_kernel;

/* The fastest kernel for this processor. */
const lr_octet_kernel *lr_octet_kernel_best(void);

/* NULL if the compiler or the processor does not support it. */
const lr_octet_kernel *lr_octet_kernel_avx512(void);
const lr_octet_kernel *lr_octet_kernel_avx2(void);
extern const lr_octet_kernel lr_octet_kernel_plain;

#endif
