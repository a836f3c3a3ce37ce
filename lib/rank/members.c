/* SPDX-License-Identifier: Apache-2.0 */
/* Takes, describes, saves and opens the recommenders that a strategy combines. */
#include "rank/members.h"

#include <stdio.h>

#include "core/memory.h"

/* --- taking ------------------------------------------------------------------------------------------------------- */

/* Adds a reference, and keeps the ids that say most. */
static void add(lr_members *members, llmrec_recommender *recommender)
{
    lr_ids *ids = recommender->ids;
    members->list[members->count++] = lr_recommender_hold(recommender);
    members->context = members->list[0]->context;
    members->items = members->list[0]->items;
    if (ids != NULL && (members->ids == NULL || (lr_ids_have_titles(ids) && !lr_ids_have_titles(members->ids))))
        members->ids = ids;
}

static llmrec_status check_catalog(const lr_members *members, size_t index, const llmrec_recommender *recommender)
{
    if (members->count > 0 && recommender->items != members->items)
        return lr_fail(LLMREC_ERR_SHAPE, "parts.recommenders[%zu] has %zu items; wanted %zu as recommenders[0]", index,
                       recommender->items, members->items);
    if (members->ids != NULL && recommender->ids != NULL && !lr_ids_equal(members->ids, recommender->ids))
        return lr_fail(LLMREC_ERR_SHAPE, "parts.recommenders[%zu] has other item ids than those before it", index);
    return LLMREC_OK;
}

static llmrec_status take(const llmrec_recommender_parts *parts, lr_members *members)
{
    for (size_t i = 0; i < (size_t)parts->recommender_count; i++) {
        const llmrec_recommender *recommender = parts->recommenders[i];
        if (recommender == NULL) return lr_fail(LLMREC_ERR_ARGUMENT, "parts.recommenders[%zu] is NULL", i);
        LR_RETURN_IF(check_catalog(members, i, recommender));
        add(members, (llmrec_recommender *)(uintptr_t)recommender);
    }
    return LLMREC_OK;
}

llmrec_status lr_members_take(const llmrec_recommender_parts *parts, size_t least, size_t most, lr_members *members)
{
    lr_members fresh = {0};
    if (parts->recommenders == NULL) return lr_fail(LLMREC_ERR_ARGUMENT, "parts.recommenders is NULL");
    LR_RETURN_IF(lr_option_range("parts.recommender_count", parts->recommender_count, (int64_t)least, (int64_t)most));
    const llmrec_status status = take(parts, &fresh);
    if (status == LLMREC_OK) *members = fresh;
    else lr_members_free(&fresh);
    return status;
}

void lr_members_free(lr_members *members)
{
    for (size_t i = 0; i < members->count; i++) llmrec_recommender_free(members->list[i]);
    members->count = 0;
}

/* --- describing --------------------------------------------------------------------------------------------------- */

static llmrec_status describe(const lr_members *members, lr_builder *json)
{
    for (size_t i = 0; i < members->count; i++) {
        LR_RETURN_IF(lr_builder_format(json, i == 0 ? "\"recommenders\":[" : ","));
        LR_RETURN_IF(lr_recommender_describe(members->list[i], json));
    }
    return lr_builder_add(json, "]", 1);
}

llmrec_status lr_members_recommend(const lr_members *members, const lr_recommender_parts *made,
                                   llmrec_recommender **recommender)
{
    lr_recommender_parts whole = *made;
    lr_builder json = {.context = members->context};
    llmrec_context *context = members->context;
    llmrec_status status = LLMREC_OK;
    whole.items = members->items;
    whole.ids = members->ids;
    LR_TRY(describe(members, &json));
    whole.made_from = json.text;
    status = lr_recommender_make(context, &whole, recommender);
    whole.self = NULL; /* owned by the recommender now, also after an error */
done:
    lr_free(context, json.text);
    if (whole.self != NULL) whole.strategy->free(whole.self);
    return status;
}

/* --- files -------------------------------------------------------------------------------------------------------- */

typedef struct place {
    char name[32];
} place;

static place place_of(size_t index)
{
    place at;
    snprintf(at.name, sizeof at.name, "recommenders.%zu", index);
    return at;
}

llmrec_status lr_members_save(const lr_members *members, const lr_saving *saving)
{
    LR_RETURN_IF(lr_save_integer(saving, "recommenders", (int64_t)members->count));
    for (size_t i = 0; i < members->count; i++)
        LR_RETURN_IF(lr_save_recommender(saving, place_of(i).name, members->list[i]));
    return LLMREC_OK;
}

llmrec_status lr_members_open(const lr_opening *opening, size_t least, size_t most, lr_members *members)
{
    lr_members fresh = {0};
    int64_t count = 0;
    llmrec_status status = LLMREC_OK;
    LR_RETURN_IF(lr_open_integer(opening, "recommenders", (int64_t)least, (int64_t)most, &count));
    for (size_t i = 0; i < (size_t)count; i++) {
        llmrec_recommender *opened = NULL;
        LR_TRY(opening->open(opening, place_of(i).name, &opened));
        add(&fresh, opened);
        llmrec_recommender_free(opened);
    }
    *members = fresh;
    return LLMREC_OK;
done:
    lr_members_free(&fresh);
    return status;
}
