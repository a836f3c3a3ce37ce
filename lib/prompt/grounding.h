/* SPDX-License-Identifier: Apache-2.0 */
/* Finds items from the text that a model wrote. A list contains only existing items that may be recommended. */
#ifndef LR_PROMPT_GROUNDING_H
#define LR_PROMPT_GROUNDING_H

#include "prompt/likeness.h"
#include "prompt/names.h"
#include "prompt/listing.h"

/* What happened to each thing that a model named, and the source of each item of a list; the values of
 * LLMREC_GROUNDING_*. */
enum {
    LR_GROUNDED_EXACT,
    LR_GROUNDED_FUZZY,
    LR_GROUNDED_NEAREST,
    LR_GROUNDED_DUPLICATE,
    LR_GROUNDED_HALLUCINATED,
    LR_GROUNDED_BACKFILLED,
    LR_GROUNDED_FAILED,
    LR_GROUNDED_FILTERED,
    LR_GROUNDED_REQUESTS,
    LR_GROUNDED
};

/* Whether an item may be recommended. */
typedef bool (*lr_allowed_fn)(const void *user, int32_t item);

/* A partial list. */
typedef struct lr_list {
    int32_t *items; /* [room] */
    size_t count, room;
    lr_allowed_fn allowed;
    const void *user;
    int64_t *counts; /* [LR_GROUNDED] */
} lr_list;

bool lr_list_has(const lr_list *list, int32_t item);

/* Appends an item to the list and counts it as `how`. An item that may not be added is counted as a duplicate or as
 * filtered. */
bool lr_list_put(lr_list *list, int32_t item, int how);

/* How names are compared: the similarity (0..1) that a name needs to match one of a menu, or LLMRank's rule. */
typedef struct lr_matching {
    double least;
    bool parity;
} lr_matching;

/* A menu that was shown, and which of its entries are already chosen. */
typedef struct lr_menu {
    const lr_names *names;
    lr_matching matching;
    const int32_t *items; /* [count] in the order shown */
    size_t count;
    bool *chosen; /* [count] */
    lr_likeness *likeness;
} lr_menu;

/* Finds the menu entry that one entry of a reply names, and marks it as chosen: by its label, by its name, or by the
 * most similar name that is not chosen yet. `*place` is -1 if there is none. `*how` says how it was found, or that it
 * is a duplicate, or that it is not in the menu. */
llmrec_status lr_ground_in_menu(const lr_menu *menu, const lr_listing *reply, size_t entry, int32_t *place, int *how);

/* Finds the catalog's item with a name: the first one that may go into the list, else the first one; -1: no item has
 * this name. */
llmrec_status lr_ground_in_catalog(const lr_names *names, const lr_list *list, lr_span name, int32_t *item);

/* A name that samples gave, and the items nearest to it. Names are in order of first appearance. */
typedef struct lr_generated {
    int32_t item; /* with that name; -1: none */
    size_t times;
    const int32_t *near; /* [near_count] nearest first */
    size_t near_count;
} lr_generated;

/* The list of the seed paper (Harte et al. 2023): each named item; then, for each repetition and for each unknown name,
 * the nearest item that is not in the list and was not named. `spare` [list->room]. */
void lr_ground_generated(const lr_generated *generated, size_t count, int32_t *spare, lr_list *list);

/* Fills up the list from another list, [count] items, best first. */
void lr_list_backfill(lr_list *list, const int32_t *items, size_t count);

#endif
