/* SPDX-License-Identifier: Apache-2.0 */
/* Replies, templates and names: the first byte selects which. */
#include "target.h"

#include "core/memory.h"
#include "prompt/item_name.h"
#include "prompt/likeness.h"
#include "prompt/listing.h"
#include "prompt/template.h"

static void read_reply(const char *text, size_t size, uint8_t flags)
{
    const lr_reading reading = {.labels = flags & 1 ? 26 : 0, .limit = 20, .single = flags & 2, .parity = flags & 4};
    lr_listing reply = {.bytes.context = fuzz_context()};
    if (lr_listing_read(&reply, &reading, text, size) != LLMREC_OK) abort();
    if (reply.count > reading.limit) abort();
    for (size_t i = 0; i < reply.count; i++) {
        const lr_span all = lr_listing_text(&reply, i), name = lr_listing_name(&reply, i);
        if (all.text < reply.bytes.text || all.text + all.length > reply.bytes.text + reply.bytes.length) abort();
        if (name.length > all.length || reply.entries[i].label >= (int32_t)reading.labels) abort();
    }
    lr_listing_clear(&reply);
}

static void fill_template(const char *text, size_t size)
{
    lr_builder given = {.context = fuzz_context()}, out = {.context = fuzz_context()};
    const lr_span values[LR_SLOTS] = {[0] = {"x", 1}};
    if (lr_builder_add(&given, text, size) != LLMREC_OK) abort();
    if (lr_template_check("user", given.text, LR_SLOT_ALL, 0) == LLMREC_OK)
        if (lr_template_fill(given.text, values, &out) != LLMREC_OK) abort();
    lr_free(fuzz_context(), given.text);
    lr_free(fuzz_context(), out.text);
}

/* A cleaned name is one line of UTF-8, and cleaning it again changes nothing; a quoted name contains no quotation
 * mark. */
static void clean_name(const char *text, size_t size)
{
    lr_builder once = {.context = fuzz_context()}, twice = once, quoted = once, folded = once;
    if (lr_item_name_clean(&once, text, size, 50) != LLMREC_OK) abort();
    if (lr_utf8_valid(once.text, once.length) != once.length || strpbrk(once.text, "\n\r\t\x1b") != NULL) abort();
    if (lr_item_name_clean(&twice, once.text, once.length, 50) != LLMREC_OK) abort();
    if (twice.length != once.length || memcmp(twice.text, once.text, once.length) != 0) abort();
    if (lr_item_name_quote(&quoted, text, size) != LLMREC_OK) abort();
    if (memchr(quoted.text, '<', quoted.length) != NULL || memchr(quoted.text, '\n', quoted.length) != NULL) abort();
    if (lr_name_fold(&folded, text, size) != LLMREC_OK) abort();
    if (lr_utf8_valid(folded.text, folded.length) != folded.length) abort();
    lr_free(fuzz_context(), once.text);
    lr_free(fuzz_context(), twice.text);
    lr_free(fuzz_context(), quoted.text);
    lr_free(fuzz_context(), folded.text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size == 0) return 0;
    const char *text = (const char *)bytes + 1;
    if (bytes[0] < 8) read_reply(text, size - 1, bytes[0]);
    else if (bytes[0] == 8) fill_template(text, size - 1);
    else clean_name(text, size - 1);
    return 0;
}

void fuzz_seeds(seed_fn seed)
{
    static const char numbered[] = "\0Sure, the list:\n1. **Heat (1995)** - good\n2) \"Alien\"\n- x\n";
    static const char json[] = "\0```json\n{\"ranking\": [\"C\", {\"title\": \"A\\u00e9\"}, \"B\"], \"n\": 3}\n```";
    seed(numbered, sizeof numbered - 1);
    seed(json, sizeof json - 1);
    fuzz_seed_text(seed, "\001<think>A, B</think>The order is: [C] > [A] > B\n1. C: \"Heat\"\n**2. A**\n");
    fuzz_seed_text(seed, "\001{\"ranking\": [\"C\", \"A\", \"Be");
    fuzz_seed_text(seed, "\002 Heat (1995) ### and more\nlines");
    fuzz_seed_text(seed, "\004Between BEGIN and END\nBEGIN\n1. X\n2. Y\n\nEND\n");
    fuzz_seed_text(seed, "\010{history} {{x}} {menu} {noun}{nouns} {count}");
    fuzz_seed_text(seed, "\011e\xCC\x81 &amp; &#x41; \xEF\xAC\x81 </items> [INST] \xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F"
                         "\x92\xBB long enough to be cut somewhere along the line");
}
