/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/checkpoint.h"

#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/memory.h"
#include "data/stored.h"
#include "nn/encoder.h"

static const lr_store_kind KIND = {"encoder", 1};
enum { NUMBERS = 11 }; /* numbers stored per epoch */

/* --- epochs as rows of numbers --------------------------------------------------------------------------------- */

static void numbers_of(const llmrec_epoch *epoch, double numbers[NUMBERS])
{
    const double all[NUMBERS] = {(double)epoch->epoch,
                                 (double)epoch->steps,
                                 epoch->loss,
                                 epoch->learning_rate,
                                 epoch->ndcg,
                                 epoch->hit_rate,
                                 epoch->seconds,
                                 epoch->validation_seconds,
                                 epoch->sequences_per_second,
                                 epoch->tokens_per_second,
                                 (double)epoch->best};
    memcpy(numbers, all, sizeof all);
}

static llmrec_epoch epoch_of(const double numbers[NUMBERS], int64_t index)
{
    const bool counts = numbers[1] >= 0 && numbers[1] < 0x1p53;
    return (llmrec_epoch){.size = sizeof(llmrec_epoch),
                          .epoch = index + 1,
                          .steps = counts ? (int64_t)numbers[1] : 0,
                          .loss = numbers[2],
                          .learning_rate = numbers[3],
                          .ndcg = numbers[4],
                          .hit_rate = numbers[5],
                          .seconds = numbers[6],
                          .validation_seconds = numbers[7],
                          .sequences_per_second = numbers[8],
                          .tokens_per_second = numbers[9],
                          .best = numbers[10] != 0};
}

/* --- writing --------------------------------------------------------------------------------------------------- */

static llmrec_status write_floats(lr_store *store, const char *name, size_t rows, size_t columns, const float *values)
{
    const lr_array array = {.name = name, .type = LR_F32, .rank = 2, .sizes = {rows, columns}};
    return lr_store_write(store, &array, values);
}

static llmrec_status write_history(const llmrec_encoder *encoder, lr_store *store)
{
    const lr_training *training = &encoder->training;
    const size_t epochs = (size_t)training->epoch;
    const lr_array array = {.name = "history", .type = LR_F64, .rank = 2, .sizes = {epochs, NUMBERS}};
    llmrec_status status = LLMREC_OK;
    double *numbers = NULL;
    LR_TRY(LR_NEW(encoder->context, numbers, epochs * NUMBERS));
    for (size_t i = 0; i < epochs; i++) numbers_of(&training->history[i], numbers + i * NUMBERS);
    LR_TRY(lr_store_write(store, &array, numbers));
done:
    lr_free(encoder->context, numbers);
    return status;
}

static llmrec_status write_training(const llmrec_encoder *encoder, lr_store *store)
{
    const lr_training *training = &encoder->training;
    const size_t total = encoder->layout.total;
    LR_RETURN_IF(lr_options_write(&lr_train_options, &training->options, store, "train"));
    LR_RETURN_IF(lr_store_set_integer(store, "epoch", training->epoch));
    LR_RETURN_IF(lr_store_set_integer(store, "step", training->step));
    LR_RETURN_IF(lr_store_set_integer(store, "best", training->best));
    LR_RETURN_IF(lr_store_set_number(store, "best_figure", training->best_figure));
    LR_RETURN_IF(lr_store_set_integer(store, "since_best", training->since_best));
    LR_RETURN_IF(lr_store_set_integer(store, "best_in_use", training->best_in_use));
    if (training->moments != NULL) LR_RETURN_IF(write_floats(store, "moments", 2, total, training->moments));
    if (training->average != NULL) LR_RETURN_IF(write_floats(store, "average", 1, total, training->average));
    if (training->best > 0) LR_RETURN_IF(write_floats(store, "shelf", 1, total, training->shelf));
    return write_history(encoder, store);
}

static llmrec_status write_network(const llmrec_encoder *encoder, lr_store *store)
{
    const lr_shape *shape = &encoder->shape;
    const lr_spans ids = {shape->items, lr_ids_at, encoder->ids};
    LR_RETURN_IF(lr_options_write(&lr_encoder_options, &encoder->options, store, "options"));
    LR_RETURN_IF(lr_store_set_integer(store, "rows.mode", encoder->rows.mode));
    LR_RETURN_IF(lr_store_set_integer(store, "rows.frozen", (int64_t)encoder->rows.frozen));
    LR_RETURN_IF(lr_store_set_integer(store, "rows.adapter", (int64_t)shape->adapter));
    LR_RETURN_IF(lr_store_set_integer(store, "item_numbers", lr_ids_are_numbers(encoder->ids)));
    LR_RETURN_IF(lr_texts_write(encoder->context, store, "item_ids", ids));
    LR_RETURN_IF(write_floats(store, "parameters", 1, encoder->layout.total, encoder->parameters));
    if (encoder->rows.vectors == NULL) return LLMREC_OK;
    return write_floats(store, "vectors", shape->items, shape->adapter, encoder->rows.vectors);
}

static llmrec_status write_all(const void *encoder, lr_store *store)
{
    LR_RETURN_IF(write_network(encoder, store));
    return write_training(encoder, store);
}

llmrec_status lr_checkpoint_write(const llmrec_encoder *encoder, const char *path)
{
    return lr_store_save(encoder->context, path, KIND, write_all, encoder);
}

/* --- reading --------------------------------------------------------------------------------------------------- */

typedef struct reading {
    llmrec_context *context;
    const char *path;
    lr_store *store;
    lr_ids *ids;
    llmrec_encoder_options options;
    lr_item_rows rows;
    int64_t adapter;
    lr_layout layout; /* of the options, computed before memory is allocated for the parameters */
    llmrec_encoder *encoder;
} reading;

static llmrec_status read_ids(reading *r)
{
    llmrec_status status = LLMREC_OK;
    lr_loose_texts texts = {0};
    size_t twice[2];
    int64_t numbers = 0;
    LR_TRY(lr_store_get_integer(r->store, "item_numbers", &numbers));
    LR_TRY(lr_texts_read(r->store, r->path, "item_ids", &texts));
    LR_CHECK(texts.count > 0, LLMREC_ERR_FORMAT, "%s: item_ids: no items", r->path);
    status = lr_ids_gather(r->context, (lr_spans){texts.count, lr_loose_text_at, &texts}, numbers != 0, twice, &r->ids);
    if (status == LLMREC_ERR_SHAPE)
        status =
            lr_fail(LLMREC_ERR_FORMAT, "%s: item_ids: items %zu and %zu have the same id", r->path, twice[1], twice[0]);
done:
    lr_loose_texts_free(r->context, &texts);
    return status;
}

/* Reads an integer attribute and checks its range. */
static llmrec_status read_integer(const reading *r, const char *name, int64_t low, int64_t high, int64_t *value)
{
    int64_t found = 0;
    LR_RETURN_IF(lr_store_get_integer(r->store, name, &found));
    if (found < low || found > high)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: %s is %lld; wanted %lld to %lld", r->path, name, (long long)found,
                       (long long)low, (long long)high);
    *value = found;
    return LLMREC_OK;
}

static llmrec_status read_shape(reading *r)
{
    llmrec_encoder_options settled;
    int64_t frozen = 0;
    LR_RETURN_IF(
        lr_fail_in_file(r->path, lr_options_load(&lr_encoder_options, r->store, r->context, "options", &r->options)));
    LR_RETURN_IF(lr_fail_in_file(r->path, lr_encoder_options_read(&r->options, &settled)));
    r->options = settled;
    LR_RETURN_IF(read_integer(r, "rows.mode", LLMREC_INIT_ITEMS_START, LLMREC_INIT_ITEMS_ADAPTER, &r->rows.mode));
    LR_RETURN_IF(read_integer(r, "rows.frozen", 0, settled.dim, &frozen));
    const bool adapts = r->rows.mode == LLMREC_INIT_ITEMS_ADAPTER;
    LR_RETURN_IF(read_integer(r, "rows.adapter", adapts, adapts ? 1 << 20 : 0, &r->adapter));
    r->rows.frozen = (size_t)frozen;
    lr_shape shape = lr_shape_of(&r->options, lr_ids_count(r->ids));
    shape.adapter = (size_t)r->adapter;
    return lr_fail_in_file(r->path, lr_layout_of(&shape, &r->layout));
}

/* Reads finite values of exactly this shape into new memory. */
static llmrec_status read_floats(const reading *r, const char *name, size_t rows, size_t columns, float **values)
{
    lr_array array = {.name = name, .type = LR_F32, .rank = 2};
    float *fresh = NULL;
    LR_RETURN_IF(lr_store_describe(r->store, &array));
    if (array.sizes[0] != rows || array.sizes[1] != columns)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: %s is %zu x %zu; wanted %zu x %zu", r->path, name, array.sizes[0],
                       array.sizes[1], rows, columns);
    LR_RETURN_IF(lr_store_read(r->store, &array, &fresh));
    for (size_t i = 0; i < rows * columns; i++)
        if (!isfinite(fresh[i])) {
            lr_free(r->context, fresh);
            return lr_fail(LLMREC_ERR_FORMAT, "%s: %s: value %zu is not finite", r->path, name, i);
        }
    lr_free(r->context, *values);
    *values = fresh;
    return LLMREC_OK;
}

static llmrec_status read_network(reading *r)
{
    LR_RETURN_IF(read_ids(r));
    LR_RETURN_IF(read_shape(r));
    lr_array parameters = {.name = "parameters", .type = LR_F32, .rank = 2};
    LR_RETURN_IF(lr_store_describe(r->store, &parameters));
    if (parameters.sizes[1] != r->layout.total) /* checked before memory is allocated */
        return lr_fail(LLMREC_ERR_FORMAT, "%s: %zu parameters; wanted %zu", r->path, parameters.sizes[1],
                       r->layout.total);
    LR_RETURN_IF(lr_encoder_make(r->context, r->ids, &r->options, (size_t)r->adapter, &r->encoder));
    r->encoder->rows = r->rows;
    LR_RETURN_IF(read_floats(r, "parameters", 1, r->layout.total, &r->encoder->parameters));
    if (r->adapter == 0) return LLMREC_OK;
    return read_floats(r, "vectors", r->encoder->shape.items, (size_t)r->adapter, &r->encoder->rows.vectors);
}

static llmrec_status read_history(const reading *r, lr_training *training)
{
    llmrec_status status = LLMREC_OK;
    lr_array array = {.name = "history", .type = LR_F64, .rank = 2};
    double *numbers = NULL;
    const size_t epochs = (size_t)training->epoch;
    LR_TRY(lr_store_read(r->store, &array, &numbers));
    LR_CHECK(array.sizes[0] == epochs && array.sizes[1] == NUMBERS, LLMREC_ERR_FORMAT,
             "%s: history is %zu x %zu; wanted %zu x %d", r->path, array.sizes[0], array.sizes[1], epochs, NUMBERS);
    LR_TRY(LR_NEW(r->context, training->history, epochs));
    training->history_capacity = epochs;
    for (size_t i = 0; i < epochs; i++) training->history[i] = epoch_of(numbers + i * NUMBERS, (int64_t)i);
done:
    lr_free(r->context, numbers);
    return status;
}

static llmrec_status read_training(reading *r)
{
    lr_training *training = &r->encoder->training;
    const size_t total = r->layout.total;
    int64_t in_use = 0, best = 0;
    LR_RETURN_IF(lr_fail_in_file(
        r->path, lr_options_load(&lr_train_options, r->store, r->context, "train", &training->options)));
    LR_RETURN_IF(read_integer(r, "epoch", 0, 1 << 24, &training->epoch));
    LR_RETURN_IF(read_integer(r, "step", 0, (int64_t)1 << 38, &training->step));
    LR_RETURN_IF(read_integer(r, "best", 0, training->epoch, &best));
    LR_RETURN_IF(read_integer(r, "since_best", 0, training->epoch, &training->since_best));
    LR_RETURN_IF(read_integer(r, "best_in_use", 0, best > 0, &in_use));
    LR_RETURN_IF(lr_store_get_number(r->store, "best_figure", &training->best_figure));
    LR_RETURN_IF(read_history(r, training));
    if (lr_store_has(r->store, "moments")) LR_RETURN_IF(read_floats(r, "moments", 2, total, &training->moments));
    if (lr_store_has(r->store, "average")) LR_RETURN_IF(read_floats(r, "average", 1, total, &training->average));
    if (best > 0) LR_RETURN_IF(read_floats(r, "shelf", 1, total, &training->shelf));
    training->best = best;
    training->best_in_use = in_use != 0;
    lr_training_use_best(r->encoder, true);
    return LLMREC_OK;
}

llmrec_status lr_checkpoint_read(llmrec_context *context, const char *path, llmrec_encoder **encoder)
{
    llmrec_status status = LLMREC_OK;
    reading *r = NULL; /* a layout is too large for the stack of a thread */
    LR_RETURN_IF(LR_NEW_ZERO(context, r, 1));
    r->context = context;
    r->path = path;
    LR_TRY(lr_store_open(context, path, KIND, &r->store));
    LR_TRY(read_network(r));
    LR_TRY(read_training(r));
    *encoder = r->encoder;
    r->encoder = NULL;
done:
    llmrec_encoder_free(r->encoder);
    lr_ids_free(r->ids);
    lr_store_close(r->store);
    lr_free(context, r);
    return status;
}
