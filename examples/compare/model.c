/* SPDX-License-Identifier: Apache-2.0 */
#include "model.h"

#include <stdio.h>
#include <string.h>

enum { KEY_SIZE = 1024 };

/* The first line of the key file that `flag` names, where it names one. */
static llmrec_status read_key(compare_task *task, const char *flag, const char *path, char key[KEY_SIZE])
{
    if (path == NULL) return LLMREC_OK;
    FILE *file = fopen(path, "r");
    const bool read = file != NULL && fgets(key, KEY_SIZE, file) != NULL;
    if (file != NULL) fclose(file);
    key[read ? strcspn(key, "\r\n") : 0] = '\0';
    if (key[0] != '\0') return LLMREC_OK;
    snprintf(task->error, sizeof task->error, "%s: %s has no first line", flag, path);
    return LLMREC_ERR_IO;
}

/* What both kinds of endpoint have in common. */
static llmrec_status endpoint(const char *url, const char *model, const char *key, llmrec_endpoint_options *options)
{
    const llmrec_status status = llmrec_endpoint_options_init(options, sizeof *options);
    options->url = url;
    options->model = model;
    options->key = key[0] == '\0' ? NULL : key;
    return status;
}

llmrec_status model_open_texts(compare_task *task)
{
    const compare_settings *s = task->settings;
    char key[KEY_SIZE] = "";
    llmrec_endpoint_options options;
    if (s->text_url == NULL) return llmrec_text_encoder_load(task->context, s->text_model, NULL, &task->text_encoder);
    llmrec_status status = read_key(task, "--text-key-file", s->text_key_file, key);
    if (status == LLMREC_OK) status = endpoint(s->text_url, s->text_model, key, &options);
    if (status == LLMREC_OK)
        status = llmrec_text_encoder_create_endpoint(task->context, &options, NULL, &task->text_encoder);
    memset(key, 0, sizeof key);
    return status;
}

llmrec_status model_open(compare_task *task)
{
    const compare_settings *s = task->settings;
    char key[KEY_SIZE] = "";
    llmrec_endpoint_options options;
    llmrec_status status = read_key(task, "--llm-key-file", s->llm_key_file, key);
    if (status == LLMREC_OK) status = endpoint(s->llm_url, s->llm_model, key, &options);
    if (status != LLMREC_OK) return status;
    options.journal = s->llm_journal;
    take(s->llm_kind, &options.kind);
    take(s->llm_concurrency, &options.concurrency);
    take_number(s->llm_prompt_price, &options.prompt_price);
    take_number(s->llm_completion_price, &options.completion_price);
    status = llmrec_llm_create_endpoint(task->context, &options, &task->llm);
    memset(key, 0, sizeof key);
    return status;
}

llmrec_usage model_usage(const compare_task *task)
{
    llmrec_usage usage = {.size = sizeof usage};
    if (task->llm != NULL) llmrec_llm_usage(task->llm, &usage);
    return usage;
}

llmrec_usage model_usage_since(const compare_task *task, const llmrec_usage *before)
{
    llmrec_usage usage = model_usage(task);
    usage.requests -= before->requests;
    usage.journal_hits -= before->journal_hits;
    usage.attempts -= before->attempts;
    usage.retries -= before->retries;
    usage.failures -= before->failures;
    usage.prompt_tokens -= before->prompt_tokens;
    usage.completion_tokens -= before->completion_tokens;
    usage.seconds -= before->seconds;
    usage.cost -= before->cost;
    return usage;
}
