/* SPDX-License-Identifier: Apache-2.0 */
/* Counts rows of items, and defines which rows count. */
#include "rank/popularity_counts.h"

#include <math.h>
#include <string.h>

#include "core/memory.h"
#include "data/duration.h"
#include "data/view.h"

typedef llmrec_popularity_options P;
static const lr_option option[] = {
    LR_TEXT(P, window, NULL, "count only rows of this time before the newest row, as 30d"),
    LR_INTEGER(P, latest_rows, 0, 0, INT64_MAX, "count only that many newest rows; 0: all"),
    LR_TEXT(P, half_life, NULL, "a row that is older by this time than the newest one counts half, as 30d"),
};
static const lr_preset preset[] = {{"default", NULL, "all rows count alike"}};
LR_OPTIONS(lr_popularity_options, llmrec_popularity_options, half_life, "popularity: which rows count", option,
           LR_PRESETS(preset));

llmrec_status llmrec_popularity_options_init(llmrec_popularity_options *options, size_t size)
{
    return lr_options_init(&lr_popularity_options, options, size);
}

/* Rows of items with their times, oldest first. */
typedef struct timed_rows {
    lr_timed *things[2];
    lr_timed *sorted; /* one of `things` */
    size_t count;
} timed_rows;

/* Rows of equal time keep the order of the file. */
static llmrec_status sort_rows(const llmrec_dataset *dataset, timed_rows *rows)
{
    const lr_rows *all = &dataset->frame->rows;
    llmrec_context *context = lr_dataset_context(dataset);
    LR_RETURN_IF(LR_NEW(context, rows->things[0], dataset->rows));
    LR_RETURN_IF(LR_NEW(context, rows->things[1], dataset->rows));
    for (size_t i = 0; i < dataset->sessions; i++)
        for (int64_t row = lr_view_begin(dataset, i); row < lr_view_end(dataset, i); row++)
            if (lr_view_sees(dataset, row))
                rows->things[0][rows->count++] = (lr_timed){all->times[row], all->items[row]};
    rows->sorted = lr_sort_timed(rows->things[0], rows->things[1], rows->count);
    return LLMREC_OK;
}

static llmrec_status read_duration(const char *name, const char *text, int64_t *nanoseconds)
{
    *nanoseconds = 0;
    return text == NULL ? LLMREC_OK : lr_duration_read(name, text, nanoseconds);
}

/* Adds from the oldest row that counts to the newest. Sums are rounded to the precision of scores, so that their order
 * is that of the scores. */
static void add_rows(const timed_rows *rows, int64_t latest, int64_t window, int64_t half_life, double *weights)
{
    const uint64_t newest = rows->count == 0 ? 0 : (uint64_t)rows->sorted[rows->count - 1].time;
    const bool some = latest > 0 && (size_t)latest < rows->count;
    for (size_t i = some ? rows->count - (size_t)latest : 0; i < rows->count; i++) {
        const uint64_t age = newest - (uint64_t)rows->sorted[i].time;
        if (window > 0 && age > (uint64_t)window) continue;
        weights[rows->sorted[i].index] += half_life > 0 ? exp2(-(double)age / (double)half_life) : 1;
    }
}

static llmrec_status count_recent(const llmrec_dataset *dataset, const llmrec_popularity_options *options,
                                  double *weights)
{
    llmrec_context *context = lr_dataset_context(dataset);
    timed_rows rows = {.count = 0};
    int64_t window = 0, half_life = 0;
    llmrec_status status = LLMREC_OK;
    LR_RETURN_IF(read_duration("window", options->window, &window));
    LR_RETURN_IF(read_duration("half_life", options->half_life, &half_life));
    if (dataset->frame->rows.times == NULL)
        return lr_fail(LLMREC_ERR_ARGUMENT, "dataset has no times; window, latest_rows and half_life need them");
    LR_TRY(sort_rows(dataset, &rows));
    add_rows(&rows, options->latest_rows, window, half_life, weights);
    for (size_t i = 0; half_life > 0 && i < lr_dataset_items(dataset); i++) weights[i] = (float)weights[i];
done:
    lr_free(context, rows.things[0]);
    lr_free(context, rows.things[1]);
    return status;
}

llmrec_status lr_popularity_count(const llmrec_dataset *dataset, const llmrec_popularity_options *options,
                                  double *weights)
{
    const size_t items = lr_dataset_items(dataset);
    int64_t *counts = NULL;
    memset(weights, 0, items * sizeof *weights);
    if (options->window != NULL || options->latest_rows > 0 || options->half_life != NULL)
        return count_recent(dataset, options, weights);
    LR_RETURN_IF(LR_NEW(lr_dataset_context(dataset), counts, items));
    lr_dataset_count_items(dataset, counts);
    for (size_t i = 0; i < items; i++) weights[i] = (double)counts[i];
    lr_free(lr_dataset_context(dataset), counts);
    return LLMREC_OK;
}
