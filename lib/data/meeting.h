/* SPDX-License-Identifier: Apache-2.0 */
/* Two sides that should have the same ids: the items of the interactions, and those of an item file or a table. */
#ifndef LR_DATA_MEETING_H
#define LR_DATA_MEETING_H

#include "data/ids.h"

typedef struct lr_meeting {
    const char *room;       /* for the log */
    const char *from;       /* the interactions: a file's quoted name; NULL: unknown */
    const char *name;       /* the other side: "item file \"movies.csv\"" */
    const char *path;       /* file of the other side, if the name does not have it; NULL: unknown */
    const lr_ids *items;    /* of the interactions */
    const lr_ids *others;   /* of the other side */
    const lr_ids *sessions; /* of the interactions; NULL: unknown */
    const char *column;     /* another column of the other side that has the items; NULL: none */
    const int32_t *row_of;  /* [items] row on the other side, or -1; NULL: the one with the same text */
    size_t common;          /* items on both sides */
} lr_meeting;

/* Fails with SHAPE if both sides have ids and none is common: quotes an id of each, and the option that is likely to
 * help. Logs a warning with the share and examples if some items are not on the other side. */
llmrec_status lr_ids_meet(llmrec_context *context, const lr_meeting *meeting);

#endif
