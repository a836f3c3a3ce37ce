/* SPDX-License-Identifier: Apache-2.0 */
/* Copies sessions, and indexes their items. */
#include "linear/sequences.h"

#include <string.h>

#include "core/memory.h"

/* Copies a session's items; `last_in` [items] has the latest session with each item. */
static void copy_session(lr_sequences *s, size_t session, const int32_t *items, size_t count, int32_t *last_in)
{
    for (size_t i = 0; i < count; i++) {
        if (last_in != NULL && last_in[items[i]] == (int32_t)session) continue;
        if (last_in != NULL) last_in[items[i]] = (int32_t)session;
        s->item[s->rows] = items[i];
        s->session[s->rows++] = (int32_t)session;
    }
    s->offsets[session + 1] = (int64_t)s->rows;
}

static llmrec_status copy_sessions(const llmrec_dataset *dataset, const uint8_t *held, bool distinct, lr_sequences *s)
{
    llmrec_status status = LLMREC_OK;
    int32_t *scratch = NULL, *last_in = NULL;
    LR_TRY(LR_NEW(s->context, scratch, lr_dataset_longest(dataset)));
    if (distinct) {
        LR_TRY(LR_NEW(s->context, last_in, s->items));
        memset(last_in, 0xFF, s->items * sizeof *last_in);
    }
    for (size_t i = 0; i < s->sessions; i++) {
        size_t count = 0;
        const int32_t *items = lr_dataset_session(dataset, i, scratch, &count);
        const size_t hidden = held == NULL ? 0 : held[i];
        copy_session(s, i, items, hidden < count ? count - hidden : 0, last_in);
    }
done:
    lr_free(s->context, scratch);
    lr_free(s->context, last_in);
    return status;
}

/* Counts the rows of each item, then places them in order. */
static void index_items(lr_sequences *s)
{
    memset(s->starts, 0, (s->items + 1) * sizeof *s->starts);
    for (size_t row = 0; row < s->rows; row++) s->starts[s->item[row] + 1]++;
    for (size_t j = 0; j < s->items; j++) s->starts[j + 1] += s->starts[j];
    for (size_t row = 0; row < s->rows; row++) s->places[s->starts[s->item[row]]++] = (int64_t)row;
    memmove(s->starts + 1, s->starts, s->items * sizeof *s->starts);
    s->starts[0] = 0;
}

llmrec_status lr_sequences_make(const llmrec_dataset *dataset, const uint8_t *held, bool distinct,
                                lr_sequences *sequences)
{
    const size_t rows = (size_t)llmrec_dataset_rows(dataset);
    lr_sequences fresh = {.context = lr_dataset_context(dataset),
                          .sessions = lr_dataset_sessions(dataset),
                          .items = lr_dataset_items(dataset)};
    llmrec_status status = LLMREC_OK;
    LR_TRY(LR_NEW_ZERO(fresh.context, fresh.offsets, fresh.sessions + 1));
    LR_TRY(LR_NEW(fresh.context, fresh.item, rows));
    LR_TRY(LR_NEW(fresh.context, fresh.session, rows));
    LR_TRY(LR_NEW(fresh.context, fresh.starts, fresh.items + 1));
    LR_TRY(LR_NEW(fresh.context, fresh.places, rows));
    LR_TRY(copy_sessions(dataset, held, distinct, &fresh));
    index_items(&fresh);
    *sequences = fresh;
    return LLMREC_OK;
done:
    lr_sequences_free(&fresh);
    return status;
}

void lr_sequences_free(lr_sequences *sequences)
{
    lr_free(sequences->context, sequences->offsets);
    lr_free(sequences->context, sequences->item);
    lr_free(sequences->context, sequences->session);
    lr_free(sequences->context, sequences->starts);
    lr_free(sequences->context, sequences->places);
    *sequences = (lr_sequences){0};
}
