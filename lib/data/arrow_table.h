/* SPDX-License-Identifier: Apache-2.0 */
/* Tables that go out as Arrow streams, batch by batch. */
#ifndef LR_DATA_ARROW_TABLE_H
#define LR_DATA_ARROW_TABLE_H

#include "data/ids.h"
#include "llmrec/arrow.h"

/* A column. Its format is "l", "i", "g", "f", "tsn:", or "U" for texts. */
typedef struct lr_arrow_field {
    const char *name; /* valid as long as the table's `of` */
    const char *format;
} lr_arrow_field;

enum { LR_ARROW_ROWS = 1 << 16 /* of a batch, at most */ };

typedef struct lr_arrow_table {
    llmrec_context *context;
    size_t rows, columns;
    lr_arrow_field *fields; /* [columns] */
    void *of;
    /* Called before the columns of rows [first, first + count) are read, in order; may be NULL. */
    llmrec_status (*begin)(void *of, size_t first, size_t count);
    /* Copies numbers of a column. */
    llmrec_status (*fill)(const void *of, size_t column, size_t first, size_t count, void *values);
    lr_span (*text)(const void *of, size_t column, size_t row); /* of columns of texts */
    void (*free)(llmrec_context *context, void *of);
} lr_arrow_table;

/* Names the columns of a table; fields[count]. lr_free frees them, if the table is not given. */
llmrec_status lr_arrow_set_fields(lr_arrow_table *table, const lr_arrow_field *fields, size_t count);

/* Makes a stream of the table; takes over `of` and the fields, also on failure. */
llmrec_status lr_arrow_give(const lr_arrow_table *table, struct ArrowArrayStream *stream);

/* The format of ids: "l" if they are integers, else "U"; "i" for indices, without ids. */
const char *lr_arrow_id_format(const lr_ids *ids);

/* Copies ids that are integers. */
llmrec_status lr_arrow_fill_ids(const lr_ids *ids, const int32_t *indices, size_t count, int64_t *values);

#endif
