/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/dropout.h"

#include <math.h>
#include <string.h>

#include "core/rng.h"
#include "math/simd.h"

/* AT_ONCE Philox blocks are drawn side by side in vector lanes; with 16 bits a decision that is a group of elements. */
enum { AT_ONCE = 16, GROUP = AT_ONCE * 8 };

/* Philox4x32-10 (core/rng.c) for AT_ONCE consecutive positions; out[word][lane]. */
LR_VECTORIZE static void draw(uint64_t seed, uint64_t stream, uint64_t position, uint32_t out[4][AT_ONCE])
{
    uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
    for (int i = 0; i < AT_ONCE; i++) {
        out[0][i] = (uint32_t)(position + (uint64_t)i);
        out[1][i] = (uint32_t)((position + (uint64_t)i) >> 32);
        out[2][i] = (uint32_t)stream;
        out[3][i] = (uint32_t)(stream >> 32);
    }
    for (int round = 0; round < 10; round++, key[0] += 0x9E3779B9u, key[1] += 0xBB67AE85u)
        for (int i = 0; i < AT_ONCE; i++) {
            const uint64_t a = (uint64_t)0xD2511F53u * out[0][i], b = (uint64_t)0xCD9E8D57u * out[2][i];
            out[0][i] = (uint32_t)(b >> 32) ^ out[1][i] ^ key[0];
            out[1][i] = (uint32_t)b;
            out[2][i] = (uint32_t)(a >> 32) ^ out[3][i] ^ key[1];
            out[3][i] = (uint32_t)a;
        }
}

/* Drops where the element's 16 bits are below the threshold. */
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
