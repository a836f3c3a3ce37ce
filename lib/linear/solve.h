/* SPDX-License-Identifier: Apache-2.0 */
/* The closed form of linear models with dense matrices. */
#ifndef LR_LINEAR_SOLVE_H
#define LR_LINEAR_SOLVE_H

#include "linear/transitions.h"

/* B minimizes |T - S B|^2 + ridge |B|^2 + strength |B - M|^2, M the guide. */
typedef struct lr_linear_system {
    const lr_transitions *counts; /* S'S and T'S */
    const lr_item_matrix *guide;  /* the transpose of M; NULL: no guide */
    double ridge, strength;
    bool zero_diagonal; /* with the diagonal of B fixed at 0 */
} lr_linear_system;

/* Bytes that the solution needs at once. SIZE_MAX: more than an address space. */
size_t lr_solve_bytes(size_t items);

/* Computes B = P (S'T + strength M) with P = (S'S + (ridge + strength) I)^-1; with a zero diagonal, column j less
 * B_jj / P_jj times column j of P. The result is dense, and does not depend on the number of threads. Errors: NUMERIC,
 * MEMORY, CANCELED. Cost: items^3 operations at the speed of products, and one pass of P for each entry of S'T and M.
 * Reports progress. */
llmrec_status lr_solve(llmrec_context *context, const lr_linear_system *system, lr_item_matrix *solution);

#endif
