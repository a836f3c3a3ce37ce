/* SPDX-License-Identifier: Apache-2.0 */
/* Divides a sequence into training, validation and test, without sorting it. */
#include "data/timeline.h"

#include <math.h>

size_t lr_split_share(double fraction, size_t count)
{
    const size_t share = (size_t)ceil(fraction * (double)count * (1 - 1e-12));
    return share < count ? share : count;
}

/* Number of entries before `time`. */
static size_t rank_of(const int64_t *times, size_t count, int64_t time)
{
    size_t rank = 0;
    for (size_t i = 0; i < count; i++) rank += times[i] < time;
    return rank;
}

/* Each pass finds 8 more bits: those of the bin that the position falls into. */
int64_t lr_time_at(const int64_t *times, size_t count, size_t position)
{
    const uint64_t sign = UINT64_C(1) << 63; /* flipped, unsigned integers have the order of times */
    uint64_t found = 0;
    if (position == 0) return INT64_MIN;
    if (position >= count) return INT64_MAX;
    for (unsigned shift = 64; shift > 0;) {
        size_t bins[256] = {0}, bin = 0;
        shift -= 8;
        for (size_t i = 0; i < count; i++) {
            const uint64_t bits = (uint64_t)times[i] ^ sign;
            if ((bits ^ found) >> shift >> 8 == 0) bins[bits >> shift & 255]++;
        }
        for (; position >= bins[bin]; bin++) position -= bins[bin];
        found |= (uint64_t)bin << shift;
    }
    return (int64_t)(found ^ sign);
}

static int64_t later(int64_t time, int64_t by)
{
    return by < INT64_MAX - (time > 0 ? time : 0) ? time + by : INT64_MAX;
}

/* The block of `fold`: [test, end). */
static lr_borders block_of(const llmrec_split_options *options, const lr_cutoff *cutoff, const int64_t *times,
                           size_t count, int64_t fold)
{
    if (!cutoff->given) {
        const size_t share = lr_split_share(options->test_fraction, count);
        const size_t behind = share * (size_t)(options->folds - 1 - fold);
        const size_t end = behind < count ? count - behind : 0;
        return (lr_borders){.test = share < end ? end - share : 0, .end = end};
    }
    int64_t from = cutoff->from;
    for (int64_t i = 0; i < fold; i++) from = later(from, cutoff->length);
    const int64_t to = later(from, cutoff->length);
    return (lr_borders){.test = rank_of(times, count, from),
                        .end = to == INT64_MAX ? count : rank_of(times, count, to)};
}

lr_borders lr_borders_of(const llmrec_split_options *options, const lr_cutoff *cutoff, const int64_t *times,
                         size_t count)
{
    const bool rows = options->method == LLMREC_SPLIT_GLOBAL_TIME;
    const size_t first = block_of(options, cutoff, times, count, 0).test;
    lr_borders borders = block_of(options, cutoff, times, count, options->fold);
    if (rows) borders.test = rank_of(times, count, lr_time_at(times, count, borders.test));
    if (options->folding == LLMREC_FOLDS_SLIDING && borders.test > first) borders.train = borders.test - first;
    borders.validation = borders.test - lr_split_share(options->validation_fraction, borders.test - borders.train);
    return borders;
}
