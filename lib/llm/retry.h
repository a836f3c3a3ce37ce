/* SPDX-License-Identifier: Apache-2.0 */
/* When to ask again: which statuses, and after how long. */
#ifndef LR_LLM_RETRY_H
#define LR_LLM_RETRY_H

#include <stddef.h>
#include <stdint.h>

#include "core/status.h"

/* What an answer's headers say about waiting; NaN where they say nothing. */
typedef struct lr_hints {
    double retry_after;  /* seconds from now */
    double retry_at;     /* a date, seconds since 1970 */
    double date;         /* the server's own clock, to which that date belongs */
    double reset_in[2];  /* of requests, of tokens: seconds until the limit is lifted */
    double reset_at[2];  /* or the date of it */
    double remaining[2]; /* of the limit */
} lr_hints;

lr_hints lr_hints_none(void);

/* Takes one header line, "Name: value" with or without its line end; lines of no interest change nothing. */
void lr_hints_read(lr_hints *hints, const char *line, size_t length);

/* Status 408, 409, 429 and 5xx. */
bool lr_retried(long http);

typedef struct lr_wait {
    double seconds; /* until the next attempt */
    bool asked;     /* the server asked for it: it holds for other requests too */
    bool too_long;  /* it asked for more than `longest` */
} lr_wait;

typedef struct lr_backoff {
    double first, longest; /* seconds */
    int64_t attempt;       /* the one that failed: 1, 2, ... */
    double jitter;         /* in [0,1) */
    double now;            /* seconds since 1970 */
} lr_backoff;

/* Retry-After where there is one; else, after status 429 or 503, the rate-limit reset of what is used up (of either,
 * the nearer, where the server does not say which), at most `longest`; else first * 2^(attempt-1), at most `longest`,
 * times a factor in [1/2,1]. */
lr_wait lr_wait_for(const lr_hints *hints, long http, const lr_backoff *backoff);

/* A span of time as rate limits write it, in seconds: "1s", "6m0s", "1h2m3.5s", "20ms", "7.66". False for anything
 * else. */
bool lr_parse_span(const char *text, size_t length, double *seconds);

/* The date of an HTTP header (RFC 9110, section 5.6.7, the preferred form): seconds since 1970. */
bool lr_parse_http_date(const char *text, size_t length, double *seconds);

#endif
