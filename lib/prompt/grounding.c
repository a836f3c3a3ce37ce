/* SPDX-License-Identifier: Apache-2.0 */
/* Implements prompt/grounding.h: finds the items that a model's text names. */
#include "prompt/grounding.h"

#include <string.h>

#include "core/memory.h"

bool lr_list_has(const lr_list *list, int32_t item)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i] == item) return true;
    return false;
}

bool lr_list_put(lr_list *list, int32_t item, int how)
{
    const bool known = lr_list_has(list, item);
    if (!known && !list->allowed(list->user, item)) how = LR_GROUNDED_FILTERED;
    else if (known) how = LR_GROUNDED_DUPLICATE;
    else if (list->count == list->room) return false;
    else list->items[list->count++] = item;
    list->counts[how]++;
    return !known && how != LR_GROUNDED_FILTERED;
}

void lr_list_backfill(lr_list *list, const int32_t *items, size_t count)
{
    for (size_t i = 0; i < count && list->count < list->room; i++)
        if (!lr_list_has(list, items[i])) lr_list_put(list, items[i], LR_GROUNDED_BACKFILLED);
}

/* --- in a menu ------------------------------------------------------------------------------------------------ */

static lr_span shown(const lr_menu *menu, size_t place)
{
    return lr_texts_at(&menu->names->shown, (size_t)menu->items[place]);
}

static lr_span folded(const lr_menu *menu, size_t place)
{
    return lr_texts_at(&menu->names->folded, (size_t)menu->items[place]);
}

static bool same(lr_span a, lr_span b)
{
    return a.length == b.length && memcmp(a.text, b.text, a.length) == 0;
}

/* The place of the first unchosen menu entry whose folded name is `name`, else of the first chosen one; -1: none. */
static int32_t place_of_name(const lr_menu *menu, lr_span name)
{
    int32_t used = -1;
    for (size_t i = 0; i < menu->count; i++) {
        if (!same(folded(menu, i), name)) continue;
        if (!menu->chosen[i]) return (int32_t)i;
        if (used < 0) used = (int32_t)i;
    }
    return used;
}

/* The place of the most similar unchosen name, if it is similar enough. */
static llmrec_status likest(const lr_menu *menu, lr_span name, int32_t *place)
{
    double best = menu->matching.least, value = 0;
    *place = -1;
    for (size_t i = 0; i < menu->count; i++) {
        if (menu->chosen[i]) continue;
        LR_RETURN_IF(lr_likeness_of(menu->likeness, name, folded(menu, i), best, &value));
        if (value < best || (value == best && *place >= 0)) continue;
        best = value;
        *place = (int32_t)i;
    }
    return LLMREC_OK;
}

/* LLMRank's rule: the first candidate that matches the line; if it is already chosen, the line is ignored. */
static llmrec_status first_match(const lr_menu *menu, lr_span line, int32_t *place)
{
    bool match = false;
    *place = -1;
    for (size_t i = 0; i < menu->count && !match; i++) {
        LR_RETURN_IF(lr_likeness_llmrank(menu->likeness, line, shown(menu, i), &match));
        if (match) *place = (int32_t)i;
    }
    return LLMREC_OK;
}

/* Finds an entry by name: the whole entry, or the text after a label. */
static llmrec_status find_name(const lr_menu *menu, lr_span text, int32_t *place, int *how)
{
    lr_builder name = {.context = menu->likeness->context};
    llmrec_status status = LLMREC_OK;
    LR_TRY(lr_name_fold(&name, text.text, text.length));
    const lr_span wanted = {name.text, name.length};
    *how = LR_GROUNDED_EXACT;
    *place = name.length == 0 ? -1 : place_of_name(menu, wanted);
    if (*place >= 0 || name.length == 0) goto done;
    *how = LR_GROUNDED_FUZZY;
    LR_TRY(likest(menu, wanted, place));
done:
    lr_free(name.context, name.text);
    return status;
}

llmrec_status lr_ground_in_menu(const lr_menu *menu, const lr_listing *reply, size_t entry, int32_t *place, int *how)
{
    const int32_t label = reply->entries[entry].label;
    const lr_span text = lr_listing_text(reply, entry), name = lr_listing_name(reply, entry);
    *place = -1;
    if (menu->matching.parity) {
        *how = LR_GROUNDED_EXACT;
        if (text.length > 0) LR_RETURN_IF(first_match(menu, text, place));
    } else if (label < 0 || name.length > 0) LR_RETURN_IF(find_name(menu, text, place, how));
    /* "A Bug's Life" begins like a label but is a name; any other label counts, whatever text follows it */
    if (label >= 0 && !menu->matching.parity && (*place < 0 || *how != LR_GROUNDED_EXACT)) {
        *place = (size_t)label < menu->count ? label : -1;
        *how = LR_GROUNDED_EXACT;
    }
    if (*place < 0) *how = LR_GROUNDED_HALLUCINATED;
    else if (menu->chosen[*place]) {
        *how = LR_GROUNDED_DUPLICATE;
        *place = -1;
    } else menu->chosen[*place] = true;
    return LLMREC_OK;
}

/* --- in the catalog ----------------------------------------------------------------------------------------- */

llmrec_status lr_ground_in_catalog(const lr_names *names, const lr_list *list, lr_span text, int32_t *item)
{
    lr_builder name = {.context = names->context};
    lr_name_walk walk = {0};
    llmrec_status status = LLMREC_OK;
    LR_TRY(lr_name_fold(&name, text.text, text.length));
    *item = -1;
    for (int32_t found; (found = lr_names_find(names, (lr_span){name.text, name.length}, &walk)) >= 0;) {
        if (*item < 0) *item = found;
        if (lr_list_has(list, found) || !list->allowed(list->user, found)) continue;
        *item = found;
        break;
    }
done:
    lr_free(name.context, name.text);
    return status;
}

static bool is_generated(const lr_generated *generated, size_t count, int32_t item)
{
    for (size_t i = 0; i < count; i++)
        if (generated[i].item == item) return true;
    return false;
}

/* The items collected so far: the list, and the items that replace unknown names, which follow it. */
typedef struct standing {
    const lr_generated *generated;
    size_t count;
    const lr_list *list;
    lr_list later;
} standing;

/* Whether an item is allowed, and is neither in the list, nor a replacement, nor a named item. */
static bool may_stand_in(const standing *s, int32_t item)
{
    return !lr_list_has(s->list, item) && !lr_list_has(&s->later, item) && s->list->allowed(s->list->user, item) &&
           !is_generated(s->generated, s->count, item);
}

static void stand_in(standing *s, const lr_generated *name, size_t wanted)
{
    for (size_t i = 0; i < name->near_count && wanted > 0 && s->later.count < s->later.room; i++) {
        if (!may_stand_in(s, name->near[i])) continue;
        s->later.items[s->later.count++] = name->near[i];
        wanted--;
    }
}

void lr_ground_generated(const lr_generated *generated, size_t count, int32_t *spare, lr_list *list)
{
    standing s = {generated, count, list, {.items = spare, .room = list->room}};
    for (size_t i = 0; i < count; i++) {
        const bool exists = generated[i].item >= 0;
        const size_t rest = generated[i].times - exists;
        list->counts[exists ? LR_GROUNDED_DUPLICATE : LR_GROUNDED_HALLUCINATED] += (int64_t)rest;
        if (exists) lr_list_put(list, generated[i].item, LR_GROUNDED_EXACT);
        stand_in(&s, &generated[i], rest);
    }
    for (size_t i = 0; i < s.later.count; i++) lr_list_put(list, s.later.items[i], LR_GROUNDED_NEAREST);
}
