/* SPDX-License-Identifier: Apache-2.0 */
/* Times from doubles; a stable merge sort by time. */
#include "data/times.h"

#include <math.h>

bool lr_time_of_double(double number, lr_time *time)
{
    const double whole = floor(number);
    if (!(fabs(number) < 0x1p63)) return false;
    time->whole = (int64_t)whole;
    time->billionths = (uint32_t)round((number - whole) * 1e9);
    if (time->billionths == 1000000000) {
        time->billionths = 0;
        time->whole++;
    }
    time->kind = lr_number_kind(time->whole);
    return true;
}

/* Merges two sorted parts, from[0..half-1] and from[half..count-1]. With equal times the first part's come first. */
static void merge(const lr_timed *from, size_t half, size_t count, lr_timed *into)
{
    size_t left = 0, right = half;
    for (size_t i = 0; i < count; i++)
        into[i] = left < half && (right >= count || from[left].time <= from[right].time) ? from[left++] : from[right++];
}

lr_timed *lr_sort_timed(lr_timed *things, lr_timed *scratch, size_t count)
{
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t at = 0; at < count; at += 2 * width) {
            const size_t rest = count - at;
            merge(things + at, width < rest ? width : rest, 2 * width < rest ? 2 * width : rest, scratch + at);
        }
        lr_timed *const swap = things;
        things = scratch;
        scratch = swap;
    }
    return things;
}
