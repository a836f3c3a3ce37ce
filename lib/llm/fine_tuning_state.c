/* SPDX-License-Identifier: Apache-2.0 */
#include "llm/fine_tuning_state.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "core/json.h"
#include "core/memory.h"
#include "core/text.h"

enum { FILE_LIMIT = 1 << 20, NAME_LIMIT = 256, DIGEST_SIZE = 33 };

static llmrec_status no_room(void)
{
    return lr_fail(LLMREC_ERR_MEMORY, "memory: no room for the state of a fine-tuning job");
}

static void write_digest(lr_digest digest, char text[DIGEST_SIZE])
{
    snprintf(text, DIGEST_SIZE, "%016llx%016llx", (unsigned long long)digest.high, (unsigned long long)digest.low);
}

static bool is_name(const char *text)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:";
    const size_t length = text == NULL ? 0 : strlen(text);
    return length > 0 && length <= NAME_LIMIT && strspn(text, letters) == length && text[0] != '.';
}

/* Ids become parts of URLs, so those in the file are checked like those of a server. */
static llmrec_status check_names(const lr_tuning_state *state)
{
    static const char *const members[] = {"training", "validation", "job"};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        const char *text = lr_tuning_state_text(state, members[i]);
        if (json_object_get(state->members, members[i]) != NULL && !is_name(text))
            return lr_fail(LLMREC_ERR_FORMAT, "%s: \"%s\" is %s; wanted an id of the server", state->path, members[i],
                           text == NULL ? "no text" : lr_quote(text, strlen(text)).text);
    }
    return LLMREC_OK;
}

static llmrec_status check(const lr_tuning_state *state, const char *wanted)
{
    const char *found = lr_tuning_state_text(state, "of");
    if (found == NULL) return lr_fail(LLMREC_ERR_FORMAT, "%s: not a state of a fine-tuning job", state->path);
    if (strcmp(found, wanted) == 0) return check_names(state);
    return lr_fail(LLMREC_ERR_SHAPE, "%s: the state is of a job with other examples or options; wanted another file",
                   state->path);
}

llmrec_status lr_tuning_state_open(llmrec_context *context, const char *path, lr_digest digest, lr_tuning_state *state)
{
    char text[DIGEST_SIZE];
    lr_tuning_state fresh = {.context = context, .path = path};
    llmrec_status status = LLMREC_OK;
    write_digest(digest, text);
    if (access(path, F_OK) == 0 || errno != ENOENT) {
        LR_TRY(lr_json_read(context, path, FILE_LIMIT, &fresh.members));
        LR_TRY(check(&fresh, text));
    } else {
        fresh.members = json_pack("{s:s}", "of", text);
        LR_CHECK(fresh.members != NULL, LLMREC_ERR_MEMORY, "memory: no room for the state of a fine-tuning job");
    }
    *state = fresh;
    fresh.members = NULL;
done:
    json_decref(fresh.members);
    return status;
}

void lr_tuning_state_close(lr_tuning_state *state)
{
    json_decref(state->members);
    state->members = NULL;
}

const char *lr_tuning_state_text(const lr_tuning_state *state, const char *name)
{
    return json_string_value(json_object_get(state->members, name));
}

static int add_piece(const char *bytes, size_t size, void *builder)
{
    return lr_builder_add(builder, bytes, size) == LLMREC_OK ? 0 : -1;
}

llmrec_status lr_tuning_state_set(lr_tuning_state *state, const char *name, const char *text)
{
    lr_builder file = {.context = state->context};
    llmrec_status status = LLMREC_OK;
    if (json_object_set_new(state->members, name, json_string(text)) != 0) return no_room();
    if (json_dump_callback(state->members, add_piece, &file, JSON_INDENT(2)) != 0) status = no_room();
    if (status == LLMREC_OK) status = lr_builder_add(&file, "\n", 1);
    if (status == LLMREC_OK) status = lr_file_write(state->context, state->path, file.text, file.length);
    lr_free(state->context, file.text);
    return status;
}

llmrec_status lr_tuning_name(const json_t *answer, const char *member, const char **name)
{
    const char *text = json_string_value(json_object_get(answer, member));
    if (!is_name(text))
        return lr_fail(LLMREC_ERR_FORMAT, "the answer's %s is %s; wanted an id of letters, digits and -_.:", member,
                       text == NULL ? "missing" : lr_quote(text, strlen(text)).text);
    *name = text;
    return LLMREC_OK;
}
