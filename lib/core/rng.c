/* SPDX-License-Identifier: Apache-2.0 */
/* Philox random numbers: uniform, bounded and normal. */
#include "core/rng.h"

#include <math.h>

static void philox_round(uint32_t counter[4], const uint32_t key[2])
{
    const uint64_t a = (uint64_t)0xD2511F53u * counter[0], b = (uint64_t)0xCD9E8D57u * counter[2];
    const uint32_t next[4] = {(uint32_t)(b >> 32) ^ counter[1] ^ key[0], (uint32_t)b,
                              (uint32_t)(a >> 32) ^ counter[3] ^ key[1], (uint32_t)a};
    for (int i = 0; i < 4; i++) counter[i] = next[i];
}

void lr_philox(uint64_t seed, uint64_t stream, uint64_t position, uint32_t block[4])
{
    uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
    block[0] = (uint32_t)position;
    block[1] = (uint32_t)(position >> 32);
    block[2] = (uint32_t)stream;
    block[3] = (uint32_t)(stream >> 32);
    for (int round = 0; round < 10; round++) {
        philox_round(block, key);
        key[0] += 0x9E3779B9u;
        key[1] += 0xBB67AE85u;
    }
}

lr_rng lr_rng_at(uint64_t seed, uint64_t stream, uint64_t position)
{
    return (lr_rng){.seed = seed, .stream = stream, .position = position};
}

uint32_t lr_rng_next(lr_rng *rng)
{
    if (rng->left == 0) {
        lr_philox(rng->seed, rng->stream, rng->position++, rng->block);
        rng->left = 4;
    }
    return rng->block[4 - rng->left--];
}

static uint64_t next64(lr_rng *rng)
{
    const uint64_t low = lr_rng_next(rng);
    return low | (uint64_t)lr_rng_next(rng) << 32;
}

double lr_rng_uniform(lr_rng *rng)
{
    return (double)(next64(rng) >> 11) * 0x1p-53;
}

uint64_t lr_rng_below(lr_rng *rng, uint64_t limit)
{
    const uint64_t first_fair = -limit % limit; /* values below this would bias the remainder to small values */
    uint64_t value;
    do value = next64(rng);
    while (value < first_fair);
    return value % limit;
}

double lr_rng_normal(lr_rng *rng)
{
    const double radius = sqrt(-2.0 * log(1.0 - lr_rng_uniform(rng)));
    return radius * cos(6.283185307179586 * lr_rng_uniform(rng));
}

lr_draw lr_draw_begin(int64_t seed, int64_t wanted, uint64_t count)
{
    const bool some = wanted > 0 && (uint64_t)wanted < count;
    return (lr_draw){lr_rng_at((uint64_t)seed, LR_STREAM_SAMPLE, 0), some ? (uint64_t)wanted : count, count};
}

bool lr_draw_next(lr_draw *draw)
{
    const bool drawn = draw->wanted == draw->left || lr_rng_below(&draw->rng, draw->left) < draw->wanted;
    draw->left--;
    draw->wanted -= drawn;
    return drawn;
}
