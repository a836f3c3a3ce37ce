/* SPDX-License-Identifier: Apache-2.0 */
/* Co-occurrence of items in sessions: weighted counts of pairs by order, and the item-to-item matrix made of them.
 *
 * Counts are integers, in units of 2^-LR_COUNT_BITS. So sums are exact in any order: they depend neither on threads nor
 * on whether sessions are counted at once or session after session. */
#ifndef LR_LINEAR_COOCCURRENCE_H
#define LR_LINEAR_COOCCURRENCE_H

#include "data/dataset.h"
#include "linear/item_matrix.h"
#include "llmrec/neighbors.h"

enum { LR_COUNT_BITS = 30 };

/* Entry [i,j] is the sum of w(d) over all rows of i that are d places before a row of j, d <= window. */
typedef struct lr_pair_counts {
    size_t items;
    const int64_t *offsets; /* [items+1] */
    const int32_t *columns; /* [offsets[items]] rising within a row */
    const int64_t *counts;  /* [offsets[items]], all above 0 */
    const int64_t *rows;    /* [items] number of rows of each item */
    lr_shared_map *map;     /* the arrays are in it; NULL: in memory of their own */
} lr_pair_counts;

void lr_pair_counts_free(llmrec_context *context, lr_pair_counts *counts); /* zeros are fine */

/* Counts the visible rows of a dataset. Reports progress; can be canceled. */
llmrec_status lr_pairs_count(const llmrec_dataset *dataset, const llmrec_cooccurrence_options *options,
                             lr_pair_counts *counts);

/* Counts the rows of `after`, given the counts of `before`: only pairs are counted that one of both lacks. Sessions are
 * the same if they have the same id. Items have the same index in both; `after` may have more. */
llmrec_status lr_pairs_recount(const lr_pair_counts *former, const llmrec_dataset *before, const llmrec_dataset *after,
                               const llmrec_cooccurrence_options *options, lr_pair_counts *counts);

/* Makes the matrix (F + backward F') / (n n')^power, with the largest entries of each row. */
llmrec_status lr_pairs_matrix(llmrec_context *context, const lr_pair_counts *counts,
                              const llmrec_cooccurrence_options *options, lr_item_matrix *matrix);

/* --- counting of some rows ---------------------------------------------------------------------------------------- */

/* A row of a session. Sessions follow each other, and after each is a row of the item -1. */
typedef struct lr_pair_row {
    int32_t item;
    int32_t nearest; /* pairs with the following row at this distance, and at larger ones, are counted; >= 1 */
} lr_pair_row;

/* Counts pairs of rows[count]. Entries are those of lr_pair_counts, without `rows`. */
llmrec_status lr_pairs_of_rows(llmrec_context *context, const lr_pair_row *rows, size_t count, size_t items,
                               const llmrec_cooccurrence_options *options, lr_pair_counts *counts);

#endif
