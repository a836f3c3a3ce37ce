/* SPDX-License-Identifier: Apache-2.0 */
/* Prints reports as a table: a block per list length, two lines per report, values and standard errors. */
#include <math.h>
#include <string.h>

#include "eval/report.h"

enum { METRICS = LR_SESSION_METRICS + 1, CELL = 10, MAX_LENGTHS = 256 };

static const char *const headings[METRICS] = {"ndcg", "hr",      "mrr",       "recall",  "precision",
                                              "map",  "novelty", "serendip.", "coverage"};

static llmrec_status add(lr_builder *text, const char *plain)
{
    return lr_builder_add(text, plain, strlen(plain));
}

static llmrec_status add_blanks(lr_builder *text, size_t count)
{
    return lr_builder_format(text, "%*s", (int)count, "");
}

/* Width of a name on the screen, with one column per code point. */
static size_t width_of(const char *name)
{
    const size_t length = strlen(name);
    size_t width = 0;
    for (size_t at = 0; at < length; width++) lr_utf8_next(name, length, &at);
    return width;
}

static size_t widest(const lr_reports *reports)
{
    size_t width = 8;
    for (size_t i = 0; i < reports->count; i++) {
        const size_t own = width_of(reports->names[i]);
        if (own > width) width = own;
    }
    return width;
}

/* Replaces control characters and invalid bytes, which would break the table. */
static llmrec_status add_name(lr_builder *text, const char *name, size_t width)
{
    const size_t length = strlen(name);
    for (size_t at = 0; at < length;) {
        char bytes[4];
        const uint32_t code = lr_utf8_next(name, length, &at);
        LR_RETURN_IF(lr_builder_add(text, bytes, lr_utf8_put(code < 0x20 || code == 0x7f ? '?' : code, bytes)));
    }
    return add_blanks(text, width - width_of(name));
}

/* All list lengths that occur in any report, in rising order. */
static size_t all_lengths(const lr_reports *reports, int64_t lengths[MAX_LENGTHS])
{
    size_t count = 0;
    for (size_t i = 0; i < reports->count; i++)
        for (size_t j = 0; j < reports->reports[i]->k_count; j++) {
            const int64_t k = reports->reports[i]->k[j];
            size_t at = 0;
            while (at < count && lengths[at] < k) at++;
            if ((at < count && lengths[at] == k) || count == MAX_LENGTHS) continue;
            memmove(lengths + at + 1, lengths + at, (count - at) * sizeof *lengths);
            lengths[at] = k;
            count++;
        }
    return count;
}

static lr_figure figure_at(const llmrec_report *report, size_t metric, int64_t k)
{
    const int64_t index = lr_report_k_index(report, k);
    return index < 0 ? (lr_figure){NAN, NAN} : report->figures[metric][index];
}

/* The highest value of a column, in units of its last printed digit, so that equal printed values get equal marks. NaN
 * if there is nothing to compare. */
static double highest(const lr_reports *reports, size_t metric, int64_t k)
{
    double best = -INFINITY, least = INFINITY;
    for (size_t i = 0; i < reports->count; i++) {
        const double value = round(figure_at(reports->reports[i], metric, k).value * 1e4);
        if (value > best) best = value;
        if (value < least) least = value;
    }
    return best > least ? best : NAN;
}

static llmrec_status add_value(lr_builder *text, double value, double best)
{
    if (isnan(value)) return lr_builder_format(text, "%*s ", CELL - 1, "-");
    return lr_builder_format(text, "%*.4f%c", CELL - 1, value, round(value * 1e4) == best ? '*' : ' ');
}

static llmrec_status add_error(lr_builder *text, double error)
{
    if (isnan(error)) return add_blanks(text, CELL);
    const int digits = error < 9.99995 ? 6 : 7; /* an error of 100 or more would only break the alignment */
    return lr_builder_format(text, "%*s\xC2\xB1%.4f ", CELL - 2 - digits, "", error);
}

/* Ends a line and removes the padding of its last cell. */
static llmrec_status end_line(lr_builder *text)
{
    while (text->length > 0 && text->text[text->length - 1] == ' ') text->length--;
    return add(text, "\n");
}

static llmrec_status add_head(lr_builder *text, size_t width, int64_t k)
{
    const size_t before = text->length;
    LR_RETURN_IF(lr_builder_format(text, "at %lld", (long long)k));
    const size_t used = text->length - before;
    LR_RETURN_IF(add_blanks(text, used < width ? width - used : 0));
    for (size_t metric = 0; metric < METRICS; metric++)
        LR_RETURN_IF(lr_builder_format(text, "%*s ", CELL - 1, headings[metric]));
    return end_line(text);
}

static llmrec_status add_block(lr_builder *text, const lr_reports *reports, size_t width, int64_t k)
{
    LR_RETURN_IF(add_head(text, width, k));
    for (size_t i = 0; i < reports->count; i++) {
        LR_RETURN_IF(add_name(text, reports->names[i], width));
        for (size_t metric = 0; metric < METRICS; metric++)
            LR_RETURN_IF(add_value(text, figure_at(reports->reports[i], metric, k).value, highest(reports, metric, k)));
        LR_RETURN_IF(end_line(text));
        LR_RETURN_IF(add_blanks(text, width));
        for (size_t metric = 0; metric < METRICS; metric++)
            LR_RETURN_IF(add_error(text, figure_at(reports->reports[i], metric, k).error));
        LR_RETURN_IF(end_line(text));
    }
    return add(text, "\n");
}

static llmrec_status add_sessions(lr_builder *text, const lr_reports *reports, size_t width)
{
    LR_RETURN_IF(add_blanks(text, width));
    LR_RETURN_IF(
        lr_builder_format(text, "%*s %*s %*s\n", CELL - 1, "sessions", CELL - 1, "no list", CELL - 1, "seconds"));
    for (size_t i = 0; i < reports->count; i++) {
        const llmrec_report *report = reports->reports[i];
        LR_RETURN_IF(add_name(text, reports->names[i], width));
        LR_RETURN_IF(lr_builder_format(text, "%*zu %*zu %*.2f\n", CELL - 1, report->sessions, CELL - 1,
                                       report->empty_lists, CELL - 1, report->seconds));
    }
    return LLMREC_OK;
}

llmrec_status lr_reports_table(const lr_reports *reports, lr_builder *text)
{
    int64_t lengths[MAX_LENGTHS];
    const size_t width = widest(reports), count = all_lengths(reports, lengths);
    for (size_t i = 0; i < count; i++) LR_RETURN_IF(add_block(text, reports, width, lengths[i]));
    LR_RETURN_IF(add_sessions(text, reports, width));
    return add(text, reports->count < 2 ? "\n\xC2\xB1 standard error of the mean over sessions\n"
                                        : "\n* highest; \xC2\xB1 standard error of the mean over sessions\n");
}
