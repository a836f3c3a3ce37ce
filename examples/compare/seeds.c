/* SPDX-License-Identifier: Apache-2.0 */
/* Weights of blends, how much figures vary with the seed, and rows against their baselines. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "output.h"

double seed_deviation(const compare_row *row, int64_t metric, int64_t k)
{
    double mean = NAN, squares = 0;
    if (row->run_count < 2 || llmrec_report_metric(row->report, metric, k, &mean, NULL) != LLMREC_OK) return NAN;
    for (int64_t i = 0; i < row->run_count; i++) {
        double value = NAN;
        llmrec_report_metric(row->runs[i].report, metric, k, &value, NULL);
        squares += (value - mean) * (value - mean);
    }
    return sqrt(squares / (double)(row->run_count - 1));
}

/* --- seeds ----------------------------------------------------------------------------------------------------- */

enum { COLUMNS = 4, CELL = 19 };
static const int64_t shown[COLUMNS] = {LLMREC_METRIC_NDCG, LLMREC_METRIC_HR, LLMREC_METRIC_MRR, LLMREC_METRIC_COVERAGE};

static int widest(const compare_row *rows, int64_t count)
{
    size_t width = 10;
    for (int64_t i = 0; i < count; i++)
        if (strlen(rows[i].name) > width) width = strlen(rows[i].name);
    return (int)width;
}

static void print_row(const compare_row *row, int width, int64_t k)
{
    printf("%-*s", width, row->name);
    for (int i = 0; i < COLUMNS; i++) {
        double mean = NAN;
        llmrec_report_metric(row->report, shown[i], k, &mean, NULL);
        printf("%*.4f \xC2\xB1%.4f", CELL - 8, mean, seed_deviation(row, shown[i], k));
    }
    putchar('\n');
}

llmrec_status print_seeds(const compare_row *rows, int64_t count)
{
    const compare_row *trained = NULL;
    for (int64_t i = 0; i < count; i++)
        if (rows[i].run_count > 1) trained = &rows[i];
    if (trained == NULL) return LLMREC_OK;
    const int width = widest(rows, count);
    printf("Trained from %lld seeds each, %lld to %lld; above and here: means; here: \xC2\xB1 standard deviation over "
           "seeds\n\n",
           (long long)trained->run_count, (long long)trained->runs[0].seed,
           (long long)trained->runs[trained->run_count - 1].seed);
    for (int64_t j = 0; j < llmrec_report_k_count(trained->report); j++) {
        const int64_t k = llmrec_report_k(trained->report, j);
        printf("at %-*lld", width - 3, (long long)k);
        for (int i = 0; i < COLUMNS; i++) printf("%*s", i == 0 ? CELL - 8 : CELL, llmrec_metric_name(shown[i]));
        putchar('\n');
        for (int64_t i = 0; i < count; i++)
            if (rows[i].run_count > 1) print_row(&rows[i], width, k);
        putchar('\n');
    }
    return LLMREC_OK;
}

/* --- blends ------------------------------------------------------------------------------------------------------ */

void print_blends(const compare_row *rows, int64_t count)
{
    const int width = widest(rows, count);
    for (int64_t i = 0; i < count; i++) {
        const compare_run *run = &rows[i].runs[0];
        if (run->fit.size == 0) continue;
        printf("%s: weights from %lld validation sessions, NDCG there %.4f (equal weights: %.4f)\n\n", rows[i].name,
               (long long)run->fit.sessions, run->fit.ndcg, run->fit.equal);
        printf("%-*s%10s%10s%15s%10s\n", width, "part", "weight", "alone", "blend without", "loss");
        for (int64_t j = 0; j < rows[i].part_count; j++)
            printf("%-*s%10.4g%10.4f%15.4f%+10.4f\n", width, rows[i].part[j], run->fit.weights[j], run->fit.alone[j],
                   run->fit.without[j], run->fit.ndcg - run->fit.without[j]);
        putchar('\n');
    }
}

/* --- comparisons ----------------------------------------------------------------------------------------------- */

static int name_pair(const compare_row *row, const compare_row *baseline, char *text, size_t size)
{
    return snprintf(text, size, "%s over %s", row->name, baseline->name);
}

static llmrec_status print_comparison(const compare_row *row, const compare_row *baseline, int64_t k, int width)
{
    llmrec_comparison c = {.size = sizeof c};
    char names[256];
    double before = NAN;
    llmrec_status status = llmrec_report_compare(row->report, baseline->report, LLMREC_METRIC_NDCG, k, &c);
    if (status == LLMREC_OK) status = llmrec_report_metric(baseline->report, LLMREC_METRIC_NDCG, k, &before, NULL);
    if (status != LLMREC_OK) return status;
    name_pair(row, baseline, names, sizeof names);
    printf("%-*s  ndcg@%lld ", width, names, (long long)k);
    if (before > 0) printf("%+7.1f %%", 100 * c.difference / before);
    else printf("%7s  ", "-"); /* no share of nothing */
    printf("  %+.4f, 95 %%: %+.4f to %+.4f  p = %.2g\n", c.difference, c.low, c.high, c.p_value);
    return LLMREC_OK;
}

/* At the first list length, of at least two sessions. */
llmrec_status print_comparisons(const compare_row *rows, int64_t count)
{
    const int64_t k = llmrec_report_k(rows[0].report, 0);
    llmrec_status status = LLMREC_OK;
    int width = 0;
    if (count < 2 || llmrec_report_sessions(rows[0].report) < 2) return LLMREC_OK;
    for (int64_t i = 0; i < count; i++) {
        const compare_row *baseline = row_baseline(rows, count, &rows[i]);
        const int own = baseline == NULL ? 0 : name_pair(&rows[i], baseline, NULL, 0);
        if (own > width) width = own;
    }
    printf("Rows against a baseline, session by session (Student's paired t test):\n\n");
    for (int64_t i = 0; status == LLMREC_OK && i < count; i++) {
        const compare_row *baseline = row_baseline(rows, count, &rows[i]);
        if (baseline != NULL) status = print_comparison(&rows[i], baseline, k, width);
    }
    putchar('\n');
    return status;
}
