/* SPDX-License-Identifier: Apache-2.0 */
/* Implements prompt/template.h: checks and fills templates. */
#include "prompt/template.h"

#include <string.h>

static const char *const names[LR_SLOTS] = {
    [LR_SLOT_NOUN] = "noun",   [LR_SLOT_NOUNS] = "nouns",       [LR_SLOT_HISTORY] = "history",
    [LR_SLOT_LAST] = "last",   [LR_SLOT_MENU] = "menu",         [LR_SLOT_CHOICES] = "choices",
    [LR_SLOT_COUNT] = "count", [LR_SLOT_FIRST] = "first_label", [LR_SLOT_FINAL] = "last_label",
};

/* The slot whose braces begin at `text`, and its length in bytes; LR_SLOTS: there is no slot. */
static lr_slot slot_at(const char *text, size_t *length)
{
    for (int slot = 0; slot < LR_SLOTS; slot++) {
        const size_t bytes = strlen(names[slot]);
        if (strncmp(text + 1, names[slot], bytes) != 0 || text[1 + bytes] != '}') continue;
        *length = bytes + 2;
        return (lr_slot)slot;
    }
    return LR_SLOTS;
}

static llmrec_status refuse_slot(const char *what, const char *text, size_t at, uint32_t known)
{
    char list[128] = "";
    const size_t left = strcspn(text + at, "}\n");
    const size_t shown = left + (text[at + left] == '}');
    for (int slot = 0; slot < LR_SLOTS; slot++) {
        if ((known >> slot & 1) == 0) continue;
        strcat(strcat(strcat(list, list[0] == '\0' ? "{" : " {"), names[slot]), "}");
    }
    return lr_fail(LLMREC_ERR_ARGUMENT,
                   "%s: %s at byte %zu is no slot of this prompt; it has %s (a brace is written {{)", what,
                   lr_quote(text + at, shown).text, at, list);
}

llmrec_status lr_template_check(const char *what, const char *text, uint32_t known, uint32_t needed)
{
    uint32_t met = 0;
    const size_t whole = strlen(text), valid = lr_utf8_valid(text, whole);
    if (valid < whole) return lr_fail(LLMREC_ERR_ARGUMENT, "%s: byte %zu is not UTF-8", what, valid);
    for (size_t at = 0; text[at] != '\0';) {
        size_t length = 1;
        if (text[at] == '{' && text[at + 1] == '{') length = 2;
        else if (text[at] == '{') {
            const lr_slot slot = slot_at(text + at, &length);
            if (slot == LR_SLOTS || (known >> slot & 1) == 0) return refuse_slot(what, text, at, known);
            met |= (uint32_t)1 << slot;
        }
        at += length;
    }
    for (int slot = 0; slot < LR_SLOTS; slot++)
        if (((needed & ~met) >> slot & 1) != 0)
            return lr_fail(LLMREC_ERR_ARGUMENT, "%s: slot {%s} is missing; this prompt needs it", what, names[slot]);
    return LLMREC_OK;
}

llmrec_status lr_template_fill(const char *text, const lr_span *values, lr_builder *out)
{
    LR_RETURN_IF(lr_builder_add(out, "", 0));
    while (*text != '\0') {
        size_t length = strcspn(text, "{}");
        LR_RETURN_IF(lr_builder_add(out, text, length));
        text += length;
        if (*text == '\0') break;
        const lr_slot slot = text[0] == '{' && text[1] != '{' ? slot_at(text, &length) : LR_SLOTS;
        if (slot != LR_SLOTS) LR_RETURN_IF(lr_builder_add(out, values[slot].text, values[slot].length));
        else {
            LR_RETURN_IF(lr_builder_add(out, text, 1));
            length = text[1] == text[0] ? 2 : 1;
        }
        text += length;
    }
    return LLMREC_OK;
}
