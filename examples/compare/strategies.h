/* SPDX-License-Identifier: Apache-2.0 */
/* Strategies: all that the library can make of a data set, vectors and a language model, and encoders trained here. */
#ifndef COMPARE_STRATEGIES_H
#define COMPARE_STRATEGIES_H

#include "option_list.h"

enum { MAX_STRATEGIES = 64 };

typedef struct compare_strategy {
    char name[96];                     /* "similarity"; with a form: "prompt-genlist" */
    const char *library;               /* its name in the library */
    const char *form;                  /* choice of its option `form`, or NULL */
    int64_t needs, takes;              /* sums of llmrec_need */
    const char *preset;                /* of an encoder that is trained here, or NULL: nothing is trained */
    bool fits;                         /* it has weights, which are fitted on the validation part */
    bool from_vectors;                 /* its items start from vectors, or vectors guide it: "llm-" before its name */
    const compare_section *section[4]; /* of its options; a name belongs to the first that has it */
    int64_t section_count;
} compare_strategy;

/* All strategies; `index` from 0, NULL behind the last one. */
const compare_strategy *strategy_at(int64_t index);
const compare_strategy *strategy_find(const char *name);

/* The strategy of a row such as "similarity:harte2023"; NULL: there is none of its name. */
const compare_strategy *strategy_of_row(const char *row);

/* One line about it. */
void strategy_help(const compare_strategy *strategy, char *text, size_t size);

/* Finds an option of a strategy by its name, or by SECTION-OPTION; dashes or underscores. */
bool strategy_option(const compare_strategy *strategy, const char *word, size_t length, compare_option *option);

/* Whether a row of it names other rows, with + between. */
static inline bool strategy_combines(const compare_strategy *strategy)
{
    return (strategy->needs & LLMREC_NEED_RECOMMENDERS) != 0;
}

static inline bool strategy_asks(const compare_strategy *strategy)
{
    return (strategy->needs & LLMREC_NEED_LLM) != 0;
}

#endif
