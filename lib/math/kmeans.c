/* SPDX-License-Identifier: Apache-2.0 */
/* k-means clustering with a k-means++ start. */
#include "math/kmeans.h"

#include <float.h>
#include <string.h>

#include "core/log.h"
#include "core/memory.h"
#include "core/pool.h"
#include "core/rng.h"
#include "math/vector.h"

enum { TASK = 64 }; /* rows per task */

typedef struct clustering {
    const lr_kmeans_plan *plan;
    float *centers;
    int32_t *assigned;
    float *distances; /* [count] squared distance to the nearest center so far */
    size_t made;      /* centers chosen so far */
} clustering;

static const float *row_of(const clustering *c, size_t row)
{
    return c->plan->rows + row * c->plan->dim;
}

static void nearest(clustering *c, size_t row, size_t from)
{
    for (size_t k = from; k < c->made; k++) {
        const float distance = lr_distance_squared(row_of(c, row), c->centers + k * c->plan->dim, c->plan->dim);
        if (k > 0 && !(distance < c->distances[row])) continue;
        c->distances[row] = distance;
        c->assigned[row] = (int32_t)k;
    }
}

static llmrec_status measure_newest(void *argument, size_t task, size_t worker)
{
    clustering *c = argument;
    (void)worker;
    for (size_t row = task * TASK; row < (task + 1) * TASK && row < c->plan->count; row++) nearest(c, row, c->made - 1);
    return LLMREC_OK;
}

static llmrec_status assign_rows(void *argument, size_t task, size_t worker)
{
    clustering *c = argument;
    (void)worker;
    for (size_t row = task * TASK; row < (task + 1) * TASK && row < c->plan->count; row++) nearest(c, row, 0);
    return LLMREC_OK;
}

static size_t tasks_of(const clustering *c)
{
    return (c->plan->count + TASK - 1) / TASK;
}

/* Draws a row with probability proportional to its squared distance from the centers; any row if all distances are
 * zero. */
static size_t draw(const clustering *c, lr_rng *rng)
{
    double total = 0, at = 0;
    size_t last = 0;
    for (size_t i = 0; i < c->plan->count; i++) total += (double)c->distances[i];
    if (!(total > 0)) return (size_t)lr_rng_below(rng, c->plan->count);
    const double wanted = lr_rng_uniform(rng) * total;
    for (size_t i = 0; i < c->plan->count; i++) {
        if (c->distances[i] > 0) last = i;
        at += (double)c->distances[i];
        if (at > wanted) return i;
    }
    return last;
}

static llmrec_status start(llmrec_context *context, clustering *c, lr_progress *progress)
{
    lr_rng rng = lr_rng_at(c->plan->seed, LR_STREAM_CLUSTERS, 0);
    size_t row = (size_t)lr_rng_below(&rng, c->plan->count);
    for (c->made = 0; c->made < c->plan->clusters;) {
        memcpy(c->centers + c->made++ * c->plan->dim, row_of(c, row), c->plan->dim * sizeof(float));
        LR_RETURN_IF(lr_parallel(context, tasks_of(c), measure_newest, c));
        LR_RETURN_IF(lr_progress_step(progress, 0));
        row = draw(c, &rng);
    }
    return LLMREC_OK;
}

/* Moves each center to the mean of its rows, summed in row order. */
static void move_centers(clustering *c, double *sums, size_t *sizes)
{
    const size_t dim = c->plan->dim;
    memset(sums, 0, c->made * dim * sizeof *sums);
    memset(sizes, 0, c->made * sizeof *sizes);
    for (size_t i = 0; i < c->plan->count; i++) {
        lr_accumulate(sums + (size_t)c->assigned[i] * dim, 1, row_of(c, i), dim);
        sizes[c->assigned[i]]++;
    }
    for (size_t at = 0; at < c->made * dim; at++)
        if (sizes[at / dim] > 0) c->centers[at] = (float)(sums[at] / (double)sizes[at / dim]);
}

static llmrec_status refine(llmrec_context *context, clustering *c, lr_progress *progress)
{
    int32_t *before = NULL;
    double *sums = NULL;
    size_t *sizes = NULL;
    llmrec_status status = LLMREC_OK;
    LR_TRY(LR_NEW(context, before, c->plan->count));
    LR_TRY(LR_NEW(context, sizes, c->made));
    LR_TRY(lr_alloc(context, &sums, c->made, c->plan->dim * sizeof *sums));
    for (size_t pass = 0; pass < c->plan->passes; pass++) {
        memcpy(before, c->assigned, c->plan->count * sizeof *before);
        move_centers(c, sums, sizes);
        LR_TRY(lr_parallel(context, tasks_of(c), assign_rows, c));
        LR_TRY(lr_progress_step(progress, (int64_t)pass + 1));
        if (memcmp(before, c->assigned, c->plan->count * sizeof *before) == 0) break;
    }
done:
    lr_free(context, before);
    lr_free(context, sizes);
    lr_free(context, sums);
    return status;
}

llmrec_status lr_kmeans(llmrec_context *context, const lr_kmeans_plan *plan, float *centers, int32_t *assigned)
{
    clustering c = {.plan = plan, .centers = centers, .assigned = assigned};
    lr_progress progress = lr_progress_begin(context, "clusters", "passes", (int64_t)plan->passes);
    llmrec_status status = LLMREC_OK;
    LR_TRY(LR_NEW(context, c.distances, plan->count));
    for (size_t i = 0; i < plan->count; i++) c.distances[i] = FLT_MAX;
    LR_TRY(start(context, &c, &progress));
    LR_TRY(refine(context, &c, &progress));
    LR_TRY(lr_progress_end(&progress, (int64_t)plan->passes));
done:
    lr_free(context, c.distances);
    return status;
}
