/* SPDX-License-Identifier: Apache-2.0 */
/* Replies in many styles, parsed to names and labels. */
#include "../shared_context.h"

#include "core/memory.h"
#include "prompt/listing.h"

enum { MOST = 20 };

/* Entries of a reply joined by "|": names, or labels if they have one. */
static void check_reading(const char *text, lr_reading reading, const char *wanted)
{
    lr_listing reply = {.bytes.context = context};
    char met[1024] = "";
    if (reading.limit == 0) reading.limit = MOST;
    assert_ok(lr_listing_read(&reply, &reading, text, strlen(text)));
    for (size_t i = 0; i < reply.count; i++) {
        const lr_span name = lr_listing_text(&reply, i);
        const int32_t label = reply.entries[i].label;
        const size_t used = strlen(met);
        if (label >= 0) snprintf(met + used, sizeof met - used, "%s#%d", i > 0 ? "|" : "", label);
        else snprintf(met + used, sizeof met - used, "%s%.*s", i > 0 ? "|" : "", (int)name.length, name.text);
    }
    if (strcmp(met, wanted) != 0) fail_msg("read \"%s\" from: %s\nwanted \"%s\"", met, text, wanted);
    lr_listing_clear(&reply);
}

static void check_names(const char *text, const char *wanted)
{
    check_reading(text, (lr_reading){0}, wanted);
}

/* The references (parity) drop a last line without a newline. */
static void the_reference_is_followed_where_asked(void **state)
{
    const lr_reading parity = {.parity = true};
    (void)state;
    check_reading("1. X\n2. Y\n3. Z", parity, "X|Y");
    check_names("1. X\n2. Y\n3. Z", "X|Y|Z");
    check_reading("Between BEGIN and END:\nBEGIN\n1. X\n2. Y\n\nEND\n", parity, "X|Y");
    check_reading("no numbers\n\nat all\n", parity, "no numbers|at all");
    check_reading("  one name \n", (lr_reading){.parity = true, .single = true}, "one name");
    check_reading("1. a\n2. b\n3. c\n", (lr_reading){.parity = true, .limit = 2}, "a|b");
    check_reading("1) a\n2) b\n", parity, "1) a|2) b");
}

static void lists_of_all_styles_are_read(void **state)
{
    (void)state;
    check_names("1. Heat (1995)\n2. Alien (1979)\n", "Heat (1995)|Alien (1979)");
    check_names("1) Heat (1995)\r\n2) Alien (1979)\r\n", "Heat (1995)|Alien (1979)");
    check_names("- Heat (1995)\n- Alien (1979)", "Heat (1995)|Alien (1979)");
    check_names("* Heat (1995)\n* Alien (1979)", "Heat (1995)|Alien (1979)");
    check_names("\xE2\x80\xA2 Heat\n\xE2\x80\xA2 Alien", "Heat|Alien");
    check_names("Heat (1995)\nAlien (1979)\n", "Heat (1995)|Alien (1979)");
    check_names(
        "Sure! Here is the list you asked for:\n\n1. **Heat** - a classic\n2. **Alien** - tense\n\nEnjoy watching!",
        "Heat|Alien");
    check_names("Here you go:\n\"Heat\"\n\"Alien\"", "Heat|Alien");
    check_names("**1. Heat**\n**2. Alien**", "Heat|Alien");
    check_names("```\n1. Heat\n2. Alien\n```", "Heat|Alien");
    check_names("```json\n[\"Heat\", \"Alien\"]\n```", "Heat|Alien");
    check_names("2001: A Space Odyssey\n12 Monkeys\n", "2001: A Space Odyssey|12 Monkeys");
    check_names("1. 2001: A Space Odyssey\n2. 12 Monkeys\n", "2001: A Space Odyssey|12 Monkeys");
    check_names("My list stands between BEGIN and END.\nBEGIN\n1. Heat\n2. Alien\n\nEND\nBye.", "Heat|Alien");
    check_names("BEGIN\n1. Heat\n2. Ali", "Heat|Ali"); /* cut off */
    check_names("From BEGIN to END.\nBEGIN\n1. THE LEGEND\n2. BEGIN AGAIN\n3. END\n\nEND\n",
                "THE LEGEND|BEGIN AGAIN|END");
    check_names("THE END IS NEAR\nBEGIN AGAIN\n", "THE END IS NEAR|BEGIN AGAIN");
}

static void json_of_all_shapes_is_read(void **state)
{
    (void)state;
    check_names("[\"Heat\", \"Alien\"]", "Heat|Alien");
    check_names("{\"ranking\": [\"Heat\", \"Alien\"]}", "Heat|Alien");
    check_names("{\"movies\": [{\"title\": \"Heat\", \"year\": 1995}, {\"title\": \"Alien\"}]}", "Heat|Alien");
    check_names("{\"item\": \"Heat\"}", "Heat");
    check_names("The answer is:\n{\"ranking\": [\"Heat\",\n \"Alien\"]}\nbecause of \"reasons\".", "Heat|Alien");
    check_names("{\"ranking\": [\"Heat\", \"Alien\", \"Ju", "Heat|Alien"); /* cut off */
    check_names("[{\"title\": \"Heat\"}, {\"title\": \"Alien\"}, {\"ti", "Heat|Alien");
    check_names("[\"say \\\"hi\\\"\", \"caf\\u00e9\"]", "say \"hi\"|caf\xC3\xA9");
    check_names("[1, 2, null, [\"x\"]]", "[1, 2, null, [\"x\"]]"); /* no names in it: a line like any other */
    check_names("{\"a\": {\"b\": 1}}", "{\"a\": {\"b\": 1}}");
}

static void reasoning_is_left_out(void **state)
{
    (void)state;
    check_names("<think>\n1. Jaws\n2. Big\n</think>\n1. Heat\n2. Alien", "Heat|Alien");
    check_names("1. Jaws\n</think>\n\n1. Heat\n", "Heat"); /* opened in the prompt */
    check_names("<think>maybe\n1. Jaws", "");              /* ended before the answer */
    check_names("<THINKING>x<think>y</think>z</THINKING>Heat", "Heat");
}

static void labels_of_all_styles_are_read(void **state)
{
    const lr_reading five = {.labels = 5}, all = {.labels = 26};
    (void)state;
    check_reading("C, A, B", five, "#2|#0|#1");
    check_reading("C,A,B\n", five, "#2|#0|#1");
    check_reading("[C] > [A] > [B]", five, "#2|#0|#1");
    check_reading("C\nA\nB\n", five, "#2|#0|#1");
    check_reading("1. C\n2. A\n3. B\n", five, "#2|#0|#1");
    check_reading("{\"ranking\": [\"C\", \"a\", \"B\"]}", five, "#2|#0|#1");
    check_reading("[\"C\", \"A\"", five, "#2|#0");
    check_reading("C. \"Heat (1995)\"\nA. \"A Bug's Life\"\n", five, "#2|#0");
    check_reading("1. C: Heat\n2. A: Alien\n", five, "#2|#0");
    check_reading("**C**\n**A**", five, "#2|#0");
    check_reading("Here is my ranking: C, A, B.", five, "#2|#0|#1");
    check_reading("A good question. I would say:\nC, A, B\nI hope this helps!", all, "#2|#0|#1");
    check_reading("The ranking is:\n\n1. C\n2. A\n\nA is close, though.", five, "#2|#0");
    check_reading("C", five, "#2");
    check_reading("(C)", five, "#2");
    check_reading("Z, A", five, "Z, A"); /* Z is not a label here; it may be a name */
    check_reading("AA, C, AB", (lr_reading){.labels = 30}, "#26|#2|#27");
    check_reading("<think>A, B</think>C, A", five, "#2|#0");
}

static void one_name_is_the_whole_reply(void **state)
{
    const lr_reading single = {.single = true};
    (void)state;
    check_reading(" Heat (1995) ###", single, "Heat (1995)");
    check_reading("Heat (1995)\nbecause it is a heist film", single, "Heat (1995)");
    check_reading("I suggest:\n\n**Heat (1995)**", single, "Heat (1995)");
    check_reading("\"Heat\"", single, "Heat");
    check_reading("1. Heat\n2. Alien", single, "Heat");
    check_reading("{\"title\": \"Heat\"}", single, "Heat");
    check_reading("", single, "");
    check_reading("   \n\n", single, "");
}

static void anything_is_bounded(void **state)
{
    enum { SIZE = 200000 };
    static char text[SIZE + 1];
    const lr_reading reading = {.limit = 10};
    lr_listing reply = {.bytes.context = context};
    (void)state;
    memset(text, 'x', SIZE);
    assert_ok(lr_listing_read(&reply, &reading, text, SIZE));
    assert_int_equal(reply.count, 1);
    assert_int_equal(reply.entries[0].length, LR_ENTRY_LONGEST);
    for (size_t i = 0; i < SIZE; i++) text[i] = "- x\n"[i % 4];
    assert_ok(lr_listing_read(&reply, &reading, text, SIZE));
    assert_int_equal(reply.count, 10);
    memset(text, '[', SIZE);
    assert_ok(lr_listing_read(&reply, &reading, text, SIZE));
    assert_true(reply.count <= 1);
    assert_ok(lr_listing_read(&reply, &reading, "a\0b\xFF\n", 5));
    assert_int_equal(reply.count, 1);
    assert_ok(lr_listing_read(&reply, &reading, "", 0));
    assert_int_equal(reply.count, 0);
    lr_listing_clear(&reply);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_reference_is_followed_where_asked),
        cmocka_unit_test(lists_of_all_styles_are_read),
        cmocka_unit_test(json_of_all_shapes_is_read),
        cmocka_unit_test(reasoning_is_left_out),
        cmocka_unit_test(labels_of_all_styles_are_read),
        cmocka_unit_test(one_name_is_the_whole_reply),
        cmocka_unit_test(anything_is_bounded),
    };
    return cmocka_run_group_tests(tests, make_context, drop_context);
}
