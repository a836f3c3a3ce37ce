/* SPDX-License-Identifier: Apache-2.0 */
/* Writes a recommender's parts to a library file and reads them back. */
#include "rank/recommender_file.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/memory.h"

enum { NAME_SIZE = LR_PREFIX_SIZE + 64 };

typedef struct full_name {
    char text[NAME_SIZE];
} full_name;

static full_name name_of(const char *prefix, const char *name)
{
    full_name full;
    snprintf(full.text, sizeof full.text, "%s%s", prefix, name);
    return full;
}

/* --- writing ------------------------------------------------------------------------------------------------------ */

llmrec_status lr_save_array(const lr_saving *saving, const lr_array *array, const void *values)
{
    const full_name full = name_of(saving->prefix, array->name);
    lr_array named = *array;
    named.name = full.text;
    return lr_store_write(saving->store, &named, values);
}

llmrec_status lr_save_integer(const lr_saving *saving, const char *name, int64_t value)
{
    return lr_store_set_integer(saving->store, name_of(saving->prefix, name).text, value);
}

llmrec_status lr_save_texts(const lr_saving *saving, const char *name, lr_spans texts)
{
    return lr_texts_write(saving->context, saving->store, name_of(saving->prefix, name).text, texts);
}

llmrec_status lr_save_table(const lr_saving *saving, const char *name, const llmrec_embedding *table)
{
    const lr_array array = {.name = name,
                            .type = table->dtype == LLMREC_DTYPE_FLOAT16 ? LR_F16 : LR_F32,
                            .rank = 2,
                            .sizes = {table->rows, table->dim}};
    char dtype[48];
    snprintf(dtype, sizeof dtype, "%s.dtype", name);
    LR_RETURN_IF(lr_save_integer(saving, dtype, table->dtype));
    if (table->missing != NULL) {
        char missing[48];
        snprintf(missing, sizeof missing, "%s.missing", name);
        const lr_array flags = {.name = missing, .type = LR_U8, .rank = 1, .sizes = {table->rows}};
        LR_RETURN_IF(lr_save_array(saving, &flags, table->missing));
    }
    return lr_save_array(saving, &array, table->data);
}

llmrec_status lr_save_recommender(const lr_saving *saving, const char *name, const llmrec_recommender *recommender)
{
    const lr_strategy_kind *kind = recommender->strategy->kind;
    lr_saving inner = *saving;
    const size_t used = strlen(inner.prefix), length = strlen(recommender->stored_description);
    const lr_array description = {.name = "description", .type = LR_U8, .rank = 1, .sizes = {length}};
    if (kind == NULL || kind->save == NULL)
        return lr_fail(LLMREC_ERR_UNSUPPORTED, "recommender \"%s\" cannot be saved: it is made of the host's functions",
                       recommender->strategy->name);
    if (name != NULL && used + strlen(name) + 2 > sizeof inner.prefix)
        return lr_fail(LLMREC_ERR_UNSUPPORTED, "recommender: too many of them in each other");
    if (name != NULL) snprintf(inner.prefix + used, sizeof inner.prefix - used, "%s.", name);
    LR_RETURN_IF(lr_save_array(&inner, &description, recommender->stored_description));
    return kind->save(recommender, &inner);
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

static llmrec_status check_sizes(const lr_opening *opening, const lr_array *found, const lr_array *wanted)
{
    for (size_t i = 0; i < wanted->rank; i++)
        if (found->sizes[i] != wanted->sizes[i])
            return lr_fail(LLMREC_ERR_FORMAT, "%s: %s has the size %zu; wanted %zu", opening->path, found->name,
                           found->sizes[i], wanted->sizes[i]);
    return LLMREC_OK;
}

static size_t count_of(const lr_array *array)
{
    size_t count = 1;
    for (size_t i = 0; i < array->rank; i++) count *= array->sizes[i];
    return count;
}

static llmrec_status check_floats(const lr_opening *opening, const lr_array *array, const void *values)
{
    const float *floats = values;
    for (size_t i = 0, count = count_of(array); array->type == LR_F32 && i < count; i++)
        if (!isfinite(floats[i]))
            return lr_fail(LLMREC_ERR_FORMAT, "%s: %s: number %zu is not finite", opening->path, array->name, i);
    return LLMREC_OK;
}

llmrec_status lr_open_array(const lr_opening *opening, const lr_array *array, void *pointer_address)
{
    const full_name full = name_of(opening->prefix, array->name);
    lr_array found = *array;
    void *values = NULL;
    llmrec_status status = LLMREC_OK;
    found.name = full.text;
    LR_RETURN_IF(lr_store_describe(opening->store, &found)); /* before memory of this size is allocated */
    LR_RETURN_IF(check_sizes(opening, &found, array));
    LR_TRY(lr_store_read(opening->store, &found, &values));
    LR_TRY(check_floats(opening, &found, values));
    memcpy(pointer_address, &values, sizeof values);
    values = NULL;
done:
    lr_free(opening->context, values);
    return status;
}

llmrec_status lr_open_mapped(const lr_opening *opening, const lr_array *array, const void **values)
{
    const full_name full = name_of(opening->prefix, array->name);
    const lr_map *map = lr_shared_map_of(opening->map);
    lr_array found = *array;
    size_t offset = 0;
    uint64_t checksum = 0;
    found.name = full.text;
    LR_RETURN_IF(lr_store_locate(opening->store, &found, &offset, &checksum));
    LR_RETURN_IF(check_sizes(opening, &found, array));
    const size_t bytes = count_of(array) * lr_type_size(array->type); /* already checked: lies within the file */
    if (offset > map->size || bytes > map->size - offset || offset % lr_type_size(array->type) != 0)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: %s does not lie where it can be mapped", opening->path, full.text);
    if (lr_checksum(map->bytes + offset, bytes) != checksum)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: array \"%s\" is damaged: its checksum differs", opening->path,
                       full.text);
    LR_RETURN_IF(check_floats(opening, &found, map->bytes + offset));
    *values = map->bytes + offset;
    return LLMREC_OK;
}

llmrec_status lr_open_integer(const lr_opening *opening, const char *name, int64_t low, int64_t high, int64_t *value)
{
    const full_name full = name_of(opening->prefix, name);
    int64_t found = 0;
    LR_RETURN_IF(lr_store_get_integer(opening->store, full.text, &found));
    if (found < low || found > high)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: %s is %lld; wanted %lld to %lld", opening->path, full.text,
                       (long long)found, (long long)low, (long long)high);
    *value = found;
    return LLMREC_OK;
}

bool lr_open_has(const lr_opening *opening, const char *name)
{
    return lr_store_has(opening->store, name_of(opening->prefix, name).text);
}

llmrec_status lr_open_texts(const lr_opening *opening, const char *name, lr_loose_texts *texts)
{
    const full_name full = name_of(opening->prefix, name);
    LR_RETURN_IF(lr_texts_read(opening->store, opening->path, full.text, texts));
    if (texts->count == opening->items) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_FORMAT, "%s: %s: %zu texts of %zu items", opening->path, full.text, texts->count,
                   opening->items);
}

/* Reads which rows have no vector, if there are any. */
static llmrec_status open_missing(const lr_opening *opening, const char *name, llmrec_embedding *table)
{
    char missing[48];
    snprintf(missing, sizeof missing, "%s.missing", name);
    const lr_array flags = {.name = missing, .type = LR_U8, .rank = 1, .sizes = {table->rows}};
    return lr_open_has(opening, missing) ? lr_open_array(opening, &flags, &table->missing) : LLMREC_OK;
}

llmrec_status lr_open_table(const lr_opening *opening, const char *name, llmrec_embedding **table)
{
    const full_name full = name_of(opening->prefix, name);
    lr_array array = {.name = full.text, .rank = 2};
    lr_mapped mapped = {.map = opening->map, .ids = opening->ids};
    char dtype[48];
    snprintf(dtype, sizeof dtype, "%s.dtype", name);
    LR_RETURN_IF(lr_open_integer(opening, dtype, LLMREC_DTYPE_FLOAT32, LLMREC_DTYPE_FLOAT16, &mapped.dtype));
    array.type = mapped.dtype == LLMREC_DTYPE_FLOAT16 ? LR_F16 : LR_F32;
    LR_RETURN_IF(lr_store_describe(opening->store, &array));
    if (array.sizes[0] != opening->items || array.sizes[1] == 0 || array.sizes[1] >= INT32_MAX)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: %s is %zu x %zu; wanted %zu rows of 1 to 2147483646 values",
                       opening->path, full.text, array.sizes[0], array.sizes[1], opening->items);
    array.name = name;
    LR_RETURN_IF(lr_open_mapped(opening, &array, &mapped.values));
    mapped.rows = array.sizes[0];
    mapped.dim = array.sizes[1];
    LR_RETURN_IF(lr_embedding_of_map(opening->context, &mapped, table));
    const llmrec_status status = open_missing(opening, name, *table);
    if (status == LLMREC_OK) return LLMREC_OK;
    llmrec_embedding_free(*table);
    *table = NULL;
    return status;
}
