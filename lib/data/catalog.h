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
    lr_texts *texts; /* [columns], each [items] */
    int64_t title;   /* index of the title column, or -1 */
    bool shared;     /* the title column's texts are the ids' */
} lr_catalog;

/* Item ids and texts, from a file or from arrays. */
typedef struct lr_item_source {
    size_t rows, columns;
    bool numbers; /* true if the ids were integers */
    const void *of;
    lr_span (*id)(const void *of, size_t row);
    lr_span (*text)(const void *of, size_t row, size_t column);
    lr_span (*name)(const void *of, size_t column);
    llmrec_status (*repeated)(const void *of, size_t row, size_t earlier); /* fails because of a repeated id */
} lr_item_source;

/* Makes a source from a table. `given`: name of its id column, or NULL. The view must outlive the source. */
typedef struct lr_table_view {
    const lr_table *table;
    const char *path;
    size_t id_column;
} lr_table_view;
llmrec_status lr_item_source_of_table(const lr_table *table, const char *path, const char *given, lr_table_view *view,
                                      lr_item_source *source);

/* The items of another catalog, which must outlive the source. */
lr_item_source lr_item_source_of_catalog(const lr_catalog *catalog);

/* Makes the catalog: the items of `ids`, then with `all` every other item of the source in its order, except those of
 * `dropped` (may be NULL). Takes over one reference to `ids` on success. `source` NULL: no texts. */
llmrec_status lr_catalog_make(llmrec_context *context, lr_ids *ids, const lr_item_source *source, bool all,
                              const lr_ids *dropped, lr_catalog *catalog);
void lr_catalog_free(llmrec_context *context, lr_catalog *catalog);

/* Allocates the columns of a catalog that has none, and finds the title column by its name. */
llmrec_status lr_catalog_add_columns(llmrec_context *context, lr_catalog *catalog, size_t columns);
void lr_catalog_find_title(lr_catalog *catalog);

/* Gives the titles to the ids, once both are complete, for those who hold no more than the ids. */
void lr_catalog_share_titles(lr_catalog *catalog);
int64_t lr_catalog_find(const lr_catalog *catalog, const char *name);

#endif
