/* SPDX-License-Identifier: Apache-2.0 */
/* Products of sparse rows with dense panels: a panel [items,LR_PANEL] has a few columns of a large matrix. */
#ifndef LR_LINEAR_PANEL_H
#define LR_LINEAR_PANEL_H

#include "linear/item_matrix.h"
#include "math/lanes.h"

enum { LR_PANEL = 2 * LR_LANES }; /* columns */

/* product[LR_PANEL] = row `row` of a sparse matrix times the panel. */
void lr_panel_row(const lr_item_matrix *matrix, size_t row, const float *panel, float *product);

#endif
