/* SPDX-License-Identifier: Apache-2.0 */
/* Where training, validation and test begin and end in a sequence of sessions or rows sorted by time. */
#ifndef LR_DATA_TIMELINE_H
#define LR_DATA_TIMELINE_H

#include "data/times.h"
#include "llmrec/dataset.h"

/* Positions in the sequence: [train, validation) is for training, [validation, test) for validation, [test, end) for
 * test. What is outside belongs to no part. */
typedef struct lr_borders {
    size_t train, validation, test, end;
} lr_borders;

/* A cutoff as keys of times: the test block of the first fold begins at `from`, each block has `length`. */
typedef struct lr_cutoff {
    bool given;
    int64_t from, length; /* length INT64_MAX: to the end */
} lr_cutoff;

/* Borders of one fold in sorted[count]. With a cutoff, blocks are ranges of time; otherwise they are shares of the
 * sequence, the last fold's at its end. Rows of one time stay together. */
lr_borders lr_borders_of(const llmrec_split_options *options, const lr_cutoff *cutoff, const lr_timed *sorted,
                         size_t count);

/* ceil(fraction * count). A product that is an integer except for rounding counts as an integer. */
size_t lr_split_share(double fraction, size_t count);

#endif
