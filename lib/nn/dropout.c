/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/dropout.h"

#include <math.h>
#include <string.h>

#include "core/rng.h"
#include "math/simd.h"

/* AT_ONCE Philox blocks are computed in parallel lanes. At 16 bits per decision they decide a group of elements. */
enum { AT_ONCE = 16, GROUP = AT_ONCE * 8 };

/* One 32-bit word of each block in the low half of 64 bits, so that products do not overflow. */
typedef uint64_t word_lanes __attribute__((vector_size(AT_ONCE / 2 * sizeof(uint64_t))));

LR_INLINE void draw_half(const uint64_t first[4], uint64_t position, word_lanes c[4])
{
    const word_lanes places = {0, 1, 2, 3, 4, 5, 6, 7};
    const word_lanes at = places + position;
    c[0] = at & UINT32_MAX;
    c[1] = at >> 32;
    c[2] = (word_lanes){0} + first[0];
    c[3] = (word_lanes){0} + first[1];
    for (uint64_t round = 0; round < 10; round++) {
        const uint64_t key0 = (uint32_t)(first[2] + round * 0x9E3779B9u);
        const uint64_t key1 = (uint32_t)(first[3] + round * 0xBB67AE85u);
        const word_lanes a = c[0] * 0xD2511F53u, b = c[2] * 0xCD9E8D57u;
        c[0] = (b >> 32) ^ c[1] ^ key0;
        c[1] = b & UINT32_MAX;
        c[2] = (a >> 32) ^ c[3] ^ key1;
        c[3] = a & UINT32_MAX;
    }
}

/* Philox4x32-10 (core/rng.c) for AT_ONCE consecutive positions; out[word][lane]. */
LR_VECTORIZE static void draw(uint64_t seed, uint64_t stream, uint64_t position, uint32_t out[4][AT_ONCE])
{
    const uint64_t first[4] = {stream & UINT32_MAX, stream >> 32, seed & UINT32_MAX, seed >> 32};
    word_lanes low[4], high[4];
    draw_half(first, position, low);
    draw_half(first, position + AT_ONCE / 2, high);
    for (int word = 0; word < 4; word++)
        for (int lane = 0; lane < AT_ONCE / 2; lane++) {
            out[word][lane] = (uint32_t)low[word][lane];
            out[word][lane + AT_ONCE / 2] = (uint32_t)high[word][lane];
        }
}

/* Drops the elements whose 16 bits are below the threshold. */
LR_VECTORIZE static void decide(lr_real *x, size_t count, const uint16_t *bits, uint32_t threshold, lr_real scale)
{
    for (size_t j = 0; j < count; j++) x[j] *= bits[j] < threshold ? 0 : scale;
}

void lr_dropout_apply(const lr_dropout *dropout, lr_real *x, size_t first, size_t count)
{
    const uint32_t threshold = (uint32_t)lrint(dropout->rate * 65536);
    if (threshold == 0) return;
    const lr_real scale = (lr_real)(65536.0 / (65536 - threshold));
    const uint64_t stream = (uint64_t)LR_STREAM_DROPOUT << 56 | dropout->place << 40 | dropout->step;
    uint32_t words[4][AT_ONCE];
    uint16_t bits[GROUP];
    for (size_t done = 0; done < count;) {
        const size_t group = (first + done) / GROUP, within = (first + done) % GROUP;
        const size_t left = count - done, now = left < GROUP - within ? left : GROUP - within;
        draw(dropout->seed, stream, group * AT_ONCE, words);
        memcpy(bits, words, sizeof bits);
        decide(x + done, now, bits + within, threshold, scale);
        done += now;
    }
}
