/* SPDX-License-Identifier: Apache-2.0 */
/* Frees item-to-item matrices. */
#include "linear/item_matrix.h"

#include "core/memory.h"

void lr_item_matrix_free(llmrec_context *context, lr_item_matrix *matrix)
{
    if (matrix->map == NULL) {
        lr_free(context, (void *)(uintptr_t)matrix->offsets);
        lr_free(context, (void *)(uintptr_t)matrix->columns);
        lr_free(context, (void *)(uintptr_t)matrix->values);
    }
    lr_shared_map_free(matrix->map);
    *matrix = (lr_item_matrix){0};
}
