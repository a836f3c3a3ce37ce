/* SPDX-License-Identifier: Apache-2.0 */
/* Writes item-to-item matrices to recommender files and maps them. */
#include "rank/item_matrix_file.h"

static const char OFFSETS[] = "matrix.offsets", COLUMNS[] = "matrix.columns", VALUES[] = "matrix.values";

static lr_array offsets_array(size_t items)
{
    return (lr_array){.name = OFFSETS, .type = LR_I64, .rank = 1, .sizes = {items + 1}};
}

static lr_array list_array(const char *name, lr_type type, size_t count)
{
    return (lr_array){.name = name, .type = type, .rank = 1, .sizes = {count}};
}

static lr_array dense_array(size_t items)
{
    return (lr_array){.name = VALUES, .type = LR_F32, .rank = 2, .sizes = {items, items}};
}

llmrec_status lr_save_item_matrix(const lr_saving *saving, const lr_item_matrix *matrix)
{
    const size_t count = lr_item_matrix_size(matrix);
    const lr_array dense = dense_array(matrix->items), offsets = offsets_array(matrix->items);
    const lr_array columns = list_array(COLUMNS, LR_I32, count), values = list_array(VALUES, LR_F32, count);
    if (matrix->offsets == NULL) return lr_save_array(saving, &dense, matrix->values);
    LR_RETURN_IF(lr_save_array(saving, &offsets, matrix->offsets));
    LR_RETURN_IF(lr_save_array(saving, &columns, matrix->columns));
    return lr_save_array(saving, &values, matrix->values);
}

static llmrec_status check_offsets(const lr_opening *opening, const int64_t *offsets)
{
    if (offsets[0] != 0)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: %s begins with %lld; wanted 0", opening->path, OFFSETS,
                       (long long)offsets[0]);
    for (size_t i = 0; i < opening->items; i++)
        if (offsets[i + 1] < offsets[i] || offsets[i + 1] - offsets[i] > (int64_t)opening->items)
            return lr_fail(LLMREC_ERR_FORMAT, "%s: %s: row %zu has %lld entries; wanted 0 to %zu", opening->path,
                           OFFSETS, i, (long long)(offsets[i + 1] - offsets[i]), opening->items);
    return LLMREC_OK;
}

static llmrec_status check_columns(const lr_opening *opening, const lr_item_matrix *matrix)
{
    for (size_t i = 0; i < matrix->items; i++)
        for (int64_t at = matrix->offsets[i], least = 0; at < matrix->offsets[i + 1]; at++) {
            const int64_t column = matrix->columns[at];
            if (column < least || column >= (int64_t)matrix->items)
                return lr_fail(LLMREC_ERR_FORMAT, "%s: %s: row %zu has the item %lld; wanted %lld to %zu",
                               opening->path, COLUMNS, i, (long long)column, (long long)least, matrix->items - 1);
            least = column + 1;
        }
    return LLMREC_OK;
}

static llmrec_status open_sparse(const lr_opening *opening, lr_item_matrix *matrix)
{
    const lr_array offsets = offsets_array(opening->items);
    const void *mapped = NULL;
    LR_RETURN_IF(lr_open_mapped(opening, &offsets, &mapped));
    matrix->offsets = mapped;
    LR_RETURN_IF(check_offsets(opening, matrix->offsets));
    const size_t count = lr_item_matrix_size(matrix);
    const lr_array columns = list_array(COLUMNS, LR_I32, count), values = list_array(VALUES, LR_F32, count);
    LR_RETURN_IF(lr_open_mapped(opening, &columns, &mapped));
    matrix->columns = mapped;
    LR_RETURN_IF(check_columns(opening, matrix));
    LR_RETURN_IF(lr_open_mapped(opening, &values, &mapped));
    matrix->values = mapped;
    return LLMREC_OK;
}

llmrec_status lr_open_item_matrix(const lr_opening *opening, lr_item_matrix *matrix)
{
    const lr_array dense = dense_array(opening->items);
    lr_item_matrix fresh = {.items = opening->items};
    const void *mapped = NULL;
    if (lr_open_has(opening, OFFSETS)) LR_RETURN_IF(open_sparse(opening, &fresh));
    else {
        LR_RETURN_IF(lr_open_mapped(opening, &dense, &mapped));
        fresh.values = mapped;
    }
    fresh.map = lr_shared_map_hold(opening->map);
    *matrix = fresh;
    return LLMREC_OK;
}
