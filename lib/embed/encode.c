/* SPDX-License-Identifier: Apache-2.0 */
/* Computes vectors of texts: tokenizes, sorts by length, packs into batches, encodes and pools. */
#include <math.h>
#include <string.h>

#include "core/log.h"
#include "core/memory.h"
#include "core/pool.h"
#include "embed/bert_forward.h"
#include "embed/text_encoder.h"
#include "math/vector.h"

enum {
    WINDOW = 4096,  /* texts processed together; limits the memory */
    CHUNK = 64,     /* texts that one task tokenizes */
    BATCH = 512,    /* tokens of a batch: products run at full speed, and the data between them stays in cache */
    TOGETHER = 256, /* at most this many tokens form one batch, which all threads compute together */
    MAX_PARTS = 8,  /* most threads on one batch: with more, each has too little work */
    ROUND = 4       /* batches that each thread encodes between two progress reports */
};

/* State of one call: the current window of texts, and the buffers. */
typedef struct work {
    const llmrec_text_encoder *encoder;
    const char *const *texts;
    const size_t *text_lengths; /* NULL: each text is NUL-terminated */
    float *vectors;
    size_t count;     /* texts in the window */
    size_t window;    /* capacity in texts */
    int32_t *ids;     /* [window,max_tokens] */
    size_t *lengths;  /* [window] in tokens */
    uint32_t *order;  /* [window] texts, longest first */
    size_t batches;   /* in the window */
    size_t *starts;   /* [window+1] index in `order` at which each batch begins */
    size_t first;     /* first batch of the round */
    size_t parts;     /* threads that compute one batch together */
    float **scratch;  /* [workers] */
    size_t *capacity; /* [workers] floats in each scratch buffer */
} work;

static llmrec_status tokenize_chunk(void *argument, size_t task, size_t worker)
{
    const work *w = argument;
    const size_t limit = w->encoder->max_tokens, first = task * CHUNK;
    const size_t last = first + CHUNK < w->count ? first + CHUNK : w->count;
    (void)worker;
    for (size_t i = first; i < last; i++) {
        const size_t length = w->text_lengths == NULL ? strlen(w->texts[i]) : w->text_lengths[i];
        w->lengths[i] = lr_tokenizer_run(w->encoder->tokenizer, w->texts[i], length, limit, w->ids + i * limit, limit);
    }
    return LLMREC_OK;
}

/* Fills `order` by a stable counting sort; `places` is [max_tokens+1]. Returns the number of tokens. */
static size_t sort_by_length(const work *w, size_t *places)
{
    const size_t limit = w->encoder->max_tokens;
    size_t tokens = 0, place = 0;
    memset(places, 0, (limit + 1) * sizeof *places);
    for (size_t i = 0; i < w->count; i++) {
        places[w->lengths[i]]++;
        tokens += w->lengths[i];
    }
    for (size_t length = limit + 1; length-- > 0;) {
        const size_t texts = places[length];
        places[length] = place;
        place += texts;
    }
    for (size_t i = 0; i < w->count; i++) w->order[places[w->lengths[i]]++] = (uint32_t)i;
    return tokens;
}

/* Plans batches of about equal numbers of tokens. Their number is a multiple of the number of threads. */
static void plan_batches(work *w, size_t tokens)
{
    const size_t workers = lr_workers(w->encoder->context);
    const bool together = tokens <= TOGETHER || w->count < workers;
    size_t batches = together ? 1 : (tokens + workers * BATCH - 1) / (workers * BATCH) * workers;
    size_t batch = 0, seen = 0;
    if (batches > w->count) batches = w->count;
    w->parts = !together ? 1 : workers < MAX_PARTS ? workers : MAX_PARTS;
    for (size_t i = 0; i < w->count; i++) {
        if (seen * batches >= batch * tokens) w->starts[batch++] = i;
        seen += w->lengths[w->order[i]];
    }
    w->batches = batch;
    w->starts[batch] = w->count;
}

static llmrec_status room(const work *w, size_t worker, size_t floats)
{
    const llmrec_text_encoder *encoder = w->encoder;
    if (floats <= w->capacity[worker]) return LLMREC_OK;
    lr_free(encoder->context, w->scratch[worker]);
    w->scratch[worker] = NULL;
    w->capacity[worker] = 0;
    LR_RETURN_IF(LR_NEW(encoder->context, w->scratch[worker], floats));
    w->capacity[worker] = floats;
    return LLMREC_OK;
}

/* Computes the vector of a text from the hidden states [length,dim] of its tokens. */
static llmrec_status pool_text(const work *w, const float *hidden, size_t length, size_t text)
{
    const size_t dim = w->encoder->dim, used = w->encoder->first_token ? 1 : length;
    float *vector = w->vectors + text * dim;
    memcpy(vector, hidden, dim * sizeof *vector);
    for (size_t t = 1; t < used; t++) lr_add_scaled(vector, 1, hidden + t * dim, dim);
    for (size_t i = 0; i < dim; i++) vector[i] /= (float)used;
    const double norm = w->encoder->normalize ? lr_normalize(vector, dim) : lr_norm(vector, dim);
    if (isfinite(norm)) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_NUMERIC,
                   "text encoder: a vector is not finite; wanted finite weights in the model's file");
}

static llmrec_status encode_batch(void *argument, size_t task, size_t worker)
{
    const work *w = argument;
    const llmrec_text_encoder *encoder = w->encoder;
    const size_t first = w->starts[w->first + task], last = w->starts[w->first + task + 1];
    lr_token_batch batch = {.ids = w->ids, .stride = encoder->max_tokens, .lengths = w->lengths};
    batch.order = w->order + first;
    batch.texts = last - first;
    batch.longest = w->lengths[batch.order[0]];
    for (size_t i = 0; i < batch.texts; i++) batch.tokens += w->lengths[batch.order[i]];
    LR_RETURN_IF(room(w, worker, lr_bert_scratch(encoder->bert, batch.tokens, batch.longest, w->parts)));
    LR_RETURN_IF(lr_bert_forward(encoder->bert, &batch, w->parts, w->scratch[worker]));
    const float *hidden = w->scratch[worker];
    for (size_t i = 0; i < batch.texts; i++) {
        const size_t length = w->lengths[batch.order[i]];
        LR_RETURN_IF(pool_text(w, hidden, length, batch.order[i]));
        hidden += length * encoder->dim;
    }
    return LLMREC_OK;
}

/* `done`: texts encoded before this window. */
static llmrec_status encode_window(work *w, size_t *places, lr_progress *progress, size_t done)
{
    llmrec_context *context = w->encoder->context;
    const size_t round = ROUND * lr_workers(context);
    LR_RETURN_IF(lr_parallel(context, (w->count + CHUNK - 1) / CHUNK, tokenize_chunk, w));
    plan_batches(w, sort_by_length(w, places));
    for (w->first = 0; w->first < w->batches; w->first += round) {
        const size_t left = w->batches - w->first, count = left < round ? left : round;
        LR_RETURN_IF(lr_parallel(context, count, encode_batch, w));
        LR_RETURN_IF(lr_progress_step(progress, (int64_t)(done + w->starts[w->first + count])));
    }
    return LLMREC_OK;
}

static llmrec_status encode_all(work *w, size_t *places, size_t count)
{
    const llmrec_text_encoder *encoder = w->encoder;
    lr_progress progress = lr_progress_begin(encoder->context, "encode texts", "texts", (int64_t)count);
    for (size_t done = 0; done < count; done += w->count) {
        w->count = count - done < w->window ? count - done : w->window;
        LR_RETURN_IF(encode_window(w, places, &progress, done));
        w->texts += w->count;
        if (w->text_lengths != NULL) w->text_lengths += w->count;
        w->vectors += w->count * encoder->dim;
    }
    return lr_progress_end(&progress, (int64_t)count);
}

static void free_work(const work *w)
{
    llmrec_context *context = w->encoder->context;
    for (size_t i = 0; w->scratch != NULL && i < lr_workers(context); i++) lr_free(context, w->scratch[i]);
    lr_free(context, w->scratch);
    lr_free(context, w->capacity);
    lr_free(context, w->ids);
    lr_free(context, w->lengths);
    lr_free(context, w->order);
    lr_free(context, w->starts);
}

llmrec_status lr_encode_texts(const llmrec_text_encoder *encoder, const char *const *texts, const size_t *lengths,
                              size_t count, float *vectors)
{
    llmrec_status status = LLMREC_OK;
    llmrec_context *context = encoder->context;
    if (encoder->remote.encode != NULL)
        return encoder->remote.encode(encoder->remote.model, texts, lengths, count, vectors);
    const size_t window = count < WINDOW ? count : WINDOW, workers = lr_workers(context);
    work w = {.encoder = encoder, .texts = texts, .text_lengths = lengths, .vectors = vectors, .window = window};
    size_t *places = NULL;
    LR_TRY(LR_NEW(context, w.ids, window * encoder->max_tokens));
    LR_TRY(LR_NEW(context, w.lengths, window));
    LR_TRY(LR_NEW(context, w.order, window));
    LR_TRY(LR_NEW(context, w.starts, window + 1));
    LR_TRY(LR_NEW(context, places, encoder->max_tokens + 1));
    LR_TRY(LR_NEW_ZERO(context, w.scratch, workers));
    LR_TRY(LR_NEW_ZERO(context, w.capacity, workers));
    LR_TRY(encode_all(&w, places, count));
done:
    lr_free(context, places);
    free_work(&w);
    return status;
}
