/* SPDX-License-Identifier: Apache-2.0 */
/* Options as a list of named fields: their ranges, and their way into files. */
#ifndef LR_NN_FIELDS_H
#define LR_NN_FIELDS_H

#include "core/store.h"
#include "core/text.h"

/* One number of an options struct and its range; `open` says that `low` (1), `high` (2) or both (3) are excluded. */
typedef struct lr_field {
    const char *name;
    size_t at;
    bool real; /* a double; else an int64_t */
    int open;
    double low, high;
} lr_field;

#define LR_WHOLE(type, field, low, high)                                                                               \
    {                                                                                                                  \
#field, offsetof(type, field), false, 0, (low), (high)                                                         \
    }
#define LR_REAL(type, field, low, high, open)                                                                          \
    {                                                                                                                  \
#field, offsetof(type, field), true, (open), (low), (high)                                                     \
    }

typedef struct lr_fields {
    const lr_field *field;
    size_t count;
} lr_fields;

/* ARGUMENT naming the first field of `options` that is out of its range or not a number. */
llmrec_status lr_fields_check(lr_fields fields, const void *options);

/* As attributes of a file, named `prefix`.field; what is read is checked as well, as FORMAT. */
llmrec_status lr_fields_write(lr_fields fields, const void *options, lr_store *store, const char *prefix);
llmrec_status lr_fields_read(lr_fields fields, void *options, lr_store *store, const char *prefix);

/* As members of a JSON object, each behind a comma. */
llmrec_status lr_fields_describe(lr_fields fields, const void *options, lr_builder *json);

#endif
