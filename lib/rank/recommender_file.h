/* SPDX-License-Identifier: Apache-2.0 */
/* Recommenders in one file of ours: what strategies write to it and find in it.
 *
 * Kind "recommender", format version 1. At its top: `description` u8, the recommender's description as JSON;
 * `item_ids` and `item_titles` as texts, where there are any, and the integer `item_numbers`; and what the strategy
 * keeps. A recommender inside another one keeps its description and its own under a prefix: `first_stage.description`.
 * Arrays that are mapped are read once, for their checksum. */
#ifndef LR_RANK_RECOMMENDER_FILE_H
#define LR_RANK_RECOMMENDER_FILE_H

#include "core/json.h"
#include "core/store.h"
#include "data/stored.h"
#include "embed/embedding.h"
#include "rank/strategy.h"

enum { LR_PREFIX_SIZE = 96 };

/* --- writing ------------------------------------------------------------------------------------------------------ */

typedef struct lr_saving {
    llmrec_context *context;
    lr_store *store;
    char prefix[LR_PREFIX_SIZE];
} lr_saving;

/* Everything of a recommender but its ids and titles; of one inside another under `name`, which may be NULL. */
llmrec_status lr_save_recommender(const lr_saving *saving, const char *name, const llmrec_recommender *recommender);

llmrec_status lr_save_array(const lr_saving *saving, const lr_array *array, const void *values);
llmrec_status lr_save_integer(const lr_saving *saving, const char *name, int64_t value);
llmrec_status lr_save_texts(const lr_saving *saving, const char *name, lr_spans texts);
llmrec_status lr_save_table(const lr_saving *saving, const char *name, const llmrec_embedding *table);

/* --- reading ------------------------------------------------------------------------------------------------------ */

typedef struct lr_opening {
    llmrec_context *context;
    const char *path; /* for messages */
    lr_store *store;
    lr_shared_map *map; /* of the same file */
    char prefix[LR_PREFIX_SIZE];
    size_t depth;                          /* of recommenders in each other */
    lr_json description;                   /* of the recommender that is read; texts of options point into it */
    size_t items;                          /* of its catalog */
    lr_ids *ids;                           /* of all of them; NULL: none */
    const llmrec_recommender_parts *parts; /* what was given to open it: models */
    /* The registry's: the recommender inside this one under `name`. */
    llmrec_status (*open)(const struct lr_opening *opening, const char *name, llmrec_recommender **recommender);
} lr_opening;

/* Reads an array of just this shape into memory of its own; float arrays must be finite. */
llmrec_status lr_open_array(const lr_opening *opening, const lr_array *array, void *pointer_address);

/* The same where it lies in the map. */
llmrec_status lr_open_mapped(const lr_opening *opening, const lr_array *array, const void **values);

llmrec_status lr_open_integer(const lr_opening *opening, const char *name, int64_t low, int64_t high, int64_t *value);
bool lr_open_has(const lr_opening *opening, const char *name);

/* Texts, one an item. */
llmrec_status lr_open_texts(const lr_opening *opening, const char *name, lr_loose_texts *texts);

/* A table with a row an item, mapped, with the items' ids. */
llmrec_status lr_open_table(const lr_opening *opening, const char *name, llmrec_embedding **table);

/* Fails with FORMAT in the name of the file where `status` is about a value; passes on other failures. */
llmrec_status lr_open_refuse(const lr_opening *opening, llmrec_status status);

#endif
