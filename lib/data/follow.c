/* SPDX-License-Identifier: Apache-2.0 */
#include "data/follow.h"

#include "core/memory.h"
#include "core/number.h"
#include "core/text.h"
#include "data/sessionize.h"
#include "data/view.h"

enum { NOBODY = -1 };

/* Where the rows of a user end. */
typedef struct tail {
    int32_t session; /* of `base`, the user's last one with rows, or NOBODY */
    int32_t piece;   /* session of `more` that names a user whom `base` does not know */
    int32_t number;  /* of the last session; 0: none yet */
    int64_t last;    /* time of the last row */
} tail;

typedef struct work {
    const llmrec_dataset *base, *more;
    tail *users;      /* [user_count], those of `base` first */
    size_t known;     /* users of `base` */
    int32_t *present; /* users of `base` that have rows */
    size_t present_count;
    lr_ids *names;    /* [present_count] */
    int32_t *of_more; /* user of each user of `more`, or NOBODY so far */
    int32_t *numbers; /* [sessions] */
    lr_rows *rows;
} work;

/* --- users ------------------------------------------------------------------------------------------------------- */

static lr_span session_id(const llmrec_dataset *dataset, size_t session)
{
    return lr_ids_at(dataset->frame->sessions, lr_view_session(dataset, session));
}

/* The user of a session: the id without its number, if histories were cut. */
static lr_span user_id(const llmrec_dataset *dataset, size_t session)
{
    lr_span id = session_id(dataset, session);
    if (dataset->frame->rows.users == NULL) return id;
    while (id.length > 0 && id.text[--id.length] != '/') {
    }
    return id;
}

static lr_span present_at(const void *of, size_t index)
{
    const work *w = of;
    return user_id(w->base, (size_t)w->users[w->present[index]].session);
}

static lr_span name_at(const void *of, size_t user)
{
    const work *w = of;
    const tail *end = &w->users[user];
    return end->session != NOBODY ? user_id(w->base, (size_t)end->session) : user_id(w->more, (size_t)end->piece);
}

static int64_t last_row(const llmrec_dataset *dataset, size_t session)
{
    int64_t row = lr_view_end(dataset, session) - 1;
    while (!lr_view_sees(dataset, row)) row--;
    return row;
}

/* Notes where a session of `base` ends; later sessions of a user come behind. */
static llmrec_status note_end(work *w, size_t session)
{
    const lr_rows *rows = &w->base->frame->rows;
    tail *end = &w->users[rows->users[lr_view_session(w->base, session)]];
    const lr_span id = session_id(w->base, session), user = user_id(w->base, session);
    int64_t number = 0;
    if (user.length == id.length || id.text[user.length] != '/' ||
        !lr_parse_int64(id.text + user.length + 1, id.length - user.length - 1, &number) || number < 1 ||
        number >= INT32_MAX)
        return lr_fail(LLMREC_ERR_SHAPE, "session %s of dataset has no number; wanted one such as \"ana/3\"",
                       lr_quote(id.text, id.length).text);
    *end = (tail){(int32_t)session, NOBODY, (int32_t)number, rows->times[last_row(w->base, session)]};
    return LLMREC_OK;
}

static llmrec_status find_ends(work *w)
{
    for (size_t i = 0; i < w->base->sessions; i++)
        if (lr_view_length(w->base, i) > 0) LR_RETURN_IF(note_end(w, i));
    for (size_t user = 0; user < w->known; user++)
        if (w->users[user].session != NOBODY) w->present[w->present_count++] = (int32_t)user;
    return lr_ids_of(w->base->frame->context, (lr_spans){w->present_count, present_at, w}, "users of dataset",
                     &w->names);
}

/* Returns the user of a session of `more`. */
static size_t user_of(work *w, size_t piece)
{
    const int32_t *users = w->more->frame->rows.users;
    int32_t *user = &w->of_more[users != NULL ? (size_t)users[lr_view_session(w->more, piece)] : piece];
    if (*user == NOBODY) {
        const lr_span id = user_id(w->more, piece);
        const int64_t found = lr_ids_find(w->names, id.text, id.length);
        *user = found >= 0 ? w->present[found] : (int32_t)w->rows->user_count++;
        if (found < 0) w->users[*user].piece = (int32_t)piece;
    }
    return (size_t)*user;
}

/* --- rows -------------------------------------------------------------------------------------------------------- */

static llmrec_status check_order(const work *w, size_t user, int64_t time)
{
    if (w->users[user].number == 0 || time >= w->users[user].last) return LLMREC_OK;
    const lr_span id = name_at(w, user);
    return lr_fail(
        LLMREC_ERR_ARGUMENT,
        "rows has a row of %s at %lld ns, earlier than the last one of dataset, at %lld ns; wanted later rows",
        lr_quote(id.text, id.length).text, (long long)time, (long long)w->users[user].last);
}

/* Appends the rows of a session of `more`; cuts it where a session ends. */
static llmrec_status follow(work *w, size_t piece)
{
    const lr_rows *from = &w->more->frame->rows;
    lr_rows *to = w->rows;
    const size_t user = user_of(w, piece);
    tail *end = &w->users[user];
    int64_t at = to->offsets[to->sessions];
    bool open = false; /* the session is among those of `rows` */
    for (int64_t row = lr_view_begin(w->more, piece); row < lr_view_end(w->more, piece); row++) {
        if (!lr_view_sees(w->more, row)) continue;
        const bool next = end->number == 0 || lr_session_ends(to->gap, end->last, from->times[row]);
        LR_RETURN_IF(check_order(w, user, from->times[row]));
        if (next) end->number++;
        if (next || !open) {
            to->users[to->sessions] = (int32_t)user;
            w->numbers[to->sessions++] = end->number;
        }
        open = true;
        end->last = to->times[at] = from->times[row];
        if (to->parts != NULL) to->parts[at] = from->parts[row];
        to->items[at++] = from->items[row];
        to->offsets[to->sessions] = at;
    }
    return LLMREC_OK;
}

static llmrec_status make_room(work *w)
{
    llmrec_context *context = w->base->frame->context;
    const lr_rows *more = &w->more->frame->rows;
    const size_t users = w->known + w->more->sessions, rows = w->more->rows;
    const size_t of_more = more->users != NULL ? more->user_count : w->more->sessions;
    LR_RETURN_IF(LR_NEW(context, w->users, users));
    LR_RETURN_IF(LR_NEW(context, w->present, w->known));
    LR_RETURN_IF(LR_NEW(context, w->of_more, of_more));
    LR_RETURN_IF(LR_NEW(context, w->numbers, rows));
    LR_RETURN_IF(LR_NEW(context, w->rows->users, rows));
    LR_RETURN_IF(LR_NEW(context, w->rows->items, rows));
    LR_RETURN_IF(LR_NEW(context, w->rows->times, rows));
    if (more->parts != NULL) LR_RETURN_IF(LR_NEW(context, w->rows->parts, rows));
    LR_RETURN_IF(LR_NEW_ZERO(context, w->rows->offsets, rows + 1));
    for (size_t i = 0; i < users; i++) w->users[i] = (tail){.session = NOBODY, .piece = NOBODY};
    for (size_t i = 0; i < of_more; i++) w->of_more[i] = NOBODY;
    return LLMREC_OK;
}

static llmrec_status check(const llmrec_dataset *base, const llmrec_dataset *more)
{
    const lr_rows *old = &base->frame->rows, *given = &more->frame->rows;
    if (given->users != NULL && given->gap != old->gap)
        return lr_fail(LLMREC_ERR_ARGUMENT, "rows has a session_gap of %lld ns; wanted none, or dataset's %lld ns",
                       (long long)given->gap, (long long)old->gap);
    if (old->user_count + more->sessions >= INT32_MAX)
        return lr_fail(LLMREC_ERR_SHAPE, "too many users; wanted fewer than 2147483647");
    return LLMREC_OK;
}

llmrec_status lr_rows_follow(const llmrec_dataset *base, const llmrec_dataset *more, lr_rows *rows, lr_ids **ids)
{
    llmrec_status status = LLMREC_OK;
    llmrec_context *context = base->frame->context;
    work w = {.base = base, .more = more, .known = base->frame->rows.user_count, .rows = rows};
    LR_TRY(check(base, more));
    rows->gap = base->frame->rows.gap;
    rows->user_count = w.known;
    LR_TRY(make_room(&w));
    LR_TRY(find_ends(&w));
    for (size_t i = 0; i < more->sessions; i++) LR_TRY(follow(&w, i));
    LR_TRY(lr_sessions_name(context, (lr_spans){rows->user_count, name_at, &w},
                            &(lr_cut){rows->sessions, rows->users, w.numbers}, ids));
done:
    lr_free(context, w.users);
    lr_free(context, w.present);
    lr_free(context, w.of_more);
    lr_free(context, w.numbers);
    lr_ids_free(w.names);
    return status;
}
