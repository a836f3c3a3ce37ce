/* SPDX-License-Identifier: Apache-2.0 */
#include "embed/npy.h"

#include <stdio.h>
#include <string.h>

#include "core/number.h"
#include "core/text.h"

static const char MAGIC[] = "\x93NUMPY";
enum { MAGIC_SIZE = 6, HEADER_LIMIT = 1 << 16 };

/* State of parsing the header: a Python dictionary with three keys. The parser accepts what NumPy writes for a plain
 * array. */
typedef struct header {
    const char *path, *text;
    size_t length, at;
    const char *descr;
    size_t descr_length;
    bool fortran;
    size_t rank, sizes[2];
    unsigned seen; /* one bit for each key */
} header;

static llmrec_status refuse(const header *h, const char *wanted)
{
    const size_t at = h->at < h->length ? h->at : h->length;
    return lr_fail(LLMREC_ERR_FORMAT, "%s: the header has %s at byte %zu; wanted %s", h->path,
                   lr_quote(h->text + at, h->length - at).text, at, wanted);
}

static void skip_blanks(header *h)
{
    while (h->at < h->length && (h->text[h->at] == ' ' || h->text[h->at] == '\n')) h->at++;
}

/* Skips `token` and the blanks around it. Returns false if it is not next. */
static bool take(header *h, const char *token)
{
    const size_t length = strlen(token);
    skip_blanks(h);
    if (h->length - h->at < length || memcmp(h->text + h->at, token, length) != 0) return false;
    h->at += length;
    skip_blanks(h);
    return true;
}

/* Reads a string in single or double quotes, without escapes. */
static bool take_text(header *h, const char **text, size_t *length)
{
    skip_blanks(h);
    if (h->at == h->length || (h->text[h->at] != '\'' && h->text[h->at] != '"')) return false;
    const char *begin = h->text + h->at + 1;
    const char *end = memchr(begin, h->text[h->at], h->length - h->at - 1);
    if (end == NULL) return false;
    *text = begin;
    *length = (size_t)(end - begin);
    h->at += *length + 2;
    return true;
}

static bool take_size(header *h, size_t *size)
{
    int64_t value = 0;
    const size_t begin = h->at;
    while (h->at < h->length && h->text[h->at] >= '0' && h->text[h->at] <= '9') h->at++;
    if (!lr_parse_int64(h->text + begin, h->at - begin, &value)) return false;
    *size = (size_t)value;
    return true;
}

/* Reads (rows, dim). Counts all sizes, for the error message. */
static llmrec_status read_shape(header *h)
{
    size_t size = 0;
    if (!take(h, "(")) return refuse(h, "a shape in parentheses");
    while (!take(h, ")")) {
        if (!take_size(h, &size)) return refuse(h, "a size");
        if (h->rank < 2) h->sizes[h->rank] = size;
        h->rank++;
        if (take(h, ",")) continue;
        if (h->at == h->length || h->text[h->at] != ')') return refuse(h, "\",\" or \")\"");
    }
    return LLMREC_OK;
}

static bool is(const char *text, size_t length, const char *name)
{
    return length == strlen(name) && memcmp(text, name, length) == 0;
}

static llmrec_status read_value(header *h, const char *key, size_t length)
{
    const unsigned bit = is(key, length, "descr")           ? 1
                         : is(key, length, "fortran_order") ? 2
                         : is(key, length, "shape")         ? 4
                                                            : 0;
    if (bit == 0 || (h->seen & bit) != 0)
        return lr_fail(LLMREC_ERR_FORMAT,
                       "%s: the header has the key %s; wanted descr, fortran_order and shape, each once", h->path,
                       lr_quote(key, length).text);
    h->seen |= bit;
    if (bit == 4) return read_shape(h);
    if (bit == 1) return take_text(h, &h->descr, &h->descr_length) ? LLMREC_OK : refuse(h, "the name of a plain type");
    h->fortran = take(h, "True");
    return h->fortran || take(h, "False") ? LLMREC_OK : refuse(h, "True or False");
}

static llmrec_status read_dictionary(header *h)
{
    const char *key = NULL;
    size_t length = 0;
    if (!take(h, "{")) return refuse(h, "\"{\"");
    while (!take(h, "}")) {
        if (!take_text(h, &key, &length) || !take(h, ":")) return refuse(h, "a key");
        LR_RETURN_IF(read_value(h, key, length));
        if (take(h, ",")) continue;
        if (h->at == h->length || h->text[h->at] != '}') return refuse(h, "\",\" or \"}\"");
    }
    if (h->at != h->length) return refuse(h, "its end");
    if (h->seen == 7) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_FORMAT, "%s: the header lacks one of descr, fortran_order and shape", h->path);
}

static llmrec_status read_type(const header *h, lr_tensor *tensor)
{
    static const struct {
        const char *name, *type_name;
        lr_tensor_type type;
    } types[] = {{"<f2", "F16", LR_TENSOR_F16}, {"<f4", "F32", LR_TENSOR_F32}, {"<f8", "F64", LR_TENSOR_F64}};
    for (size_t i = 0; i < 3; i++) {
        if (!is(h->descr, h->descr_length, types[i].name)) continue;
        tensor->type = types[i].type;
        tensor->type_name = types[i].type_name;
        return LLMREC_OK;
    }
    return lr_fail(LLMREC_ERR_FORMAT, "%s: values have type %s%s; wanted \"<f2\", \"<f4\" or \"<f8\"", h->path,
                   lr_quote(h->descr, h->descr_length).text,
                   h->descr_length > 0 && h->descr[0] == '>' ? " (big-endian)" : "");
}

static llmrec_status check_shape(const header *h, lr_tensor *tensor)
{
    if (h->fortran)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: values are in Fortran order; wanted C order (numpy.ascontiguousarray)",
                       h->path);
    if (h->rank != 2)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: the array has %zu dimensions; wanted 2: rows and columns", h->path,
                       h->rank);
    tensor->rank = 2;
    for (size_t i = 0; i < 2; i++) tensor->sizes[i] = h->sizes[i];
    if (!__builtin_mul_overflow(h->sizes[0], h->sizes[1], &tensor->count) && tensor->count <= SIZE_MAX / 8)
        return LLMREC_OK;
    return lr_fail(LLMREC_ERR_FORMAT, "%s: %zu x %zu values do not fit in the address space", h->path, h->sizes[0],
                   h->sizes[1]);
}

/* Finds the header. Its length takes two bytes in version 1 and four in later versions. */
static llmrec_status find_header(const lr_map *map, header *h)
{
    const unsigned char *bytes = map->bytes;
    if (map->size < 10 || memcmp(bytes, MAGIC, MAGIC_SIZE) != 0)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: the file does not begin as an .npy file", h->path);
    const unsigned version = bytes[MAGIC_SIZE];
    if (version < 1 || version > 3 || bytes[MAGIC_SIZE + 1] != 0)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: .npy format version %u.%u; wanted 1.0, 2.0 or 3.0", h->path, version,
                       bytes[MAGIC_SIZE + 1]);
    const size_t begin = version == 1 ? 10 : 12;
    size_t length = (size_t)bytes[8] | (size_t)bytes[9] << 8;
    if (version > 1 && map->size >= begin) length |= (size_t)bytes[10] << 16 | (size_t)bytes[11] << 24;
    if (map->size < begin || length > HEADER_LIMIT || length > map->size - begin)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: the header claims %zu bytes; the file has %zu, and the limit is %d",
                       h->path, length, map->size, HEADER_LIMIT);
    h->text = (const char *)bytes + begin;
    h->length = length;
    return LLMREC_OK;
}

llmrec_status lr_npy_open(const char *path, lr_map *map, lr_tensor *tensor)
{
    header h = {.path = path};
    lr_tensor fresh = {.name = path};
    LR_RETURN_IF(lr_map_open(path, map));
    LR_RETURN_IF(find_header(map, &h));
    LR_RETURN_IF(read_dictionary(&h));
    LR_RETURN_IF(read_type(&h, &fresh));
    LR_RETURN_IF(check_shape(&h, &fresh));
    const unsigned char *values = (const unsigned char *)h.text + h.length;
    const size_t size = map->size - (size_t)(values - map->bytes);
    const size_t wanted = fresh.count * (fresh.type == LR_TENSOR_F64 ? 8 : fresh.type == LR_TENSOR_F32 ? 4 : 2);
    if (size != wanted)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: %zu bytes of values; wanted %zu for %zu x %zu", path, size, wanted,
                       fresh.sizes[0], fresh.sizes[1]);
    fresh.data = values;
    *tensor = fresh;
    return LLMREC_OK;
}

/* Pads the header so that values begin at a multiple of 64 bytes and can be mapped. */
static size_t write_header(const lr_tensor *tensor, char out[192])
{
    enum { ALIGNMENT = 64, PREFIX = 10 };
    char text[128];
    const int length = snprintf(text, sizeof text, "{'descr': '%s', 'fortran_order': False, 'shape': (%zu, %zu), }",
                                tensor->type == LR_TENSOR_F16 ? "<f2" : "<f4", tensor->sizes[0], tensor->sizes[1]);
    const size_t whole = (PREFIX + (size_t)length + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT, rest = whole - PREFIX;
    memset(out, ' ', whole);
    memcpy(out, MAGIC, MAGIC_SIZE);
    memcpy(out + MAGIC_SIZE, (const unsigned char[]){1, 0, rest & 0xFF, rest >> 8}, 4);
    memcpy(out + PREFIX, text, (size_t)length);
    out[whole - 1] = '\n';
    return whole;
}

llmrec_status lr_npy_write(llmrec_context *context, const char *path, const lr_tensor *tensor)
{
    llmrec_status status = LLMREC_OK;
    lr_writer writer = {0};
    char text[192];
    const size_t length = write_header(tensor, text);
    LR_TRY(lr_writer_begin(context, path, &writer));
    LR_TRY(lr_writer_add(&writer, text, length));
    LR_TRY(lr_writer_add(&writer, tensor->data, tensor->count * (tensor->type == LR_TENSOR_F16 ? 2 : 4)));
    status = lr_writer_commit(&writer);
done:
    lr_writer_abandon(&writer);
    return status;
}
