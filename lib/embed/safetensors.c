/* SPDX-License-Identifier: Apache-2.0 */
#include "embed/safetensors.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "core/context.h"
#include "core/file.h"
#include "core/memory.h"
#include "core/text.h"
#include "math/half.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "safetensors files are little-endian: this machine must swap the bytes of values"
#endif

enum { HEADER_LIMIT = 100 * 1000 * 1000, TENSOR_LIMIT = 1 << 18 };
static const char METADATA[] = "__metadata__";

struct lr_safetensors {
    llmrec_context *context;
    char *path;
    lr_map map;
    json_t *header; /* owns names and metadata */
    size_t count;
    lr_tensor *tensors;
    const unsigned char *values; /* first byte after the header */
    size_t size;                 /* bytes after the header */
};

typedef struct type_fact {
    const char *name;
    lr_tensor_type type;
    size_t size;
} type_fact;

/* The first entries are in the order of lr_tensor_type. */
static const type_fact TYPES[] = {
    {"F64", LR_TENSOR_F64, 8},      {"F32", LR_TENSOR_F32, 4},       {"F16", LR_TENSOR_F16, 2},
    {"BF16", LR_TENSOR_BF16, 2},    {"I64", LR_TENSOR_OTHER, 8},     {"I32", LR_TENSOR_OTHER, 4},
    {"I16", LR_TENSOR_OTHER, 2},    {"I8", LR_TENSOR_OTHER, 1},      {"U64", LR_TENSOR_OTHER, 8},
    {"U32", LR_TENSOR_OTHER, 4},    {"U16", LR_TENSOR_OTHER, 2},     {"U8", LR_TENSOR_OTHER, 1},
    {"BOOL", LR_TENSOR_OTHER, 1},   {"F8_E4M3", LR_TENSOR_OTHER, 1}, {"F8_E5M2", LR_TENSOR_OTHER, 1},
    {"F8_E8M0", LR_TENSOR_OTHER, 1}};

static const type_fact *find_type(const char *name)
{
    for (size_t i = 0; name != NULL && i < sizeof TYPES / sizeof *TYPES; i++)
        if (strcmp(TYPES[i].name, name) == 0) return &TYPES[i];
    return NULL;
}

static const type_fact *fact_of(const lr_tensor *tensor)
{
    return tensor->type == LR_TENSOR_OTHER ? find_type(tensor->type_name) : &TYPES[tensor->type];
}

static lr_quoted quote(const char *text)
{
    return lr_quote(text, strlen(text));
}

/* Reads a size or an offset, a non-negative integer. */
static bool get_size(const json_t *value, size_t *size)
{
    if (!json_is_integer(value) || json_integer_value(value) < 0) return false;
    *size = (size_t)json_integer_value(value);
    return true;
}

static llmrec_status read_shape(const lr_safetensors *file, const json_t *shape, lr_tensor *tensor)
{
    size_t count = 1;
    const lr_quoted name = quote(tensor->name);
    if (!json_is_array(shape) || json_array_size(shape) > LR_TENSOR_RANK)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: tensor %s: shape is not an array of at most %d sizes", file->path,
                       name.text, LR_TENSOR_RANK);
    tensor->rank = json_array_size(shape);
    for (size_t i = 0; i < tensor->rank; i++)
        if (!get_size(json_array_get(shape, i), &tensor->sizes[i]) ||
            __builtin_mul_overflow(count, tensor->sizes[i], &count))
            return lr_fail(LLMREC_ERR_FORMAT, "%s: tensor %s: shape is not an array of possible sizes", file->path,
                           name.text);
    tensor->count = count;
    return LLMREC_OK;
}

static llmrec_status read_place(const lr_safetensors *file, const json_t *offsets, size_t type_size, lr_tensor *tensor)
{
    size_t begin = 0, end = 0, bytes = 0;
    const lr_quoted name = quote(tensor->name);
    if (!json_is_array(offsets) || json_array_size(offsets) != 2 || !get_size(json_array_get(offsets, 0), &begin) ||
        !get_size(json_array_get(offsets, 1), &end) || begin > end)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: tensor %s: data_offsets are not a begin and an end", file->path,
                       name.text);
    if (end > file->size)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: tensor %s ends at byte %zu; the file has %zu after its header",
                       file->path, name.text, end, file->size);
    if (__builtin_mul_overflow(tensor->count, type_size, &bytes) || bytes != end - begin)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: tensor %s: %zu bytes; wanted %zu values of %s", file->path, name.text,
                       end - begin, tensor->count, tensor->type_name);
    tensor->data = file->values + begin;
    return LLMREC_OK;
}

static llmrec_status read_tensor(const lr_safetensors *file, const char *name, const json_t *entry, lr_tensor *tensor)
{
    const char *type_name = json_string_value(json_object_get(entry, "dtype"));
    const type_fact *fact = find_type(type_name);
    if (fact == NULL)
        return lr_fail(LLMREC_ERR_FORMAT,
                       "%s: tensor %s: dtype is %s; wanted F32, F16, BF16, F64 or another known type", file->path,
                       quote(name).text, quote(type_name == NULL ? "" : type_name).text);
    *tensor = (lr_tensor){.name = name, .type = fact->type, .type_name = fact->name};
    LR_RETURN_IF(read_shape(file, json_object_get(entry, "shape"), tensor));
    return read_place(file, json_object_get(entry, "data_offsets"), fact->size, tensor);
}

static int by_place(const void *a, const void *b)
{
    const lr_tensor *x = a, *y = b;
    const uintptr_t p = (uintptr_t)x->data, q = (uintptr_t)y->data;
    if (p != q) return p < q ? -1 : 1;
    if (x->count != y->count && (x->count == 0 || y->count == 0)) return x->count == 0 ? -1 : 1;
    return strcmp(x->name, y->name);
}

/* Checks that each tensor begins at the end of the one before it, so that every byte belongs to exactly one tensor. */
static llmrec_status check_places(lr_safetensors *file)
{
    const unsigned char *at = file->values;
    qsort(file->tensors, file->count, sizeof *file->tensors, by_place);
    for (size_t i = 0; i < file->count; i++) {
        const lr_tensor *tensor = &file->tensors[i];
        if ((const unsigned char *)tensor->data != at)
            return lr_fail(LLMREC_ERR_FORMAT, "%s: tensor %s %s the tensor before it", file->path,
                           quote(tensor->name).text,
                           (const unsigned char *)tensor->data < at ? "overlaps" : "does not follow");
        at += tensor->count * fact_of(tensor)->size;
    }
    const size_t used = (size_t)(at - file->values);
    if (used == file->size) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_FORMAT, "%s: %zu bytes after the header; wanted %zu, the size of all tensors", file->path,
                   file->size, used);
}

static llmrec_status read_tensors(lr_safetensors *file)
{
    const size_t entries = json_object_size(file->header);
    const char *name = NULL;
    json_t *entry = NULL;
    if (entries > TENSOR_LIMIT)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: %zu tensors; wanted at most %d", file->path, entries, TENSOR_LIMIT);
    LR_RETURN_IF(LR_NEW(file->context, file->tensors, entries));
    json_object_foreach(file->header, name, entry)
    {
        if (strcmp(name, METADATA) == 0) continue;
        LR_RETURN_IF(read_tensor(file, name, entry, &file->tensors[file->count]));
        file->count++;
    }
    return check_places(file);
}

static llmrec_status read_header(lr_safetensors *file)
{
    uint64_t length = 0;
    json_error_t error;
    if (file->map.size < sizeof length)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: %zu bytes are too few for a safetensors file", file->path,
                       file->map.size);
    for (size_t i = 0; i < sizeof length; i++) length |= (uint64_t)file->map.bytes[i] << 8 * i;
    if (length > HEADER_LIMIT || length > file->map.size - sizeof length)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: the header claims %llu bytes; the file has %zu, and the limit is %d",
                       file->path, (unsigned long long)length, file->map.size, HEADER_LIMIT);
    file->values = file->map.bytes + sizeof length + length;
    file->size = file->map.size - sizeof length - length;
    file->header = json_loadb((const char *)file->map.bytes + sizeof length, length, JSON_REJECT_DUPLICATES, &error);
    if (file->header == NULL)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: the header is not valid JSON: byte %d: %s", file->path, error.position,
                       quote(error.text).text);
    if (!json_is_object(file->header))
        return lr_fail(LLMREC_ERR_FORMAT, "%s: the header is not a JSON object", file->path);
    return read_tensors(file);
}

llmrec_status lr_safetensors_open(llmrec_context *context, const char *path, lr_safetensors **file)
{
    llmrec_status status = LLMREC_OK;
    lr_safetensors *fresh = NULL;
    LR_TRY(LR_NEW_ZERO(context, fresh, 1));
    fresh->context = lr_context_hold(context);
    LR_TRY(lr_copy_text(context, path, strlen(path), &fresh->path));
    LR_TRY(lr_map_open(path, &fresh->map));
    LR_TRY(read_header(fresh));
    *file = fresh;
    fresh = NULL;
done:
    lr_safetensors_close(fresh);
    return status;
}

void lr_safetensors_close(lr_safetensors *file)
{
    if (file == NULL) return;
    llmrec_context *context = file->context;
    json_decref(file->header);
    lr_map_close(&file->map);
    lr_free(context, file->tensors);
    lr_free(context, file->path);
    lr_free(context, file);
    llmrec_context_free(context);
}

size_t lr_safetensors_count(const lr_safetensors *file)
{
    return file->count;
}

const lr_tensor *lr_safetensors_at(const lr_safetensors *file, size_t index)
{
    return &file->tensors[index];
}

const lr_tensor *lr_safetensors_find(const lr_safetensors *file, const char *name)
{
    for (size_t i = 0; i < file->count; i++)
        if (strcmp(file->tensors[i].name, name) == 0) return &file->tensors[i];
    return NULL;
}

const char *lr_safetensors_metadata(const lr_safetensors *file, const char *key)
{
    return json_string_value(json_object_get(json_object_get(file->header, METADATA), key));
}

/* --- values -------------------------------------------------------------------------------------------------- */

static void floats_from_doubles(float *values, const unsigned char *bytes, size_t count)
{
    double value;
    for (size_t i = 0; i < count; i++) {
        memcpy(&value, bytes + i * sizeof value, sizeof value);
        values[i] = (float)value;
    }
}

/* Copies pieces to an aligned buffer, because the bytes of the file may be unaligned. */
static void floats_from_halves(float *values, const unsigned char *bytes, size_t count)
{
    enum { PIECE = 512 };
    uint16_t halves[PIECE];
    for (size_t done = 0; done < count; done += PIECE) {
        const size_t piece = count - done < PIECE ? count - done : PIECE;
        memcpy(halves, bytes + done * sizeof *halves, piece * sizeof *halves);
        lr_halves_to_floats(values + done, halves, piece);
    }
}

/* bfloat16 is the upper half of a float32. */
static void floats_from_brains(float *values, const unsigned char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint16_t upper;
        memcpy(&upper, bytes + i * sizeof upper, sizeof upper);
        const uint32_t bits = (uint32_t)upper << 16;
        memcpy(values + i, &bits, sizeof bits);
    }
}

llmrec_status lr_tensor_floats(const lr_tensor *tensor, size_t first, size_t count, float *values)
{
    const unsigned char *bytes = (const unsigned char *)tensor->data + first * fact_of(tensor)->size;
    switch (tensor->type) {
    case LR_TENSOR_F64: floats_from_doubles(values, bytes, count); break;
    case LR_TENSOR_F32: memcpy(values, bytes, count * sizeof *values); break;
    case LR_TENSOR_F16: floats_from_halves(values, bytes, count); break;
    case LR_TENSOR_BF16: floats_from_brains(values, bytes, count); break;
    default:
        return lr_fail(LLMREC_ERR_UNSUPPORTED, "tensor %s: dtype is %s; wanted F32, F16, BF16 or F64",
                       quote(tensor->name).text, tensor->type_name);
    }
    return LLMREC_OK;
}

/* --- writing ------------------------------------------------------------------------------------------------- */

static llmrec_status add_tensor(lr_builder *header, const lr_tensor *tensor, size_t *offset)
{
    const size_t end = *offset + tensor->count * fact_of(tensor)->size;
    LR_RETURN_IF(lr_builder_json(header, tensor->name, strlen(tensor->name)));
    LR_RETURN_IF(lr_builder_format(header, ":{\"dtype\":\"%s\",\"shape\":[", fact_of(tensor)->name));
    for (size_t i = 0; i < tensor->rank; i++)
        LR_RETURN_IF(lr_builder_format(header, "%s%zu", i == 0 ? "" : ",", tensor->sizes[i]));
    LR_RETURN_IF(lr_builder_format(header, "],\"data_offsets\":[%zu,%zu]}", *offset, end));
    *offset = end;
    return LLMREC_OK;
}

static llmrec_status build_header(lr_builder *header, const lr_tensor *tensors, size_t count, const char *key,
                                  const char *text)
{
    enum { ALIGNMENT = 64 };
    size_t offset = 0;
    LR_RETURN_IF(lr_builder_add(header, "{", 1));
    if (key != NULL) {
        LR_RETURN_IF(lr_builder_format(header, "\"%s\":{", METADATA));
        LR_RETURN_IF(lr_builder_json(header, key, strlen(key)));
        LR_RETURN_IF(lr_builder_add(header, ":", 1));
        LR_RETURN_IF(lr_builder_json(header, text, strlen(text)));
        LR_RETURN_IF(lr_builder_add(header, count > 0 ? "}," : "}", count > 0 ? 2 : 1));
    }
    for (size_t i = 0; i < count; i++) {
        if (i > 0) LR_RETURN_IF(lr_builder_add(header, ",", 1));
        LR_RETURN_IF(add_tensor(header, &tensors[i], &offset));
    }
    LR_RETURN_IF(lr_builder_add(header, "}", 1));
    while ((header->length + sizeof(uint64_t)) % ALIGNMENT != 0) LR_RETURN_IF(lr_builder_add(header, " ", 1));
    return LLMREC_OK;
}

static llmrec_status write_header(lr_writer *writer, const lr_builder *header)
{
    unsigned char length[8];
    for (size_t i = 0; i < sizeof length; i++) length[i] = (unsigned char)((uint64_t)header->length >> 8 * i);
    LR_RETURN_IF(lr_writer_add(writer, length, sizeof length));
    return lr_writer_add(writer, header->text, header->length);
}

llmrec_status lr_safetensors_write(llmrec_context *context, const char *path, const lr_tensor *tensors, size_t count,
                                   const char *key, const char *text)
{
    llmrec_status status = LLMREC_OK;
    lr_builder header = {.context = context};
    lr_writer writer = {0};
    LR_TRY(build_header(&header, tensors, count, key, text));
    LR_TRY(lr_writer_begin(context, path, &writer));
    LR_TRY(write_header(&writer, &header));
    for (size_t i = 0; i < count; i++)
        LR_TRY(lr_writer_add(&writer, tensors[i].data, tensors[i].count * fact_of(&tensors[i])->size));
    status = lr_writer_commit(&writer);
done:
    lr_writer_abandon(&writer);
    lr_free(context, header.text);
    return status;
}
