/* SPDX-License-Identifier: Apache-2.0 */
/* Implements the API of explanations: checks arguments, runs the strategy's way to explain, sorts the reasons. */
#include "rank/explanation.h"

#include <math.h>
#include <stdlib.h>

#include "core/context.h"
#include "core/memory.h"
#include "rank/scoring.h"

const lr_explaining lr_by_leaving_out = {"left out", "The score of ", " depends most of all on ", LR_FIGURE_SHARE};

/* --- building ----------------------------------------------------------------------------------------------------- */

llmrec_status lr_explanation_add(llmrec_explanation *explanation, const lr_reason *reason)
{
    LR_RETURN_IF(LR_GROW(explanation->context, explanation->reasons, explanation->capacity, explanation->count,
                         explanation->count + 1));
    explanation->reasons[explanation->count++] = *reason;
    return LLMREC_OK;
}

llmrec_status lr_explanation_add_item(llmrec_explanation *explanation, const lr_explained *explained, size_t position,
                                      double contribution, double value)
{
    const llmrec_reason told = {.kind = LLMREC_REASON_ITEM,
                                .index = (int64_t)position,
                                .item = explained->items[position],
                                .contribution = contribution,
                                .value = value};
    return lr_explanation_add(explanation, &(lr_reason){.told = told});
}

static int compare_reasons(const void *a, const void *b)
{
    const llmrec_reason *first = &((const lr_reason *)a)->told, *second = &((const lr_reason *)b)->told;
    const double one = fabs(first->contribution), two = fabs(second->contribution);
    if (one != two) return one > two ? -1 : 1;
    return (first->index > second->index) - (first->index < second->index);
}

static void sort_reasons(llmrec_explanation *explanation)
{
    double sum = 0;
    if (explanation->count == 0) return;
    qsort(explanation->reasons, explanation->count, sizeof *explanation->reasons, compare_reasons);
    for (size_t i = 0; i < explanation->count; i++) sum += fabs(explanation->reasons[i].told.contribution);
    for (size_t i = 0; i < explanation->count && sum > 0; i++)
        explanation->reasons[i].told.share = fabs(explanation->reasons[i].told.contribution) / sum;
}

/* Adds the reasons of a session with a score. Items that the strategy does not know are masked. */
static llmrec_status add_reasons(const llmrec_recommender *recommender, const lr_explained *given,
                                 llmrec_explanation *explanation)
{
    const lr_explain_verb own = recommender->strategy->explain;
    lr_explained explained = *given;
    int32_t *known = NULL;
    llmrec_status status = LLMREC_OK;
    LR_TRY(LR_NEW(recommender->context, known, given->count));
    lr_mask_items(recommender, given->items, given->count, known);
    explained.items = known;
    LR_TRY((own == NULL ? lr_explain_by_leaving_out : own)(recommender, &explained, explanation));
done:
    lr_free(recommender->context, known);
    return status;
}

llmrec_status lr_explain(const llmrec_recommender *recommender, const lr_explained *explained,
                         llmrec_explanation **explanation)
{
    llmrec_explanation *fresh = NULL;
    llmrec_status status = LLMREC_OK;
    LR_TRY(LR_NEW_ZERO(recommender->context, fresh, 1));
    fresh->context = lr_context_hold(recommender->context);
    fresh->method = &lr_by_leaving_out;
    fresh->score = explained->score;
    if (!isnan(explained->score)) LR_TRY(add_reasons(recommender, explained, fresh));
    sort_reasons(fresh);
    LR_TRY(lr_explanation_write(recommender, explained->item, fresh));
    *explanation = fresh;
    fresh = NULL;
done:
    llmrec_explanation_free(fresh);
    return status;
}

/* --- leaving out -------------------------------------------------------------------------------------------------- */

enum { NEWEST = 64 }; /* items that are left out, one at a time */

/* Writes the session without the item at each position of positions[count], in CSR form. */
static void write_sessions(const lr_explained *explained, const size_t *positions, size_t count, int64_t *offsets,
                           int32_t *items)
{
    size_t used = 0;
    offsets[0] = 0;
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < explained->count; j++)
            if (j != positions[i]) items[used++] = explained->items[j];
        offsets[i + 1] = (int64_t)used;
    }
}

static size_t newest_known(const lr_explained *explained, size_t positions[NEWEST])
{
    size_t count = 0;
    for (size_t i = explained->count; i-- > 0 && count < NEWEST;)
        if (explained->items[i] >= 0) positions[count++] = i;
    return count;
}

llmrec_status lr_explain_by_leaving_out(const llmrec_recommender *recommender, const lr_explained *explained,
                                        llmrec_explanation *explanation)
{
    size_t positions[NEWEST];
    int64_t offsets[NEWEST + 1];
    float scores[NEWEST];
    const size_t count = newest_known(explained, positions);
    int32_t *items = NULL;
    llmrec_status status = LLMREC_OK;
    if (count == 0) return LLMREC_OK;
    LR_TRY(lr_alloc(recommender->context, &items, count, (explained->count - 1) * sizeof *items));
    write_sessions(explained, positions, count, offsets, items);
    const lr_batch call = {.offsets = offsets,
                           .items = items,
                           .sessions = count,
                           .k = 1,
                           .scoring = {NULL, &explained->item, 0, 1, scores}};
    LR_TRY(lr_run(recommender, lr_score_batch, &call, NULL));
    for (size_t i = 0; i < count; i++) { /* a session without items has no score: the item made all of it */
        const double without = isnan(scores[i]) ? 0 : (double)scores[i];
        LR_TRY(lr_explanation_add_item(explanation, explained, positions[i], explained->score - without, without));
    }
done:
    lr_free(recommender->context, items);
    return status;
}

/* --- the API ------------------------------------------------------------------------------------------------------ */

static llmrec_status score_of(const llmrec_recommender *recommender, lr_explained *explained)
{
    const int64_t offsets[2] = {0, (int64_t)explained->count};
    const lr_batch call = {.offsets = offsets,
                           .items = explained->items,
                           .sessions = 1,
                           .k = 1,
                           .scoring = {NULL, &explained->item, 0, 1, &explained->score}};
    return lr_run(recommender, lr_score_batch, &call, NULL);
}

static llmrec_status check(const llmrec_recommender *recommender, const int32_t *items, int64_t count, int32_t item)
{
    const int64_t offsets[2] = {0, count};
    LR_RETURN_IF(lr_count("count", count));
    if (count > 0) LR_NEED(items);
    LR_RETURN_IF(lr_check_items("items", offsets, items, 1, recommender->items));
    if (item >= 0 && (size_t)item < recommender->items) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_ARGUMENT, "item is %d; wanted 0 to %zu", item, recommender->items - 1);
}

llmrec_status llmrec_explain(const llmrec_recommender *recommender, const int32_t *items, int64_t count, int32_t item,
                             llmrec_explanation **explanation)
{
    lr_explained explained = {items, (size_t)count, item, 0};
    LR_NEED(recommender, explanation);
    LR_RETURN_IF(check(recommender, items, count, item));
    LR_RETURN_IF(score_of(recommender, &explained));
    return lr_explain(recommender, &explained, explanation);
}

void llmrec_explanation_free(llmrec_explanation *explanation)
{
    if (explanation == NULL) return;
    llmrec_context *context = explanation->context;
    for (size_t i = 0; i < explanation->count; i++) llmrec_explanation_free(explanation->reasons[i].part);
    lr_free(context, explanation->reasons);
    lr_free(context, explanation->words);
    lr_free(context, explanation->sentence);
    lr_free(context, explanation);
    llmrec_context_free(context);
}

double llmrec_explanation_score(const llmrec_explanation *explanation)
{
    return explanation == NULL ? 0 : explanation->score;
}

const char *llmrec_explanation_method(const llmrec_explanation *explanation)
{
    return explanation == NULL ? "" : explanation->method->name;
}

int64_t llmrec_explanation_count(const llmrec_explanation *explanation)
{
    return explanation == NULL ? 0 : (int64_t)explanation->count;
}

llmrec_status llmrec_explanation_reason(const llmrec_explanation *explanation, int64_t index, llmrec_reason *reason)
{
    LR_NEED(explanation, reason);
    if (index < 0 || (size_t)index >= explanation->count)
        return lr_fail(LLMREC_ERR_ARGUMENT, "index is %lld; wanted 0 to %lld", (long long)index,
                       (long long)explanation->count - 1);
    return lr_struct_give("llmrec_reason", sizeof *reason, LR_FROZEN(llmrec_reason, value),
                          &explanation->reasons[index].told, reason);
}

const llmrec_explanation *llmrec_explanation_part(const llmrec_explanation *explanation, int64_t index)
{
    return index < 0 || index >= llmrec_explanation_count(explanation) ? NULL : explanation->reasons[index].part;
}

const char *llmrec_explanation_sentence(const llmrec_explanation *explanation)
{
    return explanation == NULL ? "" : explanation->sentence;
}
