/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions as examples to tune a model to. */
#ifndef LR_PROMPT_TUNING_H
#define LR_PROMPT_TUNING_H

#include "core/options.h"
#include "llmrec/tuning_data.h"
#include "prompt/prompter.h"

extern const lr_options lr_fine_tuning_data_options;

/* A session, what should be answered, and what the first stage says of it. */
typedef struct lr_tuned {
    const int32_t *items; /* [count] oldest first, without the target */
    size_t count;
    int32_t target;
    const int32_t *first; /* [first_count] best first */
    size_t first_count;
} lr_tuned;

/* One example in the making; its memory serves for the next one. Zero-initialize but for prompter and format; end with
 * lr_example_clear in any case. */
typedef struct lr_example {
    const lr_prompter *prompter;
    int64_t format;       /* one of LLMREC_ROW_FORMAT_* */
    int32_t *menu;        /* [room] for what is shown */
    int32_t *answer;      /* [room] items, best first */
    const int32_t *shown; /* [choices] `menu`, or the prompter's */
    size_t choices, count, room;
    lr_builder system, user, text, row;
    size_t tokens; /* estimated, of the row */
    lr_reader reader;
} lr_example;

llmrec_status lr_example_begin(lr_example *example);
void lr_example_clear(lr_example *example);

/* Writes the row of a session, newline included, and estimates its tokens. */
llmrec_status lr_example_write(lr_example *example, const lr_tuned *tuned);

/* Whether the answer, read as a model's would be, gives back its best item and as many entries. */
llmrec_status lr_example_readable(lr_example *example, bool *readable);

/* For forms: random numbers of the first question that the session would get. */
lr_rng lr_example_rng(const lr_example *example, const lr_tuned *tuned);

/* For forms: the answer becomes the target and then the first stage's list without it, at most `most` items, and not
 * more than that list has. */
void lr_example_list(lr_example *example, const lr_tuned *tuned, size_t most);

/* For forms: the menu becomes the answer's items in random order. */
void lr_example_show(lr_example *example, lr_rng *rng);

/* --- which sessions ---------------------------------------------------------------------------------------------- */

enum { LR_TUNING_BATCH = 256 };

/* Sessions that can be shown, in random order, and a batch of them at a time. Zero-initialize but for what is given. */
typedef struct lr_tuning_sessions {
    const lr_prompter *prompter;
    const llmrec_dataset *dataset;
    size_t min_history; /* given too, with the seed of the order */
    uint64_t seed;
    int64_t too_short, unnamed, repeated; /* those that cannot be shown */
    int32_t *order;                       /* [count] */
    size_t count;
    int32_t *whole;                       /* room for a session that its view does not hold in one piece */
    int64_t offsets[LR_TUNING_BATCH + 1]; /* the batch's sessions, without their last items */
    int32_t *items, targets[LR_TUNING_BATCH];
    size_t loaded, capacity;
    int32_t *first, counts[LR_TUNING_BATCH]; /* the first stage's lists: [LR_TUNING_BATCH, width] */
    size_t width;                            /* 0: there are none */
} lr_tuning_sessions;

llmrec_status lr_tuning_sessions_choose(lr_tuning_sessions *sessions);
void lr_tuning_sessions_clear(lr_tuning_sessions *sessions);

/* Loads sessions from order[begin] on, `loaded` of them; each one then. */
llmrec_status lr_tuning_sessions_load(lr_tuning_sessions *sessions, size_t begin);
lr_tuned lr_tuning_sessions_at(const lr_tuning_sessions *sessions, size_t at);

#endif
