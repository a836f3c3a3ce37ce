/* SPDX-License-Identifier: Apache-2.0 */
/* Where item ids and texts come from. */
#ifndef LR_DATA_ITEM_SOURCE_H
#define LR_DATA_ITEM_SOURCE_H

#include "core/text.h"
#include "data/fields.h"
#include "data/ids.h"
#include "data/text_table.h"
#include "llmrec/dataset.h"

/* Item ids and texts, from a file or from arrays. An empty id is missing. */
typedef struct lr_item_source {
    size_t rows, columns;
    bool numbers;     /* true if the ids were integers */
    const char *kind; /* "item file \"movies.csv\"" */
    const void *of;
    lr_span (*id)(const void *of, size_t row);
    lr_span (*text)(const void *of, size_t row, size_t column);
    lr_span (*name)(const void *of, size_t column);
    llmrec_status (*repeated)(const void *of, size_t row, size_t earlier); /* fails because of a repeated id */
    llmrec_status (*refuse)(const void *of, size_t row, const char *why);  /* fails because of a row's id */
} lr_item_source;

/* Makes a source from a table. `given`: name of its id column, or NULL. The view must outlive the source. */
typedef struct lr_table_view {
    const lr_table *table;
    const char *path;
    char kind[LR_QUOTE_SIZE + 16];
    size_t id_column;
} lr_table_view;
llmrec_status lr_item_source_of_table(const lr_table *table, const char *path, const char *given, lr_table_view *view,
                                      lr_item_source *source);

/* The rows of another source that have an id, with the ids as the options say. */
typedef struct lr_clean_items {
    lr_item_source given;
    size_t rows, missing; /* missing: rows without an id, which are left out */
    lr_span *ids;         /* [rows] */
    size_t *row_of;       /* [rows] row in the other source */
    char *digits;         /* of ids that were rewritten */
} lr_clean_items;

/* Fails if a row without an id is refused. Free `clean` in any case; it must outlive the source. */
llmrec_status lr_item_source_clean(llmrec_context *context, const llmrec_dataset_options *options,
                                   const lr_item_source *given, lr_clean_items *clean, lr_item_source *source);
void lr_clean_items_free(llmrec_context *context, lr_clean_items *clean);

#endif
