/* SPDX-License-Identifier: Apache-2.0 */
/* Conditions on the rows of a file: rating >= 4 and event in (view, cart). */
#ifndef LR_DATA_WHERE_H
#define LR_DATA_WHERE_H

#include "data/texts.h"
#include "data/times.h"

enum { LR_CONDITIONS = 8, LR_CONDITION_VALUES = 32 };

typedef enum lr_operator { LR_IS_IN, LR_IS_NOT_IN, LR_IS_LESS, LR_IS_AT_MOST, LR_IS_MORE, LR_IS_AT_LEAST } lr_operator;

typedef struct lr_condition {
    char *column; /* name or number */
    lr_operator operator;
    size_t count;
    const lr_spelling *times; /* of the column of times; NULL: another column */
    struct {
        lr_span text; /* in the parsed text */
        double number;
        int64_t moment; /* nanoseconds */
        bool is_number, is_moment;
    } values[LR_CONDITION_VALUES];
} lr_condition;

typedef struct lr_where {
    size_t count;
    lr_condition conditions[LR_CONDITIONS];
} lr_where;

/* Parses conditions joined by "and"; NULL: none. `text` must outlive them. ARGUMENT. */
llmrec_status lr_where_parse(llmrec_context *context, const char *text, lr_where *where);
void lr_where_free(llmrec_context *context, lr_where *where);

/* Says that the column has times with this spelling: dates then compare as times. ARGUMENT for a value that is neither
 * a number nor a date. */
llmrec_status lr_condition_of_times(lr_condition *condition, const lr_spelling *times);

static inline bool lr_condition_orders(const lr_condition *condition)
{
    return condition->operator>= LR_IS_LESS;
}

/* Tests a value. Numbers compare as numbers and others as text. Returns NULL, or what was wanted instead: there is no
 * order of a number and a text. */
const char *lr_condition_test(const lr_condition *condition, lr_span value, bool *holds);

#endif
