/* SPDX-License-Identifier: Apache-2.0 */
/* Saves lists of numbers, and maps them with checks. */
#include "rank/number_lists.h"

#include <stdio.h>

/* The arrays "NAME.offsets" and "NAME.values". */
typedef struct list_arrays {
    char names[2][48];
    lr_array offsets, values;
} list_arrays;

static void name_arrays(const char *name, size_t rows, list_arrays *arrays)
{
    snprintf(arrays->names[0], sizeof arrays->names[0], "%s.offsets", name);
    snprintf(arrays->names[1], sizeof arrays->names[1], "%s.values", name);
    arrays->offsets = (lr_array){.name = arrays->names[0], .type = LR_I64, .rank = 1, .sizes = {rows + 1}};
    arrays->values = (lr_array){.name = arrays->names[1], .type = LR_I32, .rank = 1};
}

llmrec_status lr_lists_save(const lr_saving *saving, const char *name, const lr_lists *lists)
{
    list_arrays arrays;
    name_arrays(name, lists->rows, &arrays);
    arrays.values.sizes[0] = (size_t)lists->offsets[lists->rows];
    LR_RETURN_IF(lr_save_array(saving, &arrays.offsets, lists->offsets));
    return lr_save_array(saving, &arrays.values, lists->values);
}

static llmrec_status check_offsets(const char *path, const char *name, const lr_lists *lists)
{
    int64_t before = 0;
    for (size_t i = 0; i <= lists->rows; i++) {
        if (lists->offsets[i] < before || (i == 0 && lists->offsets[0] != 0))
            return lr_fail(LLMREC_ERR_FORMAT, "%s: %s[%zu] is %lld; wanted 0 first, then no falling number", path, name,
                           i, (long long)lists->offsets[i]);
        before = lists->offsets[i];
    }
    return LLMREC_OK;
}

static llmrec_status check_values(const char *path, const char *name, const lr_lists *lists, size_t limit)
{
    for (size_t row = 0; row < lists->rows; row++)
        for (int64_t i = lists->offsets[row], least = 0; i < lists->offsets[row + 1]; i++) {
            if (lists->values[i] < least || (size_t)lists->values[i] >= limit)
                return lr_fail(LLMREC_ERR_FORMAT, "%s: %s[%lld] is %d; wanted rising numbers below %zu in row %zu",
                               path, name, (long long)i, lists->values[i], limit, row);
            least = (int64_t)lists->values[i] + 1;
        }
    return LLMREC_OK;
}

llmrec_status lr_lists_open(const lr_opening *opening, const char *name, size_t rows, size_t limit, lr_lists *lists)
{
    list_arrays arrays;
    lr_lists found = {.rows = rows};
    const void *offsets = NULL, *values = NULL;
    name_arrays(name, rows, &arrays);
    LR_RETURN_IF(lr_open_mapped(opening, &arrays.offsets, &offsets));
    found.offsets = offsets;
    LR_RETURN_IF(check_offsets(opening->path, arrays.offsets.name, &found));
    arrays.values.sizes[0] = (size_t)found.offsets[rows];
    LR_RETURN_IF(lr_open_mapped(opening, &arrays.values, &values));
    found.values = values;
    LR_RETURN_IF(check_values(opening->path, arrays.values.name, &found, limit));
    *lists = found;
    return LLMREC_OK;
}
