/* SPDX-License-Identifier: Apache-2.0 */
/* Conditions on the rows of a file: rating >= 4 and event in (view, cart). */
#ifndef LR_DATA_WHERE_H
#define LR_DATA_WHERE_H

#include "data/texts.h"

enum { LR_CONDITIONS = 8, LR_CONDITION_VALUES = 32 };

typedef enum lr_operator { LR_IS_IN, LR_IS_NOT_IN, LR_IS_LESS, LR_IS_AT_MOST, LR_IS_MORE, LR_IS_AT_LEAST } lr_operator;

typedef struct lr_condition {
    char *column; /* name or number */
    lr_operator operator;
    size_t count;
    struct {
        lr_span text; /* in the parsed text */
        double number;
        bool is_number;
    } values[LR_CONDITION_VALUES];
} lr_condition;

typedef struct lr_where {
    size_t count;
    lr_condition conditions[LR_CONDITIONS];
} lr_where;

/* Parses conditions joined by "and"; NULL: none. `text` must outlive them. ARGUMENT. */
llmrec_status lr_where_parse(llmrec_context *context, const char *text, lr_where *where);
void lr_where_free(llmrec_context *context, lr_where *where);

/* True if a value meets the condition. Numbers compare as numbers; a value that is no number does not meet an order
 * with a number. Other values compare as text. */
bool lr_condition_holds(const lr_condition *condition, lr_span value);

#endif
