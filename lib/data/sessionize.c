/* SPDX-License-Identifier: Apache-2.0 */
/* Cuts the histories of users into sessions at long gaps, or at the end of a day. */
#include "data/sessionize.h"

#include <stdio.h>
#include <string.h>

#include "core/log.h"
#include "core/memory.h"
#include "data/duration.h"

enum { SUFFIX = 24 /* size of "/" and a number, NUL included */ };

static int64_t day_of(int64_t time)
{
    const int64_t day = INT64_C(86400000000000);
    return time / day - (time % day < 0);
}

bool lr_session_ends(int64_t gap, int64_t before, int64_t after)
{
    if (gap == 0) return day_of(before) != day_of(after);
    return (uint64_t)after - (uint64_t)before > (uint64_t)gap;
}

static size_t count_sessions(const lr_rows *rows, int64_t gap)
{
    size_t count = rows->sessions;
    for (size_t user = 0; user < rows->sessions; user++)
        for (int64_t row = rows->offsets[user] + 1; row < rows->offsets[user + 1]; row++)
            count += lr_session_ends(gap, rows->times[row - 1], rows->times[row]);
    return count;
}

/* Fills the offsets, users and numbers of the sessions. */
static void cut(const lr_rows *rows, int64_t gap, int64_t *offsets, int32_t *users, int32_t *numbers)
{
    size_t session = 0;
    for (size_t user = 0; user < rows->sessions; user++) {
        int32_t number = 0;
        for (int64_t row = rows->offsets[user]; row < rows->offsets[user + 1]; row++) {
            const bool first = row == rows->offsets[user];
            if (!first && !lr_session_ends(gap, rows->times[row - 1], rows->times[row])) continue;
            users[session] = (int32_t)user;
            numbers[session] = ++number;
            offsets[session++] = row;
        }
    }
    offsets[session] = (int64_t)lr_rows_count(rows);
}

/* --- names --------------------------------------------------------------------------------------------------- */

typedef struct names {
    const char *bytes;
    const size_t *offsets; /* [sessions+1] */
} names;

static lr_span name_at(const void *of, size_t session)
{
    const names *all = of;
    return (lr_span){all->bytes + all->offsets[session], all->offsets[session + 1] - all->offsets[session]};
}

static size_t id_bytes(lr_spans users, const lr_cut *cut)
{
    size_t bytes = cut->sessions * SUFFIX;
    for (size_t i = 0; i < cut->sessions; i++) bytes += users.at(users.of, (size_t)cut->users[i]).length;
    return bytes;
}

llmrec_status lr_sessions_name(llmrec_context *context, lr_spans users, const lr_cut *cut, lr_ids **ids)
{
    llmrec_status status = LLMREC_OK;
    char *bytes = NULL;
    size_t *offsets = NULL;
    LR_TRY(LR_NEW(context, bytes, id_bytes(users, cut)));
    LR_TRY(LR_NEW(context, offsets, cut->sessions + 1));
    offsets[0] = 0;
    for (size_t i = 0; i < cut->sessions; i++) {
        const lr_span id = users.at(users.of, (size_t)cut->users[i]);
        char *text = bytes + offsets[i];
        memcpy(text, id.text, id.length);
        offsets[i + 1] =
            offsets[i] + id.length + (size_t)snprintf(text + id.length, SUFFIX, "/%ld", (long)cut->numbers[i]);
    }
    const names all = {bytes, offsets};
    LR_TRY(lr_ids_gather(context, (lr_spans){cut->sessions, name_at, &all}, false, NULL, ids));
done:
    lr_free(context, bytes);
    lr_free(context, offsets);
    return status;
}

llmrec_status lr_rows_sessionize(llmrec_context *context, const llmrec_dataset_options *options, lr_rows *rows,
                                 lr_ids **ids)
{
    llmrec_status status = LLMREC_OK;
    int64_t gap = 0;
    int64_t *offsets = NULL;
    int32_t *users = NULL, *numbers = NULL;
    lr_ids *fresh = NULL;
    if (options->session_gap == NULL) return LLMREC_OK;
    if (strcmp(options->session_gap, "day") != 0)
        LR_RETURN_IF(lr_duration_read("session_gap", options->session_gap, &gap));
    if (rows->times == NULL)
        return lr_fail(LLMREC_ERR_ARGUMENT, "session_gap is \"%s\"; wanted rows with times", options->session_gap);
    const size_t sessions = count_sessions(rows, gap);
    LR_CHECK(sessions < INT32_MAX, LLMREC_ERR_SHAPE, "too many sessions; wanted fewer than 2147483647");
    LR_TRY(LR_NEW(context, offsets, sessions + 1));
    LR_TRY(LR_NEW(context, users, sessions));
    LR_TRY(LR_NEW(context, numbers, sessions));
    cut(rows, gap, offsets, users, numbers);
    LR_TRY(lr_sessions_name(context, (lr_spans){rows->sessions, lr_ids_at, *ids}, &(lr_cut){sessions, users, numbers},
                            &fresh));
    lr_ids_free(*ids);
    *ids = fresh;
    lr_log(context, LLMREC_LOG_INFO, "data", "cut %zu histories into %zu sessions (session_gap %s)", rows->sessions,
           sessions, options->session_gap);
    lr_free(context, rows->offsets);
    rows->offsets = offsets;
    rows->users = users;
    rows->gap = gap;
    rows->user_count = rows->sessions;
    rows->sessions = sessions;
    offsets = NULL;
    users = NULL;
done:
    lr_free(context, offsets);
    lr_free(context, users);
    lr_free(context, numbers);
    return status;
}
