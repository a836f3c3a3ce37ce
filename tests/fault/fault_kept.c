/* SPDX-License-Identifier: Apache-2.0 */
/* Fails the 1st, 2nd, 3rd ... system call on journals and states of fine-tuning jobs, for each kind of call: a failure
 * names the file, and whatever was reported as kept is found at the next opening. */
#include <errno.h>

#include "../shared_context.h"
#include "system.h"

#include "core/memory.h"
#include "llm/fine_tuning_state.h"
#include "llm/journal.h"

enum { ENTRIES = 4, SIZE = 700 };

/* --- journals -------------------------------------------------------------------------------------------------- */

static lr_entry entry_of(size_t number)
{
    static char bytes[ENTRIES][SIZE];
    memset(bytes[number], 'a' + (int)number, SIZE);
    return (lr_entry){lr_digest_of(&number, sizeof number, 5), bytes[number], SIZE - number};
}

static llmrec_status look(lr_journal *journal, size_t number, bool *found)
{
    char *bytes = NULL;
    size_t size = 0;
    const lr_entry entry = entry_of(number);
    const llmrec_status status = lr_journal_find(journal, entry.key, &bytes, &size);
    *found = bytes != NULL;
    if (bytes != NULL && (size != entry.size || memcmp(bytes, entry.bytes, size) != 0)) fail_msg("entry %zu", number);
    lr_free(context, bytes);
    return status;
}

/* Adds all but the last entry over two openings and looks each up. kept[i]: the journal reported that it has entry
 * i. */
static llmrec_status fill(const char *path, bool kept[ENTRIES])
{
    lr_journal *journal = NULL;
    bool found = false;
    llmrec_status status = lr_journal_open(context, path, &journal);
    for (size_t i = 0; status == LLMREC_OK && i + 1 < ENTRIES; i++) {
        const lr_entry entry = entry_of(i);
        status = lr_journal_add(journal, &entry, 1);
        kept[i] = status == LLMREC_OK;
        if (status == LLMREC_OK) status = lr_journal_flush(journal);
        if (status == LLMREC_OK) status = look(journal, i, &found);
        if (status != LLMREC_OK || i != 1) continue;
        lr_journal_close(journal);
        journal = NULL;
        status = lr_journal_open(context, path, &journal);
    }
    const bool failed = system_disarm();
    if (status != LLMREC_OK && journal != NULL) { /* after a failure the handle still works */
        const lr_entry last = entry_of(ENTRIES - 1);
        char before[512];
        snprintf(before, sizeof before, "%s", llmrec_last_error());
        assert_ok(lr_journal_add(journal, &last, 1));
        kept[ENTRIES - 1] = true;
        status = lr_fail(status, "%s", before);
    }
    lr_journal_close(journal);
    assert_true(status == LLMREC_OK || failed);
    return status;
}

static bool try_journal(system_call call, long n)
{
    const char *path = scratch("kept.journal");
    bool kept[ENTRIES] = {false}, found = false;
    lr_journal *journal = NULL;
    unlink(path);
    system_arm(call, n, call == CALL_WRITE ? ENOSPC : EIO);
    const llmrec_status status = fill(path, kept);
    if (status != LLMREC_OK) assert_failure(status, LLMREC_ERR_IO, path);
    assert_ok(lr_journal_open(context, path, &journal));
    for (size_t i = 0; i < ENTRIES; i++) {
        assert_ok(look(journal, i, &found));
        if (kept[i] && !found) fail_msg("%s %ld: entry %zu is lost", system_call_names[call], n, i);
    }
    lr_journal_close(journal);
    return status != LLMREC_OK;
}

static void a_journal_keeps_what_it_said_it_has(void **state)
{
    (void)state;
    for (system_call call = CALL_OPEN; call < CALL_COUNT; call++)
        for (long n = 1; try_journal(call, n); n++) assert_true(n < 1000);
}

static void a_journal_is_written_in_pieces_where_the_system_takes_few(void **state)
{
    bool kept[ENTRIES] = {false};
    (void)state;
    unlink(scratch("kept.journal"));
    system_limit(100);
    assert_ok(fill(scratch("kept.journal"), kept));
}

/* --- states of fine-tuning jobs -------------------------------------------------------------------------------- */

static const lr_digest DIGEST = {1, 2};
static const char *const members[] = {"training", "validation", "creating", "job"};
enum { MEMBERS = sizeof members / sizeof *members };

/* Sets one member after the other, each in its own opening. `*set` counts those that were reported as set. */
static llmrec_status set_all(const char *path, size_t *set)
{
    llmrec_status status = LLMREC_OK;
    for (size_t i = 0; status == LLMREC_OK && i < MEMBERS; i++) {
        lr_tuning_state state = {.context = NULL};
        status = lr_tuning_state_open(context, path, DIGEST, &state);
        if (status == LLMREC_OK) status = lr_tuning_state_set(&state, members[i], "value");
        lr_tuning_state_close(&state);
        *set += status == LLMREC_OK;
    }
    return status;
}

static bool try_state(system_call call, long n)
{
    const char *path = scratch("job.json");
    lr_tuning_state state = {.context = NULL};
    size_t set = 0;
    unlink(path);
    system_arm(call, n, call == CALL_WRITE ? ENOSPC : EIO);
    const llmrec_status status = set_all(path, &set);
    const bool failed = system_disarm();
    if (status != LLMREC_OK) assert_failure(status, LLMREC_ERR_IO, path);
    assert_true(status == LLMREC_OK || failed);
    assert_ok(lr_tuning_state_open(context, path, DIGEST, &state));
    for (size_t i = 0; i < set; i++) assert_string_equal(lr_tuning_state_text(&state, members[i]), "value");
    lr_tuning_state_close(&state);
    return failed;
}

static void a_state_keeps_what_was_set(void **state)
{
    (void)state;
    for (system_call call = CALL_OPEN; call < CALL_COUNT; call++)
        for (long n = 1; try_state(call, n); n++) assert_true(n < 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_journal_keeps_what_it_said_it_has),
        cmocka_unit_test(a_journal_is_written_in_pieces_where_the_system_takes_few),
        cmocka_unit_test(a_state_keeps_what_was_set),
    };
    return cmocka_run_group_tests(tests, make_context, drop_context);
}
