/* SPDX-License-Identifier: Apache-2.0 */
/* Counter-based random numbers: Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"). A
 * number depends only on seed, stream and position, so results do not depend on threads or order of work. */
#ifndef LR_CORE_RNG_H
#define LR_CORE_RNG_H

#include <stdbool.h>
#include <stdint.h>

/* One stream per purpose. The values are stored in files: append only. */
enum {
    LR_STREAM_PROJECTION = 1,
    LR_STREAM_SAMPLE = 2,
    LR_STREAM_INIT = 3,
    LR_STREAM_SHUFFLE = 4,
    LR_STREAM_MASK = 5,
    LR_STREAM_DROPOUT = 6,
    LR_STREAM_NEGATIVES = 7,
    LR_STREAM_BACKOFF = 8,
    LR_STREAM_CLUSTERS = 9,
    LR_STREAM_PROMPT = 10,
    LR_STREAM_TUNING = 11,
    LR_STREAM_SPLIT = 12
};

typedef struct lr_rng {
    uint64_t seed, stream, position; /* position counts blocks of four numbers */
    uint32_t block[4];
    uint32_t left; /* unused numbers of the block */
} lr_rng;

/* Computes the block of four numbers at (seed, stream, position). */
void lr_philox(uint64_t seed, uint64_t stream, uint64_t position, uint32_t block[4]);

lr_rng lr_rng_at(uint64_t seed, uint64_t stream, uint64_t position);
uint32_t lr_rng_next(lr_rng *rng);

/* Uniform on [0,1) with 53 bits; uniform on 0..limit-1 without bias (limit > 0); standard normal (Box-Muller). */
double lr_rng_uniform(lr_rng *rng);
uint64_t lr_rng_below(lr_rng *rng, uint64_t limit);
double lr_rng_normal(lr_rng *rng);

/* Draws `wanted` of `left` things that come one after the other; each has the same chance (Knuth, algorithm S). */
typedef struct lr_draw {
    lr_rng rng;
    uint64_t wanted, left;
} lr_draw;

/* A draw of `wanted` (0, or more than there are: all) of `count` things. */
lr_draw lr_draw_begin(int64_t seed, int64_t wanted, uint64_t count);

/* Decides if the next thing is drawn. */
bool lr_draw_next(lr_draw *draw);

#endif
