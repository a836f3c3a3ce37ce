/* SPDX-License-Identifier: Apache-2.0 */
/* Solutions of (A + shift I) x = b for several shifts at once, for a panel of right sides, on the calling thread:
 * conjugate gradients find them all in the one Krylov space (Jegerlehner 1996, hep-lat/9612014). */
#ifndef LR_LINEAR_SHIFTED_H
#define LR_LINEAR_SHIFTED_H

#include "linear/panel.h"

enum { LR_SHIFTS = 16 }; /* most shifts */

/* The scratch memory of one call: one block for a number of items and shifts. */
size_t lr_shifted_numbers(size_t items, size_t shifts);

typedef struct lr_shifted {
    const lr_item_matrix *matrix; /* sparse, symmetric, positive semidefinite */
    const double *shifts;         /* [count] rising, > 0 */
    size_t count;                 /* 1 to LR_SHIFTS */
} lr_shifted;

/* Writes solution k of right [items,LR_PANEL] to solutions [count,items,LR_PANEL]. `room` has lr_shifted_numbers.
 * Residuals are at most 1e-3 of the right side, unless 200 steps do not suffice. */
void lr_shifted_solve(const lr_shifted *system, const float *right, float *room, float *solutions);

#endif
