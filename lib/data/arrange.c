/* SPDX-License-Identifier: Apache-2.0 */
/* Orders gathered rows by session and time. */
#include <string.h>

#include "core/memory.h"
#include "core/pool.h"
#include "data/rows.h"
#include "data/times.h"

/* While rows are sorted, an item carries the part of its row, plus 1, in its upper bits. */
enum { PART_SHIFT = 29, SHORT = 24 /* sessions up to this many rows use insertion sort */ };

typedef struct arranging {
    const lr_gather *gather;
    lr_rows *rows;
    size_t *borders; /* [tasks+1] session ranges with about equal numbers of rows */
    int64_t *next;   /* [sessions] position of each session's next row */
} arranging;

static void count_rows(const lr_gather *gather, int64_t *offsets)
{
    for (size_t i = 0; i < gather->segment_count; i++) {
        const uint32_t *codes = gather->segments[i].codes[LR_SESSION];
        for (size_t row = 0; row < gather->segments[i].rows; row++) offsets[codes[row] + 1]++;
    }
}

static void put_borders(const lr_rows *rows, size_t tasks, size_t *borders)
{
    size_t session = 0;
    const size_t total = lr_rows_count(rows);
    for (size_t task = 0; task < tasks; task++) {
        while (session < rows->sessions && (size_t)rows->offsets[session] < total / tasks * task) session++;
        borders[task] = session;
    }
    borders[0] = 0;
    borders[tasks] = rows->sessions;
}

/* Moves the rows of sessions [first, end) to their positions, in input order. */
static void scatter(const arranging *job, size_t first, size_t end)
{
    const lr_rows *rows = job->rows;
    const int64_t unit_ns = lr_unit_ns(rows->unit);
    for (size_t i = 0; i < job->gather->segment_count; i++) {
        const lr_segment *segment = &job->gather->segments[i];
        const uint32_t *sessions = segment->codes[LR_SESSION], *items = segment->codes[LR_ITEM];
        for (size_t row = 0; row < segment->rows; row++) {
            const uint32_t session = sessions[row];
            if (session - first >= end - first) continue;
            const int64_t at = job->next[session]++;
            const int32_t part = segment->parts != NULL ? segment->parts[row] + 1 : 0;
            rows->items[at] = (int32_t)items[row] | (int32_t)((uint32_t)part << PART_SHIFT);
            if (rows->times != NULL) rows->times[at] = lr_segment_time(segment, row, unit_ns);
        }
    }
}

static void sort_short(int64_t *times, int32_t *items, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const int64_t time = times[i];
        const int32_t item = items[i];
        size_t at = i;
        for (; at > 0 && times[at - 1] > time; at--) {
            times[at] = times[at - 1];
            items[at] = items[at - 1];
        }
        times[at] = time;
        items[at] = item;
    }
}

static bool in_order(const int64_t *times, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (times[i - 1] > times[i]) return false;
    return true;
}

static llmrec_status sort_long(llmrec_context *context, int64_t *times, int32_t *items, size_t count)
{
    lr_timed *pairs = NULL;
    if (in_order(times, count)) return LLMREC_OK;
    LR_RETURN_IF(LR_NEW(context, pairs, 2 * count));
    for (size_t i = 0; i < count; i++) pairs[i] = (lr_timed){times[i], items[i]};
    const lr_timed *sorted = lr_sort_timed(pairs, pairs + count, count);
    for (size_t i = 0; i < count; i++) {
        times[i] = sorted[i].time;
        items[i] = sorted[i].index;
    }
    lr_free(context, pairs);
    return LLMREC_OK;
}

static llmrec_status arrange_range(void *argument, size_t task, size_t worker)
{
    const arranging *job = argument;
    const lr_rows *rows = job->rows;
    const size_t first = job->borders[task], end = job->borders[task + 1];
    (void)worker;
    if (first < end) scatter(job, first, end);
    if (rows->times == NULL) return LLMREC_OK;
    for (size_t session = first; session < end; session++) {
        const int64_t begin = rows->offsets[session];
        const size_t count = (size_t)(rows->offsets[session + 1] - begin);
        if (count <= SHORT) sort_short(rows->times + begin, rows->items + begin, count);
        else LR_RETURN_IF(sort_long(job->gather->context, rows->times + begin, rows->items + begin, count));
    }
    return LLMREC_OK;
}

static void take_parts(lr_rows *rows)
{
    const size_t count = lr_rows_count(rows);
    for (size_t row = 0; row < count; row++) {
        rows->parts[row] = (int8_t)(((uint32_t)rows->items[row] >> PART_SHIFT) - 1);
        rows->items[row] &= (1 << PART_SHIFT) - 1;
    }
}

llmrec_status lr_rows_arrange(lr_gather *gather, size_t sessions, size_t items, lr_rows *rows)
{
    llmrec_status status = LLMREC_OK;
    llmrec_context *context = gather->context;
    lr_rows fresh = {.sessions = sessions, .item_count = items, .unit = gather->unit};
    arranging job = {.gather = gather, .rows = &fresh};
    const size_t tasks = lr_workers(context);
    LR_TRY(LR_NEW_ZERO(context, fresh.offsets, sessions + 1));
    LR_TRY(LR_NEW(context, fresh.items, gather->rows));
    if (gather->parted) LR_TRY(LR_NEW(context, fresh.parts, gather->rows));
    LR_CHECK(!gather->parted || items < (size_t)1 << PART_SHIFT, LLMREC_ERR_SHAPE,
             "%zu items with split_column; wanted at most %d", items, 1 << PART_SHIFT);
    if (gather->timed) LR_TRY(LR_NEW(context, fresh.times, gather->rows));
    LR_TRY(LR_NEW(context, job.next, sessions + 1));
    LR_TRY(LR_NEW(context, job.borders, tasks + 1));
    count_rows(gather, fresh.offsets);
    for (size_t i = 0; i < sessions; i++) fresh.offsets[i + 1] += fresh.offsets[i];
    memcpy(job.next, fresh.offsets, (sessions + 1) * sizeof *job.next);
    put_borders(&fresh, tasks, job.borders);
    LR_TRY(lr_parallel(context, tasks, arrange_range, &job));
    if (gather->parted) take_parts(&fresh);
    *rows = fresh;
    lr_gather_free(gather);
done:
    if (status != LLMREC_OK) lr_rows_free(context, &fresh);
    lr_free(context, job.next);
    lr_free(context, job.borders);
    return status;
}

void lr_rows_free(llmrec_context *context, lr_rows *rows)
{
    lr_free(context, rows->offsets);
    lr_free(context, rows->items);
    lr_free(context, rows->times);
    lr_free(context, rows->users);
    lr_free(context, rows->parts);
    *rows = (lr_rows){0};
}

size_t lr_rows_ties(const lr_rows *rows)
{
    size_t ties = 0;
    for (size_t session = 0; rows->times != NULL && session < rows->sessions; session++)
        for (int64_t row = rows->offsets[session] + 1; row < rows->offsets[session + 1]; row++)
            ties += rows->times[row] == rows->times[row - 1];
    return ties;
}
