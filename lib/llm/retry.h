/* SPDX-License-Identifier: Apache-2.0 */
/* Decides whether and when a request is sent again. */
#ifndef LR_LLM_RETRY_H
#define LR_LLM_RETRY_H

#include <stddef.h>
#include <stdint.h>

#include "core/status.h"

/* What the headers of an answer say about waiting; NaN: nothing. */
typedef struct lr_hints {
    double retry_after;  /* seconds from now */
    double retry_at;     /* date in seconds since 1970 */
    double date;         /* the server's clock, to compare with that date */
    double reset_in[2];  /* [requests, tokens] seconds until the limit resets */
    double reset_at[2];  /* or the date */
    double remaining[2]; /* left of the limit */
} lr_hints;

lr_hints lr_hints_none(void);

/* Reads one header line, "Name: value" with or without its line end. Other lines change nothing. */
void lr_hints_read(lr_hints *hints, const char *line, size_t length);

/* Returns true for status 408, 409, 429 and 5xx. */
bool lr_retried(long http);

typedef struct lr_wait {
    double seconds; /* until the next attempt */
    bool asked;     /* the server asked for it, so other requests wait too */
    bool too_long;  /* the server asked for more than `longest` */
} lr_wait;

typedef struct lr_backoff {
    double first, longest; /* seconds */
    int64_t attempt;       /* number of the failed attempt: 1, 2, ... */
    double jitter;         /* in [0,1) */
    double now;            /* seconds since 1970 */
} lr_backoff;

/* Returns the wait before the next attempt. Retry-After comes first. After status 429 or 503, it is the reset of the
 * rate limit that is used up (the nearer reset if the server does not say which), at most `longest`. Otherwise it is
 * first * 2^(attempt-1), at most `longest`, times a factor in [1/2,1]. */
lr_wait lr_wait_for(const lr_hints *hints, long http, const lr_backoff *backoff);

/* Parses a duration in seconds as rate limits write it: "1s", "6m0s", "1h2m3.5s", "20ms", "7.66". Returns false for
 * other text. */
bool lr_parse_span(const char *text, size_t length, double *seconds);

/* Parses the date of an HTTP header (RFC 9110, section 5.6.7, preferred form) as seconds since 1970. */
bool lr_parse_http_date(const char *text, size_t length, double *seconds);

#endif
