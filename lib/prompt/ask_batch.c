/* SPDX-License-Identifier: Apache-2.0 */
/* Turns questions into requests, sends them together, and gives access to their answers. */
#include <math.h>

#include "core/log.h"
#include "core/memory.h"
#include "prompt/labels.h"
#include "prompt/prompter.h"

/* Requests to send, and the memory they point to. */
typedef struct requests {
    llmrec_context *context;
    size_t count;
    llmrec_chat_request *request;         /* [count] */
    const llmrec_chat_request **pointers; /* [count] */
    llmrec_message *messages;             /* [count, 2] */
    lr_builder *structures;               /* [count] */
} requests;

static void requests_clear(requests *r)
{
    for (size_t i = 0; r->structures != NULL && i < r->count; i++) lr_free(r->context, r->structures[i].text);
    lr_free(r->context, r->structures);
    lr_free(r->context, r->messages);
    lr_free(r->context, (void *)(uintptr_t)r->pointers);
    lr_free(r->context, r->request);
}

static llmrec_status requests_make(requests *r, size_t count)
{
    r->count = count;
    LR_RETURN_IF(LR_NEW_ZERO(r->context, r->request, count));
    LR_RETURN_IF(LR_NEW(r->context, r->pointers, count));
    LR_RETURN_IF(LR_NEW(r->context, r->messages, 2 * count));
    return LR_NEW_ZERO(r->context, r->structures, count);
}

static const lr_kind *kind_of(const lr_prompter *p)
{
    return lr_kind_of(p->phrasing.kind);
}

/* Number of entries in the longest correct answer. */
static size_t wanted_of(const lr_prompter *p, size_t choices)
{
    const lr_entries entries = kind_of(p)->entries;
    return entries == LR_ENTRIES_ONE ? 1 : entries == LR_ENTRIES_MENU ? choices : p->phrasing.count;
}

int64_t lr_prompter_structure(const lr_prompter *p)
{
    if (!kind_of(p)->structured) return LLMREC_STRUCTURE_NONE;
    return p->options.structure == LLMREC_STRUCTURE_AUTO ? LLMREC_STRUCTURE_JSON_SCHEMA : p->options.structure;
}

static llmrec_status add_structure(const lr_prompter *p, size_t choices, llmrec_chat_request *request,
                                   lr_builder *structure)
{
    const size_t asked_for = wanted_of(p, choices), wanted = asked_for < choices ? asked_for : choices;
    const int64_t kind = lr_prompter_structure(p);
    structure->context = p->context;
    if (kind == LLMREC_STRUCTURE_JSON_SCHEMA) {
        LR_RETURN_IF(lr_labels_schema(choices, wanted, structure));
        request->json_schema = structure->text;
    } else if (kind == LLMREC_STRUCTURE_GRAMMAR) {
        LR_RETURN_IF(lr_labels_grammar(choices, wanted, structure));
        request->grammar = structure->text;
    }
    return LLMREC_OK;
}

/* How the requests of one turn are sent. */
typedef struct manner {
    size_t turn;
    bool structured;
} manner;

static llmrec_status fill(const lr_prompter *p, const lr_question *question, const manner *how, requests *r, size_t at)
{
    static const char *const stop[] = {"###"};
    static const double WARM = 0.5; /* at temperature 0 a server repeats its answer */
    llmrec_chat_request *request = &r->request[at];
    llmrec_message *messages = r->messages + 2 * at;
    const llmrec_prompt_options *options = &p->options;
    const lr_kind *kind = kind_of(p);
    const size_t choices = question->about.choices;
    LR_RETURN_IF(llmrec_chat_request_init(request, sizeof *request));
    messages[0] = (llmrec_message){"system", question->system.text};
    messages[1] = (llmrec_message){"user", question->user.text};
    request->messages = question->system.length > 0 ? messages : messages + 1; /* a template may be empty */
    request->message_count = question->system.length > 0 ? 2 : 1;
    request->samples = kind->sampled ? options->samples : 1;
    request->temperature = how->turn > 0 ? fmax(options->temperature, WARM) : options->temperature;
    request->top_p = options->top_p;
    request->max_tokens = options->max_tokens > 0
                              ? options->max_tokens
                              : (int64_t)wanted_of(p, choices) * kind->entry_tokens + kind->frame_tokens;
    request->seed = (int64_t)((question->seed + how->turn * 0x9e3779b9) & INT32_MAX);
    if (kind->letter) request->top_logprobs = options->alternatives;
    if (p->phrasing.style != LR_STYLE_FENCED) { /* tuned models end their answers with it */
        request->stop = stop;
        request->stop_count = 1;
    }
    r->pointers[at] = request;
    return how->structured ? add_structure(p, choices, request, &r->structures[at]) : LLMREC_OK;
}

/* Writes a question in the words of its turn. */
static llmrec_status write_question(const lr_prompter *p, size_t turn, lr_question *question)
{
    lr_phrasing phrasing = p->phrasing;
    if (turn > 0) phrasing.reminder = lr_wording_reminder(phrasing.kind, phrasing.style);
    question->system.context = question->user.context = p->context;
    question->system.length = question->user.length = 0;
    return lr_prompt_write(&phrasing, &p->names, &question->about, &question->system, &question->user);
}

/* Sends questions that are already written. */
static llmrec_status ask_some(const lr_asking *asking, const size_t *which, size_t count, const manner *how,
                              llmrec_replies **replies)
{
    const lr_prompter *p = asking->prompter;
    requests r = {.context = p->context};
    llmrec_status status = LLMREC_OK;
    LR_TRY(requests_make(&r, count));
    for (size_t i = 0; i < count; i++) LR_TRY(fill(p, &asking->questions[which == NULL ? i : which[i]], how, &r, i));
    LR_TRY(llmrec_llm_chat(p->llm, r.pointers, count, replies));
done:
    requests_clear(&r);
    return status;
}

llmrec_status lr_asking_send(lr_asking *asking, const size_t *which, size_t count, size_t turn,
                             llmrec_replies **replies)
{
    const manner how = {turn, !asking->unstructured};
    for (size_t i = 0; i < count; i++)
        LR_RETURN_IF(write_question(asking->prompter, turn, &asking->questions[which == NULL ? i : which[i]]));
    return ask_some(asking, which, count, &how, replies);
}

/* --- retry without a structure -------------------------------------------------------------------------------- */

static size_t failed_of(const llmrec_replies *replies, size_t count)
{
    size_t failed = 0;
    for (size_t i = 0; i < count; i++) failed += replies->replies[i].status != LLMREC_OK;
    return failed;
}

/* A server without support for schemas refuses every request. So one request is sent without a schema; if it succeeds,
 * all are sent so. */
static llmrec_status try_without(lr_asking *asking)
{
    static const manner bare = {0, false};
    const lr_prompter *p = asking->prompter;
    llmrec_replies *probe = NULL;
    llmrec_status status = LLMREC_OK;
    if (p->options.structure != LLMREC_STRUCTURE_AUTO || lr_prompter_structure(p) == LLMREC_STRUCTURE_NONE)
        return LLMREC_OK;
    if (failed_of(asking->kept[0], asking->count) < asking->count) return LLMREC_OK;
    LR_TRY(ask_some(asking, NULL, 1, &bare, &probe));
    if (failed_of(probe, 1) > 0) goto done;
    lr_log(p->context, LLMREC_LOG_INFO, "rank", "the server refuses a JSON schema; asked again without");
    asking->unstructured = true;
    llmrec_replies_free(asking->kept[0]);
    asking->kept[0] = NULL;
    LR_TRY(ask_some(asking, NULL, asking->count, &bare, &asking->kept[0]));
done:
    llmrec_replies_free(probe);
    return status;
}

static void tell_failures(const lr_asking *asking)
{
    const llmrec_replies *replies = asking->kept[0];
    const char *message = NULL;
    const size_t failed = failed_of(replies, asking->count);
    for (size_t i = 0; i < asking->count && message == NULL; i++)
        if (replies->replies[i].status != LLMREC_OK) message = replies->replies[i].message;
    if (failed > 0)
        lr_log(asking->prompter->context, LLMREC_LOG_WARNING, "rank", "%zu of %zu requests failed, the first: %s",
               failed, asking->count, message == NULL ? "" : message);
}

llmrec_status lr_asking_run(lr_asking *asking)
{
    const lr_prompter *p = asking->prompter;
    if (asking->count == 0) return LLMREC_OK;
    LR_RETURN_IF(LR_NEW_ZERO(p->context, asking->kept, (size_t)p->options.asks));
    LR_RETURN_IF(lr_asking_send(asking, NULL, asking->count, 0, &asking->kept[0]));
    LR_RETURN_IF(try_without(asking));
    tell_failures(asking);
    for (size_t i = 0; i < asking->count; i++) {
        asking->questions[i].replies = asking->kept[0];
        asking->questions[i].place = i;
        asking->questions[i].asked = 1;
    }
    return p->options.asks > 1 ? lr_asking_again(asking) : LLMREC_OK;
}

void lr_asking_clear(lr_asking *asking)
{
    for (size_t i = 0; i < asking->count; i++) {
        lr_free(asking->prompter->context, asking->questions[i].system.text);
        lr_free(asking->prompter->context, asking->questions[i].user.text);
        asking->questions[i].system = asking->questions[i].user = (lr_builder){0};
    }
    for (int64_t i = 0; asking->kept != NULL && i < asking->prompter->options.asks; i++)
        llmrec_replies_free(asking->kept[i]);
    lr_free(asking->prompter->context, (void *)asking->kept);
    *asking = (lr_asking){.prompter = asking->prompter, .questions = asking->questions};
}

/* --- answers ---------------------------------------------------------------------------------------------------- */

static const lr_reply *reply_to(const lr_question *question)
{
    return &question->replies->replies[question->place];
}

size_t lr_asking_samples(const lr_asking *asking, size_t question)
{
    const lr_reply *reply = reply_to(&asking->questions[question]);
    return reply->status == LLMREC_OK ? reply->count : 0;
}

lr_span lr_asking_text(const lr_asking *asking, size_t question, size_t sample)
{
    const lr_sample *answer = &reply_to(&asking->questions[question])->samples[sample];
    return (lr_span){answer->text, answer->length};
}

bool lr_asking_letters(const lr_asking *asking, size_t question, double *probabilities)
{
    const lr_question *q = &asking->questions[question];
    const lr_sample *answer = &reply_to(q)->samples[0];
    for (size_t token = 0; token < answer->tokens; token++) {
        const size_t first = answer->starts[token], count = answer->starts[token + 1] - first;
        if (lr_labels_score(answer->names.text, answer->alternatives + first, count, q->about.choices, probabilities))
            return true;
    }
    return false;
}
