/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by all readers: the usual names of columns, and the choice of a column by name or number. */
#ifndef LR_DATA_COLUMNS_H
#define LR_DATA_COLUMNS_H

#include "data/texts.h"

/* Usual names of columns, the first choice first. Each list ends with NULL. */
extern const char *const lr_session_names[], *const lr_item_names[], *const lr_time_names[];
extern const char *const lr_item_id_names[]; /* of item files */
extern const char *const lr_title_names[], *const lr_other_names[];

/* The columns of a file. */
typedef struct lr_header {
    const char *path;
    size_t count;
    bool unnamed; /* no header: columns have only numbers */
    bool keys;    /* keys of JSON objects: they have no numbers */
    bool frame;   /* columns of a frame: it has no lines, and `path` is its name */
    lr_span_fn at;
    const void *of;
} lr_header;

/* A choice of one column. */
typedef struct lr_wish {
    const char *given;        /* name or number from 1, or NULL: the first usual name that exists */
    const char *const *usual; /* ends with NULL */
    size_t guess;             /* for a file without header: the column from 0, or SIZE_MAX */
    const char *option;       /* name of the option */
    const char *what;         /* "session ids" */
} lr_wish;

/* Finds the column. FORMAT names the purpose and the existing columns, or the two columns with the same name. */
llmrec_status lr_header_pick(const lr_header *header, const lr_wish *wish, size_t *column);
int64_t lr_header_find(const lr_header *header, const char *name); /* exactly; -1 if there is no such column */

/* True if a column has that name, in any of the spellings below. */
bool lr_header_has(const lr_header *header, lr_span name);

/* True if the text is one of the usual names above, in any case and with any of the separators "_", "-", ".", " " or
 * none: user_id is also userId, UserID and "User Id". */
bool lr_is_usual_name(lr_span text);

#endif
