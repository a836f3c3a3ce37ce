/* SPDX-License-Identifier: Apache-2.0 */
#include "llm/exchange.h"

#include <math.h>
#include <stdio.h>
#include <time.h>

#include "core/context.h"
#include "core/memory.h"
#include "core/rng.h"
#include "llm/said.h"

static const double LONGEST_WAIT = 0.5, LONGEST_WAIT_WITH_PROGRESS = 0.04; /* seconds between two callbacks */
static const int64_t BUDGET_PAUSE_NS = 2000000; /* between two checks of a budget that is reserved */

/* A slot holds one request over all its attempts, so the number of waiting requests is limited too. */
typedef struct slot {
    lr_call *call; /* NULL: the slot is free */
    bool in_flight;
    int64_t reserved; /* tokens reserved while an attempt is in flight */
    int64_t wake_ns;  /* earliest time of the next attempt */
} slot;

typedef struct exchange {
    lr_endpoint *endpoint;
    const lr_source *source;
    lr_transport *transport;
    lr_builder url, shown; /* shown: without the query, for messages */
    slot *slots;
    size_t count;    /* slots */
    size_t used;     /* slots with a request */
    int64_t gate_ns; /* earliest time of any attempt: the server asked to wait, or the budget is reserved */
} exchange;

void lr_call_free(llmrec_context *context, lr_call *call)
{
    if (call == NULL) return;
    lr_free(context, call->body.text);
    lr_free(context, call);
}

void lr_call_push(lr_call **list, lr_call *call)
{
    call->next = *list;
    *list = call;
}

lr_call *lr_call_pop(lr_call **list)
{
    lr_call *call = *list;
    if (call != NULL) *list = call->next;
    return call;
}

void lr_call_unlink(lr_call **list, const lr_call *call)
{
    while (*list != call) list = &(*list)->next;
    *list = call->next;
}

void lr_calls_free(llmrec_context *context, lr_call *list)
{
    for (lr_call *call; (call = lr_call_pop(&list)) != NULL;) lr_call_free(context, call);
}

static llmrec_status begin(exchange *e)
{
    llmrec_context *context = e->endpoint->context;
    e->count = (size_t)e->endpoint->options.concurrency;
    e->url.context = e->shown.context = context;
    LR_RETURN_IF(lr_endpoint_url(e->endpoint, e->source->path, false, &e->url));
    LR_RETURN_IF(lr_endpoint_url(e->endpoint, e->source->path, true, &e->shown));
    LR_RETURN_IF(LR_NEW_ZERO(context, e->slots, e->count));
    return lr_transport_take(e->endpoint, &e->transport);
}

/* Ends the reservation of an attempt whose cost is now known. */
static void release(const exchange *e, slot *s)
{
    lr_meter_release(&e->endpoint->meter, s->reserved);
    s->reserved = 0;
}

static void end(exchange *e)
{
    llmrec_context *context = e->endpoint->context;
    lr_transport_give(e->endpoint, e->transport);
    for (size_t i = 0; e->slots != NULL && i < e->count; i++) release(e, &e->slots[i]);
    lr_free(context, e->slots);
    lr_free_secret(context, e->url.text); /* a query may hold a key */
    lr_free(context, e->shown.text);
}

/* --- the end of a request -------------------------------------------------------------------------------------- */

static llmrec_status give_up(exchange *e, slot *s, llmrec_status why, const char *text)
{
    lr_call *call = s->call;
    s->call = NULL;
    e->used--;
    return e->source->fail(e->source->user, call, why, text);
}

/* Fails a request with one line: the URL, the number of attempts, and the reason. */
static llmrec_status fail_request(exchange *e, slot *s, llmrec_status why, const char *reason)
{
    char text[LR_ERROR_SIZE], attempts[48] = "";
    if (why == LLMREC_ERR_MEMORY) return why;
    if (s->call->attempts > 1)
        snprintf(attempts, sizeof attempts, "after %lld attempts: ", (long long)s->call->attempts);
    lr_fail(why, "%s: %s%s", e->shown.text, attempts, reason);
    lr_error_take(text);
    return give_up(e, s, why, text);
}

static double clock_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (double)now.tv_sec;
}

/* The wait of a request does not depend on other requests: the factor depends on its content and attempt. */
static double jitter(const exchange *e, const lr_call *call)
{
    const uint64_t seed = (uint64_t)e->endpoint->options.seed;
    lr_rng rng = lr_rng_at(seed, LR_STREAM_BACKOFF, call->key.low + (uint64_t)call->attempts);
    return lr_rng_uniform(&rng);
}

/* Waits for another attempt, or fails the request if the server asks for too long a wait or no attempt is left. */
static llmrec_status try_again(exchange *e, slot *s, const lr_outcome *outcome, llmrec_status why, const char *reason)
{
    const llmrec_endpoint_options *o = &e->endpoint->options;
    const lr_backoff backoff = {o->backoff, o->longest_backoff, s->call->attempts, jitter(e, s->call), clock_now()};
    const lr_wait wait = lr_wait_for(outcome->hints, outcome->http, &backoff);
    char text[LR_ERROR_SIZE];
    const bool once = e->source->once && outcome->http != 429;
    if (once || s->call->attempts >= o->attempts) return fail_request(e, s, why, reason);
    if (wait.too_long) {
        lr_fail(why, "%s; the server asks to wait %g seconds; wanted at most longest_backoff, %g", reason, wait.seconds,
                o->longest_backoff);
        lr_error_take(text);
        return fail_request(e, s, why, text);
    }
    lr_log(e->endpoint->context, LLMREC_LOG_DEBUG, "llm", "retry in %.2f seconds, after attempt %lld: %s", wait.seconds,
           (long long)s->call->attempts, reason);
    s->wake_ns = lr_now_ns() + (int64_t)(wait.seconds * 1e9);
    if (wait.asked && s->wake_ns > e->gate_ns) e->gate_ns = s->wake_ns;
    return LLMREC_OK;
}

/* Handles an answer whose status is not 2xx. */
static llmrec_status refused(exchange *e, slot *s, const lr_outcome *outcome)
{
    char said[LR_SAID_SIZE], reason[LR_ERROR_SIZE];
    const bool final = lr_said_is_final(outcome->bytes, outcome->length);
    lr_said(e->endpoint, outcome->bytes, outcome->length, said);
    if (outcome->http >= 300 && outcome->http < 400)
        lr_fail(LLMREC_ERR_IO, "status %ld: redirects are not followed", outcome->http);
    else lr_fail(LLMREC_ERR_IO, "status %ld%s%s", outcome->http, said[0] == '\0' ? "" : ": ", said);
    lr_error_take(reason);
    if (lr_retried(outcome->http) && !final) return try_again(e, s, outcome, LLMREC_ERR_IO, reason);
    return fail_request(e, s, LLMREC_ERR_IO, reason);
}

static llmrec_status accepted(exchange *e, slot *s, const lr_outcome *outcome)
{
    char reason[LR_ERROR_SIZE];
    lr_call *call = s->call;
    call->again = false;
    const llmrec_status status =
        e->source->take(e->source->user, call, outcome->bytes == NULL ? "" : outcome->bytes, outcome->length);
    if (status == LLMREC_OK) {
        s->call = NULL;
        e->used--;
        return LLMREC_OK;
    }
    if (status == LLMREC_ERR_MEMORY || status == LLMREC_ERR_IO || status == LLMREC_ERR_INTERNAL) return status;
    lr_error_take(reason);
    return call->again ? try_again(e, s, outcome, status, reason) : fail_request(e, s, status, reason);
}

static llmrec_status broken(exchange *e, slot *s, const lr_outcome *outcome)
{
    char reason[LR_ERROR_SIZE];
    if (outcome->status == LLMREC_ERR_MEMORY) return outcome->status;
    lr_error_take(reason);
    if (outcome->again) return try_again(e, s, outcome, outcome->status, reason);
    return fail_request(e, s, outcome->status, reason);
}

static llmrec_status settle(exchange *e, slot *s, const lr_outcome *outcome)
{
    s->in_flight = false;
    s->call->http = outcome->http;
    lr_meter_add(&e->endpoint->meter, &(llmrec_usage){.seconds = outcome->seconds});
    const bool good = outcome->http >= 200 && outcome->http < 300;
    const llmrec_status status = outcome->status != LLMREC_OK ? broken(e, s, outcome)
                                 : good                       ? accepted(e, s, outcome)
                                                              : refused(e, s, outcome);
    release(e, s);
    return status;
}

/* --- the loop -------------------------------------------------------------------------------------------------- */

/* Starts the next attempt of a slot. A budget that is used up fails only this request. If requests in flight reserve
 * the rest of a budget, the request waits for them. */
static llmrec_status start(exchange *e, size_t index)
{
    slot *s = &e->slots[index];
    char reason[LR_ERROR_SIZE];
    bool later = false;
    const lr_source *source = e->source;
    const lr_request request = {.method = source->method == NULL ? "POST" : source->method,
                                .url = e->url.text,
                                .type = source->type,
                                .once = source->once,
                                .body = s->call->body.text,
                                .length = s->call->body.length};
    if (lr_meter_attempt(&e->endpoint->meter, s->call->attempts > 0, s->call->tokens, &later) != LLMREC_OK) {
        lr_error_take(reason);
        return fail_request(e, s, LLMREC_ERR_IO, reason);
    }
    if (later) {
        e->gate_ns = lr_now_ns() + BUDGET_PAUSE_NS; /* applies to all slots, so that no request is overtaken for long */
        return LLMREC_OK;
    }
    s->reserved = s->call->tokens;
    s->call->attempts++;
    s->in_flight = true;
    return lr_transport_start(e->transport, index, &request);
}

/* Fills a free slot and starts a due request. If the request fails at once, the slot goes to the next one. `*more` is
 * false if the source has no request now. */
static llmrec_status fill_slot(exchange *e, size_t index, int64_t now, bool *more)
{
    slot *s = &e->slots[index];
    do {
        if (s->call == NULL && *more) {
            LR_RETURN_IF(e->source->next(e->source->user, &s->call));
            s->wake_ns = 0;
            *more = s->call != NULL;
            e->used += *more;
        }
        if (s->call != NULL && !s->in_flight && s->wake_ns <= now && e->gate_ns <= now) LR_RETURN_IF(start(e, index));
    } while (s->call == NULL && *more);
    return LLMREC_OK;
}

static llmrec_status fill(exchange *e)
{
    const int64_t now = lr_now_ns();
    bool more = true;
    for (size_t i = 0; i < e->count; i++) LR_RETURN_IF(fill_slot(e, i, now, &more));
    return LLMREC_OK;
}

/* Returns the seconds until the next attempt is due or the host's callbacks must be called. */
static double next_wait(const exchange *e)
{
    const int64_t now = lr_now_ns();
    const bool watched = e->endpoint->context->progress != NULL;
    double wait = fmin(watched ? LONGEST_WAIT_WITH_PROGRESS : LONGEST_WAIT, e->endpoint->options.idle_timeout / 4);
    for (size_t i = 0; i < e->count; i++) {
        const slot *s = &e->slots[i];
        if (s->call == NULL || s->in_flight) continue;
        const int64_t due = s->wake_ns > e->gate_ns ? s->wake_ns : e->gate_ns;
        wait = fmin(wait, fmax(0, (double)(due - now) * 1e-9));
    }
    return wait;
}

static llmrec_status loop(exchange *e, lr_progress *progress, const int64_t *done)
{
    lr_outcome outcome;
    size_t index = 0;
    for (;;) {
        LR_RETURN_IF(fill(e));
        if (e->used == 0) return LLMREC_OK;
        LR_RETURN_IF(lr_transport_wait(e->transport, next_wait(e)));
        while (lr_transport_ended(e->transport, &index, &outcome)) LR_RETURN_IF(settle(e, &e->slots[index], &outcome));
        LR_RETURN_IF(lr_progress_step(progress, *done));
    }
}

llmrec_status lr_exchange_run(lr_endpoint *endpoint, const lr_source *source, lr_progress *progress,
                              const int64_t *done)
{
    exchange e = {.endpoint = endpoint, .source = source};
    llmrec_status status = begin(&e);
    if (status == LLMREC_OK) status = loop(&e, progress, done);
    end(&e);
    return status;
}
