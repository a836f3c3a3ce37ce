/* SPDX-License-Identifier: Apache-2.0 */
/* One batch of a search while it runs: vectors, shortlists, and the pass of some vectors over some rows. */
#ifndef LR_RANK_SCAN_H
#define LR_RANK_SCAN_H

#include "rank/search.h"
#include "rank/shortlist.h"

/* One vector of the batch. */
typedef struct lr_query {
    size_t session; /* of the batch */
    float *vector;  /* [dim] */
    lr_needle needle;
    lr_octet_query octets;
    lr_seen seen;
} lr_query;

/* What belongs to one thread. */
typedef struct lr_scan_worker {
    lr_vector_room vector_room;
    lr_shortener shortener;
} lr_scan_worker;

typedef struct lr_scan {
    const lr_search *search;
    const lr_batch *batch;
    lr_vector_fn vector;
    const void *self;
    size_t count; /* vectors */
    size_t group; /* vectors that pass over a slice of rows together */
    size_t slices, slice_rows;
    size_t capacity;         /* of a shortlist */
    bool compressed;         /* a first pass in eight bits pays */
    int8_t *octets;          /* [count,groups*4] */
    int32_t *offsets;        /* [count] */
    lr_query *queries;       /* [count] */
    lr_shortlist *lists;     /* [count,slices] */
    lr_scan_worker *workers; /* [lr_workers] */
} lr_scan;

/* Shortlists the rows of slice `slice` for the vectors of group `group`. */
void lr_scan_slice(const lr_scan *scan, size_t group, size_t slice, size_t worker);

#endif
