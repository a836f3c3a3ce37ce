/* SPDX-License-Identifier: Apache-2.0 */
/* Creates and frees frames and views of datasets. */
#include "data/view.h"

#include "core/context.h"
#include "core/memory.h"

void lr_frame_clear(llmrec_context *context, lr_frame *plan)
{
    lr_rows_free(context, &plan->rows);
    lr_ids_free(plan->sessions);
    lr_catalog_free(context, &plan->catalog);
}

static void release_frame(lr_frame *frame)
{
    llmrec_context *context = frame->context;
    if (atomic_fetch_sub_explicit(&frame->references, 1, memory_order_acq_rel) != 1) return;
    lr_frame_clear(context, frame);
    lr_free(context, frame);
    llmrec_context_free(context);
}

void lr_view_free(llmrec_dataset *dataset)
{
    if (dataset == NULL) return;
    llmrec_context *context = lr_context_hold(dataset->frame->context);
    lr_frame *frame = dataset->frame;
    lr_plan_clear(context, dataset);
    release_frame(frame);
    lr_free(context, dataset);
    llmrec_context_free(context);
}

void lr_plan_clear(llmrec_context *context, llmrec_dataset *plan)
{
    lr_free(context, plan->picked);
    lr_free(context, plan->ends);
    lr_free(context, plan->kept);
    lr_free(context, plan->shown);
    lr_free(context, plan->targets);
    lr_free(context, plan->splits);
    *plan = (llmrec_dataset){0};
}

size_t lr_view_count(const llmrec_dataset *dataset, int64_t begin, int64_t end)
{
    size_t count = 0;
    if (!lr_view_hides(dataset)) return (size_t)(end - begin);
    for (int64_t row = begin; row < end; row++) count += lr_view_sees(dataset, row);
    return count;
}

size_t lr_view_length(const llmrec_dataset *dataset, size_t session)
{
    return lr_view_count(dataset, lr_view_begin(dataset, session), lr_view_end(dataset, session));
}

static void count_rows(llmrec_dataset *dataset)
{
    dataset->rows = dataset->longest = 0;
    for (size_t session = 0; session < dataset->sessions; session++) {
        const size_t length = lr_view_length(dataset, session);
        dataset->rows += length;
        if (length > dataset->longest) dataset->longest = length;
    }
}

llmrec_status lr_frame_adopt(llmrec_context *context, lr_frame *plan, llmrec_dataset **dataset)
{
    llmrec_status status = LLMREC_OK;
    lr_frame *frame = NULL;
    llmrec_dataset *fresh = NULL;
    LR_TRY(LR_NEW(context, frame, 1));
    LR_TRY(LR_NEW_ZERO(context, fresh, 1));
    *frame = *plan;
    *plan = (lr_frame){0};
    atomic_init(&frame->references, 1);
    frame->context = lr_context_hold(context);
    fresh->frame = frame;
    fresh->sessions = frame->rows.sessions;
    count_rows(fresh);
    *dataset = fresh;
    return LLMREC_OK;
done:
    lr_free(context, frame);
    return status;
}

llmrec_status lr_view_adopt(const llmrec_dataset *base, llmrec_dataset *plan, llmrec_dataset **view)
{
    llmrec_context *context = base->frame->context;
    llmrec_dataset *fresh = NULL;
    LR_RETURN_IF(LR_NEW(context, fresh, 1));
    *fresh = *plan;
    fresh->frame = base->frame;
    atomic_fetch_add_explicit(&base->frame->references, 1, memory_order_relaxed);
    count_rows(fresh);
    *view = fresh;
    return LLMREC_OK;
}

/* --- for other rooms ----------------------------------------------------------------------------------------- */

llmrec_context *lr_dataset_context(const llmrec_dataset *dataset)
{
    return dataset->frame->context;
}

lr_ids *lr_dataset_item_ids(const llmrec_dataset *dataset)
{
    return dataset->frame->catalog.ids;
}

size_t lr_dataset_items(const llmrec_dataset *dataset)
{
    return lr_ids_count(dataset->frame->catalog.ids);
}

size_t lr_dataset_sessions(const llmrec_dataset *dataset)
{
    return dataset->sessions;
}

lr_span lr_dataset_text(const llmrec_dataset *dataset, size_t column, size_t item)
{
    return lr_texts_at(&dataset->frame->catalog.texts[column], item);
}

size_t lr_dataset_longest(const llmrec_dataset *dataset)
{
    return dataset->longest;
}

const int32_t *lr_dataset_session(const llmrec_dataset *dataset, size_t session, int32_t *scratch, size_t *count)
{
    const int32_t *items = dataset->frame->rows.items;
    const int64_t begin = lr_view_begin(dataset, session), end = lr_view_end(dataset, session);
    size_t length = 0;
    *count = (size_t)(end - begin);
    if (!lr_view_hides(dataset)) return items + begin;
    for (int64_t row = begin; row < end; row++)
        if (lr_view_sees(dataset, row)) scratch[length++] = items[row];
    *count = length;
    return scratch;
}

size_t lr_dataset_targets(const llmrec_dataset *dataset, size_t session)
{
    if (dataset->targets != NULL)
        return lr_view_count(dataset, dataset->targets[session], lr_view_end(dataset, session));
    return lr_view_length(dataset, session) > 0;
}
