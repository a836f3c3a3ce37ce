/* SPDX-License-Identifier: Apache-2.0 */
/* Public functions for embedding tables (llmrec/embedding.h). */
#include "embed/embedding.h"

#include <stddef.h>
#include <string.h>

#include "core/context.h"
#include "core/description.h"
#include "core/memory.h"
#include "core/text.h"
#include "data/fields.h"
#include "embed/embed_options.h"
#include "embed/embedding_files.h"
#include "math/half.h"

/* --- the handle ---------------------------------------------------------------------------------------------- */

size_t lr_dtype_size(int64_t dtype)
{
    return dtype == LLMREC_DTYPE_FLOAT16 ? sizeof(uint16_t) : sizeof(float);
}

size_t lr_embedding_known(const llmrec_embedding *embedding)
{
    size_t known = 0;
    for (size_t row = 0; row < embedding->rows; row++) known += lr_embedding_has(embedding, row);
    return known;
}

llmrec_status lr_embedding_adopt(llmrec_context *context, const lr_owned *owned, llmrec_embedding **embedding)
{
    llmrec_embedding *fresh = NULL;
    const llmrec_status status = LR_NEW_ZERO(context, fresh, 1);
    if (status != LLMREC_OK) {
        lr_free(context, owned->values);
        lr_ids_free(owned->ids);
        return status;
    }
    atomic_init(&fresh->references, 1);
    fresh->context = lr_context_hold(context);
    fresh->rows = owned->rows;
    fresh->dim = owned->dim;
    fresh->dtype = owned->dtype;
    fresh->data = fresh->owned = owned->values;
    fresh->ids = owned->ids;
    *embedding = fresh;
    return LLMREC_OK;
}

llmrec_status lr_embedding_store(llmrec_context *context, const lr_values *values, int64_t dtype, lr_ids *ids,
                                 llmrec_embedding **embedding)
{
    lr_owned owned = {.rows = values->tensor.sizes[0], .dim = values->tensor.sizes[1], .dtype = dtype, .ids = ids};
    llmrec_status status = LLMREC_OK;
    LR_CHECK(owned.rows > 0 && owned.rows < INT32_MAX && owned.dim > 0 && owned.dim < INT32_MAX, LLMREC_ERR_SHAPE,
             "%s: %zu rows of %zu values; wanted 1 to 2147483646 of each", values->what, owned.rows, owned.dim);
    LR_TRY(lr_values_store(context, values, dtype, &owned.values));
    return lr_embedding_adopt(context, &owned, embedding);
done:
    lr_ids_free(ids);
    return status;
}

llmrec_status lr_embedding_of_map(llmrec_context *context, const lr_mapped *mapped, llmrec_embedding **embedding)
{
    const lr_owned shape = {.rows = mapped->rows, .dim = mapped->dim, .dtype = mapped->dtype};
    llmrec_embedding *fresh = NULL;
    LR_RETURN_IF(lr_embedding_adopt(context, &shape, &fresh));
    fresh->map = lr_shared_map_hold(mapped->map);
    fresh->data = mapped->values;
    fresh->ids = mapped->ids == NULL ? NULL : lr_ids_hold(mapped->ids);
    *embedding = fresh;
    return LLMREC_OK;
}

llmrec_embedding *lr_embedding_hold(const llmrec_embedding *embedding)
{
    llmrec_embedding *held = (llmrec_embedding *)(uintptr_t)embedding;
    atomic_fetch_add_explicit(&held->references, 1, memory_order_relaxed);
    return held;
}

void llmrec_embedding_free(llmrec_embedding *embedding)
{
    if (embedding == NULL) return;
    if (atomic_fetch_sub_explicit(&embedding->references, 1, memory_order_acq_rel) != 1) return;
    llmrec_context *context = embedding->context;
    lr_free(context, embedding->missing);
    lr_free(context, embedding->path);
    lr_ids_free(embedding->ids);
    lr_shared_map_free(embedding->map);
    lr_free(context, embedding->owned);
    llmrec_embedding_free(embedding->source);
    lr_free(context, embedding);
    llmrec_context_free(context);
}

const float *lr_embedding_row(const llmrec_embedding *embedding, size_t row, float *scratch)
{
    const size_t first = row * embedding->dim;
    if (embedding->dtype == LLMREC_DTYPE_FLOAT32) return (const float *)embedding->data + first;
    lr_halves_to_floats(scratch, (const uint16_t *)embedding->data + first, embedding->dim);
    return scratch;
}

lr_tensor lr_embedding_tensor(const llmrec_embedding *embedding, const char *name)
{
    return (lr_tensor){
        .name = name,
        .type = embedding->dtype == LLMREC_DTYPE_FLOAT16 ? LR_TENSOR_F16 : LR_TENSOR_F32,
        .rank = 2,
        .sizes = {embedding->rows, embedding->dim},
        .count = embedding->rows * embedding->dim,
        .data = embedding->data,
    };
}

/* --- making and loading -------------------------------------------------------------------------------------- */

static llmrec_status take_integers(llmrec_context *context, const char *what, const llmrec_embedding_options *options,
                                   lr_ids **ids)
{
    return *ids != NULL && options->id_kind == LLMREC_IDS_INTEGER ? lr_ids_make_integers(context, what, ids)
                                                                  : LLMREC_OK;
}

llmrec_status llmrec_embedding_create(llmrec_context *context, const float *values, int64_t rows, int64_t dim,
                                      const char *const *ids, const size_t *id_lengths,
                                      const llmrec_embedding_options *given, llmrec_embedding **embedding)
{
    llmrec_embedding_options options;
    lr_ids *fresh = NULL;
    const size_t sizes[2] = {(size_t)rows, (size_t)dim};
    lr_values source = {
        {.name = "values", .type = LR_TENSOR_F32, .rank = 2, .sizes = {sizes[0], sizes[1]}, .data = values}, "values"};
    LR_NEED(context, values, embedding);
    LR_RETURN_IF(lr_options_read(&lr_embedding_options, given, &options));
    LR_RETURN_IF(lr_count("rows", rows));
    LR_RETURN_IF(lr_count("dim", dim));
    if (rows == 0 || dim == 0 || __builtin_mul_overflow(sizes[0], sizes[1], &source.tensor.count))
        return lr_fail(LLMREC_ERR_ARGUMENT,
                       "rows is %lld and dim %lld; wanted at least 1 of each, and a product that fits in memory",
                       (long long)rows, (long long)dim);
    if (ids != NULL) LR_RETURN_IF(lr_ids_create(context, sizes[0], ids, id_lengths, "ids", &fresh));
    const llmrec_status status = take_integers(context, "ids", &options, &fresh);
    if (status != LLMREC_OK) {
        lr_ids_free(fresh);
        return status;
    }
    return lr_embedding_store(context, &source, options.dtype, fresh, embedding);
}

typedef llmrec_status (*load_fn)(llmrec_context *context, const char *path, const llmrec_embedding_options *options,
                                 llmrec_embedding **embedding);
typedef llmrec_status (*save_fn)(const llmrec_embedding *embedding, const char *path);

/* Replaces the table's ids with those of the item file. */
static llmrec_status put_ids(llmrec_embedding *embedding, const char *path, const llmrec_embedding_options *options)
{
    lr_ids *ids = NULL;
    LR_RETURN_IF(lr_read_ids(embedding->context, options->ids_path, options->ids_format, options->ids_column, &ids));
    const size_t count = lr_ids_count(ids);
    if (count != embedding->rows) {
        lr_ids_free(ids);
        return lr_fail(LLMREC_ERR_SHAPE, "%s: %zu data rows; wanted %zu, the number of rows of %s", options->ids_path,
                       count, embedding->rows, path);
    }
    lr_ids_free(embedding->ids);
    embedding->ids = ids;
    return LLMREC_OK;
}

/* Finds the loader of a foreign file by its content. */
static llmrec_status find_loader(llmrec_context *context, const char *path, load_fn *load)
{
    static const load_fn loaders[] = {[LR_TABLE_TEXT] = lr_embedding_load_text,
                                      [LR_TABLE_NPY] = lr_embedding_load_npy,
                                      [LR_TABLE_TENSORS] = lr_embedding_load_tensors};
    lr_table_kind kind = LR_TABLE_OTHER;
    LR_RETURN_IF(lr_embedding_recognize(context, path, &kind));
    if (kind == LR_TABLE_STORE)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: an HDF5 file; wanted llmrec_embedding_open, if this library wrote it",
                       path);
    *load = loaders[kind];
    return LLMREC_OK;
}

/* Reads a table with `load`. If it is NULL, the content of the file selects the function. */
static llmrec_status read_table(llmrec_context *context, const char *path, const llmrec_embedding_options *given,
                                load_fn load, llmrec_embedding **embedding)
{
    llmrec_status status = LLMREC_OK;
    llmrec_embedding_options options;
    llmrec_embedding *fresh = NULL;
    LR_NEED(context, path, embedding);
    LR_TRY(lr_options_read(&lr_embedding_options, given, &options));
    if (load == NULL) LR_TRY(find_loader(context, path, &load));
    LR_TRY(load(context, path, &options, &fresh));
    if (options.ids_path != NULL) LR_TRY(put_ids(fresh, path, &options));
    LR_TRY(take_integers(context, options.ids_path != NULL ? options.ids_path : path, &options, &fresh->ids));
    LR_TRY(lr_copy_text(context, path, strlen(path), &fresh->path));
    *embedding = fresh;
    fresh = NULL;
done:
    llmrec_embedding_free(fresh);
    return status;
}

llmrec_status llmrec_embedding_load(llmrec_context *context, const char *path, const llmrec_embedding_options *options,
                                    llmrec_embedding **embedding)
{
    return read_table(context, path, options, NULL, embedding);
}

llmrec_status llmrec_embedding_open(llmrec_context *context, const char *path, const llmrec_embedding_options *options,
                                    llmrec_embedding **embedding)
{
    return read_table(context, path, options, lr_embedding_open_store, embedding);
}

llmrec_status llmrec_embedding_save(const llmrec_embedding *embedding, const char *path)
{
    static const struct {
        const char *ending;
        save_fn save;
    } kinds[] = {
        {".h5", lr_embedding_save_store}, {".npy", lr_embedding_save_npy}, {".safetensors", lr_embedding_save_tensors}};
    LR_NEED(embedding, path);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (lr_path_ends(path, kinds[i].ending)) return kinds[i].save(embedding, path);
    return lr_fail(LLMREC_ERR_ARGUMENT, "path %s has an unknown ending; wanted .h5, .npy or .safetensors",
                   lr_quote(path, strlen(path)).text);
}

/* --- asking -------------------------------------------------------------------------------------------------- */

int64_t llmrec_embedding_rows(const llmrec_embedding *embedding)
{
    return embedding == NULL ? 0 : (int64_t)embedding->rows;
}

int64_t llmrec_embedding_dim(const llmrec_embedding *embedding)
{
    return embedding == NULL ? 0 : (int64_t)embedding->dim;
}

int64_t llmrec_embedding_dtype(const llmrec_embedding *embedding)
{
    return embedding == NULL ? LLMREC_DTYPE_FLOAT32 : embedding->dtype;
}

const void *llmrec_embedding_data(const llmrec_embedding *embedding)
{
    return embedding == NULL ? NULL : embedding->data;
}

llmrec_status lr_embedding_describe(const void *handle, lr_builder *json)
{
    const llmrec_embedding *embedding = handle;
    return lr_builder_format(json, "{\"kind\":\"embedding\",\"rows\":%zu,\"dim\":%zu,\"dtype\":\"%s\"}",
                             embedding->rows, embedding->dim, lr_choice_name(lr_dtypes, embedding->dtype));
}

static llmrec_status describe(const void *handle, lr_builder *json)
{
    const llmrec_embedding *embedding = handle, *source = embedding;
    while (source->source != NULL) source = source->source;
    LR_RETURN_IF(lr_embedding_describe(embedding, json));
    json->length--; /* the closing brace: more members follow */
    LR_RETURN_IF(lr_describe_flag(json, "ids", embedding->ids != NULL));
    LR_RETURN_IF(lr_describe_flag(json, "mapped", source->map != NULL));
    return lr_builder_format(json, ",\"missing_rows\":%zu}", embedding->rows - lr_embedding_known(embedding));
}

llmrec_status llmrec_embedding_description(const llmrec_embedding *embedding, char *text, size_t capacity,
                                           size_t *length)
{
    LR_NEED(embedding);
    return lr_description_give(embedding->context, describe, embedding, text, capacity, length);
}

static bool has(const llmrec_embedding *embedding, int64_t row)
{
    return row >= 0 && (uint64_t)row < embedding->rows;
}

llmrec_status llmrec_embedding_copy_rows(const llmrec_embedding *embedding, int64_t first, int64_t count, float *values)
{
    LR_NEED(embedding, values);
    if (first < 0 || count < 0 || (uint64_t)first > embedding->rows ||
        (uint64_t)count > embedding->rows - (uint64_t)first)
        return lr_fail(LLMREC_ERR_ARGUMENT, "rows: first is %lld and count %lld; wanted rows within the table's %zu",
                       (long long)first, (long long)count, embedding->rows);
    const lr_tensor tensor = lr_embedding_tensor(embedding, "values");
    return lr_tensor_floats(&tensor, (size_t)first * embedding->dim, (size_t)count * embedding->dim, values);
}

int32_t llmrec_embedding_has_row(const llmrec_embedding *embedding, int64_t row)
{
    return embedding != NULL && has(embedding, row) && lr_embedding_has(embedding, (size_t)row);
}

llmrec_status llmrec_embedding_id(const llmrec_embedding *embedding, int64_t row, const char **id, size_t *length)
{
    LR_NEED(embedding, id, length);
    if (!has(embedding, row))
        return lr_fail(LLMREC_ERR_ARGUMENT, "row is %lld; wanted 0 to %zu", (long long)row, embedding->rows - 1);
    if (embedding->ids == NULL) return lr_fail(LLMREC_ERR_UNSUPPORTED, "the table has no ids");
    *id = lr_ids_text(embedding->ids, (size_t)row, length);
    return LLMREC_OK;
}

int32_t llmrec_embedding_ids_are_numbers(const llmrec_embedding *embedding)
{
    return embedding != NULL && embedding->ids != NULL && lr_ids_are_numbers(embedding->ids);
}

int64_t llmrec_embedding_find(const llmrec_embedding *embedding, const char *id, size_t length)
{
    if (embedding == NULL || id == NULL || embedding->ids == NULL) return -1;
    return lr_ids_find(embedding->ids, id, length);
}

llmrec_status llmrec_embedding_align(const llmrec_embedding *embedding, const llmrec_dataset *dataset, int64_t missing,
                                     llmrec_alignment *report, llmrec_embedding **aligned)
{
    static const size_t frozen = LR_FROZEN(llmrec_alignment, first_surplus);
    llmrec_alignment counts = {.size = sizeof counts};
    LR_NEED(embedding, dataset, aligned);
    LR_RETURN_IF(lr_option_range("missing", missing, LLMREC_ALIGN_ZERO, LLMREC_ALIGN_ERROR));
    if (report != NULL) LR_RETURN_IF(lr_struct_check("llmrec_alignment", frozen, report));
    LR_RETURN_IF(lr_embedding_align(embedding, dataset, missing, &counts, aligned));
    return report == NULL ? LLMREC_OK : lr_struct_give("llmrec_alignment", sizeof counts, frozen, &counts, report);
}
