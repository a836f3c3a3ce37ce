/* SPDX-License-Identifier: Apache-2.0 */
/* Our HDF5 files: they read back equal, and damaged or foreign ones are refused. */
#include "../shared_context.h"

#include "core/memory.h"
#include "core/store_inside.h"

/* One kind of file, in several format versions. */
static const lr_store_kind FIRST = {"sample", 1}, SECOND = {"sample", 2}, NINTH = {"sample", 9};

static const float FLOATS[6] = {1, -2, 3.5f, 4, 5, -6};

static void write_sample(const char *path)
{
    static const int64_t numbers[3] = {INT64_MIN, 7, INT64_MAX};
    const lr_array floats = {.name = "floats", .type = LR_F32, .rank = 2, .sizes = {2, 3}};
    const lr_array integers = {.name = "integers", .type = LR_I64, .rank = 1, .sizes = {3}};
    const lr_array empty = {.name = "empty", .type = LR_U8, .rank = 1, .sizes = {0}};
    lr_store *store = NULL;
    assert_ok(lr_store_replace(context, path, SECOND, &store));
    assert_ok(lr_store_write(store, &floats, FLOATS));
    assert_ok(lr_store_write(store, &integers, numbers));
    assert_ok(lr_store_write(store, &empty, NULL));
    assert_ok(lr_store_set_number(store, "power", 0.25));
    assert_ok(lr_store_set_integer(store, "seed", -3));
    assert_ok(lr_store_commit(&store));
}

/* Reads everything in the sample, or returns the first failure; checks the values. */
static llmrec_status read_sample(const char *path)
{
    llmrec_status status = LLMREC_OK;
    lr_array floats = {.name = "floats", .type = LR_F32, .rank = 2},
             integers = {.name = "integers", .type = LR_I64, .rank = 1};
    lr_array empty = {.name = "empty", .type = LR_U8, .rank = 1};
    lr_store *store = NULL;
    float *values = NULL;
    int64_t *numbers = NULL, seed = 0;
    uint8_t *nothing = NULL;
    double power = 0;
    LR_TRY(lr_store_open(context, path, SECOND, &store));
    LR_TRY(lr_store_read(store, &floats, &values));
    LR_TRY(lr_store_read(store, &integers, &numbers));
    LR_TRY(lr_store_read(store, &empty, &nothing));
    LR_TRY(lr_store_get_number(store, "power", &power));
    LR_TRY(lr_store_get_integer(store, "seed", &seed));
    assert_true(floats.sizes[0] == 2 && floats.sizes[1] == 3 && integers.sizes[0] == 3 && empty.sizes[0] == 0);
    assert_memory_equal(values, FLOATS, sizeof FLOATS);
    assert_true(numbers[0] == INT64_MIN && numbers[1] == 7 && numbers[2] == INT64_MAX);
    assert_true(power == 0.25 && seed == -3);
done:
    lr_free(context, values);
    lr_free(context, numbers);
    lr_free(context, nothing);
    lr_store_close(store);
    return status;
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    write_sample(scratch("sample.h5"));
    assert_ok(read_sample(scratch("sample.h5")));
}

static void every_type_survives_the_round_trip(void **state)
{
    static const uint64_t bits[4] = {0x0123456789abcdef, 0x7e0080003c005bff, 0, UINT64_MAX};
    (void)state;
    for (int type = LR_U8; type <= LR_F64; type++) {
        const lr_array array = {.name = "x", .type = (lr_type)type, .rank = 3, .sizes = {2, 1, 2}};
        lr_array back = {.name = "x", .type = (lr_type)type, .rank = 3};
        lr_store *store = NULL;
        void *values = NULL;
        assert_ok(lr_store_replace(context, scratch("types.h5"), FIRST, &store));
        assert_ok(lr_store_write(store, &array, bits));
        assert_ok(lr_store_commit(&store));
        assert_ok(lr_store_open(context, scratch("types.h5"), FIRST, &store));
        assert_ok(lr_store_read(store, &back, &values));
        assert_memory_equal(values, bits, 4 * lr_type_size((lr_type)type));
        lr_free(context, values);
        lr_store_close(store);
    }
}

static void pieces_give_the_bytes_of_the_whole(void **state)
{
    float values[50][4];
    const lr_array array = {.name = "x", .type = LR_F32, .rank = 2, .sizes = {50, 4}};
    size_t whole_size = 0, pieces_size = 0;
    lr_store *store = NULL;
    (void)state;
    for (size_t i = 0; i < 200; i++) values[i / 4][i % 4] = (float)i;
    assert_ok(lr_store_replace(context, scratch("whole.h5"), FIRST, &store));
    assert_ok(lr_store_write(store, &array, values));
    assert_ok(lr_store_commit(&store));
    assert_ok(lr_store_replace(context, scratch("pieces.h5"), FIRST, &store));
    assert_ok(lr_store_write_begin(store, &array));
    assert_ok(lr_store_write_rows(store, &array, 0, 7, values));
    assert_failure(lr_store_write_end(store, &array), LLMREC_ERR_INTERNAL, "row 7 of 50");
    assert_failure(lr_store_write_rows(store, &array, 8, 1, values[8]), LLMREC_ERR_INTERNAL, "rows from 8");
    assert_ok(lr_store_write_rows(store, &array, 7, 43, values[7]));
    assert_ok(lr_store_write_end(store, &array));
    assert_ok(lr_store_commit(&store));
    unsigned char *whole = read_bytes(scratch("whole.h5"), &whole_size);
    unsigned char *pieces = read_bytes(scratch("pieces.h5"), &pieces_size);
    assert_int_equal(whole_size, pieces_size);
    assert_memory_equal(whole, pieces, whole_size);
    free(whole);
    free(pieces);
}

static void arrays_lie_aligned_in_the_file(void **state)
{
    lr_array floats = {.name = "floats", .type = LR_F32, .rank = 2};
    size_t offset = 1, size = 0;
    uint64_t checksum = 0;
    lr_store *store = NULL;
    (void)state;
    write_sample(scratch("place.h5"));
    assert_ok(lr_store_open(context, scratch("place.h5"), NINTH, &store));
    assert_ok(lr_store_locate(store, &floats, &offset, &checksum));
    assert_true(lr_store_has(store, "floats") && !lr_store_has(store, "doubles"));
    lr_store_close(store);
    unsigned char *bytes = read_bytes(scratch("place.h5"), &size);
    assert_int_equal(offset % 64, 0);
    assert_memory_equal(bytes + offset, FLOATS, sizeof FLOATS);
    assert_true(checksum == lr_checksum(FLOATS, sizeof FLOATS));
    free(bytes);
}

static void what_is_not_as_wanted_is_named(void **state)
{
    lr_array absent = {.name = "absent", .type = LR_F32, .rank = 1},
             typed = {.name = "floats", .type = LR_F16, .rank = 2};
    lr_array ranked = {.name = "floats", .type = LR_F32, .rank = 1};
    lr_store *store = NULL;
    float *values = NULL;
    int64_t number = 0;
    (void)state;
    write_sample(scratch("named.h5"));
    assert_failure(lr_store_open(context, scratch("named.h5"), (lr_store_kind){"dataset", 2}, &store),
                   LLMREC_ERR_FORMAT, "named.h5", "kind", "\"sample\"", "wanted \"dataset\"");
    assert_failure(lr_store_open(context, scratch("named.h5"), FIRST, &store), LLMREC_ERR_FORMAT, "named.h5",
                   "version is 2", "reads 1 to 1");
    assert_failure(lr_store_open(context, scratch("no.h5"), FIRST, &store), LLMREC_ERR_IO, "no.h5");
    assert_failure(lr_store_open(context, "/tmp", FIRST, &store), LLMREC_ERR_IO, "/tmp");
    assert_null(store);
    assert_ok(lr_store_open(context, scratch("named.h5"), SECOND, &store));
    assert_failure(lr_store_read(store, &absent, &values), LLMREC_ERR_FORMAT, "named.h5", "\"absent\" is missing");
    assert_failure(lr_store_read(store, &typed, &values), LLMREC_ERR_FORMAT, "\"floats\"", "wanted float16");
    assert_failure(lr_store_read(store, &ranked, &values), LLMREC_ERR_FORMAT, "\"floats\" has 2 dimensions",
                   "wanted 1");
    assert_failure(lr_store_get_integer(store, "power", &number), LLMREC_ERR_FORMAT, "\"power\"", "type");
    assert_failure(lr_store_get_integer(store, "tempo", &number), LLMREC_ERR_FORMAT, "\"tempo\" is missing");
    assert_null(values);
    lr_store_close(store);
    assert_failure(lr_store_replace(context, "/nowhere/x.h5", FIRST, &store), LLMREC_ERR_IO, "/nowhere/x.h5");
}

static void other_files_are_refused(void **state)
{
    lr_store *store = NULL;
    (void)state;
    write_text(scratch("text.h5"), "user,item\n1,2\n");
    assert_failure(lr_store_open(context, scratch("text.h5"), FIRST, &store), LLMREC_ERR_FORMAT, "text.h5",
                   "not an HDF5 file");
    write_text(scratch("empty.h5"), "");
    assert_failure(lr_store_open(context, scratch("empty.h5"), FIRST, &store), LLMREC_ERR_FORMAT, "not an HDF5 file");
    H5Fclose(H5Fcreate(scratch("foreign.h5"), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
    assert_failure(lr_store_open(context, scratch("foreign.h5"), FIRST, &store), LLMREC_ERR_FORMAT,
                   "not from libllmrec");
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_V18);
    H5Fclose(H5Fcreate(scratch("modern.h5"), H5F_ACC_TRUNC, H5P_DEFAULT, access));
    H5Pclose(access);
    assert_failure(lr_store_open(context, scratch("modern.h5"), FIRST, &store), LLMREC_ERR_FORMAT,
                   "not from libllmrec");
    assert_ok(lr_store_seal(context, scratch("modern.h5"), NULL, 0));
    assert_failure(lr_store_open(context, scratch("modern.h5"), FIRST, &store), LLMREC_ERR_FORMAT,
                   "\"magic\" is missing");
}

/* Adds links that lead out of the file, as a hostile file could have. */
static void add_ways_out(const char *path)
{
    hsize_t sizes[2] = {2, 3};
    const hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT), space = H5Screate_simple(2, sizes, NULL);
    const hid_t outside = H5Pcreate(H5P_DATASET_CREATE), chunked = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_external(outside, "/etc/passwd", 0, 24);
    H5Pset_chunk(chunked, 2, sizes);
    H5Dclose(H5Dcreate2(file, "outside", H5T_NATIVE_FLOAT, space, H5P_DEFAULT, outside, H5P_DEFAULT));
    H5Dclose(H5Dcreate2(file, "chunked", H5T_NATIVE_FLOAT, space, H5P_DEFAULT, chunked, H5P_DEFAULT));
    assert_true(H5Lcreate_external("other.h5", "/x", file, "link", H5P_DEFAULT, H5P_DEFAULT) >= 0);
    assert_true(H5Lcreate_soft("/floats", file, "soft", H5P_DEFAULT, H5P_DEFAULT) >= 0);
    H5Pclose(outside);
    H5Pclose(chunked);
    H5Sclose(space);
    assert_true(H5Fclose(file) >= 0);
    assert_ok(lr_store_seal(context, path, NULL, 0));
}

static void no_array_leads_out_of_its_file(void **state)
{
    static const char *const names[] = {"outside", "chunked", "link", "soft"};
    lr_store *store = NULL;
    (void)state;
    write_sample(scratch("ways.h5"));
    add_ways_out(scratch("ways.h5"));
    assert_ok(lr_store_open(context, scratch("ways.h5"), SECOND, &store));
    for (size_t i = 0; i < 4; i++) {
        lr_array array = {.name = names[i], .type = LR_F32, .rank = 2};
        float *values = NULL;
        assert_failure(lr_store_read(store, &array, &values), LLMREC_ERR_FORMAT, "ways.h5", names[i]);
    }
    lr_store_close(store);
}

static void a_flipped_value_is_told_by_its_checksum(void **state)
{
    lr_array floats = {.name = "floats", .type = LR_F32, .rank = 2};
    size_t offset = 0, size = 0;
    uint64_t checksum = 0;
    lr_store *store = NULL;
    (void)state;
    write_sample(scratch("flip.h5"));
    assert_ok(lr_store_open(context, scratch("flip.h5"), SECOND, &store));
    assert_ok(lr_store_locate(store, &floats, &offset, &checksum));
    lr_store_close(store);
    unsigned char *bytes = read_bytes(scratch("flip.h5"), &size);
    bytes[offset + 9] ^= 4;
    write_bytes(scratch("flip.h5"), bytes, size);
    assert_failure(read_sample(scratch("flip.h5")), LLMREC_ERR_FORMAT, "flip.h5", "\"floats\"", "checksum");
    free(bytes);
}

static void damage_anywhere_is_an_error(void **state)
{
    size_t size = 0;
    (void)state;
    write_sample(scratch("whole.h5"));
    unsigned char *bytes = read_bytes(scratch("whole.h5"), &size);
    for (size_t i = 0; i < size; i++) {
        bytes[i] ^= (unsigned char)(1 + i % 255);
        write_bytes(scratch("damaged.h5"), bytes, size);
        bytes[i] ^= (unsigned char)(1 + i % 255);
        assert_failure(read_sample(scratch("damaged.h5")), LLMREC_ERR_FORMAT, "damaged.h5");
    }
    for (size_t length = 0; length < size; length += 1 + length / 64) {
        write_bytes(scratch("damaged.h5"), bytes, length);
        assert_failure(read_sample(scratch("damaged.h5")), LLMREC_ERR_FORMAT, "damaged.h5");
    }
    free(bytes);
}

/* Damages the seal's own words, the number of arrays and an array's range, with matching checksums. */
static void no_seal_is_believed(void **state)
{
    static const uint64_t bad[3][2] = {{64, 63}, {0, UINT64_MAX}, {UINT64_MAX - 1, UINT64_MAX}};
    size_t size = 0;
    (void)state;
    write_sample(scratch("sealed.h5"));
    unsigned char *bytes = read_bytes(scratch("sealed.h5"), &size);
    for (size_t i = 0; i < 4; i++) {
        uint64_t words[6] = {64, 128, 1, 0, 0, 0x316365726d6c6c00u};
        if (i < 3) memcpy(words, bad[i], sizeof bad[i]);
        else words[2] = UINT64_MAX / 16;
        words[4] = lr_checksum(words, 4 * sizeof *words);
        memcpy(bytes + size - sizeof words, words, sizeof words);
        write_bytes(scratch("damaged.h5"), bytes, size);
        assert_failure(read_sample(scratch("damaged.h5")), LLMREC_ERR_FORMAT, "damaged.h5", "seal");
    }
    free(bytes);
}

static int reports;

static herr_t count_report(hid_t stack, void *user)
{
    (void)stack;
    (*(int *)user)++;
    return 0;
}

static herr_t count_old_report(void *user)
{
    (*(int *)user)++;
    return 0;
}

static void the_hosts_error_reports_stay_as_they_are(void **state)
{
    H5E_auto2_t report = NULL;
    void *user = NULL;
    lr_store *store = NULL;
    (void)state;
    H5Eset_auto2(H5E_DEFAULT, count_report, &reports);
    write_text(scratch("text.h5"), "\x89HDF\r\n\x1a\n\x02 and no more of it than this line of text");
    assert_ok(lr_store_seal(context, scratch("text.h5"), NULL, 0));
    assert_failure(lr_store_open(context, scratch("text.h5"), FIRST, &store), LLMREC_ERR_FORMAT, "HDF5 says");
    assert_int_equal(reports, 0);
    H5Eget_auto2(H5E_DEFAULT, &report, &user);
    assert_true(report == count_report && user == &reports);
    H5Eset_auto1(count_old_report, &reports);
    assert_failure(lr_store_open(context, scratch("text.h5"), FIRST, &store), LLMREC_ERR_FORMAT, "HDF5 says");
    assert_int_equal(reports, 0);
    assert_true(H5Fopen("/nowhere", H5F_ACC_RDONLY, H5P_DEFAULT) < 0);
    assert_int_equal(reports, 1);
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(every_type_survives_the_round_trip),
        cmocka_unit_test(pieces_give_the_bytes_of_the_whole),
        cmocka_unit_test(arrays_lie_aligned_in_the_file),
        cmocka_unit_test(what_is_not_as_wanted_is_named),
        cmocka_unit_test(other_files_are_refused),
        cmocka_unit_test(no_array_leads_out_of_its_file),
        cmocka_unit_test(a_flipped_value_is_told_by_its_checksum),
        cmocka_unit_test(damage_anywhere_is_an_error),
        cmocka_unit_test(no_seal_is_believed),
        cmocka_unit_test(the_hosts_error_reports_stay_as_they_are),
    };
    return cmocka_run_group_tests(tests, make_context, drop_context);
}
