/* SPDX-License-Identifier: Apache-2.0 */
/* Sends chat requests to an endpoint, as chats or completions. Builds bodies on demand, takes answers from the journal
 * or the server, and asks again for missing samples. */

#include "core/memory.h"
#include "llm/answer.h"
#include "llm/exchange.h"
#include "llm/request.h"

enum { MOST_WAITING = 64 }; /* duplicates; more requests are built when these have ended */

static const uint64_t KIND = 0x6c6c6d72656301; /* of journal keys, by API; change it with the meaning of records */

/* What is still missing of a request. */
typedef struct state {
    size_t open;    /* calls that have not ended */
    bool from_disk; /* no call went to the server */
    bool failed;    /* a call failed */
} state;

typedef struct chat {
    llmrec_llm *llm;
    lr_endpoint *endpoint;
    const llmrec_chat_request *const *requests;
    llmrec_replies *replies;
    state *states;
    size_t first;       /* next request without a call */
    lr_call *more;      /* calls to make next */
    lr_call *waiting;   /* duplicates of calls in flight */
    lr_call *in_flight; /* calls that the exchange has */
    size_t waiting_count;
    int64_t done;
} chat;

/* --- calls ----------------------------------------------------------------------------------------------------- */

static llmrec_status make_body(const chat *c, lr_call *call)
{
    llmrec_chat_request full;
    const int64_t taken = atomic_load(&c->llm->most_logprobs);
    LR_RETURN_IF(lr_chat_request_read(c->requests[call->request], call->request, &full));
    if (call->logprobs > full.top_logprobs) call->logprobs = full.top_logprobs;
    if (call->logprobs > taken) call->logprobs = taken;
    full.top_logprobs = call->logprobs;
    LR_RETURN_IF(lr_chat_body(c->endpoint, &full, call->sample, call->asked, &call->body));
    call->key = lr_digest_of(call->body.text, call->body.length,
                             KIND + (uint64_t)c->endpoint->options.kind + ((uint64_t)call->sample << 8));
    call->tokens = lr_body_tokens(&call->body) + (int64_t)call->asked * lr_chat_longest(c->endpoint, &full);
    return LLMREC_OK;
}

/* Adds a planned call at the front: the samples of a request, how many this call asks for (`asked`), and the most
 * alternatives. */
static llmrec_status push_call(chat *c, const lr_call *plan)
{
    lr_call *call = NULL;
    LR_RETURN_IF(LR_NEW_ZERO(c->llm->context, call, 1));
    *call = *plan;
    call->body.context = c->llm->context;
    lr_call_push(&c->more, call);
    c->states[call->request].open++;
    return make_body(c, call);
}

/* Adds one call for each sample that is still missing. */
static llmrec_status push_samples(chat *c, size_t request, size_t sample, size_t count)
{
    lr_call one = {.request = request, .count = 1, .asked = 1, .logprobs = INT64_MAX};
    for (size_t i = count; i-- > 0;) {
        one.sample = sample + i;
        LR_RETURN_IF(push_call(c, &one));
    }
    return LLMREC_OK;
}

static llmrec_status push_request(chat *c)
{
    const size_t request = c->first++;
    llmrec_chat_request full;
    LR_RETURN_IF(lr_chat_request_read(c->requests[request], request, &full));
    c->states[request].from_disk = true;
    const size_t samples = (size_t)full.samples;
    if (atomic_load(&c->llm->n_refused)) return push_samples(c, request, 0, samples);
    return push_call(c, &(lr_call){.request = request, .count = samples, .asked = samples, .logprobs = INT64_MAX});
}

/* --- ends ------------------------------------------------------------------------------------------------------ */

/* Ends a call, and its request if it was the last call. */
static void end_call(chat *c, lr_call *call)
{
    const size_t request = call->request;
    state *s = &c->states[request];
    lr_call_unlink(&c->in_flight, call);
    lr_call_free(c->llm->context, call);
    if (--s->open > 0) return;
    lr_reply_end(c->replies, request);
    const bool failed = c->replies->replies[request].status != LLMREC_OK;
    lr_meter_add(&c->endpoint->meter,
                 &(llmrec_usage){.requests = 1, .journal_hits = s->from_disk && !failed, .failures = failed});
    c->done++;
}

/* Adds the samples of an answer to the request's reply. */
static llmrec_status read_answer(chat *c, lr_call *call, const char *answer, size_t length, bool paid)
{
    json_t *root = NULL;
    const lr_reply *reply = &c->replies->replies[call->request];
    const size_t before = reply->count;
    LR_RETURN_IF(lr_answer_parse(c->endpoint, answer, length, &root, &call->again));
    if (paid) lr_meter_spend(&c->endpoint->meter, lr_answer_tokens(root), call->tokens);
    const llmrec_status status = lr_answer_samples(c->replies, call->request, root, call->count);
    for (size_t i = before; i < reply->count; i++) reply->samples[i].number = call->sample + i - before;
    json_decref(root);
    return status;
}

/* The server accepted a call with fewer alternatives than it refused before, so later calls ask for no more. */
static void learn(const chat *c, const lr_call *call)
{
    long long known = atomic_load(&c->llm->most_logprobs);
    while (call->logprobs < known && !atomic_compare_exchange_weak(&c->llm->most_logprobs, &known, call->logprobs)) {
    }
    if (call->logprobs < known)
        lr_log(c->llm->context, LLMREC_LOG_INFO, "llm", "the server accepts at most %lld alternatives in a request",
               (long long)call->logprobs);
}

/* Ends an answered call with `got` samples. Missing samples are asked for one by one. */
static llmrec_status end_answered(chat *c, lr_call *call, size_t got)
{
    const size_t request = call->request, sample = call->sample + got, missing = call->count - got;
    if (call->asked < call->count)
        atomic_store(&c->llm->n_refused, true); /* the server accepts one, but refused several */
    if (call->fewer) learn(c, call);
    LR_RETURN_IF(push_samples(c, request, sample, missing));
    end_call(c, call);
    return LLMREC_OK;
}

static llmrec_status take(void *user, lr_call *call, const char *answer, size_t length)
{
    chat *c = user;
    const lr_reply *reply = &c->replies->replies[call->request];
    const size_t before = reply->count;
    LR_RETURN_IF(read_answer(c, call, answer, length, true));
    const lr_entry entry = {call->key, answer, length};
    if (c->endpoint->journal != NULL) LR_RETURN_IF(lr_journal_add(c->endpoint->journal, &entry, 1));
    return end_answered(c, call, reply->count - before);
}

/* Reduces a refused call: one sample instead of several, else as many alternatives as OpenAI allows for chats, or for
 * completions (5, the limit of some others too). The next attempt shows whether that was the reason. */
static bool reduce(lr_call *plan)
{
    static const int64_t usual[] = {20, 5};
    if (plan->asked > 1) {
        plan->asked = 1;
        return true;
    }
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
        if (plan->logprobs <= usual[i]) continue;
        plan->logprobs = usual[i];
        plan->fewer = true;
        return true;
    }
    return false;
}

static llmrec_status fail(void *user, lr_call *call, llmrec_status status, const char *text)
{
    chat *c = user;
    lr_call less = {.request = call->request,
                    .sample = call->sample,
                    .count = call->count,
                    .asked = call->asked,
                    .logprobs = call->logprobs,
                    .fewer = call->fewer};
    const bool refused = call->http == 400 || call->http == 422;
    if (refused && reduce(&less)) LR_RETURN_IF(push_call(c, &less));
    else LR_RETURN_IF(lr_reply_fail(c->replies, call->request, status, text));
    end_call(c, call);
    return LLMREC_OK;
}

/* --- the next request ------------------------------------------------------------------------------------------ */

static bool has_twin(const chat *c, const lr_call *call)
{
    const lr_call *other = c->in_flight;
    while (other != NULL && (other == call || !lr_digest_equal(other->key, call->key))) other = other->next;
    return other != NULL;
}

/* A record that this version cannot read counts as missing. */
static llmrec_status answer_from_journal(chat *c, lr_call *call, bool *answered)
{
    const lr_reply *reply = &c->replies->replies[call->request];
    const size_t before = reply->count;
    char *bytes = NULL;
    size_t size = 0;
    LR_RETURN_IF(lr_journal_find(c->endpoint->journal, call->key, &bytes, &size));
    if (bytes == NULL) return LLMREC_OK;
    llmrec_status status = read_answer(c, call, bytes, size, false);
    lr_free(c->llm->context, bytes);
    *answered = status == LLMREC_OK;
    if (*answered) return end_answered(c, call, reply->count - before);
    return status == LLMREC_ERR_MEMORY ? status : LLMREC_OK;
}

/* Sends a call (`*sent`), answers it from the journal, or lets it wait for a duplicate in flight. */
static llmrec_status offer(chat *c, lr_call *call, bool *sent)
{
    bool answered = false;
    lr_call_push(&c->in_flight, call);
    *sent = c->endpoint->journal == NULL;
    if (*sent) return LLMREC_OK;
    if (has_twin(c, call)) {
        lr_call_unlink(&c->in_flight, call);
        lr_call_push(&c->waiting, call);
        c->waiting_count++;
        return LLMREC_OK;
    }
    LR_RETURN_IF(answer_from_journal(c, call, &answered));
    *sent = !answered;
    return LLMREC_OK;
}

/* Returns a call that no longer waits, or a new one. */
static lr_call *ready(chat *c)
{
    lr_call *call = c->waiting;
    while (call != NULL && has_twin(c, call)) call = call->next;
    if (call == NULL) return lr_call_pop(&c->more);
    lr_call_unlink(&c->waiting, call);
    c->waiting_count--;
    return call;
}

static llmrec_status next(void *user, lr_call **call)
{
    chat *c = user;
    bool sent = false;
    while (!sent) {
        lr_call *candidate = ready(c);
        if (candidate != NULL) {
            LR_RETURN_IF(offer(c, candidate, &sent));
            *call = sent ? candidate : NULL;
            if (sent) c->states[candidate->request].from_disk = false;
        } else if (c->first < c->replies->count && c->waiting_count < MOST_WAITING) {
            LR_RETURN_IF(push_request(c));
        } else {
            return LLMREC_OK;
        }
    }
    return LLMREC_OK;
}

llmrec_status lr_chat_endpoint(llmrec_llm *llm, const llmrec_chat_request *const *requests, llmrec_replies *replies)
{
    chat c = {.llm = llm, .endpoint = llm->endpoint, .requests = requests, .replies = replies};
    const bool completes = llm->endpoint->options.kind == LLMREC_ENDPOINT_COMPLETIONS;
    const char *path = completes ? "/completions" : "/chat/completions";
    const lr_source source = {.user = &c, .path = path, .next = next, .take = take, .fail = fail};
    lr_progress progress = lr_progress_begin(llm->context, "ask the model", "requests", (int64_t)replies->count);
    llmrec_status status = LLMREC_OK;
    LR_TRY(LR_NEW_ZERO(llm->context, c.states, replies->count));
    LR_TRY(lr_exchange_run(llm->endpoint, &source, &progress, &c.done));
    if (llm->endpoint->journal != NULL) LR_TRY(lr_journal_flush(llm->endpoint->journal));
    status = lr_progress_end(&progress, c.done);
done:
    lr_calls_free(llm->context, c.more);
    lr_calls_free(llm->context, c.waiting);
    lr_calls_free(llm->context, c.in_flight);
    lr_free(llm->context, c.states);
    return status;
}
