/* SPDX-License-Identifier: Apache-2.0 */
/* Public functions of llmrec/fine_tuning.h. */
#include "llmrec/fine_tuning.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/context.h"
#include "core/description.h"
#include "core/file.h"
#include "core/log.h"
#include "core/memory.h"
#include "llm/llm_options.h"
#include "llm/ask.h"
#include "llm/fine_tuning_state.h"

static const char JOBS[] = "/fine_tuning/jobs/";
static const uint64_t KIND = 0x6c6c6d72656603; /* of hashes of examples and options */

struct llmrec_fine_tuning {
    llmrec_context *context;
    lr_endpoint *endpoint;
    char *path;     /* path of the job's URL */
    json_t *latest; /* latest answer; the texts of an info point into it */
};

/* --- starting ---------------------------------------------------------------------------------------------------- */

/* State of starting a job. */
typedef struct start {
    llmrec_context *context;
    lr_endpoint *endpoint;
    llmrec_fine_tuning_options options;
    lr_tuning_state state;
} start;

static llmrec_status read_paths(const llmrec_fine_tuning_options *given, llmrec_fine_tuning_options *options)
{
    LR_RETURN_IF(lr_options_read(&lr_fine_tuning_options, given, options));
    if (options->training != NULL && options->state != NULL) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_ARGUMENT, "%s is NULL; wanted a path", options->training == NULL ? "training" : "state");
}

static llmrec_status digest_file(const start *s, const char *path, lr_digest *digest)
{
    char *bytes = NULL;
    size_t size = 0;
    LR_RETURN_IF(lr_file_read(s->context, path, (size_t)s->options.upload_limit, &bytes, &size));
    *digest = lr_digest_of(bytes, size, KIND);
    lr_free(s->context, bytes);
    return size > 0 ? LLMREC_OK : lr_fail(LLMREC_ERR_FORMAT, "%s: the file is empty; wanted JSON lines", path);
}

/* Hashes everything that distinguishes two jobs. */
static llmrec_status digest_all(const start *s, lr_digest *digest)
{
    const llmrec_fine_tuning_options *o = &s->options;
    lr_digest files[2] = {{0, 0}, {0, 0}};
    lr_builder text = {.context = s->context};
    llmrec_status status = LLMREC_OK;
    LR_TRY(digest_file(s, o->training, &files[0]));
    if (o->validation != NULL) LR_TRY(digest_file(s, o->validation, &files[1]));
    LR_TRY(lr_builder_add(&text, (const char *)files, sizeof files));
    LR_TRY(lr_body_begin(s->endpoint, &text));
    LR_TRY(lr_body_end(s->endpoint, &text));
    LR_TRY(lr_builder_format(&text, "%lld %lld %s", (long long)o->epochs, (long long)o->seed,
                             o->suffix == NULL ? "" : o->suffix));
    *digest = lr_digest_of(text.text, text.length, KIND);
done:
    lr_free(s->context, text.text);
    return status;
}

/* Builds a form of two parts. The boundary is a hash of the file, so no part contains it. */
static llmrec_status make_form(const start *s, const char *path, lr_builder *form, char boundary[48])
{
    char *bytes = NULL;
    size_t size = 0;
    LR_RETURN_IF(lr_file_read(s->context, path, (size_t)s->options.upload_limit, &bytes, &size));
    const lr_digest digest = lr_digest_of(bytes, size, KIND + 1);
    snprintf(boundary, 48, "llmrec-%016llx%016llx", (unsigned long long)digest.high, (unsigned long long)digest.low);
    llmrec_status status = lr_builder_format(form,
                                             "--%s\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nfine-tune"
                                             "\r\n--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\""
                                             "examples.jsonl\"\r\nContent-Type: application/jsonl\r\n\r\n",
                                             boundary, boundary);
    if (status == LLMREC_OK) status = lr_builder_add(form, bytes, size);
    if (status == LLMREC_OK) status = lr_builder_format(form, "\r\n--%s--\r\n", boundary);
    lr_free(s->context, bytes);
    return status;
}

/* Uploads a file. The server answers with the file's id. Stores this id in the state, as the member `member`. */
static llmrec_status upload(start *s, const char *path, const char *member)
{
    lr_builder form = {.context = s->context};
    char boundary[48], type[96];
    json_t *answer = NULL;
    const char *name = NULL;
    llmrec_status status = LLMREC_OK;
    if (path == NULL || lr_tuning_state_text(&s->state, member) != NULL) return LLMREC_OK;
    LR_TRY(make_form(s, path, &form, boundary));
    snprintf(type, sizeof type, "multipart/form-data; boundary=%s", boundary);
    const lr_question question = {.method = "POST", .path = "/files", .type = type, .body = &form, .purpose = "upload"};
    LR_TRY(lr_ask(s->endpoint, &question, &answer));
    LR_TRY(lr_tuning_name(answer, "id", &name));
    LR_TRY(lr_tuning_state_set(&s->state, member, name));
done:
    json_decref(answer);
    lr_free(s->context, form.text);
    return status;
}

static llmrec_status put_text(const start *s, lr_builder *body, const char *name, const char *text)
{
    bool wanted = false;
    if (text != NULL) LR_RETURN_IF(lr_body_member(s->endpoint, body, name, &wanted));
    return wanted ? lr_builder_json(body, text, strlen(text)) : LLMREC_OK;
}

static llmrec_status make_body(const start *s, lr_builder *body)
{
    const llmrec_fine_tuning_options *o = &s->options;
    bool wanted = false;
    LR_RETURN_IF(lr_body_begin(s->endpoint, body));
    LR_RETURN_IF(put_text(s, body, "training_file", lr_tuning_state_text(&s->state, "training")));
    LR_RETURN_IF(put_text(s, body, "validation_file", lr_tuning_state_text(&s->state, "validation")));
    LR_RETURN_IF(put_text(s, body, "suffix", o->suffix));
    if (o->seed >= 0) LR_RETURN_IF(lr_body_member(s->endpoint, body, "seed", &wanted));
    if (wanted) LR_RETURN_IF(lr_builder_format(body, "%lld", (long long)o->seed));
    wanted = false;
    if (o->epochs > 0) LR_RETURN_IF(lr_body_member(s->endpoint, body, "hyperparameters", &wanted));
    if (wanted) LR_RETURN_IF(lr_builder_format(body, "{\"n_epochs\":%lld}", (long long)o->epochs));
    return lr_body_end(s->endpoint, body);
}

/* Looks for a job that an earlier start created, when the server's answer was lost. No other job uses our uploaded
 * file, so the file's id identifies the job. */
static llmrec_status find_job(start *s)
{
    const lr_question question = {
        .method = "GET", .path = "/fine_tuning/jobs?limit=100", .purpose = "look for the job"};
    const char *file = lr_tuning_state_text(&s->state, "training"), *name = NULL;
    json_t *answer = NULL;
    size_t i;
    const json_t *job;
    LR_RETURN_IF(lr_ask(s->endpoint, &question, &answer));
    llmrec_status status = LLMREC_OK;
    json_array_foreach(json_object_get(answer, "data"), i, job)
    {
        const char *other = json_string_value(json_object_get(job, "training_file"));
        if (other == NULL || strcmp(other, file) != 0) continue;
        status = lr_tuning_name(job, "id", &name);
        if (status == LLMREC_OK) status = lr_tuning_state_set(&s->state, "job", name);
        break;
    }
    json_decref(answer);
    return status;
}

static llmrec_status create_job(start *s)
{
    lr_builder body = {.context = s->context};
    json_t *answer = NULL;
    const char *name = NULL;
    llmrec_status status = LLMREC_OK;
    const lr_question question = {.method = "POST",
                                  .path = "/fine_tuning/jobs",
                                  .body = &body,
                                  .job = true,
                                  .once = true,
                                  .purpose = "create the job"};
    LR_TRY(make_body(s, &body));
    LR_TRY(lr_tuning_state_set(&s->state, "creating", "true"));
    LR_TRY(lr_ask(s->endpoint, &question, &answer));
    LR_TRY(lr_tuning_name(answer, "id", &name));
    LR_TRY(lr_tuning_state_set(&s->state, "job", name));
done:
    json_decref(answer);
    lr_free(s->context, body.text);
    return status;
}

static llmrec_status run_start(start *s)
{
    LR_RETURN_IF(upload(s, s->options.training, "training"));
    LR_RETURN_IF(upload(s, s->options.validation, "validation"));
    const bool tried = lr_tuning_state_text(&s->state, "creating") != NULL;
    if (lr_tuning_state_text(&s->state, "job") == NULL && tried) LR_RETURN_IF(find_job(s));
    return lr_tuning_state_text(&s->state, "job") == NULL ? create_job(s) : LLMREC_OK;
}

/* Creates the handle, which takes ownership of the endpoint. */
static llmrec_status make_handle(start *s, llmrec_fine_tuning **job)
{
    llmrec_fine_tuning *fresh = NULL;
    lr_builder path = {.context = s->context};
    LR_RETURN_IF(lr_builder_format(&path, "%s%s", JOBS, lr_tuning_state_text(&s->state, "job")));
    const llmrec_status status = LR_NEW_ZERO(s->context, fresh, 1);
    if (status != LLMREC_OK) {
        lr_free(s->context, path.text);
        return status;
    }
    fresh->context = lr_context_hold(s->context);
    fresh->endpoint = s->endpoint;
    fresh->path = path.text;
    s->endpoint = NULL;
    *job = fresh;
    return LLMREC_OK;
}

llmrec_status llmrec_fine_tuning_start(llmrec_context *context, const llmrec_endpoint_options *endpoint,
                                       const llmrec_fine_tuning_options *options, llmrec_fine_tuning **job)
{
    start s = {.context = context};
    lr_digest digest = {0, 0};
    llmrec_status status = LLMREC_OK;
    LR_NEED(context, job);
    LR_TRY(read_paths(options, &s.options));
    LR_TRY(lr_endpoint_open(context, endpoint, &s.endpoint));
    LR_CHECK(s.endpoint->options.model != NULL, LLMREC_ERR_ARGUMENT, "model is NULL; wanted the model to tune");
    LR_TRY(digest_all(&s, &digest));
    LR_TRY(lr_tuning_state_open(context, s.options.state, digest, &s.state));
    LR_TRY(run_start(&s));
    LR_TRY(make_handle(&s, job));
done:
    lr_tuning_state_close(&s.state);
    lr_endpoint_close(s.endpoint);
    return status;
}

void llmrec_fine_tuning_free(llmrec_fine_tuning *job)
{
    if (job == NULL) return;
    llmrec_context *context = job->context;
    lr_endpoint_close(job->endpoint);
    json_decref(job->latest);
    lr_free(context, job->path);
    lr_free(context, job);
    llmrec_context_free(context);
}

static llmrec_status describe(const void *handle, lr_builder *json)
{
    const llmrec_fine_tuning *job = handle;
    const char *id = job->path + sizeof JOBS - 1;
    LR_RETURN_IF(lr_builder_format(json, "{\"kind\":\"fine_tuning\",\"id\":"));
    LR_RETURN_IF(lr_builder_json(json, id, strlen(id)));
    LR_RETURN_IF(lr_endpoint_describe(job->endpoint, "endpoint", json));
    return lr_builder_add(json, "}", 1);
}

llmrec_status llmrec_fine_tuning_description(const llmrec_fine_tuning *job, char *text, size_t capacity, size_t *length)
{
    LR_NEED(job);
    return lr_description_give(job->context, describe, job, text, capacity, length);
}

/* --- following --------------------------------------------------------------------------------------------------- */

static int64_t phase_of(const char *status)
{
    if (strcmp(status, "succeeded") == 0) return LLMREC_FINE_TUNING_SUCCEEDED;
    if (strcmp(status, "failed") == 0) return LLMREC_FINE_TUNING_FAILED;
    if (strcmp(status, "cancelled") == 0 || strcmp(status, "canceled") == 0) return LLMREC_FINE_TUNING_CANCELED;
    return LLMREC_FINE_TUNING_RUNNING;
}

static const char *text_in(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text == NULL ? "" : text;
}

static const size_t info_frozen = LR_FROZEN(llmrec_fine_tuning_info, error);

static llmrec_status check_info(const llmrec_fine_tuning *job, const llmrec_fine_tuning_info *info)
{
    LR_NEED(job);
    return lr_struct_check("llmrec_fine_tuning_info", info_frozen, info);
}

/* Sends a request and fills `info` from the answer. An `error` member belongs to the job and does not fail the
 * request. */
static llmrec_status ask(llmrec_fine_tuning *job, const lr_question *question, llmrec_fine_tuning_info *info)
{
    json_t *answer = NULL;
    const char *id = NULL;
    const json_int_t most = (json_int_t)1 << 40;
    LR_RETURN_IF(lr_ask(job->endpoint, question, &answer));
    const llmrec_status status = lr_tuning_name(answer, "id", &id);
    if (status != LLMREC_OK) {
        json_decref(answer);
        return status;
    }
    json_decref(job->latest);
    job->latest = answer;
    const json_int_t tokens = json_integer_value(json_object_get(answer, "trained_tokens"));
    const char *told = text_in(answer, "status");
    const llmrec_fine_tuning_info found = {.size = sizeof found,
                                           .phase = phase_of(told),
                                           .trained_tokens = tokens < 0 || tokens > most ? 0 : tokens,
                                           .id = id,
                                           .status = told,
                                           .model = text_in(answer, "fine_tuned_model"),
                                           .error = text_in(json_object_get(answer, "error"), "message")};
    return lr_struct_give("llmrec_fine_tuning_info", sizeof found, info_frozen, &found, info);
}

llmrec_status llmrec_fine_tuning_look(llmrec_fine_tuning *job, llmrec_fine_tuning_info *info)
{
    LR_RETURN_IF(check_info(job, info));
    const lr_question question = {.method = "GET", .path = job->path, .job = true, .purpose = "look at the job"};
    return ask(job, &question, info);
}

llmrec_status llmrec_fine_tuning_cancel(llmrec_fine_tuning *job, llmrec_fine_tuning_info *info)
{
    lr_builder path = {.context = job == NULL ? NULL : job->context};
    LR_RETURN_IF(check_info(job, info));
    llmrec_status status = lr_builder_format(&path, "%s/cancel", job->path);
    const lr_question question = {.method = "POST", .path = path.text, .job = true, .purpose = "cancel the job"};
    if (status == LLMREC_OK) status = ask(job, &question, info);
    lr_free(job->context, path.text);
    return status;
}

static llmrec_status pause_for(double seconds, lr_progress *progress, int64_t done)
{
    static const struct timespec step = {0, 20000000};
    const int64_t until = lr_now_ns() + (int64_t)(seconds * 1e9);
    while (lr_now_ns() < until) {
        nanosleep(&step, NULL);
        LR_RETURN_IF(lr_progress_step(progress, done));
    }
    return LLMREC_OK;
}

llmrec_status llmrec_fine_tuning_follow(llmrec_fine_tuning *job, double interval, llmrec_fine_tuning_info *info)
{
    LR_RETURN_IF(check_info(job, info));
    LR_RETURN_IF(lr_option_number("interval", interval, 0.01, 86400));
    lr_progress progress = lr_progress_begin(job->context, "fine-tune", "tokens", 0);
    for (;;) {
        LR_RETURN_IF(llmrec_fine_tuning_look(job, info));
        if (info->phase != LLMREC_FINE_TUNING_RUNNING) return lr_progress_end(&progress, info->trained_tokens);
        LR_RETURN_IF(pause_for(interval, &progress, info->trained_tokens));
    }
}
