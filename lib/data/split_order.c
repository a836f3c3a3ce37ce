/* SPDX-License-Identifier: Apache-2.0 */
/* Splits by order: sessions by their ends or at random, and rows by their times. */
#include <string.h>

#include "core/log.h"
#include "core/memory.h"
#include "core/rng.h"
#include "core/text.h"
#include "data/duration.h"
#include "data/split.h"
#include "data/timeline.h"

static llmrec_status read_cutoff(const llmrec_dataset *base, const llmrec_split_options *options, lr_cutoff *cutoff)
{
    const char *text = options->cutoff;
    *cutoff = (lr_cutoff){.given = text != NULL, .length = INT64_MAX};
    if (!cutoff->given) return LLMREC_OK;
    const char *fault = base->frame->rows.times == NULL ? "wanted a dataset with times"
                                                        : lr_time_beside(base->frame->rows.unit, text, &cutoff->from);
    if (fault != NULL)
        return lr_fail(LLMREC_ERR_ARGUMENT, "cutoff is %s; %s", lr_quote(text, strlen(text)).text, fault);
    if (options->test_window == NULL) return LLMREC_OK;
    return lr_duration_read("test_window", options->test_window, &cutoff->length);
}

/* --- sessions ------------------------------------------------------------------------------------------------ */

/* What is divided, sessions or their users, and the part of each. */
typedef struct division {
    size_t count;
    int32_t *thing_of; /* [sessions] thing of each session; NULL: the session itself */
    int64_t *keys;     /* [count] the order: end times, or random numbers */
    lr_timed *things;  /* [2 count] keys with scratch */
    int8_t *parts;     /* [count], -1: none */
} division;

/* Time of a session's last visible row. Without times all sessions end at the same time. */
static int64_t end_time(const llmrec_dataset *base, size_t session)
{
    const int64_t *times = base->frame->rows.times;
    const int64_t begin = lr_view_begin(base, session), end = lr_view_end(base, session);
    if (times == NULL || lr_view_length(base, session) == 0) return begin < end && times != NULL ? times[begin] : 0;
    return times[lr_split_tail(base, session, 1)];
}

/* Numbers the users of the visible sessions by their first session. */
static llmrec_status number_users(const llmrec_dataset *base, division *of)
{
    llmrec_status status = LLMREC_OK;
    llmrec_context *context = base->frame->context;
    const int32_t *users = base->frame->rows.users;
    const size_t room = base->frame->rows.user_count;
    int32_t *number = NULL;
    LR_TRY(LR_NEW(context, number, room));
    LR_TRY(LR_NEW(context, of->thing_of, base->sessions));
    for (size_t i = 0; i < room; i++) number[i] = -1;
    of->count = 0;
    for (size_t i = 0; i < base->sessions; i++) {
        int32_t *its = &number[users[lr_view_session(base, i)]];
        if (*its < 0) *its = (int32_t)of->count++;
        of->thing_of[i] = *its;
    }
done:
    lr_free(context, number);
    return status;
}

/* The order in which things are divided: random, or by time. */
static void set_keys(const llmrec_dataset *base, const llmrec_split_options *options, division *of)
{
    for (size_t i = 0; i < of->count; i++) {
        lr_rng rng = lr_rng_at((uint64_t)options->seed, LR_STREAM_SPLIT, i);
        const int64_t key =
            options->method == LLMREC_SPLIT_RANDOM ? (int64_t)(lr_rng_below(&rng, INT64_MAX)) : end_time(base, i);
        of->keys[i] = key;
        of->things[i] = (lr_timed){key, (int32_t)i};
    }
}

static void set_parts(const lr_timed *sorted, lr_borders borders, size_t shift, division *of)
{
    for (size_t i = 0; i < of->count; i++) {
        const size_t at = (i + shift) % of->count;
        int8_t *part = &of->parts[sorted[i].index];
        if (at < borders.train || at >= borders.end) *part = -1;
        else if (at >= borders.test) *part = LLMREC_PART_TEST;
        else *part = at >= borders.validation ? LLMREC_PART_VALIDATION : LLMREC_PART_TRAIN;
    }
}

/* At random, the folds are those of a cross-validation: the order is turned until the fold's block is the last. */
static void divide(const llmrec_split_options *options, const lr_cutoff *cutoff, division *of)
{
    llmrec_split_options once = *options;
    const lr_timed *sorted = lr_sort_timed(of->things, of->things + of->count, of->count);
    size_t shift = 0;
    if (options->method == LLMREC_SPLIT_RANDOM) {
        shift = lr_split_share(options->test_fraction, of->count) * (size_t)(options->folds - 1 - options->fold);
        once.folds = 1;
        once.fold = 0;
    }
    set_parts(sorted, lr_borders_of(&once, cutoff, of->keys, of->count), shift, of);
}

llmrec_status lr_split_sessions(const llmrec_dataset *base, const llmrec_split_options *options, int64_t part,
                                llmrec_dataset *plan)
{
    llmrec_status status = LLMREC_OK;
    llmrec_context *context = base->frame->context;
    division of = {.count = base->sessions};
    lr_cutoff cutoff;
    LR_TRY(read_cutoff(base, options, &cutoff));
    if (options->method == LLMREC_SPLIT_TEMPORAL && base->frame->rows.times == NULL)
        lr_log(context, LLMREC_LOG_WARNING, "data",
               "temporal split without times: sessions are taken to end in their given order");
    if (options->unit == LLMREC_UNIT_USERS && base->frame->rows.users != NULL) LR_TRY(number_users(base, &of));
    LR_TRY(LR_NEW(context, of.keys, of.count));
    LR_TRY(LR_NEW(context, of.things, 2 * of.count));
    LR_TRY(LR_NEW(context, of.parts, of.count));
    set_keys(base, options, &of);
    divide(options, &cutoff, &of);
    for (size_t i = 0; i < base->sessions; i++) {
        const int64_t end = lr_view_end(base, i);
        if (!lr_split_has(part, of.parts[of.thing_of != NULL ? (size_t)of.thing_of[i] : i])) continue;
        lr_split_pick(base, i, lr_view_length(base, i) > 0 ? lr_split_tail(base, i, 1) : end, end, plan);
    }
done:
    lr_free(context, of.thing_of);
    lr_free(context, of.keys);
    lr_free(context, of.things);
    lr_free(context, of.parts);
    return status;
}

/* --- rows by time -------------------------------------------------------------------------------------------- */

/* The times at which the parts begin, and the test ends. */
typedef struct ages {
    int64_t train, validation, test, end;
} ages;

static llmrec_status find_ages(const llmrec_dataset *base, const llmrec_split_options *options, ages *found)
{
    llmrec_status status = LLMREC_OK;
    llmrec_context *context = base->frame->context;
    const int64_t *times = base->frame->rows.times;
    int64_t *seen = NULL; /* times of the visible rows */
    size_t count = 0;
    lr_cutoff cutoff;
    LR_TRY(read_cutoff(base, options, &cutoff));
    LR_TRY(LR_NEW(context, seen, base->rows));
    for (size_t session = 0; session < base->sessions; session++)
        for (int64_t row = lr_view_begin(base, session); row < lr_view_end(base, session); row++)
            if (lr_view_sees(base, row)) seen[count++] = times[row];
    const lr_borders borders = lr_borders_of(options, &cutoff, seen, count);
    *found = (ages){lr_time_at(seen, count, borders.train), lr_time_at(seen, count, borders.validation),
                    lr_time_at(seen, count, borders.test), lr_time_at(seen, count, borders.end)};
done:
    lr_free(context, seen);
    return status;
}

/* First row of the session at `time` or later. */
static int64_t row_at(const llmrec_dataset *base, size_t session, int64_t time)
{
    const int64_t *times = base->frame->rows.times;
    int64_t low = lr_view_begin(base, session), high = lr_view_end(base, session);
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (times[middle] < time) low = middle + 1;
        else high = middle;
    }
    return low;
}

/* Hides the rows before `time`. */
static llmrec_status hide_before(const llmrec_dataset *base, int64_t time, llmrec_dataset *plan)
{
    const int64_t rows = (int64_t)lr_rows_count(&base->frame->rows);
    if (time == INT64_MIN) return LLMREC_OK;
    lr_free(base->frame->context, plan->shown);
    plan->shown = NULL;
    LR_RETURN_IF(LR_NEW_ZERO(base->frame->context, plan->shown, ((size_t)rows + 7) / 8));
    for (int64_t row = 0; row < rows; row++)
        if (lr_bit(base->shown, row) && base->frame->rows.times[row] >= time) lr_bit_set(plan->shown, row);
    return LLMREC_OK;
}

llmrec_status lr_split_time(const llmrec_dataset *base, const llmrec_split_options *options, int64_t part,
                            llmrec_dataset *plan)
{
    ages at;
    if (base->frame->rows.times == NULL)
        return lr_fail(LLMREC_ERR_ARGUMENT, "method is global_time; wanted a dataset with times");
    LR_RETURN_IF(find_ages(base, options, &at));
    if (lr_split_trains(part)) LR_RETURN_IF(hide_before(base, at.train, plan));
    const int64_t from = lr_split_trains(part) ? at.train : part == LLMREC_PART_VALIDATION ? at.validation : at.test;
    const int64_t to = part == LLMREC_PART_TRAIN ? at.validation : part == LLMREC_PART_TEST ? at.end : at.test;
    for (size_t session = 0; session < base->sessions; session++) {
        const int64_t first = row_at(base, session, from), end = row_at(base, session, to);
        if (lr_view_count(base, first, end) > 0) lr_split_pick(base, session, first, end, plan);
    }
    return LLMREC_OK;
}
