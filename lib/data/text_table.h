/* SPDX-License-Identifier: Apache-2.0 */
/* Text tables of moderate size, whole in memory: item files and vectors as text. Interactions use reader.h instead. */
#ifndef LR_DATA_TEXT_TABLE_H
#define LR_DATA_TEXT_TABLE_H

#include "data/source.h"

typedef struct lr_table lr_table;

/* Reads delimited text, JSON, or a RecBole atomic file; all that `file` does not set is recognized. JSON: columns are
 * the keys in order of first appearance; values as in lr_value_text, null and absent keys are "". RecBole: types are
 * removed from the column names. Without header, the first column is named "id", the first one with texts "title", and
 * others "column_3" and so on. Errors as in llmrec_dataset_load. */
llmrec_status lr_table_read(llmrec_context *context, const lr_file *file, lr_table **table);
void lr_table_free(lr_table *table);

size_t lr_table_rows(const lr_table *table);
size_t lr_table_columns(const lr_table *table);
const char *lr_table_name(const lr_table *table, size_t column); /* NUL-terminated */
int64_t lr_table_find(const lr_table *table, const char *name);  /* -1 if there is no such column */
size_t lr_table_line(const lr_table *table, size_t row);         /* line in the file, from 1, for errors */
const char *lr_table_cell(const lr_table *table, size_t row, size_t column, size_t *length); /* not NUL-terminated */

bool lr_table_has_header(const lr_table *table);

/* Finds the id column of an item file: `given`, or if it is NULL the first usual name that exists; without a header the
 * first column. Errors: FORMAT (no such column; the message lists the existing ones). */
llmrec_status lr_table_id_column(const lr_table *table, const char *given, size_t *column);

/* Calls a column "title", and another one of this name "column_2" or so. `given` is its name or number. Errors: FORMAT
 * (no such column; the column of the ids). */
llmrec_status lr_table_call_title(lr_table *table, const char *given, size_t id_column);

/* Says in the log as what the table was read. */
llmrec_status lr_table_tell(const lr_table *table, size_t id_column);

#endif
