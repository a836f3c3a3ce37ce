/* SPDX-License-Identifier: Apache-2.0 */
#include "llm/vectors.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "core/memory.h"

enum { MOST_DIM = 1 << 20 };

/* --- base64 ------------------------------------------------------------------------------------------------------ */

static int digit_value(char c)
{
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Returns the decoded size of base64 text without padding; SIZE_MAX if it is invalid. */
static size_t decoded_size(const char *text, size_t *length)
{
    while (*length > 0 && text[*length - 1] == '=') --*length;
    for (size_t i = 0; i < *length; i++)
        if (digit_value(text[i]) < 0) return SIZE_MAX;
    return *length % 4 == 1 ? SIZE_MAX : *length / 4 * 3 + (*length % 4 == 0 ? 0 : *length % 4 - 1);
}

static uint32_t decoded_byte(const char *text, size_t length, size_t at)
{
    const size_t first = at / 3 * 4, shift = 16 - at % 3 * 8;
    uint32_t bits = 0;
    for (size_t i = 0; i < 4; i++) bits = bits << 6 | (first + i < length ? (uint32_t)digit_value(text[first + i]) : 0);
    return bits >> shift & 0xFF;
}

static void decode_floats(const char *text, size_t length, float *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t bits = 0;
        for (size_t j = 0; j < 4; j++) bits |= decoded_byte(text, length, 4 * i + j) << (8 * j);
        memcpy(&values[i], &bits, sizeof bits);
    }
}

/* --- entries ----------------------------------------------------------------------------------------------------- */

/* Returns the dim of an entry's vector; 0 if it is not a vector. */
static size_t dim_of(const json_t *embedding)
{
    if (json_is_array(embedding)) return json_array_size(embedding);
    if (!json_is_string(embedding)) return 0;
    size_t length = json_string_length(embedding);
    const size_t size = decoded_size(json_string_value(embedding), &length);
    return size == SIZE_MAX || size % 4 != 0 ? 0 : size / 4;
}

static llmrec_status read_values(const json_t *embedding, size_t entry, float *values, size_t dim)
{
    if (json_is_string(embedding)) {
        size_t length = json_string_length(embedding);
        (void)decoded_size(json_string_value(embedding), &length);
        decode_floats(json_string_value(embedding), length, values, dim);
    }
    for (size_t i = 0; i < dim; i++) {
        const json_t *value = json_array_get(embedding, i); /* NULL if the vector is base64 */
        if (value != NULL && !json_is_number(value))
            return lr_fail(LLMREC_ERR_FORMAT, "data[%zu].embedding[%zu] is not a number", entry, i);
        if (value != NULL) values[i] = (float)json_number_value(value);
        if (!isfinite(values[i]))
            return lr_fail(LLMREC_ERR_NUMERIC, "data[%zu].embedding[%zu] is not finite", entry, i);
    }
    return LLMREC_OK;
}

/* Reads the index of an entry, which must be unique. */
static llmrec_status read_index(const json_t *item, size_t entry, size_t count, unsigned char *named, size_t *place)
{
    const json_t *index = json_object_get(item, "index");
    const json_int_t value = json_integer_value(index);
    if (!json_is_integer(index)) return lr_fail(LLMREC_ERR_FORMAT, "data[%zu] has no index", entry);
    if (value < 0 || (uint64_t)value >= count)
        return lr_fail(LLMREC_ERR_FORMAT, "data[%zu].index is %lld; wanted less than %zu", entry, (long long)value,
                       count);
    if (named[value]++ > 0)
        return lr_fail(LLMREC_ERR_FORMAT, "data[%zu].index is %lld, which another entry has", entry, (long long)value);
    *place = (size_t)value;
    return LLMREC_OK;
}

static llmrec_status read_entry(const json_t *item, size_t entry, unsigned char *named, const lr_vectors *vectors)
{
    const json_t *embedding = json_object_get(item, "embedding");
    const size_t dim = dim_of(embedding);
    size_t place = 0;
    LR_RETURN_IF(read_index(item, entry, vectors->count, named, &place));
    if (dim == 0)
        return lr_fail(LLMREC_ERR_FORMAT, "data[%zu].embedding is neither an array of numbers nor their base64", entry);
    if (dim != vectors->dim)
        return lr_fail(LLMREC_ERR_SHAPE, "data[%zu].embedding has %zu numbers; data[0] has %zu", entry, dim,
                       vectors->dim);
    return read_values(embedding, entry, vectors->values + place * vectors->dim, vectors->dim);
}

llmrec_status lr_answer_vectors(llmrec_context *context, const json_t *root, size_t count, lr_vectors *vectors)
{
    llmrec_status status = LLMREC_OK;
    const json_t *data = json_object_get(root, "data");
    lr_vectors fresh = {.count = count};
    unsigned char *named = NULL;
    LR_CHECK(json_is_array(data), LLMREC_ERR_FORMAT, "the answer has no data");
    LR_CHECK(json_array_size(data) == count, LLMREC_ERR_FORMAT, "the answer has %zu vectors; wanted %zu",
             json_array_size(data), count);
    fresh.dim = dim_of(json_object_get(json_array_get(data, 0), "embedding"));
    LR_CHECK(fresh.dim > 0 && fresh.dim <= MOST_DIM, LLMREC_ERR_FORMAT,
             "data[0].embedding is neither an array of 1 to %d numbers nor their base64", (int)MOST_DIM);
    LR_TRY(LR_NEW(context, fresh.values, count * fresh.dim));
    LR_TRY(LR_NEW_ZERO(context, named, count));
    for (size_t i = 0; i < count; i++) LR_TRY(read_entry(json_array_get(data, i), i, named, &fresh));
    *vectors = fresh;
    fresh.values = NULL;
done:
    lr_free(context, named);
    lr_free(context, fresh.values);
    return status;
}
