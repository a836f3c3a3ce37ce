/* SPDX-License-Identifier: Apache-2.0 */
/* Builds one example from a session: what it shows, the correct answer, and both as a row. */
#include <string.h>

#include "core/memory.h"
#include "llm/meter.h"
#include "prompt/labels.h"
#include "prompt/tuning.h"

static const char STOP[] = "###"; /* the same as in requests of prompt recommenders */

void lr_example_clear(lr_example *e)
{
    llmrec_context *context = e->prompter->context;
    lr_free(context, e->menu);
    lr_free(context, e->answer);
    lr_free(context, e->system.text);
    lr_free(context, e->user.text);
    lr_free(context, e->text.text);
    lr_free(context, e->row.text);
    lr_reader_clear(&e->reader);
}

llmrec_status lr_example_begin(lr_example *e)
{
    llmrec_context *context = e->prompter->context;
    e->room = lr_prompter_listed(e->prompter);
    e->system.context = e->user.context = e->text.context = e->row.context = context;
    LR_RETURN_IF(LR_NEW(context, e->menu, e->room));
    LR_RETURN_IF(LR_NEW(context, e->answer, e->room));
    const size_t choices = e->prompter->menu_count > e->room ? e->prompter->menu_count : e->room;
    return lr_reader_begin(e->prompter, choices, &e->reader);
}

/* --- the correct answer ------------------------------------------------------------------------------------------ */

lr_rng lr_example_rng(const lr_example *e, const lr_tuned *tuned)
{
    lr_rng rng = lr_rng_at(lr_prompter_seed(e->prompter, tuned->items, tuned->count), LR_STREAM_PROMPT, 0);
    lr_rng_next(&rng); /* this number is the request's seed */
    return rng;
}

void lr_example_list(lr_example *e, const lr_tuned *tuned, size_t most)
{
    if (most > tuned->first_count) most = tuned->first_count;
    e->count = 0;
    e->answer[e->count++] = tuned->target;
    for (size_t i = 0; e->count < most; i++)
        if (tuned->first[i] != tuned->target) e->answer[e->count++] = tuned->first[i];
}

void lr_example_show(lr_example *e, lr_rng *rng)
{
    e->shown = e->menu;
    e->choices = e->count;
    lr_prompter_shuffle(rng, e->answer, e->count, e->menu);
}

/* --- the answer as text ------------------------------------------------------------------------------------------ */

static llmrec_status add(lr_builder *out, const char *text)
{
    return lr_builder_add(out, text, strlen(text));
}

static llmrec_status add_name(lr_example *e, size_t place)
{
    const lr_span name = lr_texts_at(&e->prompter->names.shown, (size_t)e->answer[place]);
    return lr_builder_add(&e->text, name.text, name.length);
}

static llmrec_status add_numbered(lr_example *e)
{
    for (size_t i = 0; i < e->count; i++) {
        LR_RETURN_IF(lr_builder_format(&e->text, "%zu. ", i + 1));
        LR_RETURN_IF(add_name(e, i));
        LR_RETURN_IF(add(&e->text, "\n"));
    }
    return LLMREC_OK;
}

static llmrec_status add_labels(lr_example *e)
{
    const bool json = lr_prompter_structure(e->prompter) == LLMREC_STRUCTURE_JSON_SCHEMA;
    char label[LR_LABEL_SIZE];
    LR_RETURN_IF(add(&e->text, json ? "{\"ranking\": [" : ""));
    for (size_t i = 0; i < e->count; i++) {
        size_t place = 0;
        while (e->shown[place] != e->answer[i]) place++;
        lr_label_text(place, label);
        LR_RETURN_IF(lr_builder_format(&e->text, json ? "%s\"%s\"" : "%s%s", i > 0 ? ", " : "", label));
    }
    return add(&e->text, json ? "]}" : "");
}

static llmrec_status write_answer(lr_example *e)
{
    const lr_phrasing *phrasing = &e->prompter->phrasing;
    const lr_kind *kind = lr_kind_of(phrasing->kind);
    e->text.length = 0;
    if (kind->sampled) return add_name(e, 0);
    if (kind->labels) return add_labels(e);
    if (kind->begin == NULL || phrasing->style == LR_STYLE_FENCED) return add_numbered(e);
    LR_RETURN_IF(add(&e->text, kind->begin));
    LR_RETURN_IF(add_numbered(e));
    return add(&e->text, kind->end);
}

/* --- the row ----------------------------------------------------------------------------------------------------- */

/* Appends a string member of a JSON object. */
static llmrec_status add_string(lr_example *e, const char *before, const lr_builder *text)
{
    LR_RETURN_IF(add(&e->row, before));
    return lr_builder_json(&e->row, text->text, text->length);
}

static size_t estimate(const lr_builder *text)
{
    size_t tokens = 0;
    lr_estimate_tokens(text->text, text->length, SIZE_MAX, &tokens);
    return tokens;
}

/* Writes the row as chat messages. Each message costs three tokens and its role; the begin of the answer costs three
 * more. */
static llmrec_status write_chat(lr_example *e)
{
    enum { MESSAGE = 4, BEGIN = 3 };
    const bool told = e->system.length > 0;
    e->tokens = BEGIN + MESSAGE + estimate(&e->user) + MESSAGE + estimate(&e->text);
    if (told) e->tokens += MESSAGE + estimate(&e->system);
    LR_RETURN_IF(add(&e->row, "{\"messages\":["));
    if (told) LR_RETURN_IF(add_string(e, "{\"role\":\"system\",\"content\":", &e->system));
    LR_RETURN_IF(add(&e->row, told ? "}," : ""));
    LR_RETURN_IF(add_string(e, "{\"role\":\"user\",\"content\":", &e->user));
    LR_RETURN_IF(add_string(e, "},{\"role\":\"assistant\",\"content\":", &e->text));
    return add(&e->row, "}]}\n");
}

/* Joins the question into one text, which replaces the user's text. */
static llmrec_status join(lr_example *e, const char *separator)
{
    if (e->system.length == 0) return LLMREC_OK;
    LR_RETURN_IF(add(&e->system, separator));
    LR_RETURN_IF(lr_builder_add(&e->system, e->user.text, e->user.length));
    e->user.length = 0;
    return lr_builder_add(&e->user, e->system.text, e->system.length);
}

static llmrec_status write_pair(lr_example *e, const char *question, const char *and, const lr_builder *answer)
{
    e->tokens = estimate(&e->user) + estimate(answer);
    LR_RETURN_IF(add_string(e, question, &e->user));
    LR_RETURN_IF(add_string(e, and, answer));
    return add(&e->row, "}\n");
}

static llmrec_status write_completion(lr_example *e)
{
    LR_RETURN_IF(join(e, "\n\n"));
    e->system.length = 0; /* reused for the answer with its marks */
    LR_RETURN_IF(add(&e->system, " "));
    LR_RETURN_IF(lr_builder_add(&e->system, e->text.text, e->text.length));
    LR_RETURN_IF(lr_builder_format(&e->system, " %s", STOP));
    return write_pair(e, "{\"prompt\":", ",\"completion\":", &e->system);
}

static llmrec_status write_row(lr_example *e)
{
    e->row.length = 0;
    if (e->format == LLMREC_ROW_FORMAT_CHAT) return write_chat(e);
    if (e->format == LLMREC_ROW_FORMAT_COMPLETION) return write_completion(e);
    LR_RETURN_IF(join(e, "\n"));
    return write_pair(e, "{\"input_text\":", ",\"output_text\":", &e->text);
}

llmrec_status lr_example_write(lr_example *e, const lr_tuned *tuned)
{
    const lr_prompter *p = e->prompter;
    e->choices = 0;
    LR_RETURN_IF(p->form->answer(e, tuned));
    const lr_prompt_about about = {tuned->items, tuned->count, e->choices > 0 ? e->shown : NULL, e->choices};
    e->system.length = e->user.length = 0;
    LR_RETURN_IF(lr_prompt_write(&p->phrasing, &p->names, &about, &e->system, &e->user));
    LR_RETURN_IF(write_answer(e));
    return write_row(e);
}

/* --- read back --------------------------------------------------------------------------------------------------- */

static bool same_name(const lr_names *names, int32_t item, lr_span folded)
{
    const lr_span name = lr_texts_at(&names->folded, (size_t)item);
    return name.length == folded.length && memcmp(name.text, folded.text, name.length) == 0;
}

/* Whether the first entry matches the best item in the menu, or an item with the same name. */
static llmrec_status found_in_menu(lr_example *e, bool *found)
{
    const lr_prompter *p = e->prompter;
    const lr_menu menu = lr_reader_menu(&e->reader, e->shown, e->choices);
    int32_t place = -1;
    int how = LR_GROUNDED_HALLUCINATED;
    LR_RETURN_IF(lr_ground_in_menu(&menu, &e->reader.listing, 0, &place, &how));
    *found = place >= 0 && same_name(&p->names, e->answer[0], lr_texts_at(&p->names.folded, (size_t)menu.items[place]));
    return LLMREC_OK;
}

/* Whether the first entry is the name of the best item. */
static llmrec_status found_in_catalog(lr_example *e, bool *found)
{
    const lr_prompter *p = e->prompter;
    const lr_span text = lr_listing_text(&e->reader.listing, 0);
    lr_builder name = {.context = p->context};
    const llmrec_status status = lr_name_fold(&name, text.text, text.length);
    *found = status == LLMREC_OK && same_name(&p->names, e->answer[0], (lr_span){name.text, name.length});
    lr_free(p->context, name.text);
    return status;
}

llmrec_status lr_example_readable(lr_example *e, bool *readable)
{
    const lr_prompter *p = e->prompter;
    const char *stop = p->phrasing.style == LR_STYLE_FENCED ? NULL : strstr(e->text.text, STOP);
    const lr_span answer = {e->text.text, stop == NULL ? e->text.length : (size_t)(stop - e->text.text)};
    *readable = false;
    if (e->count == 0) return LLMREC_OK; /* the session contains all items of the menu */
    LR_RETURN_IF(lr_reader_read(&e->reader, answer, e->choices, e->count + 1));
    if (e->reader.listing.count != e->count) return LLMREC_OK;
    return e->choices > 0 ? found_in_menu(e, readable) : found_in_catalog(e, readable);
}
