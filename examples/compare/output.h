/* SPDX-License-Identifier: Apache-2.0 */
/* The results of the comparison as text, JSON and a plot. */
#ifndef COMPARE_OUTPUT_H
#define COMPARE_OUTPUT_H

#include "compare_rows.h"

/* A figure's sample standard deviation over the seeds of a row; NaN for fewer than two. */
double seed_deviation(const compare_row *row, int64_t metric, int64_t k);

/* What models have seen, "refit" or "train-only". */
const char *fitted_on(const compare_task *task);

/* On standard output: the protocol; the figures; weights of blends and what each part is worth; how they vary with
 * the seed; rows against their baselines; requests to a language model and their cost; a few sessions with titles in
 * and out. */
llmrec_status print_protocol(const compare_task *task);
llmrec_status print_table(const compare_task *task, const compare_row *rows, int64_t count);
void print_blends(const compare_row *rows, int64_t count);
llmrec_status print_seeds(const compare_row *rows, int64_t count);
llmrec_status print_comparisons(const compare_row *rows, int64_t count);
void print_costs(const compare_row *rows, int64_t count);
llmrec_status print_samples(const compare_task *task, const compare_row *rows, int64_t count);

/* {"protocol": {...}, "strategies": [{"name", "options", "metrics", "stderr", "seconds", "training"}], "comparisons":
 * [...]} in a file. If it cannot be written, says so on standard error and returns false. */
bool write_json(const compare_task *task, const compare_row *rows, int64_t count, const char *path);

/* Validation NDCG by epoch as SVG. If it cannot be written, says so on standard error and returns false. */
bool write_plot(const compare_task *task, const compare_row *rows, int64_t count, const char *path);

#endif
