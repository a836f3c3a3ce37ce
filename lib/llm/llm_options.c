/* SPDX-License-Identifier: Apache-2.0 */
/* Option tables of llmrec/llm.h and llmrec/fine_tuning.h. */
#include "llm/llm_options.h"

#include <math.h>

/* --- endpoints ---------------------------------------------------------------------------------------------------- */

static const lr_choice kinds[] = {
    {"chat", LLMREC_ENDPOINT_CHAT}, {"completions", LLMREC_ENDPOINT_COMPLETIONS}, {NULL, 0}};

typedef llmrec_endpoint_options E;
static const lr_option endpoint_option[] = {
    LR_TEXT(E, url, NULL, "base URL of the server, \"https://host/v1\""),
    LR_TEXT(E, model, NULL, "name of the model; unset: not sent"),
    LR_SECRET(E, key, "secret sent in the Authorization header"),
    LR_NUMBER(E, connect_timeout, 10, 1e-3, 1e6, LR_CLOSED, "longest time to connect, in seconds"),
    LR_NUMBER(E, idle_timeout, 60, 1e-3, 1e6, LR_CLOSED, "longest pause within an answer, in seconds"),
    LR_NUMBER(E, total_timeout, 300, 1e-3, 1e6, LR_CLOSED, "longest time of one attempt, in seconds"),
    LR_INTEGER(E, concurrency, 8, 1, 1024, "most requests in flight at once"),
    LR_INTEGER(E, attempts, 6, 1, 100, "most attempts for one request, including the first"),
    LR_NUMBER(E, backoff, 0.5, 0, 1e6, LR_CLOSED, "seconds before the second attempt; doubles with each attempt"),
    LR_NUMBER(E, longest_backoff, 60, 0, 1e6, LR_CLOSED, "longest wait in seconds; fails if Retry-After is longer"),
    LR_INTEGER(E, answer_limit, 16 << 20, 1024, (int64_t)1 << 40, "longest answer in bytes"),
    LR_INTEGER(E, request_budget, 0, 0, INT64_MAX, "most attempts of the handle; 0: no limit"),
    LR_INTEGER(E, token_budget, 0, 0, INT64_MAX, "most tokens of the handle; 0: no limit"),
    LR_LIST(E, headers, TEXTS, "header_count", NULL, "additional headers, each \"Name: value\""),
    LR_COUNT(E, header_count, 0, 0, 100, "number of headers"),
    LR_SECRET(E, body, "JSON object whose members are added to every request"),
    LR_TEXT(E, authorities, NULL, "PEM file of certificate authorities; unset: those of the system"),
    LR_TEXT(E, journal, NULL, "path of a file that stores every complete answer, so that no request is paid twice"),
    LR_NUMBER(E, prompt_price, 0, 0, 1e12, LR_CLOSED, "price of a million prompt tokens"),
    LR_NUMBER(E, completion_price, 0, 0, 1e12, LR_CLOSED, "price of a million completion tokens"),
    LR_INTEGER(E, seed, 0, INT64_MIN, INT64_MAX, "seed of the random factor in waiting times"),
    LR_SECRET(E, proxy, "URL of a proxy; unset: none"),
    LR_CHOICE(E, kind, LLMREC_ENDPOINT_CHAT, kinds, "how to reach a server with models"),
};
LR_OPTIONS(lr_endpoint_options, llmrec_endpoint_options, kind, "a server with an OpenAI-compatible API",
           endpoint_option, .check = NULL);

llmrec_status llmrec_endpoint_options_init(llmrec_endpoint_options *options, size_t size)
{
    return lr_options_init(&lr_endpoint_options, options, size);
}

/* --- requests ----------------------------------------------------------------------------------------------------- */

typedef llmrec_chat_request C;
static const lr_option chat_request_option[] = {
    LR_POINTER(C, messages, "messages of the chat"),
    LR_COUNT(C, message_count, 0, 0, INT32_MAX, "number of messages"),
    LR_INTEGER(C, samples, 1, 1, 1000, "number of answers"),
    LR_NUMBER(C, temperature, NAN, 0, 100, LR_CLOSED, "sampling temperature; unset: the server's default"),
    LR_NUMBER(C, top_p, NAN, 0, 1, LR_OPEN_LOW, "nucleus sampling; unset: the server's default"),
    LR_INTEGER(C, max_tokens, 0, 0, INT32_MAX, "longest answer in tokens; 0: the server's default"),
    LR_INTEGER(C, seed, -1, -1, INT64_MAX - 1000, "seed of the first answer, then plus one each; -1: not sent"),
    LR_LIST(C, stop, TEXTS, "stop_count", NULL, "texts that end an answer"),
    LR_COUNT(C, stop_count, 0, 0, 64, "number of stop texts"),
    LR_TEXT(C, json_schema, NULL, "JSON schema that the answer must follow"),
    LR_TEXT(C, grammar, NULL, "GBNF grammar that the answer must follow"),
    LR_INTEGER(C, top_logprobs, 0, 0, 10000, "alternatives per token, returned with log-probabilities"),
};
LR_OPTIONS(lr_chat_request_options, llmrec_chat_request, top_logprobs, "one request to a chat model",
           chat_request_option, .check = NULL);

llmrec_status llmrec_chat_request_init(llmrec_chat_request *request, size_t size)
{
    return lr_options_init(&lr_chat_request_options, request, size);
}

typedef llmrec_embeddings_options V;
static const lr_option embeddings_option[] = {
    LR_INTEGER(V, batch, 256, 1, 1 << 20, "most texts in one request"),
    LR_INTEGER(V, batch_tokens, 100000, 1, INT64_MAX / 8, "most estimated tokens in one request"),
    LR_INTEGER(V, max_tokens, 8000, 1, INT64_MAX / 8, "most estimated tokens of a text; longer texts are cut"),
    LR_INTEGER(V, dim, 0, 0, 1 << 20, "dim requested from the server; 0: the model's own"),
    LR_FLAG(V, normalize, 1, "scale vectors to length 1"),
};
LR_OPTIONS(lr_embeddings_options, llmrec_embeddings_options, normalize, "how texts are sent to an embeddings endpoint",
           embeddings_option, .check = NULL);

llmrec_status llmrec_embeddings_options_init(llmrec_embeddings_options *options, size_t size)
{
    return lr_options_init(&lr_embeddings_options, options, size);
}

/* --- fine-tuning jobs --------------------------------------------------------------------------------------------- */

typedef llmrec_fine_tuning_options F;
static const lr_option fine_tuning_option[] = {
    LR_TEXT(F, training, NULL, "path of the training examples, JSON lines"),
    LR_TEXT(F, validation, NULL, "path of the validation examples; unset: none"),
    LR_TEXT(F, state, NULL, "path of the file that stores the state of the job"),
    LR_TEXT(F, suffix, NULL, "part of the tuned model's name; unset: none"),
    LR_INTEGER(F, epochs, 0, 0, 1000, "number of epochs; 0: the server's default"),
    LR_INTEGER(F, seed, -1, -1, INT32_MAX, "seed of the training; -1: not sent"),
    LR_INTEGER(F, upload_limit, (int64_t)512 << 20, 1, (int64_t)1 << 40, "largest file to upload, in bytes"),
};
LR_OPTIONS(lr_fine_tuning_options, llmrec_fine_tuning_options, upload_limit, "a fine-tuning job on a server",
           fine_tuning_option, .check = NULL);

llmrec_status llmrec_fine_tuning_options_init(llmrec_fine_tuning_options *options, size_t size)
{
    return lr_options_init(&lr_fine_tuning_options, options, size);
}
