/* SPDX-License-Identifier: Apache-2.0 */
/* Divides a sorted sequence into training, validation and test. */
#include "data/timeline.h"

#include <math.h>

size_t lr_split_share(double fraction, size_t count)
{
    const size_t share = (size_t)ceil(fraction * (double)count * (1 - 1e-12));
    return share < count ? share : count;
}

/* Position of the first entry of sorted[count] at `time` or later. */
static size_t first_at(const lr_timed *sorted, size_t count, int64_t time)
{
    size_t low = 0, high = count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (sorted[middle].time < time) low = middle + 1;
        else high = middle;
    }
    return low;
}

static int64_t later(int64_t time, int64_t by)
{
    return by < INT64_MAX - (time > 0 ? time : 0) ? time + by : INT64_MAX;
}

/* The block of `fold`: [test, end). */
static lr_borders block_of(const llmrec_split_options *options, const lr_cutoff *cutoff, const lr_timed *sorted,
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
    return (lr_borders){.test = first_at(sorted, count, from),
                        .end = to == INT64_MAX ? count : first_at(sorted, count, to)};
}

/* Moves a border before all entries of its time. */
static size_t before_ties(const lr_timed *sorted, size_t count, size_t border)
{
    return border < count ? first_at(sorted, border, sorted[border].time) : border;
}

lr_borders lr_borders_of(const llmrec_split_options *options, const lr_cutoff *cutoff, const lr_timed *sorted,
                         size_t count)
{
    const bool rows = options->method == LLMREC_SPLIT_GLOBAL_TIME;
    const size_t first = block_of(options, cutoff, sorted, count, 0).test;
    lr_borders borders = block_of(options, cutoff, sorted, count, options->fold);
    if (rows) borders.test = before_ties(sorted, count, borders.test);
    if (options->folding == LLMREC_FOLDS_SLIDING && borders.test > first) borders.train = borders.test - first;
    borders.validation = borders.test - lr_split_share(options->validation_fraction, borders.test - borders.train);
    return borders;
}
