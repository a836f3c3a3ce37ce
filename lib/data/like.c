/* SPDX-License-Identifier: Apache-2.0 */
/* Joins the items of new rows to those of another dataset. */
#include "data/like.h"

#include "core/log.h"
#include "core/memory.h"
#include "data/meeting.h"

typedef struct joined {
    const lr_ids *old, *given;
    const int32_t *added; /* [count - old] index in `given` of each new item */
} joined;

static lr_span joined_at(const void *of, size_t item)
{
    const joined *both = of;
    const size_t old = lr_ids_count(both->old);
    return item < old ? lr_ids_at(both->old, item) : lr_ids_at(both->given, (size_t)both->added[item - old]);
}

llmrec_status lr_rows_number_like(llmrec_context *context, const char *name, const llmrec_dataset *like, lr_rows *rows,
                                  lr_ids **ids)
{
    llmrec_status status = LLMREC_OK;
    joined both = {.old = like->frame->catalog.ids, .given = *ids};
    const size_t old = lr_ids_count(both.old), given = lr_ids_count(both.given);
    size_t count = 0;
    int32_t *number = NULL, *added = NULL;
    lr_ids *fresh = NULL;
    LR_TRY(LR_NEW(context, number, given));
    LR_TRY(LR_NEW(context, added, given));
    for (size_t item = 0; item < given; item++) {
        const lr_span id = lr_ids_at(both.given, item);
        const int64_t known = lr_ids_find(both.old, id.text, id.length);
        number[item] = known >= 0 ? (int32_t)known : (int32_t)(old + count);
        if (known < 0) added[count++] = (int32_t)item;
    }
    LR_CHECK(old + count < INT32_MAX, LLMREC_ERR_SHAPE, "too many items; wanted fewer than 2147483647");
    both.added = added;
    LR_TRY(lr_ids_meet(context, &(lr_meeting){.room = "data",
                                              .from = name,
                                              .name = "dataset of `like`",
                                              .items = both.given,
                                              .others = both.old,
                                              .common = given - count}));
    const bool numbers = lr_ids_are_numbers(both.old) && (count == 0 || lr_ids_are_numbers(both.given));
    LR_TRY(lr_ids_gather(context, (lr_spans){old + count, joined_at, &both}, numbers, NULL, &fresh));
    for (size_t row = 0; row < lr_rows_count(rows); row++) rows->items[row] = number[rows->items[row]];
    rows->item_count = old + count;
    lr_ids_free(*ids);
    *ids = fresh;
done:
    lr_free(context, number);
    lr_free(context, added);
    return status;
}
