/* SPDX-License-Identifier: Apache-2.0 */
/* The strategy of trained encoders. A batch of sessions passes through the network, and the exact search compares the
 * resulting vectors with the item table. The output's bias is an additional column of the table; every session's vector
 * has a 1 at this column. */
#include <string.h>

#include "core/context.h"
#include "core/memory.h"
#include "core/text.h"
#include "nn/encoder.h"
#include "nn/inference.h"
#include "math/vector.h"
#include "rank/explanation.h"
#include "rank/recommender_file.h"
#include "rank/scoring.h"
#include "rank/search.h"

extern const lr_strategy_kind lr_encoder_kind;

typedef struct trained {
    llmrec_context *context;
    llmrec_encoder *encoder; /* an own copy, because the caller may train its encoder further */
    lr_inference *inference;
    lr_search search;
    size_t dim; /* columns of the table: D, plus one for the bias if there is one */
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

/* Vectors of a batch, computed before the search. */
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

/* With a bias, the network computes all numbers of a vector except the last. */
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
    vectors made = {batch->vectors, t->dim};
    lr_batch sessions = *batch;
    lr_scratch *scratch = NULL;
    lr_arena arena = {0};
    llmrec_status status = LLMREC_OK;
    if (made.values != NULL) return lr_search_rank(&t->search, recommender->scratch, batch, session_vector, &made);
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

/* --- explanations ----------------------------------------------------------------------------------------------- */

const lr_explaining lr_by_gradient = {"gradient", "The network scores ", " mostly because of ", LR_FIGURE_SHARE};

static llmrec_status add_gradients(const trained *t, const lr_explained *explained, const float *gradients,
                                   llmrec_explanation *explanation)
{
    const size_t D = t->encoder->shape.dim;
    const float *rows = t->encoder->parameters + t->encoder->layout.item;
    for (size_t i = 0; i < explained->count; i++) {
        const float *gradient = gradients + i * D;
        const double length = lr_norm(gradient, D);
        if (explained->items[i] < 0 || length == 0) continue;
        const double product = lr_dot(gradient, rows + (size_t)explained->items[i] * D, D);
        LR_RETURN_IF(lr_explanation_add_item(explanation, explained, i, product, length));
    }
    return LLMREC_OK;
}

static llmrec_status trained_explain(const llmrec_recommender *recommender, const lr_explained *explained,
                                     llmrec_explanation *explanation)
{
    const trained *t = recommender->self;
    const lr_network network = lr_encoder_network(t->encoder);
    const float *output =
        t->encoder->parameters + t->encoder->layout.item + (size_t)explained->item * network.shape->dim;
    float *gradients = NULL;
    llmrec_status status = LLMREC_OK;
    explanation->method = &lr_by_gradient;
    LR_TRY(lr_alloc(t->context, &gradients, explained->count, network.shape->dim * sizeof *gradients));
    LR_TRY(lr_inference_gradients(t->inference, &network, explained->items, explained->count, output, gradients));
    LR_TRY(add_gradients(t, explained, gradients, explanation));
done:
    lr_free(t->context, gradients);
    return status;
}

static const lr_strategy bert4rec = {.name = "bert4rec",
                                     .kind = &lr_encoder_kind,
                                     .batch = trained_batch,
                                     .rank = trained_rank,
                                     .score = lr_score_by_vectors,
                                     .vectors = trained_vectors,
                                     .explain = trained_explain,
                                     .free = trained_free};
static const lr_strategy sasrec = {.name = "sasrec",
                                   .kind = &lr_encoder_kind,
                                   .batch = trained_batch,
                                   .rank = trained_rank,
                                   .score = lr_score_by_vectors,
                                   .vectors = trained_vectors,
                                   .explain = trained_explain,
                                   .free = trained_free,
                                   .remember = trained_remember,
                                   .forget = trained_forget};

/* Makes the table of the items' output rows, with their biases as the last column. */
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

/* Takes ownership of the encoder, also on failure. `table` contains the items' rows and biases. */
static llmrec_status make_trained(llmrec_encoder *encoder, llmrec_embedding *table, trained **made)
{
    llmrec_context *context = encoder->context;
    const lr_packing packing = lr_packing_of(&encoder->options, encoder->shape.items);
    trained *fresh = NULL;
    llmrec_status status = LLMREC_OK;
    LR_TRY(LR_NEW_ZERO(context, fresh, 1));
    fresh->context = context;
    fresh->dim = table->dim;
    fresh->encoder = encoder;
    encoder = NULL;
    LR_TRY(lr_inference_create(context, &fresh->encoder->shape, &packing, &fresh->inference));
    LR_TRY(lr_search_make(context, table, LLMREC_MEASURE_DOT, &fresh->search));
    *made = fresh;
    fresh = NULL;
done:
    llmrec_encoder_free(encoder);
    if (fresh != NULL) trained_free(fresh);
    return status;
}

/* Takes ownership of the encoder, also on failure. */
static llmrec_status make(llmrec_encoder *encoder, llmrec_embedding *table, llmrec_recommender **recommender)
{
    lr_recommender_parts parts = {.strategy = encoder->shape.causal ? &sasrec : &bert4rec};
    llmrec_context *context = encoder->context;
    lr_builder network = {0};
    trained *fresh = NULL;
    llmrec_status status = LLMREC_OK;
    LR_TRY(make_trained(encoder, table, &fresh));
    LR_TRY(lr_builder_format(&network, "\"encoder\":"));
    LR_TRY(lr_encoder_describe(fresh->encoder, &network));
    parts.made_from = parts.stored_from = network.text;
    parts.search = &fresh->search;
    parts.cosine_dim = fresh->encoder->shape.dim;
    parts.self = fresh;
    parts.items = fresh->encoder->shape.items;
    parts.ids = fresh->encoder->ids;
    fresh = NULL; /* the recommender's now, made or not */
    LR_TRY(lr_recommender_make(context, &parts, recommender));
done:
    if (fresh != NULL) trained_free(fresh);
    lr_free(NULL, network.text);
    return status;
}

static size_t table_dim(const llmrec_encoder *encoder)
{
    return encoder->shape.dim + encoder->shape.output_bias;
}

llmrec_status llmrec_recommender_create_encoder(const llmrec_encoder *encoder, llmrec_recommender **recommender)
{
    llmrec_encoder *copy = NULL;
    llmrec_embedding *table = NULL;
    llmrec_status status = LLMREC_OK;
    LR_NEED(encoder, recommender);
    LR_TRY(make_table(encoder, table_dim(encoder), &table));
    LR_TRY(lr_encoder_copy(encoder, &copy));
    LR_TRY(make(copy, table, recommender));
done:
    llmrec_embedding_free(table);
    return status;
}

static llmrec_status create(const llmrec_recommender_parts *parts, const void *options,
                            llmrec_recommender **recommender)
{
    (void)options;
    return llmrec_recommender_create_encoder(parts->encoder, recommender);
}

static lr_array parameters_array(const llmrec_encoder *encoder)
{
    return (lr_array){.name = "parameters", .type = LR_F32, .rank = 1, .sizes = {encoder->layout.total}};
}

static llmrec_status save(const llmrec_recommender *recommender, const lr_saving *saving)
{
    const trained *t = recommender->self;
    const lr_array parameters = parameters_array(t->encoder);
    LR_RETURN_IF(lr_save_integer(saving, "adapter", (int64_t)t->encoder->shape.adapter));
    LR_RETURN_IF(lr_save_array(saving, &parameters, t->encoder->parameters));
    return lr_save_table(saving, "table", t->search.measured.table);
}

/* Creates the network that the description specifies. Its parameters stay in the map. */
static llmrec_status open_network(const lr_opening *opening, llmrec_encoder **encoder)
{
    const lr_json described = lr_json_member(lr_json_member(opening->description, "parts"), "encoder");
    int64_t adapter = 0;
    const void *parameters = NULL;
    LR_RETURN_IF(lr_open_integer(opening, "adapter", 0, 1 << 20, &adapter));
    if (opening->ids == NULL) return lr_fail(LLMREC_ERR_FORMAT, "item_ids are missing");
    LR_RETURN_IF(lr_encoder_of_description(opening->context, opening->ids, described, (size_t)adapter, encoder));
    const lr_array array = parameters_array(*encoder);
    LR_RETURN_IF(lr_open_mapped(opening, &array, &parameters));
    (*encoder)->map = lr_shared_map_hold(opening->map);
    (*encoder)->parameters = (float *)(uintptr_t)parameters; /* a recommender's encoder is never written to */
    return LLMREC_OK;
}

static llmrec_status open(const lr_opening *opening, const void *options, llmrec_recommender **recommender)
{
    llmrec_encoder *encoder = NULL;
    llmrec_embedding *table = NULL;
    llmrec_status status = LLMREC_OK;
    (void)options;
    LR_TRY(lr_fail_in_file(opening->path, open_network(opening, &encoder)));
    LR_TRY(lr_open_table(opening, "table", &table));
    LR_CHECK(table->dim == table_dim(encoder) && table->dtype == LLMREC_DTYPE_FLOAT32, LLMREC_ERR_FORMAT,
             "%s: the table's vectors have %zu values; wanted %zu", opening->path, table->dim, table_dim(encoder));
    status = make(encoder, table, recommender);
    encoder = NULL; /* owned by the recommender now */
    status = lr_fail_in_file(opening->path, status);
done:
    llmrec_embedding_free(table);
    llmrec_encoder_free(encoder);
    return status;
}

const lr_strategy_kind lr_encoder_kind = {.name = "encoder",
                                          .help = "BERT4Rec or SASRec, as the encoder's causal option decides",
                                          .needs = LLMREC_NEED_ENCODER,
                                          .takes = LLMREC_NEED_ENCODER,
                                          .create = create,
                                          .save = save,
                                          .open = open};
