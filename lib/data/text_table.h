/* SPDX-License-Identifier: Apache-2.0 */
/* Text tables of moderate size, whole in memory: item files, and vectors as text. Interactions have a reader of their
 * own. */
#ifndef LR_DATA_TEXT_TABLE_H
#define LR_DATA_TEXT_TABLE_H

#include <stddef.h>

#include "core/status.h"
#include "llmrec/context.h"

typedef struct lr_table lr_table;

/* Reads CSV, TSV, JSON lines or a RecBole atomic file, plain or gzip; `format` is one of LLMREC_FORMAT_*. JSON lines:
 * the columns are the keys in order of first appearance; strings as they are, numbers in as few digits as give them
 * back, booleans as true and false, null and absent keys as "", arrays of strings joined by ", ". RecBole: types are
 * cut off the names. Errors as in llmrec_dataset_load. */
llmrec_status lr_table_read(llmrec_context *context, const char *path, int64_t format, bool repair_utf8,
                            lr_table **table);
void lr_table_free(lr_table *table);

size_t lr_table_rows(const lr_table *table);
size_t lr_table_columns(const lr_table *table);
const char *lr_table_name(const lr_table *table, size_t column); /* NUL-terminated */
int64_t lr_table_find(const lr_table *table, const char *name);  /* -1: no such column */
size_t lr_table_line(const lr_table *table, size_t row);         /* of the file, from 1, for messages */
const char *lr_table_cell(const lr_table *table, size_t row, size_t column, size_t *length); /* no NUL at the end */

/* The id column of an item file: `given`, or with NULL the first present of the usual names. FORMAT naming the columns
 * there are. */
llmrec_status lr_table_id_column(const lr_table *table, const char *given, size_t *column);

#endif
