/* SPDX-License-Identifier: Apache-2.0 */
/* The journal file: records read back, torn ends are cut off, damage is skipped, handles and processes share it. */
#include "../shared_context.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include "core/memory.h"
#include "llm/journal.h"

enum { HEADER = 32, RECORD = 48 };

static char warning[1024];

static llmrec_status keep_warning(const llmrec_log_event *event, void *user)
{
    (void)user;
    snprintf(warning, sizeof warning, "%s", event->message);
    return LLMREC_OK;
}

static int begin(void **state)
{
    llmrec_context_options options = context_options(1);
    (void)state;
    options.log = keep_warning;
    context = context_like(&options);
    return 0;
}

static lr_digest digest_of(int number)
{
    return lr_digest_of(&number, sizeof number, 7);
}

static lr_journal *open_at(const char *path)
{
    lr_journal *journal = NULL;
    warning[0] = '\0';
    assert_ok(lr_journal_open(context, path, &journal));
    return journal;
}

/* Adds record `number`: the text "number NUMBER", repeated `number` times. */
static void add(lr_journal *journal, int number)
{
    char text[1024] = "";
    for (int i = 0; i <= number; i++) snprintf(text + strlen(text), 32, "number %d;", number);
    assert_ok(lr_journal_add(journal, &(lr_entry){digest_of(number), text, strlen(text)}, 1));
}

static bool has(lr_journal *journal, int number)
{
    char *bytes = NULL, start[32];
    size_t size = 0;
    assert_ok(lr_journal_find(journal, digest_of(number), &bytes, &size));
    if (bytes == NULL) return false;
    snprintf(start, sizeof start, "number %d;", number);
    assert_int_equal(size, strlen(start) * (size_t)(number + 1));
    assert_memory_equal(bytes, start, strlen(start));
    assert_int_equal(bytes[size], '\0');
    lr_free(context, bytes);
    return true;
}

static void write_records(const char *path, int count)
{
    lr_journal *journal = open_at(path);
    for (int i = 0; i < count; i++) add(journal, i);
    assert_ok(lr_journal_flush(journal));
    lr_journal_close(journal);
}

static void records_come_back(void **state)
{
    const char *path = scratch("records");
    struct stat about;
    (void)state;
    write_records(path, 60);
    lr_journal *journal = open_at(path);
    for (int i = 0; i < 60; i++) assert_true(has(journal, i));
    assert_false(has(journal, 60));
    const lr_entry entries[] = {{digest_of(61), NULL, 0}, {digest_of(3), "newer", 5}};
    assert_ok(lr_journal_add(journal, entries, 2));
    lr_journal_close(journal);
    journal = open_at(path);
    char *bytes = NULL;
    size_t size = 9;
    assert_ok(lr_journal_find(journal, digest_of(61), &bytes, &size));
    assert_true(bytes != NULL && size == 0);
    lr_free(context, bytes);
    assert_ok(lr_journal_find(journal, digest_of(3), &bytes, &size));
    assert_string_equal(bytes, "newer");
    lr_free(context, bytes);
    lr_journal_close(journal);
    assert_string_equal(warning, "");
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
}

/* Truncates at every byte of the last two records: the records before the cut remain, and new ones can be added. */
static void a_torn_end_is_cut_off(void **state)
{
    const char *path = scratch("whole"), *torn = scratch("torn");
    size_t size = 0;
    (void)state;
    write_records(path, 4);
    unsigned char *bytes = read_bytes(path, &size);
    const size_t third = size - RECORD - 4 * 9, second = third - RECORD - 3 * 9;
    for (size_t cut = second; cut < size; cut++) {
        write_bytes(torn, bytes, cut);
        lr_journal *journal = open_at(torn);
        assert_true(has(journal, 0) && has(journal, 1));
        assert_int_equal(has(journal, 2), cut >= third);
        assert_false(has(journal, 3));
        assert_int_equal(warning[0] == '\0', cut == second || cut == third);
        if (warning[0] != '\0') assert_non_null(strstr(warning, "incomplete record are cut off"));
        add(journal, 3);
        lr_journal_close(journal);
        journal = open_at(torn);
        assert_true(has(journal, 3) && has(journal, 1));
        assert_string_equal(warning, "");
        lr_journal_close(journal);
    }
    bytes[size - 1] ^= 1; /* complete, but not as written: for example zeros after a power cut */
    write_bytes(torn, bytes, size);
    lr_journal *journal = open_at(torn);
    assert_true(has(journal, 2));
    assert_false(has(journal, 3));
    lr_journal_close(journal);
    free(bytes);
}

/* Changes any one byte: all records but one remain, or the file is refused as not a journal. */
static void damage_costs_one_record(void **state)
{
    const char *path = scratch("sound"), *damaged = scratch("damaged");
    size_t size = 0;
    (void)state;
    write_records(path, 5);
    unsigned char *bytes = read_bytes(path, &size);
    for (size_t at = 0; at < size; at++) {
        lr_journal *journal = NULL;
        int found = 0;
        bytes[at] ^= 0x10;
        write_bytes(damaged, bytes, size);
        bytes[at] ^= 0x10;
        if (at < HEADER) {
            assert_failure(lr_journal_open(context, damaged, &journal), LLMREC_ERR_FORMAT, damaged, "not a journal");
            continue;
        }
        journal = open_at(damaged);
        for (int i = 0; i < 5; i++) found += has(journal, i);
        assert_int_equal(found, 4);
        assert_non_null(strstr(warning, damaged));
        lr_journal_close(journal);
    }
    free(bytes);
}

static void other_files_are_left_alone(void **state)
{
    const char *path = scratch("foreign"), *start = scratch("start");
    lr_journal *journal = NULL;
    size_t size = 0;
    (void)state;
    write_text(path, "user,item\n1,2\n");
    assert_failure(lr_journal_open(context, path, &journal), LLMREC_ERR_FORMAT, path, "not a journal");
    unsigned char *bytes = read_bytes(path, &size);
    assert_string_equal((char *)bytes, "user,item\n1,2\n");
    free(bytes);
    assert_failure(lr_journal_open(context, "/nowhere/at/all", &journal), LLMREC_ERR_IO, "open /nowhere/at/all");
    write_text(start, "LLMREC"); /* its writer was killed immediately */
    lr_journal_close(open_at(start));
}

static void handles_see_each_other(void **state)
{
    const char *path = scratch("handles");
    lr_journal *one = open_at(path), *two = open_at(path);
    (void)state;
    add(one, 1);
    assert_true(has(two, 1));
    add(two, 2);
    add(one, 3);
    assert_true(has(one, 2) && has(two, 3));
    lr_journal_close(one);
    lr_journal_close(two);
    one = open_at(path);
    for (int i = 1; i <= 3; i++) assert_true(has(one, i));
    lr_journal_close(one);
}

static void a_forked_child_may_go_on_writing(void **state)
{
    const char *path = scratch("forked");
    lr_journal *journal = open_at(path);
    int outcome = 1;
    (void)state;
    add(journal, 1);
    const pid_t child = fork();
    for (int i = 10; i < 40; i++) add(journal, child == 0 ? i + 30 : i);
    if (child == 0) _exit(0);
    assert_int_equal(waitpid(child, &outcome, 0), child);
    assert_int_equal(outcome, 0);
    for (int i = 10; i < 70; i++) assert_true(has(journal, i));
    lr_journal_close(journal);
    journal = open_at(path);
    assert_string_equal(warning, "");
    assert_true(has(journal, 1) && has(journal, 69));
    lr_journal_close(journal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_come_back),       cmocka_unit_test(a_torn_end_is_cut_off),
        cmocka_unit_test(damage_costs_one_record), cmocka_unit_test(other_files_are_left_alone),
        cmocka_unit_test(handles_see_each_other),  cmocka_unit_test(a_forked_child_may_go_on_writing),
    };
    return cmocka_run_group_tests_name("journal", tests, begin, drop_context);
}
