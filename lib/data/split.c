/* SPDX-License-Identifier: Apache-2.0 */
/* Splits a dataset into training, validation and test views. */
#include "data/split.h"

#include <math.h>
#include <string.h>

#include "core/log.h"
#include "core/memory.h"
#include "core/text.h"
#include "data/dataset_options.h"
#include "data/view.h"

/* ceil(fraction * count). A product that is an integer except for rounding counts as an integer. */
static size_t share_of(double fraction, size_t count)
{
    const size_t share = (size_t)ceil(fraction * (double)count * (1 - 1e-12));
    return share < count ? share : count;
}

/* End of a session's rows after dropping its last `tail` visible rows. */
static int64_t cut_tail(const llmrec_dataset *base, size_t session, size_t tail)
{
    int64_t end = lr_view_end(base, session);
    for (; tail > 0; tail--) {
        do end--;
        while (!lr_view_sees(base, end));
    }
    return end;
}

static void pick(const llmrec_dataset *base, size_t session, int64_t end, llmrec_dataset *plan)
{
    plan->picked[plan->sessions] = (int32_t)lr_view_session(base, session);
    plan->ends[plan->sessions++] = end;
}

/* Test sees whole sessions, validation all rows but the last, train all but the last two. */
static void leave_one_out(const llmrec_dataset *base, int64_t part, llmrec_dataset *plan)
{
    const size_t tail = part == LLMREC_PART_TEST ? 0 : part == LLMREC_PART_VALIDATION ? 1 : 2;
    for (size_t session = 0; session < base->sessions; session++) {
        if (lr_view_length(base, session) >= 3) pick(base, session, cut_tail(base, session, tail), plan);
        else if (part == LLMREC_PART_TRAIN) pick(base, session, lr_view_end(base, session), plan);
    }
}

/* Time of a session's last visible row. Without times all sessions end at the same time. */
static int64_t end_time(const llmrec_dataset *base, size_t session)
{
    const int64_t *times = base->frame->rows.times;
    const int64_t begin = lr_view_begin(base, session), end = lr_view_end(base, session);
    if (times == NULL || lr_view_length(base, session) == 0) return begin < end && times != NULL ? times[begin] : 0;
    return times[cut_tail(base, session, 1)];
}

static llmrec_status read_cutoff(const llmrec_dataset *base, const char *text, int64_t *cutoff)
{
    const char *fault = base->frame->rows.times == NULL ? "wanted a dataset with times"
                                                        : lr_time_beside(base->frame->rows.unit, text, cutoff);
    if (fault == NULL) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_ARGUMENT, "cutoff is %s; %s", lr_quote(text, strlen(text)).text, fault);
}

/* Sessions sorted by end time: [0, borders[0]) are train, [borders[0], borders[1]) validation, the rest test. */
static llmrec_status put_borders(const llmrec_dataset *base, const llmrec_split_options *options,
                                 const lr_timed *sorted, size_t borders[2])
{
    size_t test = base->sessions;
    int64_t cutoff = 0;
    if (options->cutoff == NULL) test -= share_of(options->test_fraction, base->sessions);
    else {
        LR_RETURN_IF(read_cutoff(base, options->cutoff, &cutoff));
        while (test > 0 && sorted[test - 1].time >= cutoff) test--;
    }
    borders[1] = test;
    borders[0] = test - share_of(options->validation_fraction, test);
    return LLMREC_OK;
}

static llmrec_status temporal(const llmrec_dataset *base, const llmrec_split_options *options, int64_t part,
                              llmrec_dataset *plan)
{
    llmrec_status status = LLMREC_OK;
    llmrec_context *context = base->frame->context;
    lr_timed *sessions = NULL;
    uint8_t *parts = NULL;
    size_t borders[2];
    LR_TRY(LR_NEW(context, sessions, 2 * base->sessions));
    LR_TRY(LR_NEW(context, parts, base->sessions));
    for (size_t i = 0; i < base->sessions; i++) sessions[i] = (lr_timed){end_time(base, i), (int32_t)i};
    const lr_timed *sorted = lr_sort_timed(sessions, sessions + base->sessions, base->sessions);
    LR_TRY(put_borders(base, options, sorted, borders));
    for (size_t i = 0; i < base->sessions; i++)
        parts[sorted[i].index] = i < borders[0]   ? LLMREC_PART_TRAIN
                                 : i < borders[1] ? LLMREC_PART_VALIDATION
                                                  : LLMREC_PART_TEST;
    for (size_t i = 0; i < base->sessions; i++)
        if (parts[i] == part) pick(base, i, lr_view_end(base, i), plan);
done:
    lr_free(context, sessions);
    lr_free(context, parts);
    return status;
}

static void free_plan(llmrec_context *context, llmrec_dataset *plan)
{
    lr_free(context, plan->picked);
    lr_free(context, plan->ends);
    lr_free(context, plan->kept);
    lr_free(context, plan->parts);
    *plan = (llmrec_dataset){0};
}

/* Selects the sessions of one part, with all rows that the base sees. */
static llmrec_status choose(const llmrec_dataset *base, const llmrec_split_options *options, int64_t part,
                            llmrec_dataset *plan)
{
    llmrec_status status = LLMREC_OK;
    llmrec_context *context = base->frame->context;
    const size_t bytes = (lr_ids_count(base->frame->catalog.ids) + 7) / 8;
    llmrec_dataset fresh = {.frame = base->frame};
    LR_TRY(LR_NEW(context, fresh.picked, base->sessions));
    LR_TRY(LR_NEW(context, fresh.ends, base->sessions));
    if (base->kept != NULL) {
        LR_TRY(LR_NEW(context, fresh.kept, bytes));
        memcpy(fresh.kept, base->kept, bytes);
    }
    if (options->method == LLMREC_SPLIT_LEAVE_ONE_OUT) leave_one_out(base, part, &fresh);
    else LR_TRY(temporal(base, options, part, &fresh));
    *plan = fresh;
done:
    if (status != LLMREC_OK) free_plan(context, &fresh);
    return status;
}

/* Sets the bit of each item that has a row in `part`. */
static void mark_items(const llmrec_dataset *part, uint8_t *bits)
{
    const int32_t *items = part->frame->rows.items;
    for (size_t session = 0; session < part->sessions; session++)
        for (int64_t row = lr_view_begin(part, session); row < lr_view_end(part, session); row++)
            if (lr_view_sees(part, row)) bits[items[row] >> 3] |= (uint8_t)(1 << (items[row] & 7));
}

static void drop_short(llmrec_dataset *plan)
{
    size_t left = 0;
    for (size_t session = 0; session < plan->sessions; session++) {
        if (lr_view_length(plan, session) < 2) continue;
        plan->picked[left] = plan->picked[session];
        plan->ends[left++] = plan->ends[session];
    }
    plan->sessions = left;
}

/* Keeps only rows whose item occurs in train, and sessions with at least two of them. */
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
    free_plan(context, &train);
    return status;
}

/* Adds this split to those of the base. */
static llmrec_status add_part(const llmrec_dataset *base, const llmrec_split_options *options, int64_t part,
                              llmrec_dataset *plan)
{
    LR_RETURN_IF(LR_NEW(base->frame->context, plan->parts, base->part_count + 1));
    for (size_t i = 0; i < base->part_count; i++) plan->parts[i] = base->parts[i];
    plan->parts[base->part_count] = (lr_part){part, *options};
    plan->part_count = base->part_count + 1;
    return LLMREC_OK;
}

llmrec_status lr_split(const llmrec_dataset *dataset, const llmrec_split_options *options, int64_t part,
                       llmrec_dataset **view)
{
    llmrec_status status = LLMREC_OK;
    llmrec_context *context = dataset->frame->context;
    llmrec_dataset plan = {0};
    size_t room = dataset->sessions;
    if (options->method == LLMREC_SPLIT_TEMPORAL && dataset->frame->rows.times == NULL)
        lr_log(context, LLMREC_LOG_WARNING, "data",
               "temporal split without times: sessions are taken to end in their given order");
    LR_TRY(choose(dataset, options, part, &plan));
    if (options->drop_untrained != 0 && part != LLMREC_PART_TRAIN) LR_TRY(drop_untrained(dataset, options, &plan));
    LR_CHECK(plan.sessions > 0, LLMREC_ERR_SHAPE, "the %s part of %zu sessions is empty",
             lr_choice_name(lr_parts, part), dataset->sessions);
    LR_TRY(add_part(dataset, options, part, &plan));
    lr_shrink(context, &plan.picked, &room, plan.sessions, sizeof *plan.picked);
    room = dataset->sessions;
    lr_shrink(context, &plan.ends, &room, plan.sessions, sizeof *plan.ends);
    LR_TRY(lr_view_adopt(dataset, &plan, view));
    plan = (llmrec_dataset){0};
done:
    free_plan(context, &plan);
    return status;
}
