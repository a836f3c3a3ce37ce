/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of rising numbers, and how they are stored in a recommender's file. */
#ifndef LR_RANK_NUMBER_LISTS_H
#define LR_RANK_NUMBER_LISTS_H

#include "rank/recommender_file.h"

/* Lists of numbers, in CSR form. */
typedef struct lr_lists {
    size_t rows;
    const int64_t *offsets; /* [rows+1] */
    const int32_t *values;  /* [offsets[rows]], rising within a row */
} lr_lists;

static inline size_t lr_list_length(const lr_lists *lists, size_t row)
{
    return (size_t)(lists->offsets[row + 1] - lists->offsets[row]);
}

static inline const int32_t *lr_list_values(const lr_lists *lists, size_t row)
{
    return lists->values + lists->offsets[row];
}

/* Writes the arrays "NAME.offsets" and "NAME.values". */
llmrec_status lr_lists_save(const lr_saving *saving, const char *name, const lr_lists *lists);

/* Maps lists of `rows` rows with values below `limit`, and checks every number. */
llmrec_status lr_lists_open(const lr_opening *opening, const char *name, size_t rows, size_t limit, lr_lists *lists);

#endif
