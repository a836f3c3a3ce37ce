/* SPDX-License-Identifier: Apache-2.0 */
/* What the comparison found, for people and as JSON. */
#ifndef COMPARE_OUTPUT_H
#define COMPARE_OUTPUT_H

#include "strategies.h"

/* A figure's sample standard deviation over the seeds of a row; NaN for fewer than two. */
double seed_deviation(const compare_row *row, int64_t metric, int64_t k);

/* On standard output: under which rules the figures came about; the figures; how they vary with the seed; rows against
 * their baselines; what a language model was asked, and what it cost; a few sessions with titles in and out. */
llmrec_status print_protocol(const compare_task *task);
llmrec_status print_table(const compare_row *rows, int64_t count);
llmrec_status print_seeds(const compare_row *rows, int64_t count);
llmrec_status print_comparisons(const compare_row *rows, int64_t count);
void print_costs(const compare_row *rows, int64_t count);
llmrec_status print_samples(const compare_task *task, const compare_row *rows, int64_t count);

/* {"protocol": {...}, "strategies": [{"name", "options", "metrics", "stderr", "seconds", "training"}], "comparisons":
 * [...]} in a file. False, with a line on standard error, where it cannot be written. */
bool write_json(const compare_task *task, const compare_row *rows, int64_t count, const char *path);

/* Validation NDCG by epoch as SVG. False, with a line on standard error, where it cannot be written. */
bool write_plot(const compare_row *rows, int64_t count, const char *path);

#endif
