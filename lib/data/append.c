/* SPDX-License-Identifier: Apache-2.0 */
/* Joins two datasets: ids, texts and rows. */
#include "data/append.h"

#include <string.h>

#include "core/log.h"
#include "core/memory.h"
#include "data/follow.h"
#include "data/view.h"

/* Ids of both: those of `base`, then those that only `more` has. */
typedef struct union_ids {
    size_t count;
    int32_t *number; /* [ids of more] index among all */
    int32_t *added;  /* [count - ids of base] index in `more` */
    lr_spans base, more;
} union_ids;

static lr_span session_at(const void *of, size_t session)
{
    const llmrec_dataset *dataset = of;
    return lr_ids_at(dataset->frame->sessions, lr_view_session(dataset, session));
}

static lr_span both_at(const void *of, size_t index)
{
    const union_ids *all = of;
    if (index < all->base.count) return all->base.at(all->base.of, index);
    return all->more.at(all->more.of, (size_t)all->added[index - all->base.count]);
}

static void clear_union(llmrec_context *context, union_ids *all)
{
    lr_free(context, all->number);
    lr_free(context, all->added);
}

typedef int64_t (*find_fn)(const llmrec_dataset *dataset, const char *id, size_t length);

static llmrec_status unite(const llmrec_dataset *base, find_fn find, union_ids *all)
{
    llmrec_context *context = base->frame->context;
    LR_RETURN_IF(LR_NEW(context, all->number, all->more.count));
    LR_RETURN_IF(LR_NEW(context, all->added, all->more.count));
    all->count = all->base.count;
    for (size_t i = 0; i < all->more.count; i++) {
        const lr_span id = all->more.at(all->more.of, i);
        const int64_t known = find(base, id.text, id.length);
        all->number[i] = (int32_t)(known >= 0 ? (size_t)known : all->count);
        if (known < 0) all->added[all->count++ - all->base.count] = (int32_t)i;
    }
    return LLMREC_OK;
}

/* --- texts --------------------------------------------------------------------------------------------------- */

/* A column of both catalogs. `of_more` is NULL if `more` lacks the column. */
typedef struct column {
    const union_ids *items;
    const lr_texts *of_base, *of_more;
} column;

/* The text in `base`; for a new item, or where that is empty, the one in `more`. */
static lr_span text_at(const void *of, size_t item)
{
    const column *texts = of;
    const size_t base = texts->items->base.count;
    if (item >= base) {
        if (texts->of_more == NULL) return (lr_span){"", 0};
        return lr_texts_at(texts->of_more, (size_t)texts->items->added[item - base]);
    }
    return lr_texts_at(texts->of_base, item);
}

static llmrec_status join_texts(llmrec_context *context, const lr_catalog *base, const lr_catalog *more,
                                const union_ids *items, lr_catalog *catalog)
{
    LR_RETURN_IF(lr_catalog_add_columns(context, catalog, base->columns));
    for (size_t i = 0; i < base->columns; i++) {
        const int64_t at = lr_catalog_find(more, base->names[i]);
        const column texts = {items, &base->texts[i], at >= 0 ? &more->texts[at] : NULL};
        LR_RETURN_IF(lr_copy_text(context, base->names[i], strlen(base->names[i]), &catalog->names[i]));
        LR_RETURN_IF(lr_texts_gather(context, (lr_spans){items->count, text_at, &texts}, &catalog->texts[i]));
    }
    lr_catalog_find_title(catalog);
    lr_catalog_share_titles(catalog);
    return LLMREC_OK;
}

static llmrec_status join_catalogs(const llmrec_dataset *base, const llmrec_dataset *more, const union_ids *items,
                                   lr_catalog *catalog)
{
    llmrec_context *context = base->frame->context;
    const lr_catalog *old = &base->frame->catalog, *given = &more->frame->catalog;
    const bool numbers =
        lr_ids_are_numbers(old->ids) && (items->count == items->base.count || lr_ids_are_numbers(given->ids));
    catalog->title = -1;
    LR_RETURN_IF(lr_ids_gather(context, (lr_spans){items->count, both_at, items}, numbers, NULL, &catalog->ids));
    return join_texts(context, old, given, items, catalog);
}

/* --- rows ---------------------------------------------------------------------------------------------------- */

static void count_rows(const llmrec_dataset *from, const int32_t *number, int64_t *offsets)
{
    for (size_t i = 0; i < from->sessions; i++)
        offsets[(number != NULL ? (size_t)number[i] : i) + 1] += (int64_t)lr_view_length(from, i);
}

/* Takes the time and the part of a row; the part is -1 where only the other dataset has parts. */
static void take_row(const lr_rows *source, int64_t row, lr_rows *rows, int64_t at)
{
    if (rows->times != NULL) rows->times[at] = source->times[row];
    if (rows->parts != NULL) rows->parts[at] = source->parts != NULL ? source->parts[row] : -1;
}

/* Copies the visible rows of a session to the row `at` and those after it. */
static int64_t copy_rows(const llmrec_dataset *from, size_t session, int64_t at, lr_rows *rows)
{
    const lr_rows *source = &from->frame->rows;
    for (int64_t row = lr_view_begin(from, session); row < lr_view_end(from, session); row++) {
        if (!lr_view_sees(from, row)) continue;
        rows->items[at] = source->items[row];
        take_row(source, row, rows, at++);
    }
    return at;
}

/* Merges the visible rows of a session into the rows [begin, end) that its place already has, from the last
 * backwards. */
static void merge_rows(const llmrec_dataset *from, size_t session, const int32_t *number, int64_t begin, int64_t end,
                       lr_rows *rows)
{
    const lr_rows *source = &from->frame->rows;
    int64_t to = end + (int64_t)lr_view_length(from, session);
    for (int64_t row = lr_view_end(from, session) - 1; row >= lr_view_begin(from, session); row--) {
        if (!lr_view_sees(from, row)) continue;
        for (; rows->times != NULL && end > begin && rows->times[end - 1] > source->times[row]; end--) {
            rows->items[--to] = rows->items[end - 1];
            take_row(rows, end - 1, rows, to);
        }
        rows->items[--to] = number[source->items[row]];
        take_row(source, row, rows, to);
    }
}

static llmrec_status join_rows(const llmrec_dataset *base, const llmrec_dataset *more, const union_ids *sessions,
                               const union_ids *items, lr_rows *rows)
{
    llmrec_status status = LLMREC_OK;
    llmrec_context *context = base->frame->context;
    const bool timed = (base->rows > 0 ? base : more)->frame->rows.times != NULL;
    const bool parted = base->frame->rows.parts != NULL || more->frame->rows.parts != NULL;
    int64_t *ends = NULL; /* [sessions] after the rows of `base` */
    rows->sessions = sessions->count;
    rows->item_count = items->count;
    rows->unit = (base->rows > 0 ? base : more)->frame->rows.unit;
    LR_TRY(LR_NEW_ZERO(context, rows->offsets, sessions->count + 1));
    count_rows(base, NULL, rows->offsets);
    count_rows(more, sessions->number, rows->offsets);
    for (size_t i = 0; i < sessions->count; i++) rows->offsets[i + 1] += rows->offsets[i];
    LR_TRY(LR_NEW(context, rows->items, base->rows + more->rows));
    if (timed) LR_TRY(LR_NEW(context, rows->times, base->rows + more->rows));
    if (parted) LR_TRY(LR_NEW(context, rows->parts, base->rows + more->rows));
    LR_TRY(LR_NEW(context, ends, sessions->count + 1));
    memcpy(ends, rows->offsets, (sessions->count + 1) * sizeof *ends);
    for (size_t i = 0; i < base->sessions; i++) ends[i] = copy_rows(base, i, ends[i], rows);
    for (size_t i = 0; i < more->sessions; i++) {
        const size_t session = (size_t)sessions->number[i];
        merge_rows(more, i, items->number, rows->offsets[session], ends[session], rows);
    }
done:
    lr_free(context, ends);
    return status;
}

/* --- both together ------------------------------------------------------------------------------------------- */

static llmrec_status check(const llmrec_dataset *base, const llmrec_dataset *more)
{
    const lr_rows *old = &base->frame->rows, *given = &more->frame->rows;
    if (old->users == NULL && given->users != NULL)
        return lr_fail(LLMREC_ERR_UNSUPPORTED,
                       "rows was read with session_gap, dataset was not; wanted whole histories");
    if ((base->rows > 0 || old->users != NULL) && more->rows > 0 && (old->times == NULL) != (given->times == NULL))
        return lr_fail(LLMREC_ERR_ARGUMENT, "rows has %s times; wanted the same as dataset, which has %s",
                       given->times == NULL ? "no" : "its", old->times == NULL ? "none" : "some");
    return LLMREC_OK;
}

/* Users of the joined sessions; `more` was cut to follow `base`. */
static llmrec_status join_users(const llmrec_dataset *base, const llmrec_dataset *more, const union_ids *sessions,
                                lr_rows *rows)
{
    const lr_rows *old = &base->frame->rows, *given = &more->frame->rows;
    if (old->users == NULL) return LLMREC_OK;
    LR_RETURN_IF(LR_NEW(base->frame->context, rows->users, sessions->count));
    for (size_t i = 0; i < sessions->count; i++)
        rows->users[i] = i < base->sessions ? old->users[lr_view_session(base, i)]
                                            : given->users[sessions->added[i - base->sessions]];
    rows->user_count = given->user_count;
    rows->gap = given->gap;
    return LLMREC_OK;
}

static llmrec_status join(const llmrec_dataset *base, const llmrec_dataset *more, lr_frame *plan,
                          llmrec_dataset **joined)
{
    llmrec_status status = LLMREC_OK;
    llmrec_context *context = base->frame->context;
    const lr_ids *old = base->frame->catalog.ids, *given = more->frame->catalog.ids;
    union_ids sessions = {.base = {base->sessions, session_at, base}, .more = {more->sessions, session_at, more}};
    union_ids items = {.base = {lr_ids_count(old), lr_ids_at, old}, .more = {lr_ids_count(given), lr_ids_at, given}};
    LR_TRY(unite(base, llmrec_dataset_find_session, &sessions));
    LR_TRY(unite(base, llmrec_dataset_find_item, &items));
    LR_CHECK(sessions.count < INT32_MAX && items.count < INT32_MAX, LLMREC_ERR_SHAPE,
             "too many sessions or items; wanted fewer than 2147483647");
    const bool numbers = lr_ids_are_numbers(base->frame->sessions) &&
                         (sessions.count == sessions.base.count || lr_ids_are_numbers(more->frame->sessions));
    LR_TRY(lr_ids_gather(context, (lr_spans){sessions.count, both_at, &sessions}, numbers, NULL, &plan->sessions));
    LR_TRY(join_catalogs(base, more, &items, &plan->catalog));
    LR_TRY(join_rows(base, more, &sessions, &items, &plan->rows));
    LR_TRY(join_users(base, more, &sessions, &plan->rows));
    LR_TRY(lr_frame_adopt(context, plan, joined));
    lr_log(context, LLMREC_LOG_INFO, "data", "%zu rows added: %zu new sessions, %zu new items", more->rows,
           sessions.count - sessions.base.count, items.count - items.base.count);
done:
    clear_union(context, &sessions);
    clear_union(context, &items);
    return status;
}

llmrec_status lr_dataset_join(const llmrec_dataset *base, const llmrec_dataset *more, llmrec_dataset **joined)
{
    llmrec_status status = LLMREC_OK;
    llmrec_context *context = base->frame->context;
    lr_frame plan = {.input_rows = base->frame->input_rows + more->frame->input_rows,
                     .dropped = base->frame->dropped + more->frame->dropped,
                     .missing = base->frame->missing + more->frame->missing,
                     .options = base->frame->options};
    lr_frame frame = {.context = context, .catalog = more->frame->catalog}; /* of `more`, cut into other sessions */
    LR_TRY(check(base, more));
    if (base->frame->rows.users == NULL) LR_TRY(join(base, more, &plan, joined));
    else {
        LR_TRY(lr_rows_follow(base, more, &frame.rows, &frame.sessions));
        const llmrec_dataset cut = {.frame = &frame, .sessions = frame.rows.sessions, .rows = more->rows};
        LR_TRY(join(base, &cut, &plan, joined));
    }
done:
    lr_rows_free(context, &frame.rows);
    lr_ids_free(frame.sessions);
    lr_frame_clear(context, &plan);
    return status;
}
