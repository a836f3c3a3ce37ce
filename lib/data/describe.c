/* SPDX-License-Identifier: Apache-2.0 */
/* Statistics of a dataset, and its description. */
#include "data/describe.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "data/dataset_options.h"
#include "data/view.h"

void lr_dataset_count_items(const llmrec_dataset *dataset, int64_t *counts)
{
    const int32_t *items = dataset->frame->rows.items;
    memset(counts, 0, lr_ids_count(dataset->frame->catalog.ids) * sizeof *counts);
    for (size_t session = 0; session < dataset->sessions; session++)
        for (int64_t row = lr_view_begin(dataset, session); row < lr_view_end(dataset, session); row++)
            counts[items[row]] += lr_view_sees(dataset, row);
}

static int compare(const void *a, const void *b)
{
    const int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

/* Minimum, quartiles and maximum by linear interpolation between ranks; NaN for no values. Sorts the values. */
static void quantiles(int64_t *values, size_t count, double out[5])
{
    qsort(values, count, sizeof *values, compare);
    for (int i = 0; i < 5; i++) {
        if (count == 0) {
            out[i] = NAN;
            continue;
        }
        const double place = (double)(count - 1) * i / 4;
        const size_t low = (size_t)place, high = low + 1 < count ? low + 1 : low;
        out[i] = (double)values[low] + (place - (double)low) * (double)(values[high] - values[low]);
    }
}

static void describe_times(const llmrec_dataset *dataset, llmrec_dataset_statistics *out)
{
    const lr_rows *rows = &dataset->frame->rows;
    int64_t first = INT64_MAX, last = INT64_MIN;
    out->first_time = out->last_time = LR_NO_TIME;
    for (size_t session = 0; rows->times != NULL && session < dataset->sessions; session++) {
        int64_t before = -1;
        for (int64_t row = lr_view_begin(dataset, session); row < lr_view_end(dataset, session); row++) {
            if (!lr_view_sees(dataset, row)) continue;
            const int64_t time = rows->times[row];
            if (before >= 0 && rows->times[before] == time) out->time_ties++;
            if (time < first) first = time;
            if (time > last) last = time;
            before = row;
        }
    }
    if (first > last) return;
    out->first_time = first;
    out->last_time = last;
}

static double ratio(double part, double whole)
{
    return whole > 0 ? part / whole : NAN;
}

llmrec_status lr_describe(const llmrec_dataset *dataset, llmrec_dataset_statistics *statistics)
{
    llmrec_status status = LLMREC_OK;
    const lr_frame *frame = dataset->frame;
    const size_t items = lr_ids_count(frame->catalog.ids), sessions = dataset->sessions;
    llmrec_dataset_statistics out = {.size = sizeof out};
    int64_t *values = NULL;
    LR_TRY(LR_NEW(frame->context, values, items > sessions ? items : sessions));
    out.sessions = (int64_t)sessions;
    out.items = (int64_t)items;
    out.rows = (int64_t)dataset->rows;
    out.input_rows = frame->input_rows;
    out.rows_dropped = frame->dropped;
    out.rows_missing = frame->missing;
    out.length_mean = ratio((double)dataset->rows, (double)sessions);
    out.popularity_mean = ratio((double)dataset->rows, (double)items);
    out.density = ratio((double)dataset->rows, (double)sessions * (double)items);
    for (size_t i = 0; i < sessions; i++) values[i] = (int64_t)lr_view_length(dataset, i);
    quantiles(values, sessions, out.length_quantiles);
    lr_dataset_count_items(dataset, values);
    for (size_t i = 0; i < items; i++) out.items_seen += values[i] > 0;
    quantiles(values, items, out.popularity_quantiles);
    describe_times(dataset, &out);
    *statistics = out;
done:
    lr_free(frame->context, values);
    return status;
}

/* --- description -------------------------------------------------------------------------------------------------- */

static llmrec_status describe_columns(const lr_catalog *catalog, lr_builder *json)
{
    LR_RETURN_IF(lr_builder_format(json, ",\"columns\":["));
    for (size_t i = 0; i < catalog->columns; i++) {
        LR_RETURN_IF(lr_builder_add(json, ",", i > 0));
        LR_RETURN_IF(lr_builder_json(json, catalog->names[i], strlen(catalog->names[i])));
    }
    return lr_builder_add(json, "]", 1);
}

/* The options, with the gap as a duration; other texts are not kept. */
static llmrec_status describe_options(const lr_frame *frame, lr_builder *json)
{
    llmrec_dataset_options options = frame->options;
    const int64_t gap = frame->rows.gap, second = 1000000000;
    char text[32] = "day";
    if (gap > 0 && gap % second == 0) snprintf(text, sizeof text, "%llds", (long long)(gap / second));
    else if (gap > 0) snprintf(text, sizeof text, "%lldns", (long long)gap);
    if (frame->rows.users != NULL) options.session_gap = text;
    return lr_describe_options(json, "options", &lr_dataset_options, &options);
}

llmrec_status lr_dataset_describe(const void *handle, lr_builder *json)
{
    const llmrec_dataset *dataset = handle;
    const lr_frame *frame = dataset->frame;
    LR_RETURN_IF(lr_builder_format(json, "{\"kind\":\"dataset\",\"sessions\":%zu,\"items\":%zu,\"rows\":%zu",
                                   dataset->sessions, lr_ids_count(frame->catalog.ids), dataset->rows));
    LR_RETURN_IF(lr_describe_flag(json, "times", frame->rows.times != NULL));
    LR_RETURN_IF(describe_columns(&frame->catalog, json));
    LR_RETURN_IF(lr_builder_format(json, ",\"input_rows\":%lld,\"rows_dropped\":%lld", (long long)frame->input_rows,
                                   (long long)frame->dropped));
    LR_RETURN_IF(describe_options(frame, json));
    return lr_builder_format(json, ",\"splits\":[%s]}", dataset->splits != NULL ? dataset->splits : "");
}
