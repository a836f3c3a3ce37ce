/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the positions of a session's targets in its list. */
#ifndef LR_EVAL_MATCH_H
#define LR_EVAL_MATCH_H

#include <stddef.h>

#include "core/status.h"
#include "llmrec/context.h"

/* An array of item indices. */
typedef struct lr_items {
    const int32_t *items;
    size_t count;
} lr_items;

typedef struct lr_entry {
    size_t place; /* position in the list as given, from 0 */
    int32_t item;
    bool hit; /* true if it is a target */
} lr_entry;

/* Zero-initialize all but the context. One match serves many sessions. */
typedef struct lr_match {
    llmrec_context *context;
    lr_entry *entries; /* [count] first occurrences, in list order */
    size_t count, entry_capacity;
    int32_t *targets; /* [target_count] distinct, in rising order */
    size_t target_count, target_capacity;
} lr_match;

llmrec_status lr_match_session(lr_match *match, lr_items list, lr_items targets);
void lr_match_clear(lr_match *match);

#endif
