/* SPDX-License-Identifier: Apache-2.0 */
/* Writes sessions as examples for fine-tuning a model. */
#ifndef LR_PROMPT_TUNING_H
#define LR_PROMPT_TUNING_H

#include "core/options.h"
#include "llmrec/tuning_data.h"
#include "prompt/prompter.h"

extern const lr_options lr_fine_tuning_data_options;

/* A session, its correct answer, and the first stage's list for it. */
typedef struct lr_tuned {
    const int32_t *items; /* [count] oldest first, without the target */
    size_t count;
    int32_t target;
    const int32_t *first; /* [first_count] best first */
    size_t first_count;
} lr_tuned;

/* One partial example; the next example reuses its memory. Zero-initialize all but prompter and format; always end with
 * lr_example_clear. */
typedef struct lr_example {
    const lr_prompter *prompter;
    int64_t format;       /* one of LLMREC_ROW_FORMAT_* */
    int32_t *menu;        /* [room] items to show */
    int32_t *answer;      /* [room] items, best first */
    const int32_t *shown; /* [choices] `menu`, or the prompter's menu */
    size_t choices, count, room;
    lr_builder system, user, text, row;
    size_t tokens; /* estimated tokens of the row */
    lr_reader reader;
} lr_example;

llmrec_status lr_example_begin(lr_example *example);
void lr_example_clear(lr_example *example);

/* Writes the row of a session, including the newline, and estimates its tokens. */
llmrec_status lr_example_write(lr_example *example, const lr_tuned *tuned);

/* Whether the answer, when read like a model's answer, gives its best item and the same number of entries. */
llmrec_status lr_example_readable(lr_example *example, bool *readable);

/* For forms: the random number generator of the first question that the session would get. */
lr_rng lr_example_rng(const lr_example *example, const lr_tuned *tuned);

/* For forms: sets the answer to the target, followed by the first stage's list without the target; at most `most`
 * items, and not more than that list has. */
void lr_example_list(lr_example *example, const lr_tuned *tuned, size_t most);

/* For forms: sets the menu to the answer's items in random order. */
void lr_example_show(lr_example *example, lr_rng *rng);

/* --- which sessions ---------------------------------------------------------------------------------------------- */

enum { LR_TUNING_BATCH = 256 };

/* Sessions that can be shown, in random order, loaded in batches. Zero-initialize all but the input fields. */
typedef struct lr_tuning_sessions {
    const lr_prompter *prompter;
    const llmrec_dataset *dataset;
    size_t min_history; /* also input, like the seed of the order */
    uint64_t seed;
    int64_t too_short, unnamed, repeated; /* sessions that cannot be shown */
    int32_t *order;                       /* [count] */
    size_t count;
    int32_t *whole;                       /* memory for a session that its view does not store contiguously */
    int64_t offsets[LR_TUNING_BATCH + 1]; /* sessions of the batch, without their last items */
    int32_t *items, targets[LR_TUNING_BATCH];
    size_t loaded, capacity;
    int32_t *first, counts[LR_TUNING_BATCH]; /* first-stage lists: [LR_TUNING_BATCH, width] */
    size_t width;                            /* 0: no lists */
} lr_tuning_sessions;

llmrec_status lr_tuning_sessions_choose(lr_tuning_sessions *sessions);
void lr_tuning_sessions_clear(lr_tuning_sessions *sessions);

/* Loads `loaded` sessions from order[begin] on; the next function gives each of them. */
llmrec_status lr_tuning_sessions_load(lr_tuning_sessions *sessions, size_t begin);
lr_tuned lr_tuning_sessions_at(const lr_tuning_sessions *sessions, size_t at);

#endif
