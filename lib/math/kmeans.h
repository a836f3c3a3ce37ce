/* SPDX-License-Identifier: Apache-2.0 */
/* k-means clustering (Lloyd 1982) with a k-means++ start (Arthur and Vassilvitskii 2007). */
#ifndef LR_MATH_KMEANS_H
#define LR_MATH_KMEANS_H

#include <stddef.h>

#include "core/status.h"
#include "llmrec/context.h"

typedef struct lr_kmeans_plan {
    const float *rows;           /* [count, dim] */
    size_t count, dim, clusters; /* clusters <= count */
    uint64_t seed;
    size_t passes; /* maximum */
} lr_kmeans_plan;

/* Fills centers[clusters, dim] and the cluster of each row: the nearest center by Euclidean distance, the lower index
 * in a tie. A cluster that loses all rows keeps its center. Results do not depend on the number of threads. Reports
 * progress ("clusters"). Errors: MEMORY, CANCELED. Cost: passes x count x clusters x dim; uses all threads. */
llmrec_status lr_kmeans(llmrec_context *context, const lr_kmeans_plan *plan, float *centers, int32_t *assigned);

#endif
