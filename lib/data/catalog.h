/* SPDX-License-Identifier: Apache-2.0 */
/* The items of a dataset: their ids and texts. */
#ifndef LR_DATA_CATALOG_H
#define LR_DATA_CATALOG_H

#include "data/item_source.h"

typedef struct lr_catalog {
    lr_ids *ids;
    size_t columns;
    char **names;    /* [columns] */
    lr_texts *texts; /* [columns], each [items] */
    int64_t title;   /* index of the title column, or -1 */
    bool shared;     /* the title column's texts are the ids' */
} lr_catalog;

typedef struct lr_catalog_plan {
    bool all;               /* with every item of the source */
    const lr_ids *dropped;  /* except these; may be NULL */
    const lr_ids *sessions; /* of the interactions, for advice */
    const char *name;       /* of the interactions, for messages */
} lr_catalog_plan;

/* The items of another catalog, which must outlive the source. */
lr_item_source lr_item_source_of_catalog(const lr_catalog *catalog);

/* Makes the catalog: the items of `ids`, then maybe every other item of the source in its order. Takes over one
 * reference to `ids` on success. `source` NULL: no texts. Fails if both have items and none is common. */
llmrec_status lr_catalog_make(llmrec_context *context, lr_ids *ids, const lr_item_source *source,
                              const lr_catalog_plan *plan, lr_catalog *catalog);
void lr_catalog_free(llmrec_context *context, lr_catalog *catalog);

/* Allocates the columns of a catalog that has none, and finds the title column by its name. */
llmrec_status lr_catalog_add_columns(llmrec_context *context, lr_catalog *catalog, size_t columns);
void lr_catalog_find_title(lr_catalog *catalog);

/* Gives the titles to the ids, once both are complete, for those who hold no more than the ids. */
void lr_catalog_share_titles(lr_catalog *catalog);
int64_t lr_catalog_find(const lr_catalog *catalog, const char *name);

#endif
