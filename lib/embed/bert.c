/* SPDX-License-Identifier: Apache-2.0 */
#include "embed/bert.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/context.h"
#include "core/memory.h"
#include "core/text.h"
#include "embed/bert_config.h"

enum { PER_LAYER = 16, OTHERS = 5, NAME_SIZE = 160 };

/* State of loading: the file, and the prefix of its tensor names. */
typedef struct loading {
    lr_bert *bert;
    const char *path, *prefix;
    size_t layer; /* replaces "#" in tensor names */
} loading;

static void name_of(const loading *l, const char *format, char name[NAME_SIZE])
{
    const size_t used = (size_t)snprintf(name, NAME_SIZE, "%s", l->prefix);
    const char *number = strchr(format, '#');
    if (number == NULL) snprintf(name + used, NAME_SIZE - used, "%s", format);
    else snprintf(name + used, NAME_SIZE - used, "%.*s%zu%s", (int)(number - format), format, l->layer, number + 1);
}

static llmrec_status check_shape(const loading *l, const lr_tensor *tensor, size_t rows, size_t columns)
{
    const bool vector = rows == 1 && tensor->rank == 1 && tensor->sizes[0] == columns;
    const bool matrix = tensor->rank == 2 && tensor->sizes[0] == rows && tensor->sizes[1] == columns;
    char met[LR_TENSOR_RANK * 24] = "";
    size_t used = 0;
    if (vector || matrix) return LLMREC_OK;
    for (size_t i = 0; i < tensor->rank; i++)
        used += (size_t)snprintf(met + used, sizeof met - used, "%s%zu", i == 0 ? "" : ",", tensor->sizes[i]);
    if (rows == 1)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: tensor %s is [%s]; config.json wants [%zu]", l->path, tensor->name, met,
                       columns);
    return lr_fail(LLMREC_ERR_FORMAT, "%s: tensor %s is [%s]; config.json wants [%zu,%zu]", l->path, tensor->name, met,
                   rows, columns);
}

static llmrec_status find(const loading *l, const char *format, size_t rows, size_t columns, const lr_tensor **tensor)
{
    char name[NAME_SIZE];
    name_of(l, format, name);
    const lr_tensor *found = lr_safetensors_find(l->bert->file, name);
    if (found == NULL) return lr_fail(LLMREC_ERR_FORMAT, "%s: there is no tensor %s", l->path, name);
    if (found->type == LR_TENSOR_OTHER)
        return lr_fail(LLMREC_ERR_UNSUPPORTED, "%s: tensor %s is of type %s; wanted F32 or F16", l->path, name,
                       found->type_name);
    LR_RETURN_IF(check_shape(l, found, rows, columns));
    *tensor = found;
    return LLMREC_OK;
}

/* Allocates `count` values that lr_bert_close frees. */
static llmrec_status own(lr_bert *bert, size_t count, float **values)
{
    LR_RETURN_IF(LR_NEW(bert->context, *values, count));
    bert->owned[bert->owned_count++] = *values;
    return LLMREC_OK;
}

/* Loads a tensor [rows,columns], or [columns] if rows is 1. Aligned float32 values are used in place, others copied. */
static llmrec_status load(const loading *l, const char *format, size_t rows, size_t columns, const float **values)
{
    const lr_tensor *tensor = NULL;
    float *copy = NULL;
    LR_RETURN_IF(find(l, format, rows, columns, &tensor));
    if (tensor->type == LR_TENSOR_F32 && (uintptr_t)tensor->data % _Alignof(float) == 0) {
        *values = tensor->data;
        return LLMREC_OK;
    }
    LR_RETURN_IF(own(l->bert, tensor->count, &copy));
    LR_RETURN_IF(lr_tensor_floats(tensor, 0, tensor->count, copy));
    *values = copy;
    return LLMREC_OK;
}

/* to[j,i] = from[i,j]. Bands of rows keep the written cache lines in cache until they are full. */
static void transpose(const float *from, size_t rows, size_t columns, float *to, size_t stride)
{
    enum { BAND = 16 };
    for (size_t first = 0; first < rows; first += BAND) {
        const size_t last = first + BAND < rows ? first + BAND : rows;
        for (size_t j = 0; j < columns; j++)
            for (size_t i = first; i < last; i++) to[j * stride + i] = from[i * columns + j];
    }
}

/* Loads `count` tensors [outputs,inputs] as one matrix [inputs, count * outputs]. */
static llmrec_status load_matrix(const loading *l, const char *const *formats, size_t count, size_t outputs,
                                 size_t inputs, lr_matrix *matrix)
{
    llmrec_status status = LLMREC_OK;
    float *values = NULL, *stored = NULL;
    LR_TRY(own(l->bert, count * outputs * inputs, &values));
    LR_TRY(LR_NEW(l->bert->context, stored, outputs * inputs));
    for (size_t i = 0; i < count; i++) {
        const lr_tensor *tensor = NULL;
        LR_TRY(find(l, formats[i], outputs, inputs, &tensor));
        LR_TRY(lr_tensor_floats(tensor, 0, tensor->count, stored));
        transpose(stored, outputs, inputs, values + i * outputs, count * outputs);
    }
    *matrix = lr_matrix_of(values, inputs, count * outputs);
done:
    lr_free(l->bert->context, stored);
    return status;
}

static llmrec_status load_norm(const loading *l, const char *gain, const char *bias, lr_layer_norm *norm)
{
    const lr_bert_shape *shape = &l->bert->shape;
    norm->dim = (size_t)shape->dim;
    norm->epsilon = shape->epsilon;
    LR_RETURN_IF(load(l, gain, 1, norm->dim, &norm->gain));
    return load(l, bias, 1, norm->dim, &norm->bias);
}

/* Concatenates the biases of queries, keys and values. */
static llmrec_status load_biases(const loading *l, const char *const formats[3], size_t dim, const float **values)
{
    float *stacked = NULL;
    LR_RETURN_IF(own(l->bert, 3 * dim, &stacked));
    for (size_t i = 0; i < 3; i++) {
        const lr_tensor *tensor = NULL;
        LR_RETURN_IF(find(l, formats[i], 1, dim, &tensor));
        LR_RETURN_IF(lr_tensor_floats(tensor, 0, tensor->count, stacked + i * dim));
    }
    *values = stacked;
    return LLMREC_OK;
}

static llmrec_status load_attention(const loading *l, lr_bert_layer *layer)
{
    static const char *const weights[3] = {"encoder.layer.#.attention.self.query.weight",
                                           "encoder.layer.#.attention.self.key.weight",
                                           "encoder.layer.#.attention.self.value.weight"};
    static const char *const biases[3] = {"encoder.layer.#.attention.self.query.bias",
                                          "encoder.layer.#.attention.self.key.bias",
                                          "encoder.layer.#.attention.self.value.bias"};
    static const char *const mix[] = {"encoder.layer.#.attention.output.dense.weight"};
    const size_t D = (size_t)l->bert->shape.dim;
    LR_RETURN_IF(load_matrix(l, weights, 3, D, D, &layer->qkv));
    LR_RETURN_IF(load_biases(l, biases, D, &layer->qkv_bias));
    LR_RETURN_IF(load_matrix(l, mix, 1, D, D, &layer->mix));
    LR_RETURN_IF(load(l, "encoder.layer.#.attention.output.dense.bias", 1, D, &layer->mix_bias));
    return load_norm(l, "encoder.layer.#.attention.output.LayerNorm.weight",
                     "encoder.layer.#.attention.output.LayerNorm.bias", &layer->mixed);
}

static llmrec_status load_layer(const loading *l, lr_bert_layer *layer)
{
    static const char *const up[] = {"encoder.layer.#.intermediate.dense.weight"};
    static const char *const down[] = {"encoder.layer.#.output.dense.weight"};
    const size_t D = (size_t)l->bert->shape.dim, F = (size_t)l->bert->shape.inner;
    LR_RETURN_IF(load_attention(l, layer));
    LR_RETURN_IF(load_matrix(l, up, 1, F, D, &layer->up));
    LR_RETURN_IF(load(l, "encoder.layer.#.intermediate.dense.bias", 1, F, &layer->up_bias));
    LR_RETURN_IF(load_matrix(l, down, 1, D, F, &layer->down));
    LR_RETURN_IF(load(l, "encoder.layer.#.output.dense.bias", 1, D, &layer->down_bias));
    return load_norm(l, "encoder.layer.#.output.LayerNorm.weight", "encoder.layer.#.output.LayerNorm.bias",
                     &layer->fed);
}

static llmrec_status load_embeddings(const loading *l)
{
    lr_bert *bert = l->bert;
    const size_t D = (size_t)bert->shape.dim;
    const size_t vocabulary = (size_t)bert->shape.vocabulary, positions = (size_t)bert->shape.positions;
    LR_RETURN_IF(load(l, "embeddings.word_embeddings.weight", vocabulary, D, &bert->word));
    LR_RETURN_IF(load(l, "embeddings.position_embeddings.weight", positions, D, &bert->position));
    LR_RETURN_IF(load(l, "embeddings.token_type_embeddings.weight", (size_t)bert->shape.types, D, &bert->type));
    return load_norm(l, "embeddings.LayerNorm.weight", "embeddings.LayerNorm.bias", &bert->embedding);
}

static llmrec_status load_all(lr_bert *bert, const char *path)
{
    loading l = {.bert = bert, .path = path, .prefix = ""};
    /* a model saved with a task head prefixes the names of the encoder's tensors */
    if (lr_safetensors_find(bert->file, "bert.embeddings.word_embeddings.weight") != NULL) l.prefix = "bert.";
    LR_RETURN_IF(load_embeddings(&l));
    for (; l.layer < (size_t)bert->shape.layers; l.layer++) LR_RETURN_IF(load_layer(&l, &bert->layers[l.layer]));
    return LLMREC_OK;
}

static llmrec_status open_files(lr_bert *bert, const char *directory)
{
    llmrec_status status = LLMREC_OK;
    lr_builder config = {.context = bert->context}, weights = {.context = bert->context};
    LR_TRY(lr_builder_format(&config, "%s/config.json", directory));
    LR_TRY(lr_builder_format(&weights, "%s/model.safetensors", directory));
    LR_CHECK(access(config.text, F_OK) == 0, LLMREC_ERR_IO,
             "cannot find %s; wanted the directory of a sentence-transformers model", config.text);
    LR_TRY(lr_bert_read_config(bert->context, config.text, &bert->shape));
    LR_TRY(lr_safetensors_open(bert->context, weights.text, &bert->file));
    const size_t layers = (size_t)bert->shape.layers;
    LR_TRY(LR_NEW_ZERO(bert->context, bert->layers, layers));
    LR_TRY(LR_NEW_ZERO(bert->context, bert->owned, PER_LAYER * layers + OTHERS));
    LR_TRY(load_all(bert, weights.text));
done:
    lr_free(bert->context, config.text);
    lr_free(bert->context, weights.text);
    return status;
}

llmrec_status lr_bert_open(llmrec_context *context, const char *directory, lr_bert **bert)
{
    llmrec_status status = LLMREC_OK;
    lr_bert *fresh = NULL;
    LR_TRY(LR_NEW_ZERO(context, fresh, 1));
    fresh->context = context;
    LR_TRY(open_files(fresh, directory));
    *bert = fresh;
    fresh = NULL;
done:
    lr_bert_close(fresh);
    return status;
}

void lr_bert_close(lr_bert *bert)
{
    if (bert == NULL) return;
    for (size_t i = 0; i < bert->owned_count; i++) lr_free(bert->context, bert->owned[i]);
    lr_free(bert->context, bert->owned);
    lr_free(bert->context, bert->layers);
    lr_safetensors_close(bert->file);
    lr_free(bert->context, bert);
}
