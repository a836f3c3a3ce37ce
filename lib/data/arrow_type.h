/* SPDX-License-Identifier: Apache-2.0 */
/* Types of Arrow columns, from the format strings of the C data interface. */
#ifndef LR_DATA_ARROW_TYPE_H
#define LR_DATA_ARROW_TYPE_H

#include <stdbool.h>
#include <stdint.h>

typedef enum lr_arrow_kind {
    LR_ARROW_OTHER, /* not read */
    LR_ARROW_NULL,
    LR_ARROW_BOOL,
    LR_ARROW_INTEGER,
    LR_ARROW_FLOAT,
    LR_ARROW_DECIMAL,
    LR_ARROW_DATE, /* dates and timestamps */
    LR_ARROW_TEXT,
    LR_ARROW_LIST
} lr_arrow_kind;

typedef struct lr_arrow_type {
    lr_arrow_kind kind;
    uint32_t width;   /* bytes of a value, or of an offset of TEXT and LIST; TEXT of width 16: views */
    bool with_sign;   /* INTEGER: values may be negative */
    uint32_t scale;   /* DECIMAL: digits after the point, 0 to 9 */
    int64_t unit_ns;  /* DATE: nanoseconds of a unit */
    int64_t buffers;  /* the number that the interface demands; views have more */
    int64_t children; /* likewise */
} lr_arrow_type;

lr_arrow_type lr_arrow_type_of(const char *format);

/* "timestamps", "booleans"; what to call OTHER types. */
const char *lr_arrow_kind_name(lr_arrow_kind kind);

#endif
