/* SPDX-License-Identifier: Apache-2.0 */
/* Small learnable data for the encoder tests. */
#ifndef TESTS_TRAINING_DATA_H
#define TESTS_TRAINING_DATA_H

#include <math.h>
#include <stdbool.h>

#include "support.h"

/* A separate random generator: test data must not depend on the code under test. */
static inline uint32_t next_number(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 33);
}

/* Sessions that walk in circles: item i is mostly followed by item i + 1 (modulo items). */
static inline llmrec_dataset *rounds(llmrec_context *context, size_t sessions, size_t items, uint64_t seed)
{
    enum { LENGTH = 8 };
    int64_t *session = malloc(sessions * LENGTH * sizeof *session), *item = malloc(sessions * LENGTH * sizeof *item);
    llmrec_interactions rows = {.size = sizeof rows, .session_numbers = session, .item_numbers = item};
    llmrec_dataset *dataset = NULL;
    for (size_t s = 0; s < sessions; s++) {
        size_t now = s < items ? s : next_number(&seed) % items; /* every item occurs */
        const size_t length = 3 + next_number(&seed) % (LENGTH - 2);
        for (size_t i = 0; i < length; i++) {
            session[rows.rows] = (int64_t)s;
            item[rows.rows++] = (int64_t)now;
            now = next_number(&seed) % 16 == 0 ? next_number(&seed) % items : (now + 1) % items;
        }
    }
    assert_ok(llmrec_dataset_create(context, &rows, NULL, NULL, &dataset));
    free(session);
    free(item);
    return dataset;
}

static inline llmrec_dataset *part_of(const llmrec_dataset *dataset, int64_t part)
{
    llmrec_split_options options;
    llmrec_dataset *view = NULL;
    assert_ok(llmrec_split_options_init(&options, sizeof options));
    options.method = LLMREC_SPLIT_LEAVE_ONE_OUT;
    assert_ok(llmrec_dataset_split(dataset, &options, part, &view));
    return view;
}

/* A network that trains quickly. */
static inline llmrec_encoder_options small_network(void)
{
    llmrec_encoder_options options;
    assert_ok(llmrec_encoder_options_init(&options, sizeof options));
    options.dim = 16;
    options.layers = 1;
    options.max_length = 8;
    options.embedding_dropout = options.attention_dropout = options.hidden_dropout = 0.1;
    return options;
}

static inline llmrec_train_options short_training(int64_t epochs)
{
    llmrec_train_options options;
    assert_ok(llmrec_train_options_init(&options, sizeof options));
    options.epochs = epochs;
    options.batch = 16;
    options.learning_rate = 5e-3;
    return options;
}

static inline llmrec_encoder *encoder_of(const llmrec_dataset *dataset, const llmrec_encoder_options *options)
{
    llmrec_encoder *encoder = NULL;
    assert_ok(llmrec_encoder_create(dataset, options, &encoder));
    return encoder;
}

/* A recommender by an untrained encoder of its own. Frees the data set. */
static inline llmrec_recommender *untrained(llmrec_dataset *dataset, const llmrec_encoder_options *network)
{
    llmrec_encoder *encoder = encoder_of(dataset, network);
    llmrec_recommender *recommender = NULL;
    assert_ok(llmrec_recommender_create_encoder(encoder, &recommender));
    llmrec_encoder_free(encoder);
    llmrec_dataset_free(dataset);
    return recommender;
}

/* A copy of named weights; free it. */
static inline float *weights_of(const llmrec_encoder *encoder, const char *name, size_t *count)
{
    int64_t rows = 0, columns = 0;
    assert_ok(llmrec_encoder_copy_weights(encoder, name, 0, 0, NULL, &rows, &columns));
    float *values = malloc((size_t)(rows * columns) * sizeof *values);
    assert_ok(llmrec_encoder_copy_weights(encoder, name, 0, rows, values, NULL, NULL));
    *count = (size_t)(rows * columns);
    return values;
}

static const char *const WEIGHTS[] = {"item.weight",           "position.weight",         "output.bias",
                                      "block.0.qkv.weight",    "block.0.down.bias",       "block.0.mix.weight",
                                      "embedding_norm.weight", "block.0.ffn_norm.weight", "head.weight"};

static inline bool same_weights(const llmrec_encoder *a, const llmrec_encoder *b)
{
    bool same = true;
    for (size_t i = 0; i < sizeof WEIGHTS / sizeof *WEIGHTS; i++) {
        size_t of_a = 0, of_b = 0;
        float *x = weights_of(a, WEIGHTS[i], &of_a), *y = weights_of(b, WEIGHTS[i], &of_b);
        same = same && of_a == of_b && memcmp(x, y, of_a * sizeof *x) == 0;
        free(x);
        free(y);
    }
    return same;
}

static inline llmrec_epoch epoch_at(const llmrec_encoder *encoder, int64_t index)
{
    llmrec_epoch epoch = {.size = sizeof epoch};
    assert_ok(llmrec_encoder_epoch(encoder, index, &epoch));
    return epoch;
}

#endif
