/* SPDX-License-Identifier: Apache-2.0 */
/* Saves a recommender to one library file and reads it back: the functions that strategies use to write and read.
 *
 * The file has the kind "recommender" and format version 1. Its top level contains `description` u8, the recommender's
 * description as JSON; the texts `item_ids` and `item_titles`, if the items have any; the integers `item_numbers`; and
 * the strategy's own arrays. A recommender inside another one stores its description and arrays under a prefix:
 * `first_stage.description`. Mapped arrays are read once, to verify their checksum. */
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

/* Writes all of a recommender except its ids and titles. For a recommender inside another one, `name` is the prefix;
 * NULL: no prefix. */
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
    size_t depth;                          /* nesting depth of recommenders */
    lr_json description;                   /* of the recommender being read; option texts point into it */
    size_t items;                          /* number of items in its catalog */
    lr_ids *ids;                           /* ids of all items; NULL: none */
    const llmrec_recommender_parts *parts; /* parts that the caller passed: models */
    /* Set by the registry. Opens the recommender stored inside this one under `name`. */
    llmrec_status (*open)(const struct lr_opening *opening, const char *name, llmrec_recommender **recommender);
} lr_opening;

/* Reads an array of exactly this shape into new memory. Float values must be finite. */
llmrec_status lr_open_array(const lr_opening *opening, const lr_array *array, void *pointer_address);

/* Does the same, but returns a pointer into the map. */
llmrec_status lr_open_mapped(const lr_opening *opening, const lr_array *array, const void **values);

llmrec_status lr_open_integer(const lr_opening *opening, const char *name, int64_t low, int64_t high, int64_t *value);
bool lr_open_has(const lr_opening *opening, const char *name);

/* Reads texts, one per item. */
llmrec_status lr_open_texts(const lr_opening *opening, const char *name, lr_loose_texts *texts);

/* Maps a table with one row per item, and attaches the items' ids. */
llmrec_status lr_open_table(const lr_opening *opening, const char *name, llmrec_embedding **table);

#endif
