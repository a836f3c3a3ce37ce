/* SPDX-License-Identifier: Apache-2.0 */
/* Filters rows: duplicates, p-core, session lengths. */
#include <string.h>

#include "core/log.h"
#include "core/memory.h"
#include "data/rows.h"

/* Keeps the rows that `keep` (called in row order) accepts, and closes the gaps. */
typedef struct sieve {
    lr_rows *rows;
    int64_t from, to; /* current row; destination of the next kept row */
} sieve;

static void keep_row(sieve *one)
{
    lr_rows *rows = one->rows;
    rows->items[one->to] = rows->items[one->from];
    if (rows->times != NULL) rows->times[one->to] = rows->times[one->from];
    if (rows->parts != NULL) rows->parts[one->to] = rows->parts[one->from];
    one->to++;
}

static llmrec_status drop_repeats(llmrec_context *context, lr_rows *rows)
{
    sieve one = {.rows = rows};
    int32_t *seen_in = NULL; /* last session that contained each item */
    LR_RETURN_IF(LR_NEW(context, seen_in, rows->item_count));
    memset(seen_in, 0xFF, rows->item_count * sizeof *seen_in);
    for (size_t session = 0; session < rows->sessions; session++) {
        const int64_t end = rows->offsets[session + 1];
        for (; one.from < end; one.from++) {
            const int32_t item = rows->items[one.from];
            if (seen_in[item] == (int32_t)session) continue;
            seen_in[item] = (int32_t)session;
            keep_row(&one);
        }
        rows->offsets[session + 1] = one.to;
    }
    lr_free(context, seen_in);
    return LLMREC_OK;
}

static void drop_consecutive(lr_rows *rows)
{
    sieve one = {.rows = rows};
    for (size_t session = 0; session < rows->sessions; session++) {
        const int64_t end = rows->offsets[session + 1];
        int32_t last = -1;
        for (; one.from < end; one.from++) {
            if (rows->items[one.from] == last) continue;
            last = rows->items[one.from];
            keep_row(&one);
        }
        rows->offsets[session + 1] = one.to;
    }
}

/* One pass of the p-core: removes sessions that are too short, then items that are too rare in the rest. */
static void core_pass(lr_rows *rows, const llmrec_dataset_options *options, int64_t *counts)
{
    sieve one = {.rows = rows};
    memset(counts, 0, rows->item_count * sizeof *counts);
    for (size_t session = 0; session < rows->sessions; session++) {
        const int64_t begin = rows->offsets[session], end = rows->offsets[session + 1];
        if (end - begin < options->min_session_rows) continue;
        for (int64_t row = begin; row < end; row++) counts[rows->items[row]]++;
    }
    for (size_t session = 0; session < rows->sessions; session++) {
        const int64_t end = rows->offsets[session + 1];
        const bool dropped = end - one.from < options->min_session_rows;
        for (; one.from < end; one.from++)
            if (!dropped && counts[rows->items[one.from]] >= options->min_item_rows) keep_row(&one);
        rows->offsets[session + 1] = one.to;
    }
}

/* Repeats until a pass removes nothing. The result does not depend on the order. */
static llmrec_status p_core(llmrec_context *context, lr_rows *rows, const llmrec_dataset_options *options)
{
    llmrec_status status = LLMREC_OK;
    int64_t *counts = NULL;
    size_t before = 0;
    lr_progress progress = lr_progress_begin(context, "p-core", "passes", 0);
    if (options->min_session_rows <= 1 && options->min_item_rows <= 1) return LLMREC_OK;
    LR_TRY(LR_NEW(context, counts, rows->item_count));
    for (int64_t pass = 1;; pass++) {
        before = lr_rows_count(rows);
        core_pass(rows, options, counts);
        LR_TRY(lr_progress_step(&progress, pass));
        if (lr_rows_count(rows) == before) break;
    }
done:
    lr_free(context, counts);
    return status;
}

/* Keeps the last `most` rows of each session (0: all), and drops sessions with fewer than `least`. */
static void cut_lengths(lr_rows *rows, int64_t most, int64_t least)
{
    sieve one = {.rows = rows};
    for (size_t session = 0; session < rows->sessions; session++) {
        const int64_t end = rows->offsets[session + 1];
        if (most > 0 && end - one.from > most) one.from = end - most;
        if (end - one.from < least) one.from = end;
        for (; one.from < end; one.from++) keep_row(&one);
        rows->offsets[session + 1] = one.to;
    }
}

static llmrec_status number_survivors(llmrec_context *context, const lr_rows *rows, lr_survivors *survivors)
{
    llmrec_status status = LLMREC_OK;
    lr_survivors fresh = {0};
    int32_t next = 0;
    LR_TRY(LR_NEW(context, fresh.sessions, rows->sessions));
    LR_TRY(LR_NEW(context, fresh.items, rows->item_count));
    for (size_t session = 0; session < rows->sessions; session++)
        fresh.sessions[session] = rows->offsets[session] < rows->offsets[session + 1] ? next++ : -1;
    memset(fresh.items, 0xFF, rows->item_count * sizeof *fresh.items);
    for (size_t row = 0; row < lr_rows_count(rows); row++) fresh.items[rows->items[row]] = 0;
    next = 0;
    for (size_t item = 0; item < rows->item_count; item++)
        if (fresh.items[item] == 0) fresh.items[item] = next++;
    *survivors = fresh;
done:
    if (status != LLMREC_OK) lr_survivors_free(context, &fresh);
    return status;
}

static void apply_numbers(lr_rows *rows, const lr_survivors *survivors)
{
    size_t sessions = 0, items = 0;
    for (size_t row = 0; row < lr_rows_count(rows); row++) rows->items[row] = survivors->items[rows->items[row]];
    for (size_t session = 0; session < rows->sessions; session++) {
        if (survivors->sessions[session] < 0) continue;
        if (rows->users != NULL) rows->users[sessions] = rows->users[session];
        rows->offsets[++sessions] = rows->offsets[session + 1];
    }
    for (size_t item = 0; item < rows->item_count; item++) items += survivors->items[item] >= 0;
    rows->sessions = sessions;
    rows->item_count = items;
}

static void shrink(llmrec_context *context, lr_rows *rows, size_t sessions, size_t count)
{
    const size_t left = lr_rows_count(rows);
    size_t capacity = sessions + 1;
    lr_shrink(context, &rows->offsets, &capacity, rows->sessions + 1, sizeof *rows->offsets);
    capacity = sessions;
    if (rows->users != NULL) lr_shrink(context, &rows->users, &capacity, rows->sessions, sizeof *rows->users);
    capacity = count;
    lr_shrink(context, &rows->items, &capacity, left, sizeof *rows->items);
    capacity = count;
    if (rows->times != NULL) lr_shrink(context, &rows->times, &capacity, left, sizeof *rows->times);
    capacity = count;
    if (rows->parts != NULL) lr_shrink(context, &rows->parts, &capacity, left, sizeof *rows->parts);
}

llmrec_status lr_rows_filter(llmrec_context *context, lr_rows *rows, const llmrec_dataset_options *options,
                             lr_survivors *survivors)
{
    const size_t sessions = rows->sessions, count = lr_rows_count(rows);
    if (options->duplicates == LLMREC_DUPLICATES_DROP_REPEATS) LR_RETURN_IF(drop_repeats(context, rows));
    if (options->duplicates == LLMREC_DUPLICATES_DROP_CONSECUTIVE) drop_consecutive(rows);
    LR_RETURN_IF(p_core(context, rows, options));
    if (options->max_session_length > 0 || options->min_session_length > 1)
        cut_lengths(rows, options->max_session_length, options->min_session_length);
    LR_RETURN_IF(number_survivors(context, rows, survivors));
    apply_numbers(rows, survivors);
    shrink(context, rows, sessions, count);
    return LLMREC_OK;
}

void lr_survivors_free(llmrec_context *context, lr_survivors *survivors)
{
    lr_free(context, survivors->sessions);
    lr_free(context, survivors->items);
    *survivors = (lr_survivors){0};
}
