/* SPDX-License-Identifier: Apache-2.0 */
/* Reads and writes tables in array formats of other programs: .npy and .safetensors. */
#include <jansson.h>
#include <string.h>

#include "core/memory.h"
#include "core/text.h"
#include "embed/embedding_files.h"
#include "embed/npy.h"

static const char TENSOR[] = "embeddings", IDS[] = "ids";

llmrec_status lr_embedding_load_npy(llmrec_context *context, const char *path, const llmrec_embedding_options *options,
                                    llmrec_embedding **embedding)
{
    lr_map map = {0};
    lr_values values = {.what = path};
    llmrec_status status = lr_npy_open(path, &map, &values.tensor);
    if (status == LLMREC_OK) status = lr_embedding_store(context, &values, options->dtype, NULL, embedding);
    lr_map_close(&map);
    return status;
}

llmrec_status lr_embedding_save_npy(const llmrec_embedding *embedding, const char *path)
{
    const lr_tensor tensor = lr_embedding_tensor(embedding, path);
    return lr_npy_write(embedding->context, path, &tensor);
}

/* Chooses the tensor with the given name, else the one named "embeddings", else the only matrix. */
static llmrec_status pick(const lr_safetensors *file, const char *path, const char *name, const lr_tensor **tensor)
{
    const lr_tensor *found = lr_safetensors_find(file, name == NULL ? TENSOR : name);
    size_t matrices = 0;
    if (name != NULL && found == NULL)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: there is no tensor %s", path, lr_quote(name, strlen(name)).text);
    for (size_t i = 0; found == NULL && i < lr_safetensors_count(file); i++)
        if (lr_safetensors_at(file, i)->rank == 2 && matrices++ == 0) *tensor = lr_safetensors_at(file, i);
    if (found != NULL) *tensor = found;
    else if (matrices != 1)
        return lr_fail(LLMREC_ERR_FORMAT,
                       "%s: %zu tensors of two dimensions, none named \"%s\"; wanted the option tensor", path, matrices,
                       TENSOR);
    const lr_quoted quoted = lr_quote((*tensor)->name, strlen((*tensor)->name));
    if ((*tensor)->rank != 2)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: tensor %s has %zu dimensions; wanted 2", path, quoted.text,
                       (*tensor)->rank);
    if ((*tensor)->type == LR_TENSOR_OTHER)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: tensor %s has dtype %s; wanted F16, BF16, F32 or F64", path, quoted.text,
                       (*tensor)->type_name);
    return LLMREC_OK;
}

static lr_span id_at(const void *list, size_t index)
{
    const json_t *id = json_array_get(list, index);
    return (lr_span){json_string_value(id), json_string_length(id)};
}

/* Reads ids from the metadata, where this library stores them as a JSON array. Other files have none. */
static llmrec_status read_list(llmrec_context *context, const char *path, const char *text, size_t rows, lr_ids **ids)
{
    llmrec_status status = LLMREC_OK;
    json_error_t error;
    json_t *list = json_loads(text, JSON_ALLOW_NUL, &error);
    LR_CHECK(list != NULL && json_is_array(list) && json_array_size(list) == rows, LLMREC_ERR_FORMAT,
             "%s: metadata \"%s\" is not an array of %zu ids", path, IDS, rows);
    for (size_t i = 0; i < rows; i++)
        LR_CHECK(json_is_string(json_array_get(list, i)), LLMREC_ERR_FORMAT,
                 "%s: metadata \"%s\": entry %zu is not a string", path, IDS, i);
    status = lr_ids_of(context, (lr_spans){rows, id_at, list}, path, ids);
done:
    json_decref(list);
    return status;
}

llmrec_status lr_embedding_load_tensors(llmrec_context *context, const char *path,
                                        const llmrec_embedding_options *options, llmrec_embedding **embedding)
{
    llmrec_status status = LLMREC_OK;
    lr_safetensors *file = NULL;
    const lr_tensor *tensor = NULL;
    lr_ids *ids = NULL;
    LR_TRY(lr_safetensors_open(context, path, &file));
    LR_TRY(pick(file, path, options->tensor, &tensor));
    const char *list = lr_safetensors_metadata(file, IDS);
    if (list != NULL) LR_TRY(read_list(context, path, list, tensor->sizes[0], &ids));
    const lr_values values = {*tensor, path};
    status = lr_embedding_store(context, &values, options->dtype, ids, embedding);
done:
    lr_safetensors_close(file);
    return status;
}

static llmrec_status build_list(const llmrec_embedding *embedding, const char *path, lr_builder *list)
{
    LR_RETURN_IF(lr_builder_add(list, "[", 1));
    for (size_t row = 0; row < embedding->rows; row++) {
        size_t length = 0;
        const char *id = lr_ids_text(embedding->ids, row, &length);
        if (lr_utf8_valid(id, length) != length)
            return lr_fail(LLMREC_ERR_UNSUPPORTED,
                           "%s: the id %s of row %zu is not UTF-8; wanted UTF-8 for JSON, or the format .h5", path,
                           lr_quote(id, length).text, row);
        if (row > 0) LR_RETURN_IF(lr_builder_add(list, ",", 1));
        LR_RETURN_IF(lr_builder_json(list, id, length));
    }
    return lr_builder_add(list, "]", 1);
}

llmrec_status lr_embedding_save_tensors(const llmrec_embedding *embedding, const char *path)
{
    llmrec_status status = LLMREC_OK;
    const lr_tensor tensor = lr_embedding_tensor(embedding, TENSOR);
    lr_builder list = {.context = embedding->context};
    if (embedding->ids != NULL) LR_TRY(build_list(embedding, path, &list));
    status = lr_safetensors_write(embedding->context, path, &tensor, 1, list.text == NULL ? NULL : IDS, list.text);
done:
    lr_free(embedding->context, list.text);
    return status;
}
