/* SPDX-License-Identifier: Apache-2.0 */
/* From what a model wrote to items: no list holds anything but items that there are and that may be recommended. */
#ifndef LR_PROMPT_GROUNDING_H
#define LR_PROMPT_GROUNDING_H

#include "prompt/likeness.h"
#include "prompt/names.h"
#include "prompt/listing.h"

/* What became of each thing that a model named, and where a list's items come from; the values of
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

/* A list in the making. */
typedef struct lr_list {
    int32_t *items; /* [room] */
    size_t count, room;
    lr_allowed_fn allowed;
    const void *user;
    int64_t *counts; /* [LR_GROUNDED] */
} lr_list;

bool lr_list_has(const lr_list *list, int32_t item);

/* Puts an item at the list's end and counts it as `how`; as a duplicate or as filtered where it may not be there. */
bool lr_list_put(lr_list *list, int32_t item, int how);

/* How names are compared: how alike (0..1) a name must be to one of a menu, or LLMRank's rule. */
typedef struct lr_matching {
    double least;
    bool parity;
} lr_matching;

/* A menu that was shown, and what of it is used up. */
typedef struct lr_menu {
    const lr_names *names;
    lr_matching matching;
    const int32_t *items; /* [count] in the order shown */
    size_t count;
    bool *chosen; /* [count] */
    lr_likeness *likeness;
} lr_menu;

/* The place in the menu of what one entry of a reply names, marked as chosen: by its label, by its name, or by the
 * likest name that is not chosen yet; -1 where there is none. `*how` gets how it was found, that it is a duplicate, or
 * that it is not in the menu. */
llmrec_status lr_ground_in_menu(const lr_menu *menu, const lr_listing *reply, size_t entry, int32_t *place, int *how);

/* The item of the catalog that has a name: the first one that may go into the list, or else the first one; -1: none
 * has. */
llmrec_status lr_ground_in_catalog(const lr_names *names, const lr_list *list, lr_span name, int32_t *item);

/* A name that several samples gave, by first appearance, and the items that are nearest to it. */
typedef struct lr_generated {
    int32_t item; /* of that name; -1: there is none */
    size_t times;
    const int32_t *near; /* [near_count] nearest first */
    size_t near_count;
} lr_generated;

/* The seed paper's list (Harte et al. 2023): each item that was named, then, for each repetition and each unknown name,
 * the nearest item that is not in the list and was not named. `spare` [list->room]. */
void lr_ground_generated(const lr_generated *generated, size_t count, int32_t *spare, lr_list *list);

/* Fills the list up from another one, [count] items, best first. */
void lr_list_backfill(lr_list *list, const int32_t *items, size_t count);

#endif
