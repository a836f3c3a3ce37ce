/* SPDX-License-Identifier: Apache-2.0 */
#include "strategies.h"

#include <stdio.h>
#include <string.h>

static compare_strategy strategies[MAX_STRATEGIES];
static int64_t strategy_count;

static compare_strategy *add(const char *library, const char *before, const char *name)
{
    compare_strategy *s = &strategies[strategy_count];
    if (strategy_count == MAX_STRATEGIES) return NULL;
    strategy_count++;
    *s = (compare_strategy){
        .library = library, .needs = llmrec_strategy_needs(library), .takes = llmrec_strategy_takes(library)};
    snprintf(s->name, sizeof s->name, "%s%s", before, name);
    return s;
}

/* An encoder is trained here first: from random items, and from vectors. */
static void add_trained(const char *library, const char *preset, bool from_vectors)
{
    static const char *const sections[] = {"encoder", "train", "init-items", "reducer"};
    compare_strategy *s = add(library, from_vectors ? "llm-" : "", preset);
    if (s == NULL) return;
    s->needs = LLMREC_NEED_DATASET | (from_vectors ? LLMREC_NEED_EMBEDDING : 0);
    s->preset = preset;
    s->from_vectors = from_vectors;
    s->section_count = from_vectors ? 4 : 2;
    for (int64_t i = 0; i < s->section_count; i++) s->section[i] = section_find(sections[i]);
}

/* A strategy whose options have a choice `form` makes one for each form. */
static void add_library(const char *library)
{
    char before[64];
    const compare_section *section = section_of_strategy(library);
    llmrec_option_info form = {.choices = 0}, weights;
    if (section == NULL || !option_find(section, "form", &form)) form.choices = 0;
    snprintf(before, sizeof before, "%s-", library);
    for (int64_t i = 0; i < (form.choices > 0 ? form.choices : 1); i++) {
        const char *choice = NULL;
        if (form.choices > 0) llmrec_option_choice(section->structure, "form", i, &choice, NULL);
        compare_strategy *s = choice == NULL ? add(library, "", library) : add(library, before, choice);
        if (s == NULL) return;
        s->form = choice;
        s->section[0] = section;
        s->section_count = section != NULL;
        s->fits = section != NULL && option_find(section, "weights", &weights);
        if (s->fits) s->section[s->section_count++] = section_find("blend-fit");
    }
}

/* A strategy that can do without vectors makes two: without them, and with them. */
static void add_both(const char *library)
{
    compare_strategy *plain = add(library, "", library), *guided = add(library, "llm-", library);
    if (guided == NULL) return;
    plain->section[0] = guided->section[0] = section_of_strategy(library);
    plain->section_count = guided->section_count = plain->section[0] != NULL;
    plain->takes &= ~LLMREC_NEED_EMBEDDING;
    guided->needs |= LLMREC_NEED_EMBEDDING;
    guided->from_vectors = true;
}

/* A strategy that asks a model uses vectors only for names: it is one strategy with or without them. */
static bool can_take_vectors(const char *library)
{
    const int64_t needs = llmrec_strategy_needs(library), takes = llmrec_strategy_takes(library);
    return (takes & ~needs & LLMREC_NEED_EMBEDDING) != 0 && (needs & LLMREC_NEED_LLM) == 0;
}

static void list_strategies(void)
{
    for (int64_t i = 0; i < llmrec_strategy_count(); i++) {
        const char *library = llmrec_strategy_name(i);
        if ((llmrec_strategy_needs(library) & LLMREC_NEED_ENCODER) == 0) {
            (can_take_vectors(library) ? add_both : add_library)(library);
            continue;
        }
        for (int from_vectors = 0; from_vectors < 2; from_vectors++) {
            add_trained(library, "bert4rec", from_vectors == 1);
            add_trained(library, "sasrec", from_vectors == 1);
            add_trained(library, "sasrec-direct", from_vectors == 1);
        }
    }
}

const compare_strategy *strategy_at(int64_t index)
{
    if (strategy_count == 0) list_strategies();
    return index < strategy_count ? &strategies[index] : NULL;
}

const compare_strategy *strategy_find(const char *name)
{
    for (int64_t i = 0; strategy_at(i) != NULL; i++)
        if (strcmp(strategy_at(i)->name, name) == 0) return strategy_at(i);
    return NULL;
}

const compare_strategy *strategy_of_row(const char *row)
{
    char name[sizeof((compare_strategy *)NULL)->name];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(row, ":"), row);
    return strategy_find(name);
}

static const char *preset_help(const char *structure, const char *name)
{
    for (int64_t i = 0; i < llmrec_preset_count(structure); i++)
        if (strcmp(llmrec_preset_name(structure, i), name) == 0) return llmrec_preset_help(structure, i);
    return "";
}

void strategy_help(const compare_strategy *s, char *text, size_t size)
{
    if (s->form != NULL) snprintf(text, size, "%s; form=%s", llmrec_strategy_help(s->library), s->form);
    else if (s->preset == NULL)
        snprintf(text, size, "%s%s", llmrec_strategy_help(s->library), s->from_vectors ? "; with item vectors" : "");
    else
        snprintf(text, size, "%s%s", preset_help("llmrec_encoder_options", s->preset),
                 s->from_vectors ? "; its items start from their vectors" : "");
}

bool strategy_option(const compare_strategy *strategy, const char *word, size_t length, compare_option *option)
{
    enum { MOST = 16 };
    compare_option found[MOST];
    const int64_t count = options_named(word, length, found, MOST);
    for (int64_t i = 0; i < strategy->section_count; i++)
        for (int64_t j = 0; j < count && j < MOST; j++) {
            if (found[j].section != strategy->section[i]) continue;
            *option = found[j];
            return true;
        }
    return false;
}
