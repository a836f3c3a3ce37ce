/* SPDX-License-Identifier: Apache-2.0 */
/* Scores of rows against one vector, each made by one kernel in one order, so that a row's score depends on the row and
 * the vector alone. */
#ifndef LR_RANK_MEASURE_H
#define LR_RANK_MEASURE_H

#include "embed/embedding.h"
#include "llmrec/recommender.h"

/* Longer rows could overflow a product; shorter ones count as zero rows where lengths are divided by. */
#define LR_LONGEST  1e18
#define LR_SHORTEST 1e-20

/* A table with its rows' lengths, seen through one of LLMREC_MEASURE_*. */
typedef struct lr_measured {
    llmrec_embedding *table;
    float *lengths; /* [rows] */
    int64_t measure;
} lr_measured;

/* A vector that rows are compared with. */
typedef struct lr_needle {
    const float *vector; /* [dim], scaled to length 1 for the cosine (or zero) */
    double length;       /* |vector| */
} lr_needle;

/* Lengths of all rows, by all threads. NUMERIC names a row that is longer than LR_LONGEST. */
llmrec_status lr_measured_make(llmrec_context *context, llmrec_embedding *table, int64_t measure,
                               lr_measured *measured);
void lr_measured_free(llmrec_context *context, lr_measured *measured);

/* Scales `vector` [dim] as the measure wants it. */
lr_needle lr_needle_make(const lr_measured *measured, float *vector);

/* The scores that products within [value - slack, value + slack] may have: u.e for dot and cosine (e of length 1), u.e
 * - |e|^2/2 for the distance; rounding outward. */
typedef struct lr_bounds {
    float low, high;
} lr_bounds;
lr_bounds lr_measured_bounds(const lr_measured *measured, const lr_needle *needle, double value, double slack);

/* A product, as above, such that no row with a lower one can have the score `floor` or more. */
double lr_measured_gate(const lr_measured *measured, const lr_needle *needle, float floor);

/* Asks the memory for a row that will be scored soon. */
void lr_measured_fetch(const lr_measured *measured, size_t row);

/* The row's score; `room` [dim] is for tables in half precision. */
float lr_measured_score(const lr_measured *measured, const lr_needle *needle, size_t row, float *room);

#endif
