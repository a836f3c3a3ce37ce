/* SPDX-License-Identifier: Apache-2.0 */
#include "prompt/prompt_options.h"

#include <math.h>
#include <string.h>

#include "core/memory.h"
#include "core/options.h"
#include "prompt/labels.h"
#include "nn/fields.h"

#define WHOLE(field, low, high)      LR_WHOLE(llmrec_prompt_options, field, low, high)
#define REAL(field, low, high, open) LR_REAL(llmrec_prompt_options, field, low, high, open)
static const lr_field prompt_field[] = {
    WHOLE(form, LLMREC_PROMPT_RANK, LLMREC_PROMPT_CLASSIFY),
    WHOLE(variant, LLMREC_VARIANT_SEQUENTIAL, LLMREC_VARIANT_IN_CONTEXT),
    WHOLE(scoring, LLMREC_SCORING_LIST, LLMREC_SCORING_PAIRWISE),
    WHOLE(answer, LLMREC_ANSWER_LABELS, LLMREC_ANSWER_NAMES),
    WHOLE(structure, LLMREC_STRUCTURE_AUTO, LLMREC_STRUCTURE_GRAMMAR),
    WHOLE(aggregation, LLMREC_AGGREGATION_BORDA, LLMREC_AGGREGATION_SUM),
    WHOLE(style, LLMREC_STYLE_FENCED, LLMREC_STYLE_NUMBERED),
    WHOLE(history, 1, 1 << 20),
    WHOLE(history_characters, 0, 1 << 30),
    WHOLE(candidates, 2, LR_LABELS_MAX),
    WHOLE(rounds, 1, 1000),
    WHOLE(shuffle, 0, 1),
    REAL(first_stage_weight, 0, 1e6, 0),
    WHOLE(window, 2, LR_LABELS_MAX),
    WHOLE(stride, 1, LR_LABELS_MAX),
    WHOLE(samples, 1, 1000),
    WHOLE(count, 1, LR_LABELS_MAX),
    WHOLE(clusters, 2, LR_LABELS_MAX),
    REAL(temperature, 0, 100, 0),
    REAL(top_p, 0, 1, 1),
    WHOLE(max_tokens, 0, 1 << 20),
    WHOLE(seed, 0, 0x1p31),
    REAL(likeness, 0, 1, 0),
    WHOLE(title_length, 8, 10000),
    WHOLE(on_failure, LLMREC_ON_FAILURE_FIRST_STAGE, LLMREC_ON_FAILURE_EMPTY),
    WHOLE(parity, 0, 1),
    WHOLE(alternatives, 1, 10000),
    WHOLE(asks, 1, 10),
};
#undef WHOLE
#undef REAL
static const lr_fields fields = {prompt_field, sizeof prompt_field / sizeof *prompt_field};

static const llmrec_prompt_options defaults = {
    .size = sizeof defaults,
    .history = 20,
    .candidates = 20,
    .rounds = 1,
    .shuffle = 1,
    .window = 20,
    .stride = 10,
    .samples = 10,
    .count = 20,
    .clusters = 200,
    .temperature = NAN,
    .top_p = 1,
    .likeness = .8,
    .title_length = 100,
    .noun = "item",
    .nouns = "items",
    .alternatives = 20,
    .asks = 2,
};
static const size_t oldest = sizeof defaults;

llmrec_status llmrec_prompt_options_init(llmrec_prompt_options *options, size_t size)
{
    return lr_options_init(options, size, &defaults, sizeof defaults, oldest, "llmrec_prompt_options");
}

/* --- presets --------------------------------------------------------------------------------------------------- */

/* The papers' tuned models see names as they are, in the shapes that they were tuned to. */
static void tuned(llmrec_prompt_options *options, int64_t form)
{
    options->form = form;
    options->style = LLMREC_STYLE_LINES;
    options->answer = LLMREC_ANSWER_NAMES;
    options->temperature = .25;
}

static void harte2023(llmrec_prompt_options *options)
{
    tuned(options, LLMREC_PROMPT_GENITEM);
    options->style = LLMREC_STYLE_NUMBERED;
    options->history_characters = 5000;
    options->samples = 20;
    options->temperature = .5;
}

static void genitem(llmrec_prompt_options *options)
{
    tuned(options, LLMREC_PROMPT_GENITEM);
    options->samples = 20;
}

static void genlist(llmrec_prompt_options *options)
{
    tuned(options, LLMREC_PROMPT_GENLIST);
}

static void classify(llmrec_prompt_options *options)
{
    tuned(options, LLMREC_PROMPT_CLASSIFY);
}

static void rank(llmrec_prompt_options *options)
{
    tuned(options, LLMREC_PROMPT_RANK);
}

static void llmrank(llmrec_prompt_options *options)
{
    options->answer = LLMREC_ANSWER_NAMES;
    options->aggregation = LLMREC_AGGREGATION_SUM;
    options->rounds = 3;
    options->history = 50;
    options->temperature = .2;
    options->parity = 1;
}

static void llmrank_recency(llmrec_prompt_options *options)
{
    llmrank(options);
    options->variant = LLMREC_VARIANT_RECENCY;
}

static void llmrank_in_context(llmrec_prompt_options *options)
{
    llmrank(options);
    options->variant = LLMREC_VARIANT_IN_CONTEXT;
}

static void letters(llmrec_prompt_options *options)
{
    options->scoring = LLMREC_SCORING_LETTERS;
    options->rounds = 3;
}

static void nothing(llmrec_prompt_options *options)
{
    (void)options;
}

static const struct {
    const char *name;
    void (*set)(llmrec_prompt_options *options);
} presets[] = {
    {"default", nothing},
    {"harte2023", harte2023},
    {"boz2024-genitem", genitem},
    {"boz2024-genlist", genlist},
    {"boz2024-classify", classify},
    {"boz2024-rank", rank},
    {"llmrank", llmrank},
    {"llmrank-recency", llmrank_recency},
    {"llmrank-in-context", llmrank_in_context},
    {"letters", letters},
};

llmrec_status llmrec_prompt_options_preset(llmrec_prompt_options *options, size_t size, const char *name)
{
    llmrec_prompt_options preset = defaults;
    if (name == NULL) return lr_fail(LLMREC_ERR_ARGUMENT, "name is NULL");
    for (size_t i = 0; i < sizeof presets / sizeof *presets; i++) {
        if (strcmp(name, presets[i].name) != 0) continue;
        presets[i].set(&preset);
        return lr_options_init(options, size, &preset, sizeof preset, oldest, "llmrec_prompt_options");
    }
    return lr_fail(LLMREC_ERR_ARGUMENT,
                   "preset is %s; wanted default, harte2023, boz2024-genitem, boz2024-genlist, boz2024-classify, "
                   "boz2024-rank, llmrank, llmrank-recency, llmrank-in-context or letters",
                   lr_quote(name, strlen(name)).text);
}

/* --- reading --------------------------------------------------------------------------------------------------- */

static lr_question_kind kind_of(const llmrec_prompt_options *options)
{
    const bool labels = options->answer == LLMREC_ANSWER_LABELS;
    switch (options->form) {
    case LLMREC_PROMPT_GENITEM: return LR_ASK_ITEM;
    case LLMREC_PROMPT_GENLIST: return LR_ASK_ITEMS;
    case LLMREC_PROMPT_CLASSIFY: return labels ? LR_ASK_PRODUCTS : LR_ASK_PRODUCTS_NAMES;
    default:
        if (options->scoring != LLMREC_SCORING_LIST) return LR_ASK_LETTER;
        return labels ? LR_ASK_RANKING : LR_ASK_RANKING_NAMES;
    }
}

lr_prompt_form lr_prompt_options_form(const llmrec_prompt_options *options)
{
    lr_prompt_form form = {
        .kind = kind_of(options),
        .telling = (lr_telling)options->variant,
        .style = (lr_style)options->style,
        .noun = options->noun,
        .nouns = options->nouns,
        .history = (size_t)options->history,
        .history_characters = (size_t)options->history_characters,
        .count = (size_t)options->count,
    };
    form.wording = lr_wording_of(form.kind, form.telling, form.style);
    if (options->system != NULL) form.wording.system = options->system;
    if (options->user != NULL) form.wording.user = options->user;
    return form;
}

static llmrec_status check_word(const char *name, const char *word)
{
    if (word == NULL) return lr_fail(LLMREC_ERR_ARGUMENT, "%s is NULL", name);
    const size_t length = strlen(word);
    if (lr_utf8_valid(word, length) == length) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_ARGUMENT, "%s is %s; wanted UTF-8", name, lr_quote(word, length).text);
}

static llmrec_status check_windows(const llmrec_prompt_options *options)
{
    enum { LETTERS = 26 };
    const int64_t most = options->alternatives < LETTERS ? options->alternatives : LETTERS;
    const int64_t shown = options->window < options->candidates ? options->window : options->candidates;
    if (options->form != LLMREC_PROMPT_RANK) return LLMREC_OK;
    LR_RETURN_IF(lr_option_range("stride", options->stride, 1, options->window));
    if (options->scoring == LLMREC_SCORING_LETTERS && shown > most)
        return lr_fail(LLMREC_ERR_ARGUMENT, "window is %lld; wanted at most %lld: so many %s",
                       (long long)options->window, (long long)most,
                       most < LETTERS ? "alternatives are asked for" : "letters there are");
    return LLMREC_OK;
}

llmrec_status lr_prompt_options_read(const llmrec_prompt_options *given, llmrec_prompt_options *options)
{
    *options = defaults;
    LR_RETURN_IF(lr_options_overlay(options, sizeof *options, oldest, given, "llmrec_prompt_options"));
    if (isnan(options->temperature)) options->temperature = options->form == LLMREC_PROMPT_GENITEM ? 1 : 0;
    LR_RETURN_IF(lr_fields_check(fields, options));
    LR_RETURN_IF(check_windows(options));
    if (options->style == LLMREC_STYLE_NUMBERED && options->form != LLMREC_PROMPT_GENITEM)
        return lr_fail(LLMREC_ERR_ARGUMENT,
                       "style is NUMBERED (%d); wanted FENCED or LINES for forms other than GENITEM",
                       LLMREC_STYLE_NUMBERED);
    LR_RETURN_IF(check_word("noun", options->noun));
    LR_RETURN_IF(check_word("nouns", options->nouns));
    const lr_question_kind kind = kind_of(options);
    if (options->system != NULL) LR_RETURN_IF(lr_template_check("system", options->system, lr_wording_slots(kind), 0));
    if (options->user != NULL)
        LR_RETURN_IF(lr_template_check("user", options->user, lr_wording_slots(kind), lr_wording_needs(kind)));
    return LLMREC_OK;
}

static llmrec_status add_text(lr_builder *json, const char *name, const char *text)
{
    if (text == NULL) return LLMREC_OK;
    LR_RETURN_IF(lr_builder_format(json, ", \"%s\": ", name));
    return lr_builder_json(json, text, strlen(text));
}

llmrec_status lr_prompt_options_describe(llmrec_context *context, const llmrec_prompt_options *options, char **text)
{
    lr_builder json = {.context = context};
    llmrec_status status = LLMREC_OK;
    LR_TRY(lr_builder_format(&json, "{\"noun\": "));
    LR_TRY(lr_builder_json(&json, options->noun, strlen(options->noun)));
    LR_TRY(add_text(&json, "nouns", options->nouns));
    LR_TRY(add_text(&json, "column", options->column));
    LR_TRY(add_text(&json, "system", options->system));
    LR_TRY(add_text(&json, "user", options->user));
    LR_TRY(lr_fields_describe(fields, options, &json));
    LR_TRY(lr_builder_add(&json, "}", 1));
    *text = json.text;
    return LLMREC_OK;
done:
    lr_free(context, json.text);
    return status;
}
