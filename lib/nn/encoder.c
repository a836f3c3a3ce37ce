/* SPDX-License-Identifier: Apache-2.0 */
/* Public functions of llmrec/encoder.h, except training, item vectors and files. */
#include "nn/encoder.h"

#include <string.h>

#include "core/context.h"
#include "core/description.h"
#include "core/memory.h"
#include "data/dataset.h"

/* --- the handle ---------------------------------------------------------------------------------------------- */

/* An encoder without memory for parameters. */
static llmrec_status frame(llmrec_context *context, lr_ids *ids, const llmrec_encoder_options *options, size_t adapter,
                           llmrec_encoder **encoder)
{
    llmrec_encoder *fresh = NULL;
    llmrec_status status = LLMREC_OK;
    LR_TRY(LR_NEW_ZERO(context, fresh, 1));
    fresh->context = lr_context_hold(context);
    fresh->ids = lr_ids_hold(ids);
    fresh->options = *options;
    fresh->shape = lr_shape_of(options, lr_ids_count(ids));
    fresh->shape.adapter = adapter;
    LR_TRY(llmrec_train_options_init(&fresh->training.options, sizeof fresh->training.options));
    LR_TRY(lr_layout_of(&fresh->shape, &fresh->layout));
    *encoder = fresh;
    fresh = NULL;
done:
    llmrec_encoder_free(fresh);
    return status;
}

llmrec_status lr_encoder_make(llmrec_context *context, lr_ids *ids, const llmrec_encoder_options *options,
                              size_t adapter, llmrec_encoder **encoder)
{
    llmrec_encoder *fresh = NULL;
    llmrec_status status = LLMREC_OK;
    LR_TRY(frame(context, ids, options, adapter, &fresh));
    LR_TRY(LR_NEW(context, fresh->parameters, fresh->layout.total));
    *encoder = fresh;
    fresh = NULL;
done:
    llmrec_encoder_free(fresh);
    return status;
}

llmrec_status lr_encoder_copy(const llmrec_encoder *encoder, llmrec_encoder **copy)
{
    llmrec_encoder *fresh = NULL;
    LR_RETURN_IF(lr_encoder_make(encoder->context, encoder->ids, &encoder->options, encoder->shape.adapter, &fresh));
    memcpy(fresh->parameters, encoder->parameters, encoder->layout.total * sizeof *fresh->parameters);
    fresh->training.options = encoder->training.options;
    fresh->training.epoch = encoder->training.epoch;
    fresh->training.best = encoder->training.best;
    *copy = fresh;
    return LLMREC_OK;
}

void llmrec_encoder_free(llmrec_encoder *encoder)
{
    if (encoder == NULL) return;
    llmrec_context *context = encoder->context;
    lr_training_clear(context, &encoder->training);
    lr_free(context, encoder->rows.vectors);
    if (encoder->map == NULL) lr_free(context, encoder->parameters);
    lr_shared_map_free(encoder->map);
    lr_ids_free(encoder->ids);
    lr_free(context, encoder);
    llmrec_context_free(context);
}

void lr_training_clear(llmrec_context *context, lr_training *training)
{
    const llmrec_train_options options = training->options;
    lr_free(context, training->moments);
    lr_free(context, training->average);
    lr_free(context, training->shelf);
    lr_free(context, training->history);
    *training = (lr_training){.options = options};
}

void lr_training_use_best(llmrec_encoder *encoder, bool best)
{
    lr_training *training = &encoder->training;
    float *const parameters = encoder->parameters;
    if (training->best == 0 || training->best_in_use == best) return;
    encoder->parameters = training->shelf;
    training->shelf = parameters;
    training->best_in_use = best;
}

llmrec_status llmrec_encoder_create(const llmrec_dataset *dataset, const llmrec_encoder_options *given,
                                    llmrec_encoder **encoder)
{
    llmrec_encoder_options options;
    llmrec_encoder *fresh = NULL;
    llmrec_status status = LLMREC_OK;
    LR_NEED(dataset, encoder);
    LR_RETURN_IF(lr_encoder_options_read(given, &options));
    lr_ids *const ids = lr_dataset_item_ids(dataset);
    LR_CHECK(lr_ids_count(ids) > 0, LLMREC_ERR_SHAPE, "dataset has no items");
    LR_TRY(lr_encoder_make(lr_dataset_context(dataset), ids, &options, 0, &fresh));
    LR_TRY(lr_encoder_start(fresh, options.seed));
    *encoder = fresh;
    fresh = NULL;
done:
    llmrec_encoder_free(fresh);
    return status;
}

/* --- what is in it ------------------------------------------------------------------------------------------- */

lr_network lr_encoder_network(const llmrec_encoder *encoder)
{
    return (lr_network){.shape = &encoder->shape, .layout = &encoder->layout, .parameters = encoder->parameters};
}

static const lr_parameter *find_tensor(const llmrec_encoder *encoder, const char *name)
{
    for (size_t i = 0; i < encoder->layout.tensor_count; i++)
        if (strcmp(encoder->layout.tensor[i].name, name) == 0) return &encoder->layout.tensor[i];
    return NULL;
}

int64_t llmrec_encoder_items(const llmrec_encoder *encoder)
{
    return encoder == NULL ? 0 : (int64_t)encoder->shape.items;
}

int64_t llmrec_encoder_dim(const llmrec_encoder *encoder)
{
    return encoder == NULL ? 0 : (int64_t)encoder->shape.dim;
}

int64_t llmrec_encoder_parameters(const llmrec_encoder *encoder)
{
    if (encoder == NULL) return 0;
    const size_t columns = encoder->rows.mode == LLMREC_INIT_ITEMS_ADAPTER ? encoder->shape.dim : encoder->rows.frozen;
    return (int64_t)(encoder->layout.total - encoder->shape.items * columns);
}

llmrec_status llmrec_encoder_item_id(const llmrec_encoder *encoder, int64_t item, const char **id, size_t *length)
{
    LR_NEED(encoder, id, length);
    LR_RETURN_IF(lr_option_range("item", item, 0, (int64_t)encoder->shape.items - 1));
    *id = lr_ids_text(encoder->ids, (size_t)item, length);
    return LLMREC_OK;
}

llmrec_status lr_encoder_describe(const void *handle, lr_builder *json)
{
    const llmrec_encoder *encoder = handle;
    const lr_training *training = &encoder->training;
    LR_RETURN_IF(lr_builder_format(json, "{\"kind\":\"encoder\",\"items\":%zu", encoder->shape.items));
    LR_RETURN_IF(lr_describe_options(json, "options", &lr_encoder_options, &encoder->options));
    LR_RETURN_IF(lr_describe_options(json, "train_options", &lr_train_options, &training->options));
    return lr_builder_format(json, ",\"epochs\":%lld,\"best_epoch\":%lld}", (long long)training->epoch,
                             (long long)training->best);
}

llmrec_status lr_encoder_of_description(llmrec_context *context, lr_ids *ids, lr_json described, size_t adapter,
                                        llmrec_encoder **encoder)
{
    llmrec_encoder_options given, options;
    llmrec_train_options training;
    int64_t epochs = 0, best = 0;
    LR_RETURN_IF(llmrec_encoder_options_init(&given, sizeof given));
    LR_RETURN_IF(llmrec_train_options_init(&training, sizeof training));
    LR_RETURN_IF(lr_options_parse(&lr_encoder_options, lr_json_member(described, "options"), &given));
    LR_RETURN_IF(lr_options_parse(&lr_train_options, lr_json_member(described, "train_options"), &training));
    LR_RETURN_IF(lr_json_integer(described, "epochs", 0, 1 << 24, &epochs));
    LR_RETURN_IF(lr_json_integer(described, "best_epoch", 0, epochs, &best));
    LR_RETURN_IF(lr_encoder_options_read(&given, &options));
    LR_RETURN_IF(frame(context, ids, &options, adapter, encoder));
    lr_options_forget_texts(&lr_train_options, &training);
    (*encoder)->training.options = training;
    (*encoder)->training.epoch = epochs;
    (*encoder)->training.best = best;
    return LLMREC_OK;
}

llmrec_status llmrec_encoder_description(const llmrec_encoder *encoder, char *text, size_t capacity, size_t *length)
{
    LR_NEED(encoder);
    return lr_description_give(encoder->context, lr_encoder_describe, encoder, text, capacity, length);
}

llmrec_status llmrec_encoder_get_options(const llmrec_encoder *encoder, llmrec_encoder_options *options)
{
    LR_NEED(encoder);
    return lr_options_give(&lr_encoder_options, &encoder->options, options);
}

llmrec_status llmrec_encoder_get_train_options(const llmrec_encoder *encoder, llmrec_train_options *options)
{
    LR_NEED(encoder);
    return lr_options_give(&lr_train_options, &encoder->training.options, options);
}

llmrec_status llmrec_encoder_copy_weights(const llmrec_encoder *encoder, const char *name, int64_t first, int64_t count,
                                          float *values, int64_t *rows, int64_t *columns)
{
    LR_NEED(encoder, name);
    const lr_parameter *tensor = find_tensor(encoder, name);
    if (tensor == NULL)
        return lr_fail(LLMREC_ERR_ARGUMENT, "the encoder has no weights named %s", lr_quote(name, strlen(name)).text);
    LR_RETURN_IF(lr_option_range("first", first, 0, (int64_t)tensor->rows));
    LR_RETURN_IF(lr_option_range("count", count, 0, (int64_t)tensor->rows - first));
    if (count > 0) LR_NEED(values);
    if (rows != NULL) *rows = (int64_t)tensor->rows;
    if (columns != NULL) *columns = (int64_t)tensor->columns;
    if (count > 0)
        memcpy(values, encoder->parameters + tensor->offset + (size_t)first * tensor->columns,
               (size_t)count * tensor->columns * sizeof *values);
    return LLMREC_OK;
}

int64_t llmrec_encoder_weights(const llmrec_encoder *encoder)
{
    return encoder == NULL ? 0 : (int64_t)encoder->layout.tensor_count;
}

const char *llmrec_encoder_weight_name(const llmrec_encoder *encoder, int64_t index)
{
    return index < 0 || index >= llmrec_encoder_weights(encoder) ? NULL : encoder->layout.tensor[index].name;
}
