/* SPDX-License-Identifier: Apache-2.0 */
/* .npy headers: NumPy's headers are read, all others are refused with their position. */
#include "../shared_context.h"

#include "embed/npy.h"

/* A file with a format version, a header text and `size` zero bytes. */
static const char *file_of(unsigned char version, const char *header, size_t size)
{
    static unsigned char bytes[1024];
    const size_t length = strlen(header), begin = version == 1 ? 10 : 12;
    memset(bytes, 0, sizeof bytes);
    memcpy(bytes, "\x93NUMPY", 6);
    bytes[6] = version;
    bytes[8] = (unsigned char)(length & 0xFF);
    bytes[9] = (unsigned char)(length >> 8);
    memcpy(bytes + begin, header, length);
    const char *path = scratch("x.npy");
    write_bytes(path, bytes, begin + length + size);
    return path;
}

static void all_versions_and_types_are_read(void **state)
{
    static const struct {
        const char *header;
        size_t rows, dim, size;
        lr_tensor_type type;
    } good[] = {
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }    \n", 2, 3, 24, LR_TENSOR_F32},
        {"{'descr': '<f2', 'fortran_order': False, 'shape': (1, 5)}\n", 1, 5, 10, LR_TENSOR_F16},
        {"{'shape': (3,1,), \"fortran_order\":False,'descr':\"<f8\"}", 3, 1, 24, LR_TENSOR_F64},
        {" { 'descr' : '<f8' , 'fortran_order' : False , 'shape' : ( 0 , 7 ) , } ", 0, 7, 0, LR_TENSOR_F64},
    };
    (void)state;
    for (unsigned char version = 1; version <= 3; version++) {
        for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
            lr_map map = {0};
            lr_tensor tensor;
            assert_ok(lr_npy_open(file_of(version, good[i].header, good[i].size), &map, &tensor));
            assert_true(tensor.rank == 2 && tensor.sizes[0] == good[i].rows && tensor.sizes[1] == good[i].dim);
            assert_int_equal(tensor.type, good[i].type);
            assert_int_equal(tensor.count, good[i].rows * good[i].dim);
            lr_map_close(&map);
        }
    }
}

static void refuse(const char *path, const char *message)
{
    lr_map map = {0};
    lr_tensor tensor;
    assert_failure(lr_npy_open(path, &map, &tensor), LLMREC_ERR_FORMAT, path, message);
    lr_map_close(&map);
}

#define REST "'fortran_order': False, 'shape': (2, 2), }"

static void no_header_is_believed(void **state)
{
    static const struct {
        const char *header, *message;
    } bad[] = {
        {"{'descr': '>f4', " REST, "\">f4\" (big-endian); wanted \"<f2\""},
        {"{'descr': '<i8', " REST, "\"<i8\""},
        {"{'descr': '|O', " REST, "\"|O\""},
        {"{'descr': '<f4x', " REST, "\"<f4x\""},
        {"{'descr': [('a', '<f4')], " REST, "the name of a plain type"},
        {"{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2), }", "Fortran order"},
        {"{'descr': '<f4', 'fortran_order': 0, 'shape': (2, 2), }", "True or False"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (4,), }", "1 dimensions; wanted 2"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (), }", "0 dimensions; wanted 2"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, 2), }", "3 dimensions; wanted 2"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (2, -2), }", "a size"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (2 2), }", "\",\" or \")\""},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': 4, }", "a shape in parentheses"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", "16 bytes of values; wanted 24"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }", "16 bytes of values; wanted 8"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 4), }", "do not fit"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775808, 4), }", "a size"},
        {"{'descr': '<f4', 'fortran_order': False, }", "lacks"},
        {"{'descr': '<f4', 'descr': '<f4', " REST, "\"descr\""},
        {"{'order': 'C', 'descr': '<f4', " REST, "\"order\""},
        {"{'descr': '<f4', " REST " x", "\"x\""},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2)", "\",\" or \"}\""},
        {"{'descr': '<f4", "the name of a plain type"},
        {"['descr']", "wanted \"{\""},
        {"", "wanted \"{\""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) refuse(file_of(1, bad[i].header, 16), bad[i].message);
    refuse(file_of(4, "{}", 0), "version 4.0");
    write_bytes(scratch("y.npy"), "\x93NUMPY\1\0\xff\xff{'desc", 16);
    refuse(scratch("y.npy"), "claims 65535 bytes");
    write_bytes(scratch("y.npy"), "\x93NUMPY\2\0\x10\0\0\x10{", 13);
    refuse(scratch("y.npy"), "claims 268435472 bytes");
    write_bytes(scratch("y.npy"), "\x93NUMPY\2\0\1\0", 10);
    refuse(scratch("y.npy"), "claims 1 bytes");
    write_text(scratch("y.npy"), "PK\3\4 an archive");
    refuse(scratch("y.npy"), "does not begin as an .npy file");
    write_text(scratch("y.npy"), "");
    refuse(scratch("y.npy"), "does not begin");
}

static void what_is_written_is_read(void **state)
{
    static const float values[6] = {1, 2, 3, 4, 5, 6};
    const lr_tensor tensor = {.type = LR_TENSOR_F32, .rank = 2, .sizes = {3, 2}, .count = 6, .data = values};
    lr_map map = {0};
    lr_tensor back;
    (void)state;
    assert_ok(lr_npy_write(context, scratch("w.npy"), &tensor));
    assert_ok(lr_npy_open(scratch("w.npy"), &map, &back));
    assert_int_equal((uintptr_t)back.data % 64, 0);
    assert_true(back.type == LR_TENSOR_F32 && back.sizes[0] == 3 && back.sizes[1] == 2);
    assert_memory_equal(back.data, values, sizeof values);
    lr_map_close(&map);
    assert_failure(lr_npy_write(context, "/nowhere/x.npy", &tensor), LLMREC_ERR_IO, "/nowhere/x.npy");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_versions_and_types_are_read),
        cmocka_unit_test(no_header_is_believed),
        cmocka_unit_test(what_is_written_is_read),
    };
    return cmocka_run_group_tests(tests, make_context, drop_context);
}
