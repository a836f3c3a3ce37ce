/* SPDX-License-Identifier: Apache-2.0 */
/* Implements the recommender handle of llmrec/recommender.h: creation, release, and the getters that every recommender
 * has. */
#include "llmrec/recommender.h"

#include <string.h>

#include "core/context.h"
#include "core/description.h"
#include "core/memory.h"
#include "rank/search.h"

/* --- the handle ---------------------------------------------------------------------------------------------- */

/* {"kind":"recommender","strategy":"similarity","name":"similarity","items":9,"options":{...},"items_with_vectors":9,
 * "dim":384} */
static llmrec_status describe(llmrec_context *context, const lr_recommender_parts *parts, const char *made_from,
                              char **description)
{
    lr_builder json = {.context = context};
    llmrec_status status = LLMREC_OK;
    const lr_strategy *strategy = parts->strategy;
    LR_TRY(lr_builder_format(&json, "{\"kind\":\"recommender\",\"strategy\":\"%s\",\"name\":\"%s\",\"items\":%zu",
                             strategy->kind == NULL ? "custom" : strategy->kind->name, strategy->name, parts->items));
    if (parts->options != NULL) LR_TRY(lr_describe_options(&json, "options", strategy->kind->options, parts->options));
    if (made_from != NULL) LR_TRY(lr_builder_format(&json, ",\"parts\":{%s}", made_from));
    if (parts->search != NULL)
        LR_TRY(lr_builder_format(&json, ",\"items_with_vectors\":%zu,\"dim\":%zu",
                                 lr_embedding_known(parts->search->measured.table),
                                 parts->search->measured.table->dim));
    LR_TRY(lr_builder_add(&json, "}", 1));
    *description = json.text;
    return LLMREC_OK;
done:
    lr_free(context, json.text);
    return status;
}

llmrec_status lr_recommender_make(llmrec_context *context, const lr_recommender_parts *parts,
                                  llmrec_recommender **recommender)
{
    llmrec_recommender *fresh = NULL;
    llmrec_status status = LLMREC_OK;
    LR_TRY(LR_NEW_ZERO(context, fresh, 1));
    LR_TRY(LR_NEW_ZERO(context, fresh->scratch, 1));
    LR_TRY(LR_NEW_ZERO(context, fresh->near, 1));
    LR_TRY(describe(context, parts, parts->made_from, &fresh->description));
    LR_TRY(describe(context, parts, parts->stored_from, &fresh->stored_description));
    atomic_init(&fresh->references, 1);
    fresh->context = lr_context_hold(context);
    fresh->strategy = parts->strategy;
    fresh->self = parts->self;
    fresh->items = parts->items;
    fresh->search = parts->search;
    fresh->cosine_dim = parts->cosine_dim;
    fresh->ids = parts->ids == NULL ? NULL : lr_ids_hold(parts->ids);
    *recommender = fresh;
    return LLMREC_OK;
done:
    if (fresh != NULL) {
        lr_free(context, fresh->scratch);
        lr_free(context, fresh->near);
        lr_free(context, fresh->description);
        lr_free(context, fresh->stored_description);
    }
    lr_free(context, fresh);
    parts->strategy->free(parts->self);
    return status;
}

void lr_recommender_take_titles(llmrec_recommender *recommender, lr_ids *ids)
{
    if (recommender->ids == NULL || lr_ids_have_titles(recommender->ids)) return;
    if (!lr_ids_have_titles(ids) || !lr_ids_equal(recommender->ids, ids)) return;
    lr_ids_free(recommender->ids);
    recommender->ids = lr_ids_hold(ids);
}

llmrec_status lr_parts_read(const llmrec_recommender_parts *given, llmrec_recommender_parts *parts)
{
    *parts = (llmrec_recommender_parts){.size = sizeof *parts};
    return lr_struct_read("llmrec_recommender_parts", sizeof *parts, LR_FROZEN(llmrec_recommender_parts, text_encoder),
                          given, parts);
}

llmrec_recommender *lr_recommender_hold(llmrec_recommender *recommender)
{
    atomic_fetch_add_explicit(&recommender->references, 1, memory_order_relaxed);
    return recommender;
}

static void free_near(const llmrec_recommender *recommender)
{
    lr_search *made = atomic_load(recommender->near);
    if (made != NULL) lr_search_free(made);
    lr_free(recommender->context, made);
    lr_free(recommender->context, recommender->near);
}

void llmrec_recommender_free(llmrec_recommender *recommender)
{
    if (recommender == NULL) return;
    if (atomic_fetch_sub_explicit(&recommender->references, 1, memory_order_acq_rel) != 1) return;
    llmrec_context *context = recommender->context;
    free_near(recommender);
    recommender->strategy->free(recommender->self);
    lr_ids_free(recommender->ids);
    lr_scratch_clear(recommender->scratch);
    lr_free(context, recommender->scratch);
    lr_free(context, recommender->description);
    lr_free(context, recommender->stored_description);
    lr_free(context, recommender);
    llmrec_context_free(context);
}

const char *llmrec_recommender_name(const llmrec_recommender *recommender)
{
    return recommender == NULL ? "" : recommender->strategy->name;
}

llmrec_status lr_recommender_describe(const void *handle, lr_builder *json)
{
    const llmrec_recommender *recommender = handle;
    return lr_builder_add(json, recommender->description, strlen(recommender->description));
}

llmrec_status llmrec_recommender_description(const llmrec_recommender *recommender, char *text, size_t capacity,
                                             size_t *length)
{
    LR_NEED(recommender);
    const lr_builder whole = {.text = recommender->description, .length = strlen(recommender->description)};
    return lr_builder_give(&whole, text, capacity, length);
}

int64_t llmrec_recommender_items(const llmrec_recommender *recommender)
{
    return recommender == NULL ? 0 : (int64_t)recommender->items;
}

llmrec_status lr_need_ids(const llmrec_recommender *recommender)
{
    if (recommender->ids != NULL) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_UNSUPPORTED, "recommender \"%s\" was made without item ids; wanted one with ids",
                   recommender->strategy->name);
}

llmrec_status llmrec_recommender_item_id(const llmrec_recommender *recommender, int64_t item, const char **id,
                                         size_t *length)
{
    LR_NEED(recommender, id, length);
    LR_RETURN_IF(lr_need_ids(recommender));
    LR_RETURN_IF(lr_option_range("item", item, 0, (int64_t)recommender->items - 1));
    *id = lr_ids_text(recommender->ids, (size_t)item, length);
    return LLMREC_OK;
}

int32_t llmrec_recommender_item_ids_are_numbers(const llmrec_recommender *recommender)
{
    return recommender != NULL && recommender->ids != NULL && lr_ids_are_numbers(recommender->ids);
}

llmrec_status llmrec_recommender_item_title(const llmrec_recommender *recommender, int64_t item, const char **title,
                                            size_t *length)
{
    LR_NEED(recommender, title, length);
    LR_RETURN_IF(lr_option_range("item", item, 0, (int64_t)recommender->items - 1));
    const lr_span found = recommender->ids == NULL ? (lr_span){"", 0} : lr_ids_title(recommender->ids, (size_t)item);
    *title = found.text;
    *length = found.length;
    return LLMREC_OK;
}

llmrec_status llmrec_recommender_find_items(const llmrec_recommender *recommender, const char *const *ids,
                                            const size_t *lengths, int64_t count, int32_t *items)
{
    const int64_t offsets[] = {0, count};
    const lr_id_rows rows = {offsets, ids, lengths, 1};
    LR_NEED(recommender);
    LR_RETURN_IF(lr_count("count", count));
    if (count > 0) LR_NEED(ids, items);
    return lr_find_items(recommender, &rows, items, NULL);
}
