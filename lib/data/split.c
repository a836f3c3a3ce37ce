/* SPDX-License-Identifier: Apache-2.0 */
/* Splits a dataset into training, validation and test views. */
#include "data/split.h"

#include <string.h>

#include "core/description.h"
#include "core/log.h"
#include "core/memory.h"
#include "core/text.h"
#include "data/calendar.h"
#include "data/dataset_options.h"

int64_t lr_split_tail(const llmrec_dataset *base, size_t session, size_t tail)
{
    int64_t end = lr_view_end(base, session);
    for (; tail > 0; tail--) {
        do end--;
        while (!lr_view_sees(base, end));
    }
    return end;
}

void lr_split_pick(const llmrec_dataset *base, size_t session, int64_t target, int64_t end, llmrec_dataset *plan)
{
    plan->picked[plan->sessions] = (int32_t)lr_view_session(base, session);
    if (plan->targets != NULL) plan->targets[plan->sessions] = target;
    plan->ends[plan->sessions++] = end;
}

/* Test sees whole sessions, validation all rows but the last n, train all but the last 2n. Train and validation
 * together see what validation sees, and the short sessions of train. */
static void split_last(const llmrec_dataset *base, const llmrec_split_options *options, int64_t part,
                       llmrec_dataset *plan)
{
    const size_t n = options->method == LLMREC_SPLIT_LEAVE_ONE_OUT ? 1 : (size_t)options->last_rows;
    const size_t tail = part == LLMREC_PART_TEST ? 0 : part == LLMREC_PART_TRAIN ? 2 * n : n;
    for (size_t session = 0; session < base->sessions; session++) {
        const size_t length = lr_view_length(base, session);
        const int64_t end = lr_split_tail(base, session, length > 2 * n ? tail : 0);
        if (length > 2 * n && !lr_split_trains(part))
            lr_split_pick(base, session, lr_split_tail(base, session, tail + n), end, plan);
        else if (lr_split_trains(part)) lr_split_pick(base, session, end, end, plan);
    }
}

/* A plan for views of the base: it has room for all sessions, and hides what the base hides. Without `several` the last
 * visible row of a session is its target. */
static llmrec_status begin_plan(const llmrec_dataset *base, bool several, llmrec_dataset *plan)
{
    llmrec_status status = LLMREC_OK;
    llmrec_context *context = base->frame->context;
    const size_t items = (lr_ids_count(base->frame->catalog.ids) + 7) / 8;
    const size_t rows = (lr_rows_count(&base->frame->rows) + 7) / 8;
    llmrec_dataset fresh = {.frame = base->frame};
    LR_TRY(LR_NEW(context, fresh.picked, base->sessions));
    LR_TRY(LR_NEW(context, fresh.ends, base->sessions));
    if (several) LR_TRY(LR_NEW(context, fresh.targets, base->sessions));
    if (base->kept != NULL) LR_TRY(LR_NEW(context, fresh.kept, items));
    if (base->kept != NULL) memcpy(fresh.kept, base->kept, items);
    if (base->shown != NULL) LR_TRY(LR_NEW(context, fresh.shown, rows));
    if (base->shown != NULL) memcpy(fresh.shown, base->shown, rows);
    *plan = fresh;
done:
    if (status != LLMREC_OK) lr_plan_clear(context, &fresh);
    return status;
}

/* Selects the sessions and rows of one part, with all items that the base sees. */
static llmrec_status choose(const llmrec_dataset *base, const llmrec_split_options *options, int64_t part,
                            llmrec_dataset *plan)
{
    llmrec_status status = LLMREC_OK;
    const bool several = options->method == LLMREC_SPLIT_LEAVE_LAST || options->method == LLMREC_SPLIT_GLOBAL_TIME;
    LR_TRY(begin_plan(base, several && !lr_split_trains(part), plan));
    switch (options->method) {
    case LLMREC_SPLIT_LEAVE_ONE_OUT:
    case LLMREC_SPLIT_LEAVE_LAST: split_last(base, options, part, plan); break;
    case LLMREC_SPLIT_GLOBAL_TIME: LR_TRY(lr_split_time(base, options, part, plan)); break;
    default: LR_TRY(lr_split_sessions(base, options, part, plan));
    }
done:
    if (status != LLMREC_OK) lr_plan_clear(base->frame->context, plan);
    return status;
}

/* Sets the bit of each item that has a row in `part`. */
static void mark_items(const llmrec_dataset *part, uint8_t *bits)
{
    const int32_t *items = part->frame->rows.items;
    for (size_t session = 0; session < part->sessions; session++)
        for (int64_t row = lr_view_begin(part, session); row < lr_view_end(part, session); row++)
            if (lr_view_sees(part, row)) lr_bit_set(bits, items[row]);
}

/* Drops sessions without a row before their targets or without a target. */
static void drop_short(llmrec_dataset *plan)
{
    size_t left = 0;
    for (size_t session = 0; session < plan->sessions; session++) {
        const size_t targets = lr_dataset_targets(plan, session);
        if (targets == 0 || lr_view_length(plan, session) == targets) continue;
        plan->picked[left] = plan->picked[session];
        if (plan->targets != NULL) plan->targets[left] = plan->targets[session];
        plan->ends[left++] = plan->ends[session];
    }
    plan->sessions = left;
}

/* Keeps only rows whose item occurs in train, and sessions with a prompt and a target left. */
static llmrec_status drop_untrained(const llmrec_dataset *base, const llmrec_split_options *options,
                                    llmrec_dataset *plan)
{
    llmrec_status status = LLMREC_OK;
    llmrec_context *context = base->frame->context;
    llmrec_dataset train = {0};
    uint8_t *bits = NULL;
    LR_TRY(choose(base, options, LLMREC_PART_TRAIN, &train));
    LR_TRY(LR_NEW_ZERO(context, bits, (lr_ids_count(base->frame->catalog.ids) + 7) / 8));
    mark_items(&train, bits);
    lr_free(context, plan->kept); /* train already sees exactly these items */
    plan->kept = bits;
    drop_short(plan);
done:
    lr_plan_clear(context, &train);
    return status;
}

/* Adds this split to those of the base. `options` NULL: the caller chose the rows. */
static llmrec_status tell_split(const llmrec_dataset *base, const llmrec_split_options *options, int64_t part,
                                llmrec_dataset *plan)
{
    llmrec_status status = LLMREC_OK;
    lr_builder json = {.context = base->frame->context};
    if (base->splits != NULL) LR_TRY(lr_builder_format(&json, "%s,", base->splits));
    LR_TRY(lr_builder_format(&json, "{\"part\":\"%s\"", lr_choice_name(lr_parts, part)));
    if (options != NULL) LR_TRY(lr_describe_options(&json, "options", &lr_split_options, options));
    LR_TRY(lr_builder_add(&json, "}", 1));
    plan->splits = json.text;
    json.text = NULL;
done:
    lr_free(json.context, json.text);
    return status;
}

/* The latest time of a part's rows for train, else the earliest time of its targets; LR_NO_TIME without times. */
static int64_t bound_of(const llmrec_dataset *view, int64_t part)
{
    const int64_t *times = view->frame->rows.times;
    int64_t bound = LR_NO_TIME;
    for (size_t session = 0; times != NULL && session < view->sessions; session++) {
        if (lr_view_length(view, session) == 0) continue;
        const bool last = part == LLMREC_PART_TRAIN || view->targets == NULL;
        const int64_t time = times[last ? lr_split_tail(view, session, 1) : view->targets[session]];
        const bool beyond = part == LLMREC_PART_TRAIN ? time > bound : time < bound;
        if (bound == LR_NO_TIME || beyond) bound = time;
    }
    return bound;
}

/* Tells in the log which part of which split the view is. */
static void log_split(const llmrec_dataset *base, const llmrec_split_options *options, int64_t part,
                      const llmrec_dataset *view)
{
    char time[LR_ISO_SIZE] = "";
    const int64_t bound = bound_of(view, part);
    if (bound != LR_NO_TIME) time[lr_iso_write(bound, time)] = '\0';
    const char *before = bound == LR_NO_TIME ? "" : part == LLMREC_PART_TRAIN ? ", times up to " : ", targets from ";
    lr_log(base->frame->context, LLMREC_LOG_INFO, "data",
           "split %s: the %s part has %zu of %zu sessions and %zu of %zu rows%s%s",
           options != NULL ? lr_choice_name(lr_split_methods, options->method) : "by given rows",
           lr_choice_name(lr_parts, part), view->sessions, base->sessions, view->rows, base->rows, before, time);
}

/* Makes the view. */
static llmrec_status adopt(const llmrec_dataset *base, const llmrec_split_options *options, int64_t part,
                           llmrec_dataset *plan, llmrec_dataset **view)
{
    llmrec_context *context = base->frame->context;
    size_t room = base->sessions;
    if (plan->sessions == 0)
        return lr_fail(LLMREC_ERR_SHAPE, "the %s part of %zu sessions is empty", lr_choice_name(lr_parts, part),
                       base->sessions);
    LR_RETURN_IF(tell_split(base, options, part, plan));
    if (plan->targets != NULL) lr_shrink(context, &plan->targets, &room, plan->sessions, sizeof *plan->targets);
    room = base->sessions;
    lr_shrink(context, &plan->picked, &room, plan->sessions, sizeof *plan->picked);
    room = base->sessions;
    lr_shrink(context, &plan->ends, &room, plan->sessions, sizeof *plan->ends);
    LR_RETURN_IF(lr_view_adopt(base, plan, view));
    log_split(base, options, part, *view);
    *plan = (llmrec_dataset){0};
    return LLMREC_OK;
}

/* --- rows of the caller's choice ----------------------------------------------------------------------------- */

/* The rows of a session that one part sees. */
typedef struct chosen {
    int64_t target, end; /* frame rows: its first row of the part, and the one after its last */
    size_t before;       /* rows of earlier parts before the target */
} chosen;

/* Shows the rows of the part, and the rows of earlier parts before the first of them. `parts` are those of the
 * session's visible rows. */
static chosen show_rows(const llmrec_dataset *base, size_t session, const int8_t *parts, int64_t part, uint8_t *shown)
{
    const int64_t last = part == LLMREC_PART_TRAIN_VALIDATION ? LLMREC_PART_VALIDATION : part;
    chosen rows = {.target = -1};
    for (int64_t row = lr_view_begin(base, session); row < lr_view_end(base, session); row++) {
        if (!lr_view_sees(base, row)) continue;
        const int8_t its = *parts++;
        if (lr_split_has(part, its)) {
            if (rows.target < 0) rows.target = row;
            rows.end = row + 1;
        }
        const bool earlier = its < last && !lr_split_has(part, its);
        if (its < 0 || its > last || (earlier && rows.target >= 0)) continue;
        rows.before += earlier;
        lr_bit_set(shown, row);
    }
    return rows;
}

/* `options`: the split that gave the parts; NULL: the caller. */
static llmrec_status split_rows(const llmrec_dataset *dataset, const llmrec_split_options *options, const int8_t *parts,
                                int64_t part, llmrec_dataset **view)
{
    llmrec_status status = LLMREC_OK;
    llmrec_context *context = dataset->frame->context;
    const size_t bytes = (lr_rows_count(&dataset->frame->rows) + 7) / 8;
    llmrec_dataset plan = {0};
    LR_TRY(begin_plan(dataset, !lr_split_trains(part), &plan));
    lr_free(context, plan.shown);
    plan.shown = NULL;
    LR_TRY(LR_NEW_ZERO(context, plan.shown, bytes));
    for (size_t session = 0; session < dataset->sessions; session++) {
        const chosen rows = show_rows(dataset, session, parts, part, plan.shown);
        /* A session that is in this part alone is a prompt and, in its last row, a target. */
        if (rows.target >= 0)
            lr_split_pick(dataset, session, rows.before > 0 ? rows.target : rows.end - 1, rows.end, &plan);
        parts += lr_view_length(dataset, session);
    }
    LR_TRY(adopt(dataset, options, part, &plan, view));
done:
    lr_plan_clear(context, &plan);
    return status;
}

llmrec_status lr_split_rows(const llmrec_dataset *dataset, const int8_t *parts, int64_t part, llmrec_dataset **view)
{
    return split_rows(dataset, NULL, parts, part, view);
}

/* By the parts that the input said. */
static llmrec_status split_column(const llmrec_dataset *dataset, const llmrec_split_options *options, int64_t part,
                                  llmrec_dataset **view)
{
    llmrec_status status = LLMREC_OK;
    llmrec_context *context = dataset->frame->context;
    const int8_t *given = dataset->frame->rows.parts;
    int8_t *parts = NULL;
    size_t count = 0;
    LR_CHECK(given != NULL, LLMREC_ERR_ARGUMENT, "method is column; wanted a dataset that was read with split_column");
    LR_TRY(LR_NEW(context, parts, dataset->rows));
    for (size_t session = 0; session < dataset->sessions; session++)
        for (int64_t row = lr_view_begin(dataset, session); row < lr_view_end(dataset, session); row++)
            if (lr_view_sees(dataset, row)) parts[count++] = given[row];
    LR_TRY(split_rows(dataset, options, parts, part, view));
done:
    lr_free(context, parts);
    return status;
}

/* --- by options ---------------------------------------------------------------------------------------------- */

llmrec_status lr_split(const llmrec_dataset *dataset, const llmrec_split_options *options, int64_t part,
                       llmrec_dataset **view)
{
    llmrec_status status = LLMREC_OK;
    llmrec_dataset plan = {0};
    if (options->method == LLMREC_SPLIT_COLUMN) return split_column(dataset, options, part, view);
    LR_TRY(choose(dataset, options, part, &plan));
    if (options->drop_untrained != 0 && !lr_split_trains(part)) LR_TRY(drop_untrained(dataset, options, &plan));
    LR_TRY(adopt(dataset, options, part, &plan, view));
done:
    lr_plan_clear(dataset->frame->context, &plan);
    return status;
}
