/* SPDX-License-Identifier: Apache-2.0 */
/* Computes a session's vector: weighs its items by age and adds their vectors. */
#include "rank/session_vector.h"

#include <string.h>

#include "math/vector.h"

static void last_item(const llmrec_embedding *table, const int32_t *items, size_t count, float *vector)
{
    while (items[count - 1] < 0) count--;
    const float *row = lr_embedding_row(table, (size_t)items[count - 1], vector);
    if (row != vector) memcpy(vector, row, table->dim * sizeof *vector);
}

void lr_session_vector(const lr_weighting *weighting, const llmrec_embedding *table, const int32_t *items, size_t count,
                       const lr_vector_room *room, float *vector)
{
    const size_t dim = table->dim;
    size_t known = 0, age = 0;
    double total = 0;
    if (weighting->kind == LLMREC_WEIGHTING_LAST) {
        last_item(table, items, count, vector);
        return;
    }
    for (size_t i = 0; i < count; i++) known += items[i] >= 0;
    memset(room->sum, 0, dim * sizeof *room->sum);
    for (size_t i = count; i-- > 0;) {
        if (items[i] < 0) continue;
        const double weight = lr_decay_weight(weighting, ++age, known);
        lr_accumulate(room->sum, weight, lr_embedding_row(table, (size_t)items[i], room->row), dim);
        total += weight;
    }
    for (size_t i = 0; i < dim; i++) vector[i] = (float)(room->sum[i] / total);
}
