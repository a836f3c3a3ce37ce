/* SPDX-License-Identifier: Apache-2.0 */
#include "network.h"

#include <stdio.h>

/* --- from a row ------------------------------------------------------------------------------------------------ */

static bool read_preset(const compare_row *row, compare_network *n)
{
    const char *name = row->own.encoder_preset != NULL ? row->own.encoder_preset : row->strategy->encoder_preset;
    llmrec_encoder_options usual;
    llmrec_status status = llmrec_encoder_options_preset(&n->encoder, sizeof n->encoder, name);
    if (status == LLMREC_OK) status = llmrec_train_options_preset(&n->train, sizeof n->train, name);
    if (status == LLMREC_OK)
        status = llmrec_encoder_options_preset(&usual, sizeof usual, row->strategy->encoder_preset);
    if (status != LLMREC_OK) {
        fprintf(stderr, "compare: %s: %s\n", row->name, llmrec_last_error());
        return false;
    }
    if (n->encoder.causal == usual.causal) return true;
    fprintf(stderr, "compare: %s: preset \"%s\" is %scausal; wanted one that is%s\n", row->name, name,
            n->encoder.causal ? "" : "not ", usual.causal ? "" : " not");
    return false;
}

static void lay_over(const row_settings *own, compare_network *n)
{
    llmrec_encoder_options *e = &n->encoder;
    llmrec_train_options *t = &n->train;
    take(own->dim, &e->dim);
    take(own->layers, &e->layers);
    take(own->heads, &e->heads);
    take(own->window, &e->max_length);
    take_number(own->dropout, &e->embedding_dropout);
    take_number(own->dropout, &e->attention_dropout);
    take_number(own->dropout, &e->hidden_dropout);
    take(own->window_stride, &t->window_stride);
    take(own->epochs, &t->epochs);
    take(own->patience, &t->patience);
    take(own->batch, &t->batch);
    take(own->loss, &t->loss);
    take(own->negatives, &t->negatives);
    take_number(own->mask, &t->mask_probability);
    take_number(own->last_share, &t->last_share);
    take_number(own->learning_rate, &t->learning_rate);
    take_number(own->weight_decay, &t->weight_decay);
}

/* Vectors as principal components, their lengths kept: the published way. */
static void read_vectors(const row_settings *own, compare_network *n)
{
    llmrec_init_items_options_init(&n->items, sizeof n->items);
    llmrec_reducer_options_init(&n->reducer, sizeof n->reducer);
    take(own->init_mode, &n->items.mode);
    take_number(own->scale_std, &n->items.scale_std);
    n->reducer.normalize = 0;
    n->reducer.skip_missing = 1;
    n->reducer.dim = n->encoder.dim;
    take(own->init_reduce, &n->reducer.method);
    take_number(own->reduce_power, &n->reducer.power);
    take_number(own->reduce_ridge, &n->reducer.ridge);
    if (n->items.mode == LLMREC_INIT_ITEMS_ADAPTER) n->reducer.method = LLMREC_REDUCE_NONE;
    if (n->items.mode != LLMREC_INIT_ITEMS_FROZEN_COLUMNS) return;
    n->reducer.dim = (n->encoder.dim + 1) / 2;
    take(own->init_dim, &n->reducer.dim);
}

static bool check_range(const compare_row *row, const char *name, int64_t value, int64_t most)
{
    if (value <= most) return true;
    fprintf(stderr, "compare: %s: %s is %lld; wanted at most --dim, %lld\n", row->name, name, (long long)value,
            (long long)most);
    return false;
}

bool network_read(const compare_row *row, int64_t seed, compare_network *network)
{
    *network = (compare_network){.from_vectors = row->strategy->needs_vectors};
    if (!read_preset(row, network)) return false;
    lay_over(&row->own, network);
    if (network->from_vectors) read_vectors(&row->own, network);
    network->encoder.seed = network->train.seed = network->items.seed = network->reducer.seed = seed;
    return check_range(row, "--heads", network->encoder.heads, network->encoder.dim) &&
           check_range(row, "--init-dim", network->reducer.dim, network->encoder.dim);
}

/* --- as JSON --------------------------------------------------------------------------------------------------- */

typedef struct field {
    const char *name;
    size_t offset;
    bool whole;
    const char *flag; /* whose choices name its values; NULL: it is a number */
} field;

#define WHOLE(s, f)                                                                                                    \
    {                                                                                                                  \
#f, offsetof(s, f), true, NULL                                                                                 \
    }
#define REAL(s, f)                                                                                                     \
    {                                                                                                                  \
#f, offsetof(s, f), false, NULL                                                                                \
    }
#define E(f) WHOLE(llmrec_encoder_options, f)
#define T(f) WHOLE(llmrec_train_options, f)
#define R(f) REAL(llmrec_train_options, f)
static const field encoder_fields[] = {E(causal),
                                       E(dim),
                                       E(layers),
                                       E(heads),
                                       E(head_dim),
                                       E(ffn_dim),
                                       E(max_length),
                                       E(pre_norm),
                                       E(activation),
                                       E(embedding_norm),
                                       E(final_norm),
                                       E(head),
                                       E(head_norm),
                                       E(output_bias),
                                       REAL(llmrec_encoder_options, epsilon),
                                       REAL(llmrec_encoder_options, embedding_dropout),
                                       REAL(llmrec_encoder_options, attention_dropout),
                                       REAL(llmrec_encoder_options, hidden_dropout),
                                       E(init),
                                       REAL(llmrec_encoder_options, init_deviation),
                                       E(seed),
                                       E(left_aligned),
                                       E(pad_with_mask)};
static const field train_fields[] = {T(epochs),
                                     T(batch),
                                     R(mask_probability),
                                     R(last_share),
                                     T(copies),
                                     T(most_masks),
                                     T(window_stride),
                                     {"loss", offsetof(llmrec_train_options, loss), true, "--loss"},
                                     T(negatives),
                                     R(gbce_t),
                                     T(optimizer),
                                     R(learning_rate),
                                     R(weight_decay),
                                     R(beta1),
                                     R(beta2),
                                     R(adam_epsilon),
                                     T(decay_all),
                                     T(schedule),
                                     T(warmup_steps),
                                     T(clip),
                                     R(clip_norm),
                                     T(accumulate),
                                     T(validation_k),
                                     T(validate_every),
                                     T(patience),
                                     T(seed)};

/* All of them, but for `size` and `checkpoint`: every field of the structs takes eight bytes where a pointer does. */
enum {
    ENCODER_FIELDS = sizeof encoder_fields / sizeof *encoder_fields,
    TRAIN_FIELDS = sizeof train_fields / sizeof *train_fields
};
_Static_assert(sizeof(void *) != 8 || (ENCODER_FIELDS + 1) * 8 == sizeof(llmrec_encoder_options), "a field is missing");
_Static_assert(sizeof(void *) != 8 || (TRAIN_FIELDS + 2) * 8 == sizeof(llmrec_train_options), "a field is missing");

static json_t *field_json(const void *options, const field *f)
{
    const void *at = (const char *)options + f->offset;
    if (!f->whole) return json_real(*(const double *)at);
    const int64_t value = *(const int64_t *)at;
    return f->flag == NULL ? json_integer(value) : json_string(choice_name(f->flag, value));
}

static json_t *fields_json(const void *options, const field *fields, size_t count)
{
    json_t *object = json_object();
    for (size_t i = 0; i < count; i++) json_object_set_new(object, fields[i].name, field_json(options, &fields[i]));
    return object;
}

static json_t *vectors_json(const compare_network *n)
{
    if (!n->from_vectors) return json_null();
    return json_pack("{s:s, s:s, s:I, s:f, s:f, s:f}", "mode", choice_name("--init-mode", n->items.mode), "reduce",
                     n->reducer.method == LLMREC_REDUCE_NONE ? "none" : choice_name("--init-reduce", n->reducer.method),
                     "dim", (json_int_t)n->reducer.dim, "power", n->reducer.power, "ridge", n->reducer.ridge,
                     "scale_std", n->items.scale_std);
}

json_t *network_json(const compare_network *network)
{
    return json_pack("{s:o, s:o, s:o}", "network", fields_json(&network->encoder, encoder_fields, ENCODER_FIELDS),
                     "training", fields_json(&network->train, train_fields, TRAIN_FIELDS), "vectors",
                     vectors_json(network));
}
