/* SPDX-License-Identifier: Apache-2.0 */
#include "model.h"

#include <stdio.h>
#include <string.h>

enum { SECRETS = 4, SECRET_SIZE = 1024 };

/* Secrets of an endpoint, from the first lines of files. */
typedef struct secrets {
    char text[SECRETS][SECRET_SIZE];
    int64_t count;
} secrets;

static llmrec_status read_secret(compare_task *task, const compare_option *option, secrets *kept, void *options)
{
    char flag[96];
    FILE *file = kept->count < SECRETS ? fopen(option->value, "r") : NULL;
    char *line = file == NULL ? NULL : kept->text[kept->count++];
    if (line != NULL && fgets(line, SECRET_SIZE, file) == NULL) line[0] = '\0';
    if (file != NULL) fclose(file);
    if (line != NULL) line[strcspn(line, "\r\n")] = '\0';
    if (line != NULL && line[0] != '\0')
        return llmrec_option_set(option->section->structure, options, option->name, line);
    option_spell(option->section, option->name, true, flag, sizeof flag);
    snprintf(task->error, sizeof task->error, "--%s: %s has no first line", flag, option->value);
    return LLMREC_ERR_IO;
}

static llmrec_status fill_endpoint(compare_task *task, const char *section, secrets *kept,
                                   llmrec_endpoint_options *options)
{
    const compare_options *given = &task->settings->options;
    llmrec_status status = options_fill(given, section, options, sizeof *options);
    for (int64_t i = 0; status == LLMREC_OK && i < given->count; i++) {
        const compare_option *o = &given->option[i];
        if (o->in_file && strcmp(o->section->name, section) == 0) status = read_secret(task, o, kept, options);
    }
    return status;
}

/* A directory by the text encoder's options, a server by those of its endpoint and of embeddings. */
llmrec_status model_open_texts(compare_task *task)
{
    const compare_options *given = &task->settings->options;
    const char *url = options_given(given, "text", "url"), *model = options_given(given, "text", "model");
    secrets kept = {.count = 0};
    llmrec_endpoint_options endpoint;
    llmrec_embeddings_options embeddings;
    llmrec_text_encoder_options options;
    llmrec_status status = options_fill(given, "text-encoder", &options, sizeof options);
    if (status == LLMREC_OK && url == NULL)
        return llmrec_text_encoder_load(task->context, model, &options, &task->text_encoder);
    if (status == LLMREC_OK) status = options_fill(given, "embeddings", &embeddings, sizeof embeddings);
    if (status == LLMREC_OK) status = fill_endpoint(task, "text", &kept, &endpoint);
    if (status == LLMREC_OK)
        status = llmrec_text_encoder_create_endpoint(task->context, &endpoint, &embeddings, &task->text_encoder);
    memset(&kept, 0, sizeof kept);
    return status;
}

llmrec_status model_open(compare_task *task)
{
    secrets kept = {.count = 0};
    llmrec_endpoint_options endpoint;
    llmrec_status status = fill_endpoint(task, "llm", &kept, &endpoint);
    if (status == LLMREC_OK) status = llmrec_llm_create_endpoint(task->context, &endpoint, &task->llm);
    memset(&kept, 0, sizeof kept);
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
