/* SPDX-License-Identifier: Apache-2.0 */
/* Implements prompt/prompt_options.h: the options' table, their checks, and the question they describe. */
#include "prompt/prompt_options.h"

#include <math.h>
#include <string.h>

#include "prompt/form.h"
#include "prompt/labels.h"

static const lr_choice forms[] = {{"rank", LLMREC_PROMPT_RANK},
                                  {"genitem", LLMREC_PROMPT_GENITEM},
                                  {"genlist", LLMREC_PROMPT_GENLIST},
                                  {"classify", LLMREC_PROMPT_CLASSIFY},
                                  {NULL, 0}};
static const lr_choice variants[] = {{"sequential", LLMREC_VARIANT_SEQUENTIAL},
                                     {"recency", LLMREC_VARIANT_RECENCY},
                                     {"in_context", LLMREC_VARIANT_IN_CONTEXT},
                                     {NULL, 0}};
static const lr_choice scorings[] = {{"list", LLMREC_SCORING_LIST},
                                     {"letters", LLMREC_SCORING_LETTERS},
                                     {"pairwise", LLMREC_SCORING_PAIRWISE},
                                     {NULL, 0}};
static const lr_choice answers[] = {{"labels", LLMREC_ANSWER_LABELS}, {"names", LLMREC_ANSWER_NAMES}, {NULL, 0}};
static const lr_choice structures[] = {{"auto", LLMREC_STRUCTURE_AUTO},
                                       {"none", LLMREC_STRUCTURE_NONE},
                                       {"json_schema", LLMREC_STRUCTURE_JSON_SCHEMA},
                                       {"grammar", LLMREC_STRUCTURE_GRAMMAR},
                                       {NULL, 0}};
static const lr_choice aggregations[] = {{"borda", LLMREC_AGGREGATION_BORDA},
                                         {"reciprocal", LLMREC_AGGREGATION_RECIPROCAL},
                                         {"kemeny", LLMREC_AGGREGATION_KEMENY},
                                         {"sum", LLMREC_AGGREGATION_SUM},
                                         {NULL, 0}};
static const lr_choice styles[] = {
    {"fenced", LLMREC_STYLE_FENCED}, {"lines", LLMREC_STYLE_LINES}, {"numbered", LLMREC_STYLE_NUMBERED}, {NULL, 0}};
static const lr_choice failures[] = {
    {"first_stage", LLMREC_ON_FAILURE_FIRST_STAGE}, {"empty", LLMREC_ON_FAILURE_EMPTY}, {NULL, 0}};

typedef llmrec_prompt_options P;
static const lr_option option[] = {
    LR_CHOICE(P, form, LLMREC_PROMPT_RANK, forms,
              "the model orders candidates, names one item, names a list, or chooses from a menu"),
    LR_CHOICE(P, variant, LLMREC_VARIANT_SEQUENTIAL, variants, "how the session is presented"),
    LR_CHOICE(P, scoring, LLMREC_SCORING_LIST, scorings,
              "rank: the model writes a list, answers with one letter, or chooses between pairs"),
    LR_CHOICE(P, answer, LLMREC_ANSWER_LABELS, answers, "answers of labels or of names"),
    LR_CHOICE(P, structure, LLMREC_STRUCTURE_AUTO, structures, "how the server is made to answer with labels"),
    LR_CHOICE(P, aggregation, LLMREC_AGGREGATION_BORDA, aggregations, "how the orders of several rounds are combined"),
    LR_CHOICE(P, style, LLMREC_STYLE_FENCED, styles, "how lists look in a prompt"),
    LR_INTEGER(P, history, 20, 1, 1 << 20, "number of last items of a session that are shown"),
    LR_INTEGER(P, history_characters, 0, 0, 1 << 30,
               "show the whole session if the text has at most this many characters; 0: never"),
    LR_INTEGER(P, candidates, 20, 2, LR_LABELS_MAX, "rank: number of candidates from the first stage"),
    LR_INTEGER(P, rounds, 1, 1, 1000, "rank: questions about the same candidates"),
    LR_FLAG(P, shuffle, 1, "rank: show the candidates in random order"),
    LR_NUMBER(P, first_stage_weight, 0, 0, 1e6, LR_CLOSED, "rank: weight of the first stage's order, in rounds"),
    LR_INTEGER(P, window, 20, 2, LR_LABELS_MAX, "rank: candidates in one question"),
    LR_INTEGER(P, stride, 10, 1, LR_LABELS_MAX, "rank: distance between windows; at most window"),
    LR_INTEGER(P, samples, 10, 1, 1000, "genitem: answers per session"),
    LR_INTEGER(P, count, 20, 1, LR_LABELS_MAX, "genlist, classify: number of items asked for"),
    LR_INTEGER(P, clusters, 200, 2, LR_LABELS_MAX, "classify: number of menu entries"),
    LR_NUMBER(P, temperature, NAN, 0, 100, LR_CLOSED, "sampling temperature; unset: 1 for genitem, else 0"),
    LR_NUMBER(P, top_p, 1, 0, 1, LR_OPEN_LOW, "nucleus sampling"),
    LR_INTEGER(P, max_tokens, 0, 0, 1 << 20, "longest answer in tokens; 0: what the answer needs"),
    LR_INTEGER(P, seed, 0, 0, (int64_t)1 << 31, "seed of shuffles and clusters; sent with each request"),
    LR_NUMBER(P, likeness, .8, 0, 1, LR_CLOSED, "smallest similarity of a name to a menu entry for a match"),
    LR_INTEGER(P, title_length, 100, 8, 10000, "longest name in code points; longer names are cut"),
    LR_CHOICE(P, on_failure, LLMREC_ON_FAILURE_FIRST_STAGE, failures, "list of a session without a usable answer"),
    LR_FLAG(P, parity, 0, "read replies and match names as the papers' programs do"),
    LR_TEXT(P, noun, "item", "word for an item, such as \"movie\""),
    LR_TEXT(P, nouns, "items", "word for several items, such as \"movies\""),
    LR_TEXT(P, column, NULL, "text column with the items' names; unset: the title"),
    LR_TEXT(P, system, NULL, "template of the system message; unset: the library's"),
    LR_TEXT(P, user, NULL, "template of the user message; unset: the library's"),
    LR_INTEGER(P, alternatives, 20, 1, 10000, "letters, pairwise: tokens with log-probabilities to request"),
    LR_INTEGER(P, asks, 2, 1, 10, "most times that a question is asked until an answer is usable"),
};

/* The papers' tuned models need unchanged names in the format of their training data. */
#define TUNED   "style=lines", "answer=names", "temperature=0.25"
#define LLMRANK "answer=names", "aggregation=sum", "rounds=3", "history=50", "temperature=0.2", "parity=yes"
static const lr_preset preset[] = {
    {"default", NULL, "rank 20 candidates of the first stage by a list of labels"},
    {"harte2023",
     LR_SETTINGS("form=genitem", "style=numbered", "answer=names", "history_characters=5000", "samples=20",
                 "temperature=0.5"),
     "Harte et al. 2023: one item, 20 times, for a tuned completion model"},
    {"boz2024-genitem", LR_SETTINGS("form=genitem", "samples=20", TUNED),
     "Boz et al. 2024: one item, 20 times, for a tuned model"},
    {"boz2024-genlist", LR_SETTINGS("form=genlist", TUNED), "Boz et al. 2024: a list of items, for a tuned model"},
    {"boz2024-classify", LR_SETTINGS("form=classify", TUNED), "Boz et al. 2024: items from a menu, for a tuned model"},
    {"boz2024-rank", LR_SETTINGS("form=rank", TUNED), "Boz et al. 2024: candidates ranked, for a tuned model"},
    {"llmrank", LR_SETTINGS(LLMRANK), "Hou et al. 2024: candidates ranked by names in 3 rounds"},
    {"llmrank-recency", LR_SETTINGS(LLMRANK, "variant=recency"), "the same; a sentence names the newest item"},
    {"llmrank-in-context", LR_SETTINGS(LLMRANK, "variant=in_context"), "the same; the newest item is the example"},
    {"letters", LR_SETTINGS("scoring=letters", "rounds=3"),
     "candidates ranked by the probabilities of one token, 3 rounds"},
};

static lr_question_kind kind_of(const llmrec_prompt_options *options)
{
    return lr_form_of(options)->kinds[options->answer];
}

/* --- checks ------------------------------------------------------------------------------------------------------- */

static llmrec_status check_word(const char *name, const char *word)
{
    const size_t length = strlen(word);
    if (lr_utf8_valid(word, length) == length) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_ARGUMENT, "%s is %s; wanted UTF-8", name, lr_quote(word, length).text);
}

static llmrec_status check_prompt(const void *given)
{
    const llmrec_prompt_options *options = given;
    const lr_form *form = lr_form_of(options);
    const lr_question_kind kind = kind_of(options);
    if (form->check != NULL) LR_RETURN_IF(form->check(options));
    if (options->style == LLMREC_STYLE_NUMBERED && lr_kind_of(kind)->numbered[0] == NULL)
        return lr_fail(LLMREC_ERR_ARGUMENT, "style is numbered; wanted fenced or lines for forms other than genitem");
    LR_RETURN_IF(check_word("noun", options->noun));
    LR_RETURN_IF(check_word("nouns", options->nouns));
    if (options->system != NULL) LR_RETURN_IF(lr_template_check("system", options->system, lr_wording_slots(kind), 0));
    if (options->user == NULL) return LLMREC_OK;
    return lr_template_check("user", options->user, lr_wording_slots(kind), lr_wording_needs(kind));
}

LR_OPTIONS(lr_prompt_options, llmrec_prompt_options, asks, "how a language model is asked for recommendations", option,
           LR_PRESETS(preset), .check = check_prompt);

llmrec_status llmrec_prompt_options_init(llmrec_prompt_options *options, size_t size)
{
    return lr_options_init(&lr_prompt_options, options, size);
}

llmrec_status llmrec_prompt_options_preset(llmrec_prompt_options *options, size_t size, const char *name)
{
    return lr_options_preset(&lr_prompt_options, options, size, name);
}

llmrec_status lr_prompt_options_read(const llmrec_prompt_options *given, llmrec_prompt_options *options)
{
    LR_RETURN_IF(lr_options_read(&lr_prompt_options, given, options));
    if (isnan(options->temperature)) options->temperature = lr_kind_of(kind_of(options))->sampled ? 1 : 0;
    return LLMREC_OK;
}

/* --- the question ------------------------------------------------------------------------------------------------- */

lr_phrasing lr_prompt_options_phrasing(const llmrec_prompt_options *options)
{
    lr_phrasing phrasing = {
        .kind = kind_of(options),
        .telling = (lr_telling)options->variant,
        .style = (lr_style)options->style,
        .noun = options->noun,
        .nouns = options->nouns,
        .history = (size_t)options->history,
        .history_characters = (size_t)options->history_characters,
        .count = (size_t)options->count,
    };
    phrasing.wording = lr_wording_of(phrasing.kind, phrasing.telling, phrasing.style);
    if (options->system != NULL) phrasing.wording.system = options->system;
    if (options->user != NULL) phrasing.wording.user = options->user;
    return phrasing;
}
