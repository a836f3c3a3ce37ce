/* SPDX-License-Identifier: Apache-2.0 */
/* Sums rows of a panel. Two entries at a time have their own sums, so that additions do not wait for each other. */
#include "linear/panel.h"

LR_VECTORIZE void lr_panel_row(const lr_item_matrix *matrix, size_t row, const float *panel, float *product)
{
    const int64_t end = matrix->offsets[row + 1];
    int64_t at = matrix->offsets[row];
    lr_lanes sums[2][2] = {{{0}}};
    for (; at + 2 <= end; at += 2)
        for (int e = 0; e < 2; e++) {
            const float *from = panel + (size_t)matrix->columns[at + e] * LR_PANEL;
            sums[e][0] += matrix->values[at + e] * LR_LANES_AT(from);
            sums[e][1] += matrix->values[at + e] * LR_LANES_AT(from + LR_LANES);
        }
    if (at < end) {
        const float *from = panel + (size_t)matrix->columns[at] * LR_PANEL;
        sums[0][0] += matrix->values[at] * LR_LANES_AT(from);
        sums[0][1] += matrix->values[at] * LR_LANES_AT(from + LR_LANES);
    }
    LR_LANES_IN(product) = sums[0][0] + sums[1][0];
    LR_LANES_IN(product + LR_LANES) = sums[0][1] + sums[1][1];
}
