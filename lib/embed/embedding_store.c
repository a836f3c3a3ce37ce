/* SPDX-License-Identifier: Apache-2.0 */
/* Reads and writes tables in the library's own format. Values are mapped, not read. */
#include <string.h>

#include "core/memory.h"
#include "core/store.h"
#include "data/fields.h"
#include "data/stored.h"
#include "embed/embedding_files.h"

static const lr_store_kind KIND = {"embedding", 1};
static const size_t CHECKED_UNASKED = (size_t)16 << 20; /* always checked up to this size: a few milliseconds */

static lr_array values_array(int64_t dtype)
{
    return (lr_array){.name = "values", .type = dtype == LLMREC_DTYPE_FLOAT16 ? LR_F16 : LR_F32, .rank = 2};
}

/* --- writing ------------------------------------------------------------------------------------------------- */

/* Writes the ids as one array of bytes and an array of offsets. */
static llmrec_status write_ids(lr_store *store, llmrec_context *context, const lr_ids *ids)
{
    llmrec_status status = LLMREC_OK;
    const size_t count = lr_ids_count(ids);
    int64_t *offsets = NULL;
    char *bytes = NULL;
    size_t length = 0;
    LR_TRY(LR_NEW(context, offsets, count + 1));
    offsets[0] = 0;
    for (size_t i = 0; i < count; i++) {
        lr_ids_text(ids, i, &length);
        offsets[i + 1] = offsets[i] + (int64_t)length;
    }
    LR_TRY(LR_NEW(context, bytes, (size_t)offsets[count]));
    for (size_t i = 0; i < count; i++) {
        const char *text = lr_ids_text(ids, i, &length);
        if (length > 0) memcpy(bytes + offsets[i], text, length);
    }
    const lr_array places = {.name = "id_offsets", .type = LR_I64, .rank = 1, .sizes = {count + 1}};
    const lr_array texts = {.name = "id_bytes", .type = LR_U8, .rank = 1, .sizes = {(size_t)offsets[count]}};
    LR_TRY(lr_store_write(store, &places, offsets));
    LR_TRY(lr_store_write(store, &texts, bytes));
done:
    lr_free(context, bytes);
    lr_free(context, offsets);
    return status;
}

static llmrec_status write_table(const void *self, lr_store *store)
{
    const llmrec_embedding *embedding = self;
    const lr_array flags = {.name = "missing", .type = LR_U8, .rank = 1, .sizes = {embedding->rows}};
    lr_array values = values_array(embedding->dtype);
    values.sizes[0] = embedding->rows;
    values.sizes[1] = embedding->dim;
    LR_RETURN_IF(lr_store_set_integer(store, "dtype", embedding->dtype));
    LR_RETURN_IF(lr_store_write(store, &values, embedding->data));
    if (embedding->missing != NULL) LR_RETURN_IF(lr_store_write(store, &flags, embedding->missing));
    if (embedding->ids == NULL) return LLMREC_OK;
    LR_RETURN_IF(lr_store_set_integer(store, "id_numbers", lr_ids_are_numbers(embedding->ids)));
    return write_ids(store, embedding->context, embedding->ids);
}

llmrec_status lr_embedding_save_store(const llmrec_embedding *embedding, const char *path)
{
    return lr_store_save(embedding->context, path, KIND, write_table, embedding);
}

/* --- reading ------------------------------------------------------------------------------------------------- */

/* What has been read from a file so far. */
typedef struct reading {
    llmrec_context *context;
    const char *path;
    lr_store *store;
    llmrec_embedding *table;
    size_t offset;
    uint64_t checksum;
} reading;

static llmrec_status read_shape(reading *r)
{
    lr_array values;
    LR_RETURN_IF(lr_store_get_integer(r->store, "dtype", &r->table->dtype));
    if (r->table->dtype < LLMREC_DTYPE_FLOAT32 || r->table->dtype > LLMREC_DTYPE_FLOAT16)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: dtype is %lld; wanted 0 or 1", r->path, (long long)r->table->dtype);
    values = values_array(r->table->dtype);
    LR_RETURN_IF(lr_store_locate(r->store, &values, &r->offset, &r->checksum));
    if (values.sizes[0] == 0 || values.sizes[0] >= INT32_MAX || values.sizes[1] == 0 || values.sizes[1] >= INT32_MAX)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: %zu rows of %zu values; wanted 1 to 2147483646 of each", r->path,
                       values.sizes[0], values.sizes[1]);
    if (r->offset % sizeof(float) != 0)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: values begin at byte %zu; wanted a multiple of 4", r->path, r->offset);
    r->table->rows = values.sizes[0];
    r->table->dim = values.sizes[1];
    return LLMREC_OK;
}

static llmrec_status read_missing(reading *r)
{
    lr_array flags = {.name = "missing", .type = LR_U8, .rank = 1};
    if (!lr_store_has(r->store, flags.name)) return LLMREC_OK;
    LR_RETURN_IF(lr_store_read(r->store, &flags, &r->table->missing));
    if (flags.sizes[0] == r->table->rows) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_FORMAT, "%s: %zu flags of missing rows; wanted %zu", r->path, flags.sizes[0],
                   r->table->rows);
}

static llmrec_status check_offsets(const reading *r, const lr_loose_texts *ids, size_t size)
{
    const int64_t *offsets = ids->offsets;
    for (size_t i = 0; i < ids->count; i++)
        if (offsets[i] < 0 || offsets[i] > offsets[i + 1] || (uint64_t)offsets[i + 1] > size)
            return lr_fail(LLMREC_ERR_FORMAT, "%s: the id of row %zu is at bytes %lld to %lld of %zu", r->path, i,
                           (long long)offsets[i], (long long)offsets[i + 1], size);
    return LLMREC_OK;
}

static llmrec_status read_ids(reading *r)
{
    llmrec_status status = LLMREC_OK;
    lr_array places = {.name = "id_offsets", .type = LR_I64, .rank = 1};
    lr_array texts = {.name = "id_bytes", .type = LR_U8, .rank = 1};
    lr_loose_texts ids = {.count = r->table->rows};
    int64_t numbers = 0;
    if (!lr_store_has(r->store, places.name)) return LLMREC_OK;
    LR_TRY(lr_store_read(r->store, &places, &ids.offsets));
    LR_TRY(lr_store_read(r->store, &texts, &ids.bytes));
    LR_CHECK(places.sizes[0] == ids.count + 1, LLMREC_ERR_FORMAT, "%s: %zu offsets of ids; wanted %zu", r->path,
             places.sizes[0], ids.count + 1);
    LR_TRY(check_offsets(r, &ids, texts.sizes[0]));
    LR_TRY(lr_store_get_integer(r->store, "id_numbers", &numbers));
    LR_TRY(lr_ids_of(r->context, (lr_spans){ids.count, lr_loose_text_at, &ids}, r->path, &r->table->ids));
    if (numbers != 0) LR_TRY(lr_ids_make_integers(r->context, r->path, &r->table->ids));
done:
    lr_loose_texts_free(r->context, &ids);
    return status;
}

static llmrec_status check_values(const reading *r)
{
    const lr_values values = {lr_embedding_tensor(r->table, r->path), r->path};
    if (lr_checksum(r->table->data, values.tensor.count * lr_dtype_size(r->table->dtype)) != r->checksum)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: array \"values\" is damaged: its checksum differs", r->path);
    return lr_values_check(r->context, &values);
}

/* The file may have been replaced after it was opened, so the mapped size is checked against the values. */
static llmrec_status map_values(reading *r, bool verify)
{
    llmrec_embedding *table = r->table;
    const size_t bytes = table->rows * table->dim * lr_dtype_size(table->dtype); /* was found to lie within the file */
    LR_RETURN_IF(lr_shared_map_open(r->context, r->path, &table->map));
    const lr_map *map = lr_shared_map_of(table->map);
    if (r->offset > map->size || bytes > map->size - r->offset)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: ends before its values do", r->path);
    table->data = map->bytes + r->offset;
    return verify || bytes <= CHECKED_UNASKED ? check_values(r) : LLMREC_OK;
}

llmrec_status lr_embedding_open_store(llmrec_context *context, const char *path,
                                      const llmrec_embedding_options *options, llmrec_embedding **embedding)
{
    llmrec_status status = LLMREC_OK;
    reading r = {.context = context, .path = path};
    LR_TRY(lr_embedding_adopt(context, &(lr_owned){0}, &r.table));
    LR_TRY(lr_store_open(context, path, KIND, &r.store));
    LR_TRY(read_shape(&r));
    LR_TRY(read_missing(&r));
    LR_TRY(read_ids(&r));
    LR_TRY(map_values(&r, options->verify == 1));
    *embedding = r.table;
    r.table = NULL;
done:
    lr_store_close(r.store);
    llmrec_embedding_free(r.table);
    return status;
}
