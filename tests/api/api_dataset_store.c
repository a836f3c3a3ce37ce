/* SPDX-License-Identifier: Apache-2.0 */
/* Saved datasets: they read back equal; damage is refused or has no effect. */
#include <sys/stat.h>

#include "../shared_context.h"
#include "../dump.h"

/* Sessions u, v, w. `timed`: 0 no times, 1 times from a file, 2 more fractions. */
static llmrec_dataset *sample(int timed)
{
    static const char *const rows[] = {"user,item\nu,a\nu,b\nu,c\nv,c\nv,a\nw,b\n",
                                       "user,item,time\nu,a,9007199254.740993\nu,b,2\nu,c,3\nv,c,4\nv,a,5\nw,b,6\n",
                                       "user,item,time\nu,a,1.5\nu,b,2\nu,c,3\nv,c,4\nv,a,5\nw,b,6\n"};
    llmrec_dataset_options options;
    llmrec_dataset *dataset = NULL;
    assert_ok(llmrec_dataset_options_init(&options, sizeof options));
    options.catalog = LLMREC_CATALOG_ALL;
    options.time_column = timed ? NULL : "";
    write_text(scratch("rows.csv"), rows[timed]);
    write_text(scratch("about.csv"), "id,title,genre\nz,Z\xC3\xA9,\na,A,x\nb,,y\n");
    assert_ok(llmrec_dataset_load(context, scratch("rows.csv"), scratch("about.csv"), &options, &dataset));
    return dataset;
}

static void check_round_trip(const llmrec_dataset *dataset)
{
    static char before[4096];
    llmrec_dataset_statistics s = {.size = sizeof s}, again = {.size = sizeof again};
    llmrec_dataset *opened = NULL;
    snprintf(before, sizeof before, "%s", dump(dataset));
    assert_ok(llmrec_dataset_save(dataset, scratch("saved.h5")));
    assert_ok(llmrec_dataset_open(context, scratch("saved.h5"), &opened));
    assert_string_equal(dump(opened), before);
    assert_ok(llmrec_dataset_describe(dataset, &s));
    assert_ok(llmrec_dataset_describe(opened, &again));
    assert_memory_equal(&s, &again, sizeof s);
    assert_int_equal(llmrec_dataset_title_column(opened), llmrec_dataset_title_column(dataset));
    assert_int_equal(llmrec_dataset_item_ids_are_numbers(opened), llmrec_dataset_item_ids_are_numbers(dataset));
    assert_int_equal(llmrec_dataset_session_ids_are_numbers(opened), llmrec_dataset_session_ids_are_numbers(dataset));
    llmrec_dataset_free(opened);
}

static void what_is_saved_is_opened(void **state)
{
    (void)state;
    for (int timed = 0; timed < 3; timed++) {
        llmrec_dataset *dataset = sample(timed);
        check_round_trip(dataset);
        llmrec_dataset_free(dataset);
    }
}

static void numbers_and_nothing_are_saved_too(void **state)
{
    static const int64_t numbers[] = {INT64_MIN, INT64_MAX, 7};
    llmrec_interactions rows = {.size = sizeof rows, .rows = 3, .session_numbers = numbers, .item_numbers = numbers};
    llmrec_dataset *dataset = NULL;
    (void)state;
    assert_ok(llmrec_dataset_create(context, &rows, NULL, NULL, &dataset));
    check_round_trip(dataset);
    llmrec_dataset_free(dataset);
    rows.rows = 0;
    assert_ok(llmrec_dataset_create(context, &rows, NULL, NULL, &dataset));
    check_round_trip(dataset);
    llmrec_dataset_free(dataset);
}

static void a_view_becomes_a_dataset_of_its_own(void **state)
{
    llmrec_dataset *dataset = sample(1), *view = NULL, *opened = NULL;
    llmrec_split_options options;
    (void)state;
    assert_ok(llmrec_split_options_init(&options, sizeof options));
    options.cutoff = "5";
    options.drop_untrained = 0;
    assert_ok(llmrec_dataset_split(dataset, &options, LLMREC_PART_TEST, &view));
    assert_ok(llmrec_dataset_save(view, scratch("view.h5")));
    assert_ok(llmrec_dataset_open(context, scratch("view.h5"), &opened));
    assert_string_equal(dump(opened),
                        "u: b@2 c@3 a@9007199254.740993; v: c@4 a@5; w: b@6 | a=A,x b=,y c=, z=Z\xC3\xA9,");
    llmrec_dataset_free(opened);
    llmrec_dataset_free(view);
    options.cutoff = "5.5";
    options.drop_untrained = 1;
    options.test_fraction = .5;
    assert_ok(llmrec_dataset_split(dataset, &options, LLMREC_PART_TEST, &view));
    llmrec_dataset_free(dataset);
    assert_ok(llmrec_dataset_save(view, scratch("view.h5")));
    assert_ok(llmrec_dataset_open(context, scratch("view.h5"), &opened));
    assert_string_equal(dump(opened), "u: c@3 a@9007199254.740993 | a=A,x b=,y c=, z=Z\xC3\xA9,");
    llmrec_dataset_free(opened);
    llmrec_dataset_free(view);
}

static void other_files_are_refused(void **state)
{
    llmrec_dataset *dataset = NULL;
    (void)state;
    write_text(scratch("no.h5"), "this is no dataset at all");
    assert_failure(llmrec_dataset_open(context, scratch("no.h5"), &dataset), LLMREC_ERR_FORMAT, "no.h5");
    assert_failure(llmrec_dataset_open(context, scratch("none.h5"), &dataset), LLMREC_ERR_IO, "none.h5");
    assert_failure(llmrec_dataset_open(context, NULL, &dataset), LLMREC_ERR_ARGUMENT, "path is NULL");
    assert_null(dataset);
    dataset = sample(1);
    assert_failure(llmrec_dataset_save(dataset, "/nowhere/at/all.h5"), LLMREC_ERR_IO, "/nowhere/at/all.h5");
    llmrec_dataset_free(dataset);
}

/* Changes or removes each byte: the damage is found, or the byte holds no data. */
static void damage_is_an_error_or_makes_no_difference(void **state)
{
    static char wanted[4096];
    llmrec_dataset *dataset = sample(1), *opened = NULL;
    size_t size = 0, refused = 0;
    (void)state;
    snprintf(wanted, sizeof wanted, "%s", dump(dataset));
    assert_ok(llmrec_dataset_save(dataset, scratch("whole.h5")));
    llmrec_dataset_free(dataset);
    unsigned char *bytes = read_bytes(scratch("whole.h5"), &size);
    for (size_t at = 0; at < size; at += 1 + at % 31) {
        const int cut = at % 3 == 0;
        bytes[at] ^= 0x55;
        write_bytes(scratch("damaged.h5"), bytes, cut ? at : size);
        bytes[at] ^= 0x55;
        opened = NULL;
        if (llmrec_dataset_open(context, scratch("damaged.h5"), &opened) == LLMREC_OK)
            assert_string_equal(dump(opened), wanted);
        else refused++;
        llmrec_dataset_free(opened);
    }
    assert_true(refused > size / 100);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_saved_is_opened),
        cmocka_unit_test(numbers_and_nothing_are_saved_too),
        cmocka_unit_test(a_view_becomes_a_dataset_of_its_own),
        cmocka_unit_test(other_files_are_refused),
        cmocka_unit_test(damage_is_an_error_or_makes_no_difference),
    };
    return cmocka_run_group_tests(tests, make_context, drop_context);
}
