/* SPDX-License-Identifier: Apache-2.0 */
/* Linear models of large catalogs: each column of the solution from its own small system. */
#ifndef LR_LINEAR_COLUMN_SOLVER_H
#define LR_LINEAR_COLUMN_SOLVER_H

#include "linear/solve.h"

/* Solves column j of B for at most `candidates` items and leaves the others at 0: the items with the largest entries in
 * column j of S'T + strength M, then those that occur most with item j. The result is sparse and does not depend on the
 * number of threads. Errors: NUMERIC, MEMORY, CANCELED. Cost: candidates^3 / 3 multiplications for a column; memory:
 * 12 bytes for each candidate of each item. Reports progress. */
llmrec_status lr_solve_columns(llmrec_context *context, const lr_linear_system *system, size_t candidates,
                               lr_item_matrix *solution);

#endif
