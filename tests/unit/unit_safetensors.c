/* SPDX-License-Identifier: Apache-2.0 */
/* Safetensors: files read back equal, every type becomes float32, and headers are checked. */
#include "../shared_context.h"

#include <math.h>

#include "core/memory.h"
#include "embed/safetensors.h"

/* Writes a file with a header text, stated as `length` bytes long, and `size` bytes that count up. */
static const char *file_of(const char *header, uint64_t length, size_t size)
{
    static unsigned char bytes[4096];
    const size_t text = strlen(header);
    for (size_t i = 0; i < 8; i++) bytes[i] = (unsigned char)(length >> 8 * i);
    memcpy(bytes + 8, header, text);
    for (size_t i = 0; i < size; i++) bytes[8 + text + i] = (unsigned char)(i + 1);
    const char *path = scratch("x.safetensors");
    write_bytes(path, bytes, 8 + text + size);
    return path;
}

static void what_is_written_is_read(void **state)
{
    static const float a[6] = {1, 2, 3, 4, 5, 6};
    static const uint16_t b[3] = {0x3c00, 0xc000, 0x3555};
    const lr_tensor tensors[2] = {
        {.name = "a", .type = LR_TENSOR_F32, .rank = 2, .sizes = {2, 3}, .count = 6, .data = a},
        {.name = "b \"q\"", .type = LR_TENSOR_F16, .rank = 1, .sizes = {3}, .count = 3, .data = b}};
    lr_safetensors *file = NULL;
    float values[3];
    (void)state;
    assert_ok(lr_safetensors_write(context, scratch("w.safetensors"), tensors, 2, "ids", "[\"1\"]"));
    assert_ok(lr_safetensors_open(context, scratch("w.safetensors"), &file));
    assert_int_equal(lr_safetensors_count(file), 2);
    const lr_tensor *first = lr_safetensors_find(file, "a"), *second = lr_safetensors_find(file, "b \"q\"");
    assert_true(first == lr_safetensors_at(file, 0) && second != NULL && lr_safetensors_find(file, "c") == NULL);
    assert_true(first->rank == 2 && first->sizes[0] == 2 && first->sizes[1] == 3 && first->type == LR_TENSOR_F32);
    assert_int_equal((uintptr_t)first->data % 64, 0);
    assert_memory_equal(first->data, a, sizeof a);
    assert_ok(lr_tensor_floats(first, 2, 3, values));
    assert_memory_equal(values, a + 2, sizeof values);
    assert_ok(lr_tensor_floats(second, 0, 3, values));
    assert_true(values[0] == 1 && values[1] == -2 && fabsf(values[2] - 1 / 3.0f) < 1e-3f);
    assert_string_equal(lr_safetensors_metadata(file, "ids"), "[\"1\"]");
    assert_null(lr_safetensors_metadata(file, "names"));
    lr_safetensors_close(file);
}

static void every_number_type_becomes_float32(void **state)
{
    static const char header[] = "{\"h\":{\"dtype\":\"BF16\",\"shape\":[1],\"data_offsets\":[0,2]},"
                                 "\"d\":{\"dtype\":\"F64\",\"shape\":[],\"data_offsets\":[2,10]},"
                                 "\"i\":{\"dtype\":\"I64\",\"shape\":[0,9],\"data_offsets\":[10,10]}}";
    lr_safetensors *file = NULL;
    float value = 0;
    double wanted = 0;
    uint32_t bits = 0x02010000;
    (void)state;
    assert_ok(lr_safetensors_open(context, file_of(header, sizeof header - 1, 10), &file));
    assert_ok(lr_tensor_floats(lr_safetensors_find(file, "h"), 0, 1, &value));
    assert_memory_equal(&value, &bits, 4);
    assert_ok(lr_tensor_floats(lr_safetensors_find(file, "d"), 0, 1, &value));
    memcpy(&wanted, (const unsigned char[]){3, 4, 5, 6, 7, 8, 9, 10}, 8);
    assert_true(value == (float)wanted);
    assert_int_equal(lr_safetensors_find(file, "i")->count, 0);
    assert_failure(lr_tensor_floats(lr_safetensors_find(file, "i"), 0, 0, &value), LLMREC_ERR_UNSUPPORTED, "\"i\"",
                   "I64");
    lr_safetensors_close(file);
}

#define T(name, type, shape, begin, end)                                                                               \
    "\"" name "\":{\"dtype\":\"" type "\",\"shape\":" shape ",\"data_offsets\":[" #begin "," #end "]}"

static void no_header_is_believed(void **state)
{
    static const struct {
        const char *header, *message;
        size_t size;
    } bad[] = {
        {"{" T("a", "F32", "[2]", 0, 8) "}", "ends at byte 8; the file has 4", 4},
        {"{" T("a", "F32", "[2]", 0, 8) "}", "12 bytes after the header; wanted 8", 12},
        {"{" T("a", "F32", "[3]", 0, 8) "}", "8 bytes; wanted 3 values of F32", 8},
        {"{" T("a", "F32", "[-2]", 0, 8) "}", "possible sizes", 8},
        {"{" T("a", "F32", "[2.0]", 0, 8) "}", "possible sizes", 8},
        {"{" T("a", "F32", "[4611686018427387904,8]", 0, 8) "}", "possible sizes", 8},
        {"{" T("a", "F32", "[9223372036854775807]", 0, 8) "}", "wanted 9223372036854775807 values", 8},
        {"{" T("a", "F32", "[1,1,1,1,1,1,1,1,2]", 0, 8) "}", "at most 8 sizes", 8},
        {"{" T("a", "F32", "2", 0, 8) "}", "at most 8 sizes", 8},
        {"{" T("a", "F33", "[2]", 0, 8) "}", "dtype is \"F33\"", 8},
        {"{" T("a", "F32", "[2]", 8, 0) "}", "not a begin and an end", 8},
        {"{" T("a", "F32", "[2]", -8, 0) "}", "not a begin and an end", 8},
        {"{" T("a", "F32", "[1]", 0, 4) "," T("b", "F32", "[1]", 0, 4) "}", "overlaps", 4},
        {"{" T("a", "F32", "[2]", 0, 8) "," T("b", "F32", "[1]", 4, 8) "}", "overlaps", 8},
        {"{" T("a", "F32", "[1]", 0, 4) "," T("b", "F32", "[1]", 8, 12) "}", "does not follow", 12},
        {"{" T("a", "F32", "[1]", 0, 4) "," T("a", "F32", "[1]", 4, 8) "}", "not valid JSON", 8},
        {"{\"a\":{}}", "dtype is \"\"", 0},
        {"{\"a\":7}", "dtype is \"\"", 0},
        {"[]", "not a JSON object", 0},
        {"{\"a\":", "not valid JSON", 0},
        {"", "not valid JSON", 0},
    };
    lr_safetensors *file = NULL;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *path = file_of(bad[i].header, strlen(bad[i].header), bad[i].size);
        assert_failure(lr_safetensors_open(context, path, &file), LLMREC_ERR_FORMAT, "x.safetensors", bad[i].message);
    }
    assert_failure(lr_safetensors_open(context, file_of("{}", 3, 0), &file), LLMREC_ERR_FORMAT, "claims 3 bytes");
    assert_failure(lr_safetensors_open(context, file_of("{}", UINT64_MAX, 0), &file), LLMREC_ERR_FORMAT,
                   "claims 18446744073709551615 bytes");
    write_text(scratch("short.safetensors"), "1234567");
    assert_failure(lr_safetensors_open(context, scratch("short.safetensors"), &file), LLMREC_ERR_FORMAT, "too few");
    assert_failure(lr_safetensors_open(context, scratch("none"), &file), LLMREC_ERR_IO, "none");
    assert_null(file);
}

static void damage_never_reaches_beyond_the_file(void **state)
{
    static const float a[4] = {1, 2, 3, 4};
    const lr_tensor tensors[2] = {
        {.name = "a", .type = LR_TENSOR_F32, .rank = 1, .sizes = {3}, .count = 3, .data = a},
        {.name = "b", .type = LR_TENSOR_F64, .rank = 2, .sizes = {1, 2}, .count = 2, .data = a}};
    size_t size = 0;
    (void)state;
    assert_ok(lr_safetensors_write(context, scratch("w.safetensors"), tensors, 2, "ids", "[]"));
    unsigned char *bytes = read_bytes(scratch("w.safetensors"), &size);
    for (size_t i = 0; i < 8 * size; i++) {
        lr_safetensors *file = NULL;
        float values[64];
        bytes[i / 8] ^= (unsigned char)(1 << i % 8);
        write_bytes(scratch("damaged.safetensors"), bytes, size);
        bytes[i / 8] ^= (unsigned char)(1 << i % 8);
        if (lr_safetensors_open(context, scratch("damaged.safetensors"), &file) != LLMREC_OK) continue;
        for (size_t t = 0; t < lr_safetensors_count(file); t++) {
            const lr_tensor *tensor = lr_safetensors_at(file, t);
            assert_true(tensor->count <= 64);
            if (tensor->type != LR_TENSOR_OTHER) assert_ok(lr_tensor_floats(tensor, 0, tensor->count, values));
        }
        lr_safetensors_close(file);
    }
    for (size_t length = 0; length < size; length++) {
        lr_safetensors *file = NULL;
        write_bytes(scratch("damaged.safetensors"), bytes, length);
        assert_failure(lr_safetensors_open(context, scratch("damaged.safetensors"), &file), LLMREC_ERR_FORMAT,
                       "damaged");
    }
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(every_number_type_becomes_float32),
        cmocka_unit_test(no_header_is_believed),
        cmocka_unit_test(damage_never_reaches_beyond_the_file),
    };
    return cmocka_run_group_tests(tests, make_context, drop_context);
}
