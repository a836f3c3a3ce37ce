/* SPDX-License-Identifier: Apache-2.0 */
/* Computes scores of rows against one vector. One kernel computes each score in one fixed order, so a row's score
 * depends only on the row and the vector. */
#ifndef LR_RANK_MEASURE_H
#define LR_RANK_MEASURE_H

#include "embed/embedding.h"
#include "llmrec/recommender.h"

/* Limits on row lengths. Longer rows could overflow a product. Shorter rows count as zero rows when the measure divides
 * by the length. */
#define LR_LONGEST  1e18
#define LR_SHORTEST 1e-20

/* A table, the lengths of its rows, and the measure LLMREC_MEASURE_* that compares them. */
typedef struct lr_measured {
    llmrec_embedding *table;
    float *lengths; /* [rows] */
    int64_t measure;
} lr_measured;

/* The vector to compare rows with. */
typedef struct lr_needle {
    const float *vector; /* [dim], for the cosine scaled to length 1, or zero */
    double length;       /* |vector| */
} lr_needle;

/* Computes the lengths of all rows on all threads. Fails with NUMERIC if a row is longer than LR_LONGEST, and names
 * it. */
llmrec_status lr_measured_make(llmrec_context *context, llmrec_embedding *table, int64_t measure,
                               lr_measured *measured);
void lr_measured_free(llmrec_context *context, lr_measured *measured);

/* Scales `vector` [dim] as the measure requires. */
lr_needle lr_needle_make(const lr_measured *measured, float *vector);

/* Bounds the scores of products within [value - slack, value + slack], rounded outward. The product is u.e for dot and
 * cosine (e of length 1), and u.e - |e|^2/2 for the distance. */
typedef struct lr_bounds {
    float low, high;
} lr_bounds;
lr_bounds lr_measured_bounds(const lr_measured *measured, const lr_needle *needle, double value, double slack);

/* Returns a product as defined above. No row with a lower product can have a score of `floor` or more. */
double lr_measured_gate(const lr_measured *measured, const lr_needle *needle, float floor);

/* Prefetches a row that will be scored soon. */
void lr_measured_fetch(const lr_measured *measured, size_t row);

/* Returns the row's score. `room` [dim] is scratch memory for tables in half precision. */
float lr_measured_score(const lr_measured *measured, const lr_needle *needle, size_t row, float *room);

#endif
