/* SPDX-License-Identifier: Apache-2.0 */
/* What the comparison found, for people and as JSON. */
#ifndef COMPARE_OUTPUT_H
#define COMPARE_OUTPUT_H

#include "strategy.h"

/* On standard output: under which rules the figures came about; the figures; a few sessions with titles in and out. */
llmrec_status print_protocol(const compare_task *task);
llmrec_status print_table(const compare_row *rows, int64_t count);
llmrec_status print_samples(const compare_task *task, const compare_row *rows, int64_t count);

/* {"protocol": {...}, "strategies": [{"name", "options", "metrics", "stderr", "seconds", "training"}]} in a file. False, with
 * a line on standard error, where it cannot be written. */
bool write_json(const compare_task *task, const compare_row *rows, int64_t count, const char *path);

#endif
