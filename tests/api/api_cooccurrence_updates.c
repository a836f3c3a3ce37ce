/* SPDX-License-Identifier: Apache-2.0 */
/* Co-occurrence of a few known sessions, and updates, which equal a new count to the byte of their files. */
#include <stdbool.h>

#include "../shared_context.h"
#include "text_rows.h"

static void markov_counts_what_directly_follows(void **state)
{
    static const int64_t offsets[] = {0, 2};
    static const char *const ids[] = {"z", "x"};
    llmrec_dataset *dataset = dataset_of("a x a y b x b y c x c z d y d x d w", 0, NULL);
    llmrec_cooccurrence_options options;
    llmrec_recommender *made = NULL;
    int32_t items[4], count = 0;
    float scores[4];
    const char *id = NULL;
    size_t length = 0;
    (void)state;
    assert_ok(llmrec_cooccurrence_options_preset(&options, sizeof options, "markov"));
    assert_ok(llmrec_recommender_create_cooccurrence(dataset, &options, &made));
    assert_ok(llmrec_recommend_ids(made, offsets, ids, NULL, 1, 4, NULL, items, scores, &count, NULL));
    assert_int_equal(count, 2); /* z is in the session */
    assert_true(scores[0] == 2 && scores[1] == 1);
    assert_ok(llmrec_recommender_item_id(made, items[0], &id, &length));
    assert_true(length == 1 && id[0] == 'y');
    llmrec_recommender_free(made);
    llmrec_dataset_free(dataset);
}

/* Checks that both are the same file, to the byte. */
static void check_same_file(const llmrec_recommender *one, const llmrec_recommender *other)
{
    size_t sizes[2];
    assert_ok(llmrec_recommender_save(one, scratch("one.h5")));
    assert_ok(llmrec_recommender_save(other, scratch("other.h5")));
    unsigned char *bytes[2] = {read_bytes(scratch("one.h5"), &sizes[0]), read_bytes(scratch("other.h5"), &sizes[1])};
    assert_int_equal(sizes[0], sizes[1]);
    assert_memory_equal(bytes[0], bytes[1], sizes[0]);
    free(bytes[0]);
    free(bytes[1]);
}

static llmrec_recommender *counted(const llmrec_dataset *dataset, const llmrec_cooccurrence_options *options)
{
    llmrec_recommender *made = NULL;
    assert_ok(llmrec_recommender_create_cooccurrence(dataset, options, &made));
    return made;
}

static void check_update(const llmrec_dataset *before, const llmrec_dataset *after,
                         const llmrec_cooccurrence_options *options, bool through_file)
{
    llmrec_recommender *former = counted(before, options), *wanted = counted(after, options), *updated = NULL;
    if (through_file) {
        assert_ok(llmrec_recommender_save(former, scratch("former.h5")));
        llmrec_recommender_free(former);
        assert_ok(llmrec_recommender_open(context, scratch("former.h5"), NULL, &former));
    }
    assert_ok(llmrec_recommender_update_cooccurrence(former, before, after, &updated));
    check_same_file(updated, wanted);
    llmrec_recommender_free(former);
    llmrec_recommender_free(updated);
    llmrec_recommender_free(wanted);
}

/* Rows [first, end) of a log: twelve users, thirty items that become more; some rows come late. */
static llmrec_dataset *log_of(int first, int end)
{
    char text[200 * 32] = "", row[32];
    uint32_t random = 5;
    for (int i = 0; i < end; i++) {
        random = random * 1664525 + 1013904223;
        const unsigned user = (random >> 28) % 12, item = (random >> 14 & 1023) % (unsigned)(10 + i / 10);
        const unsigned late = (random >> 10 & 7) == 0 ? 60 : 0;
        if (i < first) continue;
        snprintf(row, sizeof row, "u%u i%u %u ", user, item, 100 + (unsigned)i - late);
        strcat(text, row);
    }
    return dataset_of(text, 1, NULL);
}

static void check_update_of_parts(const llmrec_dataset *before, const llmrec_dataset *after,
                                  const llmrec_cooccurrence_options *options)
{
    llmrec_split_options split;
    llmrec_dataset *old = NULL, *fresh = NULL;
    assert_ok(llmrec_split_options_init(&split, sizeof split));
    split.method = LLMREC_SPLIT_LEAVE_ONE_OUT;
    assert_ok(llmrec_dataset_split(before, &split, LLMREC_PART_TRAIN, &old));
    assert_ok(llmrec_dataset_split(after, &split, LLMREC_PART_TRAIN, &fresh));
    check_update(old, fresh, options, false);
    check_update(before, fresh, options, false); /* rows are lost */
    llmrec_dataset_free(old);
    llmrec_dataset_free(fresh);
}

static void an_update_equals_a_new_count(void **state)
{
    static const int64_t windows[] = {1, 3, 20};
    llmrec_dataset *before = log_of(0, 120), *more = log_of(120, 200), *after = NULL;
    (void)state;
    assert_ok(llmrec_dataset_append(before, more, &after));
    for (int i = 0; i < 3; i++) {
        llmrec_cooccurrence_options options;
        assert_ok(llmrec_cooccurrence_options_init(&options, sizeof options));
        options.window = windows[i];
        options.row_items = i == 1 ? 4 : 0;
        check_update(before, after, &options, i > 0);
        check_update(before, before, &options, false);
        check_update_of_parts(before, after, &options);
    }
    llmrec_dataset_free(before);
    llmrec_dataset_free(more);
    llmrec_dataset_free(after);
}

static void updates_need_what_the_former_was_made_of(void **state)
{
    llmrec_dataset *before = dataset_of("a x a y b x", 0, NULL), *other = dataset_of("a x a y b y", 0, NULL);
    llmrec_dataset *turned = dataset_of("a y a x b x", 0, NULL), *few = dataset_of("a x b x", 0, NULL);
    llmrec_recommender *former = counted(before, NULL), *popular = NULL, *made = NULL;
    (void)state;
    assert_ok(llmrec_recommender_create_popularity(before, &popular));
    assert_failure(llmrec_recommender_update_cooccurrence(popular, before, before, &made), LLMREC_ERR_ARGUMENT,
                   "former is a recommender \"popularity\"; wanted \"cooccurrence\"");
    assert_failure(llmrec_recommender_update_cooccurrence(former, other, before, &made), LLMREC_ERR_ARGUMENT,
                   "before has 1 rows of item 0; former was made of 2");
    assert_failure(llmrec_recommender_update_cooccurrence(former, few, before, &made), LLMREC_ERR_ARGUMENT,
                   "before has 1 items; former has 2");
    assert_failure(llmrec_recommender_update_cooccurrence(former, before, turned, &made), LLMREC_ERR_ARGUMENT,
                   "after does not have the item \"x\" of before at index 0");
    assert_failure(llmrec_recommender_update_cooccurrence(former, before, NULL, &made), LLMREC_ERR_ARGUMENT, "after");
    assert_null(made);
    llmrec_recommender_free(former);
    llmrec_recommender_free(popular);
    llmrec_dataset_free(before);
    llmrec_dataset_free(other);
    llmrec_dataset_free(turned);
    llmrec_dataset_free(few);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(markov_counts_what_directly_follows),
        cmocka_unit_test(an_update_equals_a_new_count),
        cmocka_unit_test(updates_need_what_the_former_was_made_of),
    };
    return cmocka_run_group_tests(tests, make_context, drop_context);
}
