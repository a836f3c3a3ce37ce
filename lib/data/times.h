/* SPDX-License-Identifier: Apache-2.0 */
/* Times as keys: int64 values with the order of the times. If every time is an integer, the key is the time itself,
 * exact to 64 bits; otherwise it is made from the bits of the double. */
#ifndef LR_DATA_TIMES_H
#define LR_DATA_TIMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Maps the bits of a double to an integer with the same order; -0 counts as 0. */
static inline int64_t lr_time_key(double time)
{
    int64_t bits;
    if (time == 0) time = 0;
    memcpy(&bits, &time, sizeof bits);
    return bits < 0 ? (int64_t)((uint64_t)bits ^ INT64_MAX) : bits;
}

static inline double lr_time_of(int64_t key, bool whole)
{
    double time;
    if (whole) return (double)key;
    if (key < 0) key = (int64_t)((uint64_t)key ^ INT64_MAX);
    memcpy(&time, &key, sizeof time);
    return time;
}

/* A value with a time. */
typedef struct lr_timed {
    int64_t time;
    int32_t index;
} lr_timed;

/* Sorts things[count] stably by time. Returns the array with the result: `things` or scratch[count]. */
lr_timed *lr_sort_timed(lr_timed *things, lr_timed *scratch, size_t count);

#endif
