/* SPDX-License-Identifier: Apache-2.0 */
/* The items of a dataset: their ids and texts. */
#ifndef LR_DATA_CATALOG_H
#define LR_DATA_CATALOG_H

#include "data/ids.h"
#include "data/text_table.h"
#include "llmrec/dataset.h"

typedef struct lr_catalog {
    lr_ids *ids;
    size_t columns;
    char **names;    /* [columns] */
    lr_texts *texts; /* [columns] of [items] */
    int64_t title;   /* column, or -1 */
} lr_catalog;

/* What is said about items, wherever it comes from. */
typedef struct lr_item_source {
    size_t rows, columns;
    bool numbers; /* ids came in as integers */
    const void *of;
    lr_span (*id)(const void *of, size_t row);
    lr_span (*text)(const void *of, size_t row, size_t column);
    lr_span (*name)(const void *of, size_t column);
    llmrec_status (*repeated)(const void *of, size_t row, size_t earlier); /* fails for an id given twice */
} lr_item_source;

/* A table as a source; `given` is its id column or NULL. The view must live as long as the source. */
typedef struct lr_table_view {
    const lr_table *table;
    const char *path;
    size_t id_column;
} lr_table_view;
llmrec_status lr_item_source_of_table(const lr_table *table, const char *path, const char *given, lr_table_view *view,
                                      lr_item_source *source);

/* The catalog of items with rows (`ids`, one hold of which is taken over on success) and, with `all`, every other
 * item of the source after them, in its order. `source` may be NULL: no texts. */
llmrec_status lr_catalog_make(llmrec_context *context, lr_ids *ids, const lr_item_source *source, bool all,
                              lr_catalog *catalog);
void lr_catalog_free(llmrec_context *context, lr_catalog *catalog);

/* Makes room for the columns of a catalog that has none yet; sets the title column from the names. */
llmrec_status lr_catalog_add_columns(llmrec_context *context, lr_catalog *catalog, size_t columns);
void lr_catalog_find_title(lr_catalog *catalog);
int64_t lr_catalog_find(const lr_catalog *catalog, const char *name);

#endif
