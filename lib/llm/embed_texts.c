/* SPDX-License-Identifier: Apache-2.0 */
/* Sends texts in batches to an embeddings endpoint. Each text is sent once; vectors in the journal are reused; batches
 * that the server finds too large are halved. */
#include <string.h>

#include "core/memory.h"
#include "llm/answer.h"
#include "llm/embeddings.h"
#include "llm/exchange.h"
#include "llm/journal_index.h"
#include "llm/vectors.h"

typedef struct work {
    lr_embedder *embedder;
    const char *const *texts; /* [count] */
    const size_t *lengths;    /* or NULL */
    float *vectors;
    size_t count, todo_count, first; /* first: next text of `todo` without a call */
    size_t *todo;                    /* texts to send, without duplicates */
    size_t *source;                  /* [count] index of the first equal text */
    lr_digest *keys;                 /* [count] */
    lr_call *more, *in_flight;
    int64_t done;
} work;

static size_t length_of(const work *w, size_t text)
{
    return w->lengths == NULL ? strlen(w->texts[text]) : w->lengths[text];
}

static size_t cut_length(const work *w, size_t text, size_t *tokens)
{
    return lr_estimate_tokens(w->texts[text], length_of(w, text), (size_t)w->embedder->options.max_tokens, tokens);
}

/* --- what is there already --------------------------------------------------------------------------------------- */

/* Unpacks a vector from the journal if it has the server's present dim. Numbers are little-endian. */
static bool unpack(work *w, size_t text, const unsigned char *bytes, size_t size)
{
    lr_embedder *embedder = w->embedder;
    const size_t dim = size / 4;
    if (size == 0 || size % 4 != 0 || (embedder->dim != 0 && dim != embedder->dim)) return false;
    for (size_t i = 0; embedder->dim != 0 && i < dim; i++) {
        uint32_t bits = 0;
        for (size_t j = 0; j < 4; j++) bits |= (uint32_t)bytes[4 * i + j] << (8 * j);
        memcpy(&w->vectors[text * dim + i], &bits, sizeof bits);
    }
    if (embedder->dim == 0) embedder->dim = dim;
    return true;
}

static void pack(const float *values, size_t dim, unsigned char *bytes)
{
    for (size_t i = 0; i < dim; i++) {
        uint32_t bits;
        memcpy(&bits, &values[i], sizeof bits);
        for (size_t j = 0; j < 4; j++) bytes[4 * i + j] = (unsigned char)(bits >> (8 * j));
    }
}

static llmrec_status look_up(work *w, size_t text, bool *found)
{
    char *bytes = NULL;
    size_t size = 0;
    *found = false;
    if (w->embedder->endpoint->journal == NULL) return LLMREC_OK;
    LR_RETURN_IF(lr_journal_find(w->embedder->endpoint->journal, w->keys[text], &bytes, &size));
    *found = bytes != NULL && unpack(w, text, (unsigned char *)bytes, size);
    lr_free(w->embedder->context, bytes);
    return LLMREC_OK;
}

/* Looks up the first of equal texts in the journal, and plans to send it if it is not there. */
static llmrec_status plan_text(work *w, lr_index *seen, size_t text)
{
    size_t tokens = 0;
    bool found = false;
    const size_t length = cut_length(w, text, &tokens);
    w->keys[text] = lr_digest_of(w->texts[text], length, w->embedder->kind);
    w->source[text] = text;
    const lr_place *twin = lr_index_find(seen, w->keys[text]);
    if (twin != NULL) {
        w->source[text] = (size_t)twin->size;
        w->done++;
        return LLMREC_OK;
    }
    LR_RETURN_IF(lr_index_put(seen, &(lr_place){w->keys[text], 1, text}));
    LR_RETURN_IF(look_up(w, text, &found));
    if (found) w->done++;
    else w->todo[w->todo_count++] = text;
    return LLMREC_OK;
}

static llmrec_status plan(work *w)
{
    lr_index seen = {.context = w->embedder->context};
    llmrec_status status = LLMREC_OK;
    for (size_t i = 0; status == LLMREC_OK && i < w->count; i++) status = plan_text(w, &seen, i);
    lr_free(w->embedder->context, seen.places);
    if (status == LLMREC_OK)
        lr_meter_add(
            &w->embedder->endpoint->meter,
            &(llmrec_usage){.requests = (int64_t)w->count, .journal_hits = (int64_t)(w->count - w->todo_count)});
    return status;
}

/* --- calls ------------------------------------------------------------------------------------------------------- */

/* Many servers refuse an empty text, so a blank is sent. */
static llmrec_status put_text(const work *w, size_t text, lr_builder *body)
{
    size_t tokens = 0;
    const size_t length = cut_length(w, text, &tokens);
    return length == 0 ? lr_builder_json(body, " ", 1) : lr_builder_json(body, w->texts[text], length);
}

static llmrec_status make_body(const work *w, lr_call *call)
{
    const lr_endpoint *endpoint = w->embedder->endpoint;
    const int64_t dimensions = w->embedder->options.dim;
    bool wanted = false;
    LR_RETURN_IF(lr_body_begin(endpoint, &call->body));
    LR_RETURN_IF(lr_body_member(endpoint, &call->body, "input", &wanted));
    for (size_t i = 0; wanted && i < call->count; i++) {
        LR_RETURN_IF(lr_builder_add(&call->body, i == 0 ? "[" : ",", 1));
        LR_RETURN_IF(put_text(w, w->todo[call->sample + i], &call->body));
    }
    if (wanted) LR_RETURN_IF(lr_builder_add(&call->body, "]", 1));
    wanted = false;
    if (dimensions > 0) LR_RETURN_IF(lr_body_member(endpoint, &call->body, "dimensions", &wanted));
    if (wanted) LR_RETURN_IF(lr_builder_format(&call->body, "%lld", (long long)dimensions));
    LR_RETURN_IF(lr_body_end(endpoint, &call->body));
    call->key = lr_digest_of(call->body.text, call->body.length, w->embedder->kind);
    call->tokens = lr_body_tokens(&call->body);
    return LLMREC_OK;
}

static llmrec_status push_call(work *w, size_t first, size_t count)
{
    lr_call *call = NULL;
    LR_RETURN_IF(LR_NEW_ZERO(w->embedder->context, call, 1));
    call->body.context = w->embedder->context;
    call->sample = first;
    call->count = count;
    lr_call_push(&w->more, call);
    return make_body(w, call);
}

/* Adds a call with as many of the remaining texts as fit. */
static llmrec_status push_batch(work *w)
{
    const size_t most = atomic_load(&w->embedder->batch), first = w->first;
    const size_t most_tokens = (size_t)w->embedder->options.batch_tokens;
    size_t tokens = 0, sum = 0;
    while (w->first < w->todo_count && w->first - first < most) {
        cut_length(w, w->todo[w->first], &tokens);
        sum += tokens;
        if (sum > most_tokens && w->first > first) break;
        w->first++;
    }
    return push_call(w, first, w->first - first);
}

/* Replaces a call by two halves. */
static llmrec_status halve(work *w, lr_call *call)
{
    const size_t half = (call->count + 1) / 2;
    llmrec_status status = push_call(w, call->sample + half, call->count - half);
    if (status == LLMREC_OK) status = push_call(w, call->sample, half);
    lr_call_free(w->embedder->context, call);
    return status;
}

/* Calls planned before the server's limit was known are halved before they are sent. */
static llmrec_status next(void *user, lr_call **call)
{
    work *w = user;
    if (w->more == NULL && w->first < w->todo_count) LR_RETURN_IF(push_batch(w));
    while (w->more != NULL && w->more->count > atomic_load(&w->embedder->batch))
        LR_RETURN_IF(halve(w, lr_call_pop(&w->more)));
    *call = lr_call_pop(&w->more);
    if (*call != NULL) lr_call_push(&w->in_flight, *call);
    return LLMREC_OK;
}

static void end_call(work *w, lr_call *call)
{
    lr_call_unlink(&w->in_flight, call);
    lr_call_free(w->embedder->context, call);
}

/* Stores vectors in the result and in the journal. */
static llmrec_status keep(work *w, const lr_call *call, const lr_vectors *vectors)
{
    llmrec_status status = LLMREC_OK;
    llmrec_context *context = w->embedder->context;
    const size_t dim = vectors->dim;
    unsigned char *bytes = NULL;
    lr_entry *entries = NULL;
    for (size_t i = 0; w->vectors != NULL && i < call->count; i++)
        memcpy(w->vectors + w->todo[call->sample + i] * dim, vectors->values + i * dim, dim * sizeof(float));
    if (w->embedder->endpoint->journal == NULL) return LLMREC_OK;
    LR_TRY(LR_NEW(context, bytes, call->count * dim * 4));
    LR_TRY(LR_NEW(context, entries, call->count));
    pack(vectors->values, call->count * dim, bytes);
    for (size_t i = 0; i < call->count; i++)
        entries[i] = (lr_entry){w->keys[w->todo[call->sample + i]], bytes + i * dim * 4, dim * 4};
    LR_TRY(lr_journal_add(w->embedder->endpoint->journal, entries, call->count));
done:
    lr_free(context, entries);
    lr_free(context, bytes);
    return status;
}

static llmrec_status check_dim(lr_embedder *embedder, size_t dim)
{
    if (embedder->dim == 0) embedder->dim = dim;
    if (embedder->dim == dim) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_SHAPE, "vectors have %zu numbers; wanted %zu, as before (a journal of another model?)",
                   dim, embedder->dim);
}

static llmrec_status read_vectors(work *w, lr_call *call, const char *answer, size_t length, lr_vectors *vectors)
{
    lr_endpoint *endpoint = w->embedder->endpoint;
    json_t *root = NULL;
    LR_RETURN_IF(lr_answer_parse(endpoint, answer, length, &root, &call->again));
    lr_meter_spend(&endpoint->meter, (lr_tokens){.prompt = lr_answer_tokens(root).prompt}, call->tokens);
    llmrec_status status = lr_answer_vectors(w->embedder->context, root, call->count, vectors);
    json_decref(root);
    return status;
}

static llmrec_status take(void *user, lr_call *call, const char *answer, size_t length)
{
    work *w = user;
    lr_vectors vectors = {0};
    LR_RETURN_IF(read_vectors(w, call, answer, length, &vectors));
    llmrec_status status = check_dim(w->embedder, vectors.dim);
    if (status == LLMREC_OK) status = keep(w, call, &vectors);
    lr_free(w->embedder->context, vectors.values);
    if (status != LLMREC_OK) return status;
    w->done += (int64_t)call->count;
    end_call(w, call);
    return LLMREC_OK;
}

/* Halves a batch that is too large; any other failure is final. */
static llmrec_status fail(void *user, lr_call *call, llmrec_status status, const char *text)
{
    work *w = user;
    if ((call->http == 400 || call->http == 413) && call->count > 1) {
        const size_t half = (call->count + 1) / 2;
        if (half < atomic_load(&w->embedder->batch)) atomic_store(&w->embedder->batch, half);
        lr_call_unlink(&w->in_flight, call);
        return halve(w, call);
    }
    lr_meter_add(&w->embedder->endpoint->meter, &(llmrec_usage){.failures = (int64_t)call->count});
    if (call->count > 1 || w->vectors == NULL) return lr_fail(status, "%s", text);
    return lr_fail(status, "text %zu: %s", w->todo[call->sample], text);
}

static void copy_twins(const work *w)
{
    const size_t dim = w->embedder->dim;
    for (size_t i = 0; i < w->count; i++)
        if (w->source[i] != i) memcpy(w->vectors + i * dim, w->vectors + w->source[i] * dim, dim * sizeof(float));
}

static void free_work(work *w)
{
    llmrec_context *context = w->embedder->context;
    lr_calls_free(context, w->more);
    lr_calls_free(context, w->in_flight);
    lr_free(context, w->todo);
    lr_free(context, w->source);
    lr_free(context, w->keys);
}

llmrec_status lr_embed_texts(lr_embedder *embedder, const char *const *texts, const size_t *lengths, size_t count,
                             float *vectors)
{
    llmrec_status status = LLMREC_OK;
    llmrec_context *context = embedder->context;
    work w = {.embedder = embedder, .texts = texts, .lengths = lengths, .vectors = vectors, .count = count};
    const lr_source source = {.user = &w, .path = "/embeddings", .next = next, .take = take, .fail = fail};
    lr_progress progress = lr_progress_begin(context, "encode texts", "texts", (int64_t)count);
    LR_TRY(LR_NEW(context, w.todo, count));
    LR_TRY(LR_NEW(context, w.source, count));
    LR_TRY(LR_NEW(context, w.keys, count));
    LR_TRY(plan(&w));
    if (w.todo_count > 0) LR_TRY(lr_exchange_run(embedder->endpoint, &source, &progress, &w.done));
    if (embedder->endpoint->journal != NULL) LR_TRY(lr_journal_flush(embedder->endpoint->journal));
    if (vectors != NULL) copy_twins(&w);
    status = lr_progress_end(&progress, (int64_t)count);
done:
    free_work(&w);
    return status;
}
