/* SPDX-License-Identifier: Apache-2.0 */
/* Maps between external ids and indices. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/memory.h"
#include "data/ids.h"
#include "data/intern.h"

static llmrec_context *new_context(void)
{
    llmrec_context *context = NULL;
    assert_int_equal(llmrec_context_create(NULL, &context), LLMREC_OK);
    return context;
}

static void ids_are_found_both_ways(void **state)
{
    static const char *const texts[] = {"b", "a", "007", "7", "\xC3\xA9t\xC3\xA9", "a b"};
    llmrec_context *context = new_context();
    lr_ids *ids = NULL;
    size_t length = 0;
    (void)state;
    assert_int_equal(lr_ids_create(context, 6, texts, NULL, "ids", &ids), LLMREC_OK);
    assert_int_equal(lr_ids_count(ids), 6);
    for (size_t i = 0; i < 6; i++) {
        const char *text = lr_ids_text(ids, i, &length);
        assert_int_equal(length, strlen(texts[i]));
        assert_memory_equal(text, texts[i], length);
        assert_int_equal(lr_ids_find(ids, texts[i], SIZE_MAX), i);
    }
    assert_int_equal(lr_ids_find(ids, "07", SIZE_MAX), -1);
    assert_int_equal(lr_ids_find(ids, "", 0), -1);
    assert_false(lr_ids_are_numbers(ids));
    lr_ids_free(lr_ids_hold(ids));
    assert_int_equal(lr_ids_count(ids), 6);
    lr_ids_free(ids);
    llmrec_context_free(context);
}

static void an_id_given_twice_is_refused(void **state)
{
    static const char *const texts[] = {"x", "y", "z", "y"};
    llmrec_context *context = new_context();
    lr_ids *ids = NULL;
    (void)state;
    assert_int_equal(lr_ids_create(context, 4, texts, NULL, "vectors", &ids), LLMREC_ERR_SHAPE);
    assert_string_equal(llmrec_last_error(), "vectors: row 3 repeats the id \"y\" of row 1");
    assert_null(ids);
    static const char *const hole[] = {"x", NULL};
    assert_int_equal(lr_ids_create(context, 2, hole, NULL, "vectors", &ids), LLMREC_ERR_ARGUMENT);
    assert_string_equal(llmrec_last_error(), "vectors: row 1 is NULL; wanted an id");
    llmrec_context_free(context);
}

static lr_span counted(const void *of, size_t index)
{
    static char text[24];
    const int length = snprintf(text, sizeof text, "%s%zu", (const char *)of, index);
    return (lr_span){text, (size_t)length};
}

static void many_ids_are_found(void **state)
{
    enum { COUNT = 50000 };
    llmrec_context *context = new_context();
    lr_ids *ids = NULL, *same = NULL, *other = NULL;
    (void)state;
    assert_int_equal(lr_ids_gather(context, (lr_spans){COUNT, counted, "user"}, true, NULL, &ids), LLMREC_OK);
    assert_int_equal(lr_ids_gather(context, (lr_spans){COUNT, counted, "user"}, true, NULL, &same), LLMREC_OK);
    assert_int_equal(lr_ids_gather(context, (lr_spans){COUNT, counted, "item"}, true, NULL, &other), LLMREC_OK);
    for (size_t i = 0; i < COUNT; i++) {
        const lr_span span = counted("user", i);
        assert_int_equal(lr_ids_find(ids, span.text, span.length), i);
    }
    assert_int_equal(lr_ids_find(ids, "user50000", SIZE_MAX), -1);
    assert_true(lr_ids_are_numbers(ids));
    assert_true(lr_ids_equal(ids, ids) && lr_ids_equal(ids, same));
    assert_false(lr_ids_equal(ids, other));
    lr_ids_free(ids);
    lr_ids_free(same);
    lr_ids_free(other);
    llmrec_context_free(context);
}

static void no_ids_are_a_map_too(void **state)
{
    llmrec_context *context = new_context();
    lr_ids *ids = NULL;
    (void)state;
    assert_int_equal(lr_ids_create(context, 0, NULL, NULL, "ids", &ids), LLMREC_OK);
    assert_int_equal(lr_ids_count(ids), 0);
    assert_int_equal(lr_ids_find(ids, "a", 1), -1);
    lr_ids_free(ids);
    llmrec_context_free(context);
}

static uint32_t code_of(lr_interner *interner, lr_span id, uint32_t *codes, uint32_t row)
{
    lr_key key;
    lr_key_set(&key, id, row);
    assert_int_equal(lr_interner_add(interner, lr_key_shard(&key), &key, 1, codes), LLMREC_OK);
    assert_true(codes[row] < lr_interner_limit(interner));
    return codes[row];
}

static void check_codes(const char *prefix)
{
    enum { COUNT = 20000 };
    llmrec_context *context = new_context();
    lr_interner *interner = NULL;
    static uint32_t first[COUNT], again[COUNT];
    assert_int_equal(lr_interner_create(context, &interner), LLMREC_OK);
    for (uint32_t i = 0; i < COUNT; i++) code_of(interner, counted(prefix, i), first, i);
    assert_int_equal(lr_interner_count(interner), COUNT);
    for (uint32_t i = 0; i < COUNT; i++) {
        const lr_span span = counted(prefix, i);
        assert_int_equal(code_of(interner, span, again, i), first[i]);
        const lr_span kept = lr_interner_at(interner, first[i]);
        assert_int_equal(kept.length, span.length);
        assert_memory_equal(kept.text, span.text, span.length);
    }
    assert_int_equal(lr_interner_count(interner), COUNT);
    lr_interner_free(interner);
    llmrec_context_free(context);
}

static void codes_stay_with_their_texts(void **state)
{
    (void)state;
    check_codes("u");
    check_codes("a-session-");     /* about as long as the longest text in a slot */
    check_codes("a-long-session"); /* longer */
}

/* Texts that differ in length only, with bytes that could be padding; and each length around that of a slot. */
static void each_length_has_its_code(void **state)
{
    enum { LENGTHS = 2 * LR_SHORT_ID };
    static const char zeros[LENGTHS] = {0};
    llmrec_context *context = new_context();
    lr_interner *interner = NULL;
    uint32_t codes[LENGTHS];
    (void)state;
    assert_int_equal(lr_interner_create(context, &interner), LLMREC_OK);
    for (uint32_t length = 0; length < LENGTHS; length++) {
        code_of(interner, (lr_span){zeros, length}, codes, length);
        assert_int_equal(lr_interner_count(interner), length + 1);
        assert_int_equal(lr_interner_at(interner, codes[length]).length, length);
    }
    lr_interner_free(interner);
    llmrec_context_free(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_are_found_both_ways),     cmocka_unit_test(an_id_given_twice_is_refused),
        cmocka_unit_test(many_ids_are_found),          cmocka_unit_test(no_ids_are_a_map_too),
        cmocka_unit_test(codes_stay_with_their_texts), cmocka_unit_test(each_length_has_its_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
