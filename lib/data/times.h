/* SPDX-License-Identifier: Apache-2.0 */
/* Times as keys: int64 values that order as the times do. Where every time is an integer the key is the time itself, so
 * that order is exact to 64 bits; else it is made of the bits of the double. */
#ifndef LR_DATA_TIMES_H
#define LR_DATA_TIMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The bits of a double, turned so that they order as integers; -0 counts as 0. */
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

/* A thing with a time. */
typedef struct lr_timed {
    int64_t time;
    int32_t index;
} lr_timed;

/* Sorts things[count] stably by time; returns where they are then: in `things` or in scratch[count]. */
lr_timed *lr_sort_timed(lr_timed *things, lr_timed *scratch, size_t count);

#endif
