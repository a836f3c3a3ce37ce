/* SPDX-License-Identifier: Apache-2.0 */
/* State of one running batch of a search: vectors, shortlists, and the pass of a group of vectors over a slice of
 * rows. */
#ifndef LR_RANK_SCAN_H
#define LR_RANK_SCAN_H

#include "rank/search.h"
#include "rank/shortlist.h"

/* One vector of the batch. */
typedef struct lr_query {
    size_t session; /* index in the batch */
    float *vector;  /* [dim] */
    lr_needle needle;
    lr_octet_query octets;
    lr_seen seen;
} lr_query;

/* Data of one thread. */
typedef struct lr_scan_worker {
    lr_vector_room vector_room;
    lr_shortener shortener;
} lr_scan_worker;

typedef struct lr_scan {
    const lr_search *search;
    const lr_batch *batch;
    lr_vector_fn vector;
    const void *self;
    size_t count; /* number of vectors */
    size_t group; /* number of vectors that pass over a slice together */
    size_t slices, slice_rows;
    size_t capacity;         /* of a shortlist */
    bool compressed;         /* a first pass in eight bits is faster */
    int8_t *octets;          /* [count,groups*4] */
    int32_t *offsets;        /* [count] */
    lr_query *queries;       /* [count] */
    lr_shortlist *lists;     /* [count,slices] */
    lr_scan_worker *workers; /* [lr_workers] */
} lr_scan;

/* Makes the shortlists of slice `slice` for the vectors of group `group`. */
void lr_scan_slice(const lr_scan *scan, size_t group, size_t slice, size_t worker);

#endif
