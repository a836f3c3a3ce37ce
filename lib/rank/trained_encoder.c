/* SPDX-License-Identifier: Apache-2.0 */
/* A trained encoder as a recommender: sessions pass through its network together, and what comes out meets the item
 * table in the exact search. The output's bias is one more column of the table, against a 1 in every session's
 * vector. */
#include <string.h>

#include "core/context.h"
#include "core/memory.h"
#include "core/text.h"
#include "nn/encoder.h"
#include "nn/inference.h"
#include "rank/kinds.h"
#include "rank/scoring.h"
#include "rank/search.h"

typedef struct trained {
    llmrec_context *context;
    llmrec_encoder *encoder; /* a copy of its own: the caller's may train on */
    lr_inference *inference;
    lr_search search;
    size_t dim; /* of the table: D, and the bias where there is one */
} trained;

static void trained_free(void *self)
{
    trained *t = self;
    if (t->search.context != NULL) lr_search_free(&t->search);
    lr_inference_free(t->inference);
    llmrec_encoder_free(t->encoder);
    lr_free(t->context, t);
}

static size_t trained_batch(const void *self, size_t k)
{
    const trained *t = self;
    return lr_search_batch(&t->search, k);
}

/* Vectors of a batch, made beforehand. */
typedef struct vectors {
    float *values; /* [sessions,dim] */
    size_t dim;
} vectors;

static void session_vector(const void *self, size_t session, const int32_t *items, size_t count,
                           const lr_vector_room *room, float *vector)
{
    const vectors *made = self;
    (void)items;
    (void)count;
    (void)room;
    memcpy(vector, made->values + session * made->dim, made->dim * sizeof *vector);
}

/* The network gives all numbers of a vector but the last one where there is a bias. */
static llmrec_status trained_vectors(const llmrec_recommender *recommender, const lr_batch *batch)
{
    const trained *t = recommender->self;
    const lr_network network = lr_encoder_network(t->encoder);
    const lr_prompts prompts = {batch->offsets, batch->items, batch->origin, batch->sessions};
    for (size_t i = 0; i < batch->sessions; i++) batch->vectors[(i + 1) * t->dim - 1] = 1;
    if (batch->memory != NULL && lr_batch_rows(batch) > 0)
        return lr_trail_follow(batch->memory, &network, batch->items, lr_batch_rows(batch), batch->vectors);
    return lr_inference_run(t->inference, &network, &prompts, batch->vectors, t->dim);
}

static llmrec_status trained_rank(const llmrec_recommender *recommender, const lr_batch *batch)
{
    const trained *t = recommender->self;
    vectors made = {.dim = t->dim};
    lr_batch sessions = *batch;
    lr_scratch *scratch = NULL;
    lr_arena arena = {0};
    llmrec_status status = LLMREC_OK;
    LR_CUT(&arena, made.values, batch->sessions * t->dim);
    LR_TRY(lr_scratch_take(recommender->scratch, t->context, arena.used, &scratch, &arena));
    LR_CUT(&arena, made.values, batch->sessions * t->dim);
    sessions.vectors = made.values;
    LR_TRY(trained_vectors(recommender, &sessions));
    LR_TRY(lr_search_rank(&t->search, recommender->scratch, batch, session_vector, &made));
done:
    lr_scratch_give(recommender->scratch, scratch);
    return status;
}

static llmrec_status trained_remember(const void *self, void **memory)
{
    const trained *t = self;
    lr_trail *trail = NULL;
    LR_RETURN_IF(lr_trail_create(t->inference, &trail));
    *memory = trail;
    return LLMREC_OK;
}

static void trained_forget(void *memory)
{
    lr_trail_free(memory);
}

static const lr_strategy bert4rec = {.name = "bert4rec",
                                     .kind = &lr_encoder_kind,
                                     .batch = trained_batch,
                                     .rank = trained_rank,
                                     .score = lr_score_by_vectors,
                                     .vectors = trained_vectors,
                                     .free = trained_free};
static const lr_strategy sasrec = {.name = "sasrec",
                                   .kind = &lr_encoder_kind,
                                   .batch = trained_batch,
                                   .rank = trained_rank,
                                   .score = lr_score_by_vectors,
                                   .vectors = trained_vectors,
                                   .free = trained_free,
                                   .remember = trained_remember,
                                   .forget = trained_forget};

/* The items' rows of the output, their biases beside them. */
static llmrec_status make_table(const llmrec_encoder *encoder, size_t dim, llmrec_embedding **table)
{
    const size_t V = encoder->shape.items, D = encoder->shape.dim;
    const float *rows = encoder->parameters + encoder->layout.item;
    const float *bias = encoder->parameters + encoder->layout.output_bias;
    float *values = NULL;
    LR_RETURN_IF(LR_NEW(encoder->context, values, V * dim));
    for (size_t i = 0; i < V; i++) {
        memcpy(values + i * dim, rows + i * D, D * sizeof *values);
        if (encoder->shape.output_bias) values[i * dim + D] = bias[i];
    }
    const lr_owned owned = {values, V, dim, LLMREC_DTYPE_FLOAT32, lr_ids_hold(encoder->ids)};
    return lr_embedding_adopt(encoder->context, &owned, table);
}

static llmrec_status make_trained(const llmrec_encoder *encoder, trained **made)
{
    llmrec_context *context = encoder->context;
    const lr_packing packing = lr_packing_of(&encoder->options, encoder->shape.items);
    llmrec_embedding *table = NULL;
    trained *fresh = NULL;
    llmrec_status status = LLMREC_OK;
    LR_TRY(LR_NEW_ZERO(context, fresh, 1));
    fresh->context = context;
    fresh->dim = encoder->shape.dim + encoder->shape.output_bias;
    LR_TRY(lr_encoder_copy(encoder, &fresh->encoder));
    LR_TRY(lr_inference_create(context, &fresh->encoder->shape, &packing, &fresh->inference));
    LR_TRY(make_table(encoder, fresh->dim, &table));
    LR_TRY(lr_search_make(context, table, LLMREC_MEASURE_DOT, &fresh->search));
    *made = fresh;
    fresh = NULL;
done:
    llmrec_embedding_free(table);
    if (fresh != NULL) trained_free(fresh);
    return status;
}

llmrec_status llmrec_recommender_create_encoder(const llmrec_encoder *encoder, llmrec_recommender **recommender)
{
    lr_recommender_parts parts = {0};
    lr_builder network = {0};
    trained *fresh = NULL;
    llmrec_status status = LLMREC_OK;
    if (encoder == NULL || recommender == NULL) return lr_fail(LLMREC_ERR_ARGUMENT, "encoder or recommender is NULL");
    LR_TRY(lr_builder_format(&network, "\"encoder\":"));
    LR_TRY(lr_encoder_describe(encoder, &network));
    LR_TRY(make_trained(encoder, &fresh));
    parts.made_from = network.text;
    parts.search = &fresh->search;
    parts.cosine_dim = encoder->shape.dim;
    parts.strategy = encoder->shape.causal ? &sasrec : &bert4rec;
    parts.self = fresh;
    parts.items = encoder->shape.items;
    parts.ids = encoder->ids;
    status = lr_recommender_make(encoder->context, &parts, recommender);
done:
    lr_free(NULL, network.text);
    return status;
}

static llmrec_status create(const llmrec_recommender_parts *parts, const void *options,
                            llmrec_recommender **recommender)
{
    (void)options;
    return llmrec_recommender_create_encoder(parts->encoder, recommender);
}

const lr_strategy_kind lr_encoder_kind = {.name = "encoder",
                                          .help = "BERT4Rec or SASRec, as the encoder's causal option decides",
                                          .needs = LLMREC_NEED_ENCODER,
                                          .takes = LLMREC_NEED_ENCODER,
                                          .create = create};
