/* SPDX-License-Identifier: Apache-2.0 */
#include "model.h"

#include <stdio.h>
#include <string.h>

enum { KEY_SIZE = 1024 };

/* The key file's first line. */
static bool read_key(compare_task *task, char key[KEY_SIZE])
{
    const char *path = task->settings->llm_key_file;
    FILE *file = fopen(path, "r");
    const bool read = file != NULL && fgets(key, KEY_SIZE, file) != NULL;
    if (file != NULL) fclose(file);
    key[read ? strcspn(key, "\r\n") : 0] = '\0';
    if (key[0] == '\0') snprintf(task->error, sizeof task->error, "--llm-key-file: %s has no first line", path);
    return key[0] != '\0';
}

llmrec_status model_open(compare_task *task)
{
    const compare_settings *s = task->settings;
    char key[KEY_SIZE] = "";
    llmrec_endpoint_options options;
    llmrec_status status = llmrec_endpoint_options_init(&options, sizeof options);
    if (status != LLMREC_OK) return status;
    if (s->llm_key_file != NULL && !read_key(task, key)) return LLMREC_ERR_IO;
    options.url = s->llm_url;
    options.model = s->llm_model;
    options.key = key[0] == '\0' ? NULL : key;
    options.journal = s->llm_journal;
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
