/* SPDX-License-Identifier: Apache-2.0 */
/* Reads, writes and locates the arrays of our HDF5 files. */
#include "core/store_inside.h"

#include <string.h>

#include "core/memory.h"

/* --- types -------------------------------------------------------------------------------------------------------- */

size_t lr_type_size(lr_type type)
{
    static const size_t sizes[] = {1, 2, 4, 8, 2, 4, 8};
    return sizes[type];
}

static const char *type_name(lr_type type)
{
    static const char *const names[] = {"uint8", "uint16", "int32", "int64", "float16", "float32", "float64"};
    return names[type];
}

/* IEEE half precision; HDF5 has no predefined type for it. */
static hid_t half_type(void)
{
    const hid_t type = H5Tcopy(H5T_NATIVE_FLOAT);
    if (type >= 0 &&
        (H5Tset_fields(type, 15, 10, 5, 0, 10) < 0 || H5Tset_size(type, 2) < 0 || H5Tset_ebias(type, 15) < 0)) {
        H5Tclose(type);
        return -1;
    }
    return type;
}

static hid_t type_of(lr_type type)
{
    switch (type) {
    case LR_U8: return H5Tcopy(H5T_NATIVE_UINT8);
    case LR_U16: return H5Tcopy(H5T_NATIVE_UINT16);
    case LR_I32: return H5Tcopy(H5T_NATIVE_INT32);
    case LR_I64: return H5Tcopy(H5T_NATIVE_INT64);
    case LR_F16: return half_type();
    case LR_F32: return H5Tcopy(H5T_NATIVE_FLOAT);
    default: return H5Tcopy(H5T_NATIVE_DOUBLE);
    }
}

/* --- writing arrays ----------------------------------------------------------------------------------------------- */

static hid_t space_of(const lr_array *array)
{
    hsize_t sizes[LR_MAX_RANK];
    for (size_t i = 0; i < array->rank; i++) sizes[i] = array->sizes[i];
    return H5Screate_simple((int)array->rank, sizes, NULL);
}

/* Allocates the space early and does not fill it: every byte is written later. */
static hid_t creation_settings(void)
{
    const hid_t settings = H5Pcreate(H5P_DATASET_CREATE);
    if (settings < 0) return settings;
    H5Pset_alloc_time(settings, H5D_ALLOC_TIME_EARLY);
    H5Pset_fill_time(settings, H5D_FILL_TIME_NEVER);
    H5Pset_obj_track_times(settings, false);
    return settings;
}

static llmrec_status declare(lr_store *store, const lr_array *array)
{
    const hid_t type = type_of(array->type), space = space_of(array), settings = creation_settings();
    llmrec_status status = LLMREC_OK;
    store->dataset = H5Dcreate2(store->file, array->name, type, space, H5P_DEFAULT, settings, H5P_DEFAULT);
    if (store->dataset < 0) status = lr_store_refuse(LLMREC_ERR_IO, store, "creating array", array->name);
    if (settings >= 0) H5Pclose(settings);
    if (space >= 0) H5Sclose(space);
    if (type >= 0) H5Tclose(type);
    return status;
}

llmrec_status lr_store_write_begin(lr_store *store, const lr_array *array)
{
    const lr_store_inside before = lr_store_enter();
    const llmrec_status status = declare(store, array);
    lr_store_leave(before);
    store->rows_done = 0;
    XXH3_64bits_reset(&store->sum);
    return status;
}

static llmrec_status put_rows(lr_store *store, const lr_array *array, size_t first, size_t rows, const void *values)
{
    llmrec_status status = LLMREC_OK;
    hsize_t start[LR_MAX_RANK] = {first}, count[LR_MAX_RANK] = {rows};
    for (size_t i = 1; i < array->rank; i++) count[i] = array->sizes[i];
    const hid_t type = type_of(array->type), space = space_of(array);
    const hid_t part = H5Screate_simple((int)array->rank, count, NULL);
    if (H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL) < 0 ||
        H5Dwrite(store->dataset, type, part, space, H5P_DEFAULT, values) < 0)
        status = lr_store_refuse(LLMREC_ERR_IO, store, "writing array", array->name);
    if (part >= 0) H5Sclose(part);
    if (space >= 0) H5Sclose(space);
    if (type >= 0) H5Tclose(type);
    return status;
}

static size_t row_bytes(const lr_array *array)
{
    size_t bytes = lr_type_size(array->type);
    for (size_t i = 1; i < array->rank; i++) bytes *= array->sizes[i];
    return bytes;
}

llmrec_status lr_store_write_rows(lr_store *store, const lr_array *array, size_t first, size_t rows, const void *values)
{
    const size_t bytes = rows * row_bytes(array);
    if (first != store->rows_done || rows > array->sizes[0] - first)
        return lr_fail(LLMREC_ERR_INTERNAL, "%s: array \"%s\": rows from %zu follow row %zu", store->path, array->name,
                       first, store->rows_done);
    store->rows_done += rows;
    if (bytes == 0) return LLMREC_OK;
    XXH3_64bits_update(&store->sum, values, bytes);
    const lr_store_inside before = lr_store_enter();
    const llmrec_status status = put_rows(store, array, first, rows, values);
    lr_store_leave(before);
    return status;
}

/* Ends the array and returns its offset in the file. */
static llmrec_status finish(lr_store *store, const lr_array *array, haddr_t *offset)
{
    const uint64_t sum = XXH3_64bits_digest(&store->sum);
    const size_t bytes = array->sizes[0] * row_bytes(array);
    llmrec_status status = lr_store_put(store, store->dataset, "xxh3", H5T_NATIVE_UINT64, &sum);
    *offset = bytes == 0 ? 0 : H5Dget_offset(store->dataset);
    if ((*offset == HADDR_UNDEF || H5Dclose(store->dataset) < 0) && status == LLMREC_OK)
        status = lr_store_refuse(LLMREC_ERR_IO, store, "closing array", array->name);
    store->dataset = -1;
    return status;
}

llmrec_status lr_store_write_end(lr_store *store, const lr_array *array)
{
    haddr_t offset = 0;
    if (store->rows_done != array->sizes[0])
        return lr_fail(LLMREC_ERR_INTERNAL, "%s: array \"%s\" ends at row %zu of %zu", store->path, array->name,
                       store->rows_done, array->sizes[0]);
    LR_RETURN_IF(
        LR_GROW(store->context, store->extents, store->extent_capacity, store->extent_words, store->extent_words + 2));
    const lr_store_inside before = lr_store_enter();
    const llmrec_status status = finish(store, array, &offset);
    lr_store_leave(before);
    if (status != LLMREC_OK) return status;
    store->extents[store->extent_words++] = offset;
    store->extents[store->extent_words++] = offset + array->sizes[0] * row_bytes(array);
    return LLMREC_OK;
}

llmrec_status lr_store_write(lr_store *store, const lr_array *array, const void *values)
{
    LR_RETURN_IF(lr_store_write_begin(store, array));
    LR_RETURN_IF(lr_store_write_rows(store, array, 0, array->sizes[0], values));
    return lr_store_write_end(store, array);
}

/* --- reading arrays ----------------------------------------------------------------------------------------------- */

/* Place, size and checksum of an array, known before its bytes are read. */
typedef struct found {
    hid_t dataset;
    size_t bytes, offset;
    uint64_t sum;
} found;

bool lr_store_has(lr_store *store, const char *name)
{
    const lr_store_inside before = lr_store_enter();
    const bool exists = H5Lexists(store->file, name, H5P_DEFAULT) > 0;
    lr_store_leave(before);
    return exists;
}

/* Only hard links are accepted: another link could point into another file. */
static llmrec_status open_array(const lr_store *store, const char *name, hid_t *dataset)
{
    H5L_info_t link;
    if (H5Lexists(store->file, name, H5P_DEFAULT) <= 0)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: array \"%s\" is missing", store->path, name);
    if (H5Lget_info(store->file, name, &link, H5P_DEFAULT) < 0 || link.type != H5L_TYPE_HARD)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: array \"%s\" is a link; wanted an array in this file", store->path,
                       name);
    *dataset = H5Dopen2(store->file, name, H5P_DEFAULT);
    return *dataset >= 0 ? LLMREC_OK : lr_store_refuse(LLMREC_ERR_FORMAT, store, "opening array", name);
}

static llmrec_status check_type(const lr_store *store, const lr_array *array, hid_t dataset)
{
    const hid_t met = H5Dget_type(dataset), wanted = type_of(array->type);
    const bool same = met >= 0 && wanted >= 0 && H5Tequal(met, wanted) > 0;
    if (met >= 0) H5Tclose(met);
    if (wanted >= 0) H5Tclose(wanted);
    if (same) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_FORMAT, "%s: array \"%s\" has another element type; wanted %s", store->path, array->name,
                   type_name(array->type));
}

static llmrec_status read_shape(const lr_store *store, hid_t dataset, lr_array *array)
{
    hsize_t sizes[LR_MAX_RANK] = {0};
    const hid_t space = H5Dget_space(dataset);
    const int rank = space < 0 ? -1 : H5Sget_simple_extent_ndims(space);
    const bool fits = rank == (int)array->rank && H5Sget_simple_extent_dims(space, sizes, NULL) == rank;
    if (space >= 0) H5Sclose(space);
    if (!fits)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: array \"%s\" has %d dimensions; wanted %zu", store->path, array->name,
                       rank, array->rank);
    for (size_t i = 0; i < array->rank; i++) array->sizes[i] = sizes[i];
    return LLMREC_OK;
}

/* True if the bytes are contiguous in this file: no chunks, no external files. */
static bool is_plain(hid_t dataset)
{
    const hid_t settings = H5Dget_create_plist(dataset);
    const bool plain =
        settings >= 0 && H5Pget_layout(settings) == H5D_CONTIGUOUS && H5Pget_external_count(settings) == 0;
    if (settings >= 0) H5Pclose(settings);
    return plain;
}

static llmrec_status check_place(const lr_store *store, const lr_array *array, found *out)
{
    size_t bytes = lr_type_size(array->type);
    bool fits = true;
    for (size_t i = 0; i < array->rank; i++) fits = !__builtin_mul_overflow(bytes, array->sizes[i], &bytes) && fits;
    const haddr_t offset = bytes == 0 ? 0 : H5Dget_offset(out->dataset);
    if (!is_plain(out->dataset))
        return lr_fail(LLMREC_ERR_FORMAT, "%s: array \"%s\" is not contiguous in this file", store->path, array->name);
    if (!fits || offset == HADDR_UNDEF || offset > store->file_size || bytes > store->file_size - offset)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: array \"%s\" ends after the end of the file (%zu bytes)", store->path,
                       array->name, store->file_size);
    out->bytes = bytes;
    out->offset = offset;
    return LLMREC_OK;
}

/* On success the dataset stays open. */
static llmrec_status find(const lr_store *store, lr_array *array, found *out)
{
    llmrec_status status = LLMREC_OK;
    lr_array described = *array;
    found fresh = {.dataset = -1};
    LR_TRY(open_array(store, array->name, &fresh.dataset));
    LR_TRY(check_type(store, array, fresh.dataset));
    LR_TRY(read_shape(store, fresh.dataset, &described));
    LR_TRY(check_place(store, &described, &fresh));
    LR_TRY(lr_store_get(store, fresh.dataset, "xxh3", H5T_NATIVE_UINT64, &fresh.sum));
    *array = described;
    *out = fresh;
    fresh.dataset = -1;
done:
    if (fresh.dataset >= 0) H5Dclose(fresh.dataset);
    return status;
}

static llmrec_status look_up(lr_store *store, lr_array *array, found *out)
{
    const lr_store_inside before = lr_store_enter();
    const llmrec_status status = find(store, array, out);
    if (status == LLMREC_OK) H5Dclose(out->dataset);
    lr_store_leave(before);
    return status;
}

llmrec_status lr_store_describe(lr_store *store, lr_array *array)
{
    found place;
    return look_up(store, array, &place);
}

llmrec_status lr_store_locate(lr_store *store, lr_array *array, size_t *offset, uint64_t *checksum)
{
    found place;
    LR_RETURN_IF(look_up(store, array, &place));
    *offset = place.offset;
    *checksum = place.sum;
    return LLMREC_OK;
}

static llmrec_status get_values(const lr_store *store, const lr_array *array, const found *place, void *values)
{
    const hid_t type = type_of(array->type);
    llmrec_status status = LLMREC_OK;
    if (place->bytes > 0 && H5Dread(place->dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0)
        status = lr_store_refuse(LLMREC_ERR_FORMAT, store, "reading array", array->name);
    if (type >= 0) H5Tclose(type);
    return status;
}

/* The lock is released while the host's allocator runs: the allocator must not wait for it. */
llmrec_status lr_store_read(lr_store *store, lr_array *array, void *pointer_address)
{
    lr_array described = *array;
    found place;
    void *values = NULL;
    lr_store_inside before = lr_store_enter();
    llmrec_status status = find(store, &described, &place);
    lr_store_leave(before);
    if (status != LLMREC_OK) return status;
    status = lr_alloc(store->context, &values, place.bytes, 1);
    before = lr_store_enter();
    if (status == LLMREC_OK) status = get_values(store, &described, &place, values);
    H5Dclose(place.dataset);
    lr_store_leave(before);
    if (status != LLMREC_OK) goto done;
    LR_CHECK(lr_checksum(values, place.bytes) == place.sum, LLMREC_ERR_FORMAT,
             "%s: array \"%s\" is damaged: its checksum differs", store->path, array->name);
    memcpy(pointer_address, &values, sizeof values);
    *array = described;
    values = NULL;
done:
    lr_free(store->context, values);
    return status;
}

uint64_t lr_checksum(const void *bytes, size_t size)
{
    return XXH3_64bits(bytes, size);
}
