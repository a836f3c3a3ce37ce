/* SPDX-License-Identifier: Apache-2.0 */
/* A client that calls every public function with a size-first struct. grow.py builds and runs it:
 *
 *     grown_client GROWTH URL MODEL_DIRECTORY
 *
 * GROWTH: how many bytes longer the library's structs are than those in grow_structs.h: 0, 8, or "any" for a later
 * library. The client's own structs may be longer too, depending on its headers. It prints one line for each fault,
 * "fault: ...", and one for each value, "value: STRUCT FUNCTION FIELD VALUE"; grow.py compares the values of different
 * builds.
 *
 * Every valid struct lies directly before an inaccessible page, so a library that accesses bytes beyond the given size
 * crashes here. */
#include "grown_uses.h"

/* --- the checks --------------------------------------------------------------------------------------------------- */

static size_t known_to_library(const structure *s)
{
    return s->today + growth;
}

/* Sizes that no version ever had: zero, only the size field, half fields, and more than any struct. */
static size_t bad_size(const structure *s, size_t index)
{
    const size_t sizes[] = {0, 8, 12, s->today - 4, s->today + 4, s->today + 12, 4104, SIZE_MAX};
    return index < sizeof sizes / sizeof *sizes ? sizes[index] : 1;
}

#define EACH_BAD_SIZE(i, s) for (size_t i = 0; bad_size(s, i) != 1; i++)

static void expect_abi_error(const structure *s, const char *function, size_t size, llmrec_status status)
{
    if (status != LLMREC_ERR_ABI)
        FAULT("%s: %s with size %zu gives %s", s->name, function, size, llmrec_status_name(status));
    else if (strstr(llmrec_last_error(), s->name) == NULL)
        FAULT("%s: %s: not named in \"%s\"", s->name, function, llmrec_last_error());
}

static void check_initializer(const initializer *init)
{
    const structure *s = structure_named(init->structure);
    unsigned char *given = place(s->own);
    if (init->call(given, s->own) != LLMREC_OK) FAULT("%s: %s: %s", s->name, init->function, llmrec_last_error());
    else {
        if (memcmp(given, &s->own, sizeof s->own) != 0) FAULT("%s: %s sets another size", s->name, init->function);
        if (!all_are(given, s->today, s->own, 0)) FAULT("%s: %s leaves a tail", s->name, init->function);
        print_values(s, init->function, given);
    }
    EACH_BAD_SIZE(i, s)
    {
        given = place(PAGE);
        expect_abi_error(s, init->function, bad_size(s, i), init->call(given, bad_size(s, i)));
        if (!all_are(given, 0, PAGE, FILL))
            FAULT("%s: %s writes for size %zu", s->name, init->function, bad_size(s, i));
    }
}

static void check_output(const structure *s, const use *u)
{
    unsigned char *given = place(s->own);
    memcpy(given, &s->own, sizeof s->own);
    if (u->call(given) != LLMREC_OK) FAULT("%s: %s: %s", s->name, u->function, llmrec_last_error());
    else {
        if (memcmp(given, &s->own, sizeof s->own) != 0) FAULT("%s: %s changes the size", s->name, u->function);
        if (!all_are(given, s->today, s->own, 0)) FAULT("%s: %s leaves a tail", s->name, u->function);
        print_values(s, u->function, given);
    }
    EACH_BAD_SIZE(i, s)
    {
        const size_t size = bad_size(s, i);
        given = place(PAGE);
        memcpy(given, &size, sizeof size);
        expect_abi_error(s, u->function, size, u->call(given));
        if (memcmp(given, &size, sizeof size) != 0 || !all_are(given, sizeof size, PAGE, FILL))
            FAULT("%s: %s writes for size %zu", s->name, u->function, size);
    }
}

/* Makes a valid struct in `room` bytes before the inaccessible page. */
static void *valid_input(const structure *s, size_t room)
{
    return memcpy(place(room), filled(s->name, 3), s->own);
}

static void check_input(const structure *s, const use *u)
{
    unsigned char *given = valid_input(s, s->own);
    if (u->call(given) != LLMREC_OK) FAULT("%s: %s: %s", s->name, u->function, llmrec_last_error());
    if (s->own > known_to_library(s)) {
        given = valid_input(s, s->own);
        given[s->own - 1] = 1;
        expect_abi_error(s, u->function, s->own, u->call(given));
    }
    EACH_BAD_SIZE(i, s)
    {
        const size_t size = bad_size(s, i);
        given = valid_input(s, PAGE);
        memcpy(given, &size, sizeof size);
        expect_abi_error(s, u->function, size, u->call(given));
    }
}

/* Sets and reads options by name and text, on a struct of the client's size. */
static void check_text(const structure *s)
{
    size_t length = 0;
    unsigned char *given = valid_input(s, s->own);
    if (llmrec_options_json(s->name, given, NULL, 0, &length) != LLMREC_OK || length == 0)
        FAULT("%s: llmrec_options_json: %s", s->name, llmrec_last_error());
    given = place(s->own);
    if (llmrec_options_fill(s->name, NULL, given, s->own) != LLMREC_OK)
        FAULT("%s: llmrec_options_fill: %s", s->name, llmrec_last_error());
    else print_values(s, "llmrec_options_fill", given);
    if (!all_are(given, s->today, s->own, 0)) FAULT("%s: llmrec_options_fill leaves a tail", s->name);
    EACH_BAD_SIZE(i, s)
    {
        const size_t size = bad_size(s, i);
        given = place(PAGE);
        expect_abi_error(s, "llmrec_options_fill", size, llmrec_options_fill(s->name, NULL, given, size));
        if (!all_are(given, 0, PAGE, FILL)) FAULT("%s: llmrec_options_fill writes for size %zu", s->name, size);
        given = valid_input(s, PAGE);
        memcpy(given, &size, sizeof size);
        expect_abi_error(s, "llmrec_options_json", size, llmrec_options_json(s->name, given, NULL, 0, &length));
    }
}

static void check_pair(const pair *p)
{
    for (size_t i = 0; i < sizeof uses / sizeof *uses; i++) {
        const use *u = &uses[i];
        if (strcmp(u->structure, p->structure) != 0 || strcmp(u->function, p->function) != 0) continue;
        if (u->http && !llmrec_supports("http")) return;
        (p->output ? check_output : check_input)(structure_named(p->structure), u);
        return;
    }
    FAULT("%s: %s has no entry in tests/abi/grown_uses.h", p->structure, p->function);
}

int main(int count, char **arguments)
{
    must(count == 4, "grown_client GROWTH URL MODEL_DIRECTORY");
    setvbuf(stdout, NULL, _IOLBF, 0);
    any_growth = strcmp(arguments[1], "any") == 0;
    growth = strtoul(arguments[1], NULL, 10);
    url = arguments[2];
    model_directory = arguments[3];
    for (size_t i = 0; i < initializer_count; i++) {
        printf("at: %s\n", initializers[i].function);
        check_initializer(&initializers[i]);
    }
    make_world();
    for (size_t i = 0; i < pair_count; i++) {
        printf("at: %s %s\n", pairs[i].structure, pairs[i].function);
        check_pair(&pairs[i]);
    }
    for (size_t i = 0; i < structure_count; i++) {
        printf("at: %s as text\n", structures[i].name);
        if (llmrec_option_count(structures[i].name) >= 0) check_text(&structures[i]);
    }
    const seen *const events[] = {&log_seen, &progress_seen, &completion_seen, &rank_seen, &score_seen};
    for (size_t i = 0; i < sizeof events / sizeof *events; i++) fputs(events[i]->text, stdout);
    llmrec_fine_tuning_free(job);
    free_world();
    puts("at: the end");
    return 0;
}
