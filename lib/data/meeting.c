/* SPDX-License-Identifier: Apache-2.0 */
/* Tells how the ids of two sides meet. */
#include "data/meeting.h"

#include <stdio.h>
#include <string.h>

#include "core/log.h"
#include "core/memory.h"
#include "core/text.h"
#include "data/fields.h"

enum { EXAMPLES = 3, TRIED = 16, LOOKED_AT = 1000 };

typedef struct file_name {
    char text[LR_QUOTE_SIZE + 1];
} file_name;

static lr_quoted quote_id(const lr_ids *ids, size_t index)
{
    const lr_span id = lr_ids_at(ids, index);
    return lr_quote(id.text, id.length);
}

static const char *from_of(const lr_meeting *m)
{
    return m->from != NULL ? m->from : "the interactions";
}

/* A blank and the quoted name of the other side's file, or nothing. */
static file_name file_of(const lr_meeting *m)
{
    file_name file = {""};
    if (m->path != NULL) snprintf(file.text, sizeof file.text, " %s", lr_quote_file(m->path).text);
    return file;
}

/* --- no id in common ------------------------------------------------------------------------------------------- */

typedef struct integer {
    char digits[LR_INTEGER_SIZE];
    lr_span id;
} integer;

static bool read_integer(const lr_ids *ids, size_t index, integer *out)
{
    out->id = lr_ids_at(ids, index);
    return lr_integer_id(&out->id, out->digits) == NULL;
}

/* Finds one of the first items that is on the other side if ids are integers. */
static bool find_integers(const lr_meeting *m, size_t pair[2])
{
    integer tried[TRIED], other;
    bool usable[TRIED];
    const size_t count = lr_ids_count(m->items), tries = count < TRIED ? count : TRIED;
    for (size_t i = 0; i < tries; i++) usable[i] = read_integer(m->items, i, &tried[i]);
    for (pair[1] = 0; pair[1] < lr_ids_count(m->others); pair[1]++) {
        if (!read_integer(m->others, pair[1], &other)) continue;
        for (pair[0] = 0; pair[0] < tries; pair[0]++) {
            const lr_span id = tried[pair[0]].id;
            if (usable[pair[0]] && id.length == other.id.length && memcmp(id.text, other.id.text, id.length) == 0)
                return true;
        }
    }
    return false;
}

/* True if the other side has one of the first sessions. */
static bool has_sessions(const lr_meeting *m)
{
    const size_t count = m->sessions != NULL ? lr_ids_count(m->sessions) : 0;
    for (size_t i = 0; i < count && i < LOOKED_AT; i++) {
        const lr_span id = lr_ids_at(m->sessions, i);
        if (lr_ids_find(m->others, id.text, id.length) >= 0) return true;
    }
    return false;
}

static llmrec_status refuse(const lr_meeting *m)
{
    char advice[160] = "";
    size_t pair[2] = {0, 0};
    if (find_integers(m, pair)) snprintf(advice, sizeof advice, "; ids=integer makes them one");
    else {
        pair[0] = pair[1] = 0;
        if (has_sessions(m))
            snprintf(advice, sizeof advice, "; it has the session ids: are session_column and item_column swapped?");
        else if (m->column != NULL)
            snprintf(advice, sizeof advice, "; its column %s has them (items_id_column)",
                     lr_quote(m->column, strlen(m->column)).text);
    }
    return lr_fail(LLMREC_ERR_SHAPE, "no item of %s is in the %s%s: %s here, %s there%s", from_of(m), m->name,
                   file_of(m).text, quote_id(m->items, pair[0]).text, quote_id(m->others, pair[1]).text, advice);
}

/* --- some ids in common ---------------------------------------------------------------------------------------- */

static bool item_is_there(const lr_meeting *m, size_t item)
{
    const lr_span id = lr_ids_at(m->items, item);
    return m->row_of != NULL ? m->row_of[item] >= 0 : lr_ids_find(m->others, id.text, id.length) >= 0;
}

static bool other_is_here(const lr_meeting *m, size_t other)
{
    integer number;
    const bool integers = m->row_of != NULL && lr_ids_are_numbers(m->items);
    if (!integers || !read_integer(m->others, other, &number)) number.id = lr_ids_at(m->others, other);
    return lr_ids_find(m->items, number.id.text, number.id.length) >= 0;
}

/* Appends up to three ids of one side that the other one lacks. */
static llmrec_status add_examples(const lr_meeting *m, bool others, lr_builder *text)
{
    const lr_ids *from = others ? m->others : m->items;
    size_t named = 0;
    for (size_t i = 0; i < lr_ids_count(from) && named < EXAMPLES; i++) {
        if (others ? other_is_here(m, i) : item_is_there(m, i)) continue;
        const char *before = named++ > 0 ? ", " : others ? "; only there: " : "; not there: ";
        LR_RETURN_IF(lr_builder_format(text, "%s%s", before, quote_id(from, i).text));
    }
    return LLMREC_OK;
}

llmrec_status lr_ids_meet(llmrec_context *context, const lr_meeting *meeting)
{
    llmrec_status status = LLMREC_OK;
    const lr_meeting *m = meeting;
    const size_t items = lr_ids_count(m->items), others = lr_ids_count(m->others);
    lr_builder text = {.context = context};
    if (m->common == items) return LLMREC_OK;
    if (m->common == 0 && others > 0) return refuse(m);
    LR_TRY(lr_builder_format(&text, "%zu of %zu items of %s (%.3g%%) are in the %s%s", m->common, items, from_of(m),
                             100.0 * (double)m->common / (double)items, m->name, file_of(m).text));
    LR_TRY(add_examples(m, false, &text));
    LR_TRY(add_examples(m, true, &text));
    lr_log(context, LLMREC_LOG_WARNING, m->room, "%s", text.text);
done:
    lr_free(context, text.text);
    return status;
}
