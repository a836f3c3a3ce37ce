/* SPDX-License-Identifier: Apache-2.0 */
/* Implements prompt/question.h: fills the templates of a question. */
#include "prompt/question.h"

#include <string.h>

#include "core/memory.h"
#include "prompt/item_name.h"
#include "prompt/labels.h"

lr_phrasing lr_phrasing_of_reason(const lr_phrasing *phrasing)
{
    lr_phrasing reason = *phrasing;
    reason.kind = LR_ASK_RANKING_NAMES; /* a menu without labels */
    reason.telling = LR_TELL_SEQUENTIAL;
    reason.style = LR_STYLE_FENCED;
    reason.wording = lr_wording_of_reason();
    reason.reminder = reason.cue = NULL;
    return reason;
}

/* Partial texts of the slots. */
typedef struct slots {
    lr_builder history, menu, last, count, choices;
    char first[LR_LABEL_SIZE], final[LR_LABEL_SIZE];
} slots;

static llmrec_status add_name(const lr_phrasing *phrasing, const lr_names *names, int32_t item, lr_builder *out)
{
    const lr_span name = lr_texts_at(&names->shown, (size_t)item);
    return phrasing->style == LR_STYLE_FENCED ? lr_item_name_quote(out, name.text, name.length)
                                              : lr_builder_add(out, name.text, name.length);
}

static llmrec_status add(lr_builder *out, const char *text)
{
    return lr_builder_add(out, text, strlen(text));
}

/* Appends an item of the history; `place` counts from 1. */
static llmrec_status add_entry(const lr_phrasing *phrasing, const lr_names *names, int32_t item, size_t place,
                               lr_builder *out)
{
    const bool numbered = phrasing->style == LR_STYLE_NUMBERED;
    if (numbered) LR_RETURN_IF(lr_builder_format(out, "%zu. ", place));
    else if (phrasing->style == LR_STYLE_FENCED || place > 1) LR_RETURN_IF(add(out, "\n"));
    LR_RETURN_IF(add_name(phrasing, names, item, out));
    return numbered ? add(out, " \n") : LLMREC_OK;
}

/* Appends the last `shown` known items, without the final `skipped` ones. */
static llmrec_status write_history(const lr_phrasing *phrasing, const lr_names *names, const lr_prompt_about *about,
                                   size_t skipped, size_t shown, lr_builder *out)
{
    const bool fenced = phrasing->style == LR_STYLE_FENCED;
    size_t known = 0, at = 0;
    for (size_t i = 0; i < about->item_count; i++) known += about->items[i] >= 0;
    const size_t end = known - skipped, begin = end > shown ? end - shown : 0;
    LR_RETURN_IF(add(out, fenced ? "<history>" : ""));
    for (size_t i = 0; i < about->item_count && at < end; i++) {
        if (about->items[i] < 0 || at++ < begin) continue;
        LR_RETURN_IF(add_entry(phrasing, names, about->items[i], at - begin, out));
    }
    return add(out, fenced ? "\n</history>" : "");
}

static llmrec_status write_menu(const lr_phrasing *phrasing, const lr_names *names, const lr_prompt_about *about,
                                lr_builder *out)
{
    const bool fenced = phrasing->style == LR_STYLE_FENCED, labeled = lr_kind_of(phrasing->kind)->labels;
    char label[LR_LABEL_SIZE];
    LR_RETURN_IF(add(out, fenced ? "<candidates>\n" : ""));
    for (size_t i = 0; i < about->choices; i++) {
        lr_label_text(i, label);
        if (labeled) LR_RETURN_IF(lr_builder_format(out, "%s. ", label));
        else if (fenced) LR_RETURN_IF(add(out, "- "));
        LR_RETURN_IF(add_name(phrasing, names, about->menu[i], out));
        if (fenced || i + 1 < about->choices) LR_RETURN_IF(add(out, "\n"));
    }
    return add(out, fenced ? "</candidates>" : "");
}

static int32_t newest(const lr_prompt_about *about)
{
    for (size_t i = about->item_count; i-- > 0;)
        if (about->items[i] >= 0) return about->items[i];
    return -1;
}

static llmrec_status write_slots(const lr_phrasing *phrasing, const lr_names *names, const lr_prompt_about *about,
                                 size_t shown, slots *s, lr_span *values)
{
    const int32_t last = newest(about);
    const bool skipped = phrasing->telling == LR_TELL_IN_CONTEXT && last >= 0;
    LR_RETURN_IF(write_history(phrasing, names, about, skipped, shown, &s->history));
    LR_RETURN_IF(write_menu(phrasing, names, about, &s->menu));
    LR_RETURN_IF(add(&s->last, ""));
    if (last >= 0) LR_RETURN_IF(add_name(phrasing, names, last, &s->last));
    LR_RETURN_IF(lr_builder_format(&s->count, "%zu", phrasing->count));
    LR_RETURN_IF(lr_builder_format(&s->choices, "%zu", about->choices));
    lr_label_text(0, s->first);
    lr_label_text(about->choices > 0 ? about->choices - 1 : 0, s->final);
    const lr_span all[LR_SLOTS] = {
        [LR_SLOT_NOUN] = {phrasing->noun, strlen(phrasing->noun)},
        [LR_SLOT_NOUNS] = {phrasing->nouns, strlen(phrasing->nouns)},
        [LR_SLOT_HISTORY] = {s->history.text, s->history.length},
        [LR_SLOT_LAST] = {s->last.text, s->last.length},
        [LR_SLOT_MENU] = {s->menu.text, s->menu.length},
        [LR_SLOT_CHOICES] = {s->choices.text, s->choices.length},
        [LR_SLOT_COUNT] = {s->count.text, s->count.length},
        [LR_SLOT_FIRST] = {s->first, strlen(s->first)},
        [LR_SLOT_FINAL] = {s->final, strlen(s->final)},
    };
    memcpy(values, all, sizeof all);
    return LLMREC_OK;
}

/* Writes both messages, with at most `shown` items of the history. */
static llmrec_status write_messages(const lr_phrasing *phrasing, const lr_names *names, const lr_prompt_about *about,
                                    size_t shown, lr_builder *system, lr_builder *user)
{
    lr_span values[LR_SLOTS];
    const lr_builder empty = {.context = names->context};
    slots s = {.history = empty, .menu = empty, .last = empty, .count = empty, .choices = empty};
    llmrec_status status = LLMREC_OK;
    LR_TRY(write_slots(phrasing, names, about, shown, &s, values));
    LR_TRY(lr_template_fill(phrasing->wording.system, values, system));
    LR_TRY(lr_template_fill(phrasing->wording.user, values, user));
    if (phrasing->reminder != NULL) LR_TRY(lr_template_fill(phrasing->reminder, values, user));
    if (phrasing->cue != NULL) LR_TRY(add(user, phrasing->cue));
done:
    lr_free(names->context, s.history.text);
    lr_free(names->context, s.menu.text);
    lr_free(names->context, s.last.text);
    lr_free(names->context, s.count.text);
    lr_free(names->context, s.choices.text);
    return status;
}

static size_t characters(const char *text, size_t length)
{
    size_t count = 0;
    for (size_t i = 0; i < length; i++) count += ((unsigned char)text[i] & 0xC0) != 0x80;
    return count;
}

llmrec_status lr_prompt_write(const lr_phrasing *phrasing, const lr_names *names, const lr_prompt_about *about,
                              lr_builder *system, lr_builder *user)
{
    const size_t before = system->length, begin = user->length;
    if (phrasing->history_characters == 0)
        return write_messages(phrasing, names, about, phrasing->history, system, user);
    LR_RETURN_IF(write_messages(phrasing, names, about, SIZE_MAX, system, user));
    if (characters(user->text + begin, user->length - begin) <= phrasing->history_characters) return LLMREC_OK;
    system->length = before;
    user->length = begin;
    return write_messages(phrasing, names, about, phrasing->history, system, user);
}
