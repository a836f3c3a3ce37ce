/* SPDX-License-Identifier: Apache-2.0 */
/* Large symmetric matrices as the tiles of their upper triangle, and their inverse in place, on all threads. */
#ifndef LR_MATH_SYMMETRIC_H
#define LR_MATH_SYMMETRIC_H

#include <stddef.h>

#include "core/status.h"
#include "llmrec/context.h"

enum { LR_TILE = 192 };

/* A symmetric matrix [n,n]. Each tile is dense and row-major; tile (i,j), i <= j, is number j (j+1)/2 + i. Tiles on the
 * diagonal are whole. The last tiles are padded with the unit matrix. */
typedef struct lr_symmetric {
    size_t n, side; /* `side` tiles a side */
    float *tiles;   /* [side (side+1)/2,LR_TILE,LR_TILE] */
} lr_symmetric;

/* Bytes of a matrix of n rows. SIZE_MAX: more than an address space. */
size_t lr_symmetric_bytes(size_t n);

/* Creates a matrix of zeros. Free `tiles` with lr_free. */
llmrec_status lr_symmetric_make(llmrec_context *context, size_t n, lr_symmetric *matrix);

/* Sets elements (row,column) and (column,row). */
void lr_symmetric_set(const lr_symmetric *matrix, size_t row, size_t column, float value);

/* Copies columns first..first+count-1, all in one column of tiles, to panel [n,count]. Any number of threads may. */
void lr_symmetric_columns(const lr_symmetric *matrix, size_t first, size_t count, float *panel);

/* Replaces a positive definite matrix by its inverse. `name` is the matrix in messages. Results do not depend on the
 * number of threads. Errors: NUMERIC (not positive definite; the message has the pivot), MEMORY, CANCELED. Cost: n^3
 * floating-point operations at the speed of products; memory: LR_TILE more rows. Reports progress. */
llmrec_status lr_symmetric_invert(llmrec_context *context, const char *name, lr_symmetric *matrix);

#endif
