/* SPDX-License-Identifier: Apache-2.0 */
/* Makes an explanation's sentence: a template with the names of items. Names are data: they are quoted and never read
 * as a format. */
#include <string.h>

#include "core/memory.h"
#include "rank/explanation.h"

enum { TOLD = 2 }; /* reasons in a sentence */

/* Appends an item's title, or its id, quoted; or "item N". */
static llmrec_status add_item(lr_builder *text, const llmrec_recommender *recommender, int64_t item)
{
    const lr_ids *ids = recommender->ids;
    if (ids == NULL) return lr_builder_format(text, "item %lld", (long long)item);
    lr_span name = lr_ids_title(ids, (size_t)item);
    if (name.length == 0) name = lr_ids_at(ids, (size_t)item);
    return lr_builder_format(text, "%s", lr_quote(name.text, name.length).text);
}

static llmrec_status add_reason(lr_builder *text, const llmrec_recommender *recommender,
                                const llmrec_explanation *explanation, const lr_reason *reason)
{
    switch (reason->told.kind) {
    case LLMREC_REASON_ITEM: return add_item(text, recommender, reason->told.item);
    case LLMREC_REASON_SESSION: return lr_builder_format(text, "%lld", (long long)reason->told.index);
    case LLMREC_REASON_PART: return lr_builder_format(text, "%s", reason->name);
    case LLMREC_REASON_ROWS: return lr_builder_format(text, "%.15g", reason->told.value);
    default: return lr_builder_json(text, explanation->words, strlen(explanation->words));
    }
}

static llmrec_status add_figure(lr_builder *text, const llmrec_explanation *explanation, const llmrec_reason *told)
{
    if (explanation->method->figure == LR_FIGURE_NONE) return LLMREC_OK;
    if (explanation->method->figure == LR_FIGURE_VALUE) return lr_builder_format(text, " (%.2f)", told->value);
    return lr_builder_format(text, " (%.0f %%)", 100 * told->share);
}

/* True if an earlier reason names the same item. */
static bool is_repeated(const llmrec_explanation *explanation, size_t index)
{
    const llmrec_reason *told = &explanation->reasons[index].told;
    for (size_t i = 0; i < index && told->kind == LLMREC_REASON_ITEM; i++)
        if (explanation->reasons[i].told.item == told->item) return true;
    return false;
}

/* Appends the strongest reasons that speak for the item; returns their number in `told`. */
static llmrec_status add_reasons(lr_builder *text, const llmrec_recommender *recommender,
                                 const llmrec_explanation *explanation, size_t *told)
{
    for (size_t i = 0; i < explanation->count && *told < TOLD; i++) {
        const lr_reason *reason = &explanation->reasons[i];
        const bool speaks = reason->told.contribution > 0 || reason->told.kind == LLMREC_REASON_WORDS;
        if (!speaks || is_repeated(explanation, i)) continue;
        if ((*told)++ > 0) LR_RETURN_IF(lr_builder_add(text, " and ", 5));
        LR_RETURN_IF(add_reason(text, recommender, explanation, reason));
        LR_RETURN_IF(add_figure(text, explanation, &reason->told));
    }
    return LLMREC_OK;
}

llmrec_status lr_explanation_write(const llmrec_recommender *recommender, int32_t item, llmrec_explanation *explanation)
{
    const lr_explaining *method = explanation->method;
    lr_builder text = {.context = explanation->context};
    size_t told = 0;
    llmrec_status status = LLMREC_OK;
    LR_TRY(lr_builder_format(&text, "%s", method->before));
    LR_TRY(add_item(&text, recommender, item));
    LR_TRY(lr_builder_format(&text, "%s", method->after));
    LR_TRY(add_reasons(&text, recommender, explanation, &told));
    if (told == 0) {
        text.length = 0;
        LR_TRY(lr_builder_format(&text, "Nothing in the session speaks for "));
        LR_TRY(add_item(&text, recommender, item));
    }
    LR_TRY(lr_builder_add(&text, ".", 1));
    if (told > 0 && explanation->reasons[0].part != NULL)
        LR_TRY(lr_builder_format(&text, " %s", explanation->reasons[0].part->sentence));
    explanation->sentence = text.text;
    return LLMREC_OK;
done:
    lr_free(explanation->context, text.text);
    return status;
}
