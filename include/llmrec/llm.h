/* SPDX-License-Identifier: Apache-2.0 */
/* Chat models (an OpenAI-compatible endpoint, or a function of the host) and text encoders behind an /embeddings
 * endpoint. docs/guides/models.md has the details.
 *
 * Answers of models are never trusted: they are limited in size, checked, and handled as data. A key is kept in memory
 * only and is sent only in the Authorization header of requests to its own endpoint.
 *
 * For the functions of this header, unless their comment says otherwise:
 * Errors: none; a NULL handle gives 0. Ownership: the caller owns created models, encoders and replies; they keep their
 * context alive. Returned texts belong to the replies. Threads: any; many at once. Cost: constant; allocates nothing.
 * Since: 0.1.
 */
#ifndef LLMREC_LLM_H
#define LLMREC_LLM_H

#include "text_encoder.h"

LLMREC_BEGIN

typedef struct llmrec_llm llmrec_llm;
typedef struct llmrec_replies llmrec_replies;

/* --- endpoints --------------------------------------------------------------------------------------------------- */

/* How a chat model is asked. CHAT: POST <url>/chat/completions with messages. COMPLETIONS: POST <url>/completions with
 * one text that the model continues: for base models, models tuned on prompts and completions, and servers whose chat
 * template is unwanted. The text is the contents of the messages with a blank line between them, without roles; a
 * single message is sent unchanged. */
typedef enum llmrec_endpoint_kind { LLMREC_ENDPOINT_CHAT = 0, LLMREC_ENDPOINT_COMPLETIONS = 1 } llmrec_endpoint_kind;

/* An OpenAI-compatible server and how to use it. */
typedef struct llmrec_endpoint_options {
    size_t size; /* set by llmrec_endpoint_options_init */
    /* Base URL, for instance "https://host/v1"; /chat/completions, /completions, /embeddings or /files is appended. */
    const char *url;
    const char *model;      /* its name on the server; default NULL: not sent */
    const char *key;        /* default NULL: no Authorization header. Never logged, stored or part of a message */
    double connect_timeout; /* seconds; in [0.001,1e6], default 10 */
    double idle_timeout;    /* seconds without a byte after an answer has begun; in [0.001,1e6], default 60 */
    double total_timeout;   /* seconds for one attempt; in [0.001,1e6], default 300 */
    int64_t concurrency;    /* requests at once; 1..1024, default 8 */
    /* Attempts of one request, the first included; 1..100, default 6. Status 408, 409, 429 and 5xx, timeouts, broken
     * connections and answers that are cut off or not JSON are tried again. */
    int64_t attempts;
    /* Seconds before the second attempt. They double each time and are multiplied by a random factor in [1/2,1]; >= 0,
     * default 0.5. Retry-After and rate-limit reset headers have priority. */
    double backoff;
    double longest_backoff; /* seconds; >= 0, default 60. A longer Retry-After fails the request */
    int64_t answer_limit;   /* bytes of one answer; a longer one fails; >= 1024, default 16 MiB */
    int64_t request_budget; /* attempts of this handle, after which requests fail; 0 (default): no limit */
    /* Tokens of this handle, prompt and completion; 0 (default): no limit. Running requests count by an estimate: the
     * prompt, and `max_tokens` for each sample. */
    int64_t token_budget;
    const char *const *headers; /* [header_count] additional "Name: value"; default NULL */
    int64_t header_count;
    const char *body; /* a JSON object whose members are added to every request; default NULL */
    /* PEM file of certificate authorities; default NULL: the system's. TLS is always verified, redirects are never
     * followed. */
    const char *authorities;
    /* Path of an append-only file that keeps the answer of every finished call. A restarted run finds the answers by a
     * hash of model and request, and repeats no request. Default NULL: none. */
    const char *journal;
    double prompt_price; /* of a million tokens, in any currency, for llmrec_usage.cost; each >= 0, default 0 */
    double completion_price;
    int64_t seed;      /* of the random factor in `backoff`; default 0 */
    const char *proxy; /* its URL; default NULL: none. The environment is not read */
    int64_t kind;      /* of chat models, one of llmrec_endpoint_kind; default CHAT */
} llmrec_endpoint_options;

/* Fills the first `size` bytes with the defaults. Errors: ARGUMENT, ABI. */
LLMREC_API llmrec_status llmrec_endpoint_options_init(llmrec_endpoint_options *options, size_t size);

/* --- chat models ------------------------------------------------------------------------------------------------- */

/* One message of a chat. It is an element of arrays and never grows. */
typedef struct llmrec_message {
    const char *role;    /* "system", "user" or "assistant" */
    const char *content; /* UTF-8, ends in NUL */
} llmrec_message;

/* One question to a model. Options that a server ignores are recognized in its answer where possible. */
typedef struct llmrec_chat_request {
    size_t size;                    /* set by llmrec_chat_request_init */
    const llmrec_message *messages; /* [message_count] */
    int64_t message_count;
    /* Answers wanted; 1..1000, default 1. The library sends one request ("n"), or one for each answer if the server
     * refuses "n" or returns fewer. */
    int64_t samples;
    double temperature;      /* >= 0; default NaN: the server's */
    double top_p;            /* in (0,1]; default NaN: the server's */
    int64_t max_tokens;      /* of an answer; >= 1; default 0: the server's */
    int64_t seed;            /* default -1: not sent; sample i of several requests gets seed + i */
    const char *const *stop; /* [stop_count] texts that end an answer; default NULL */
    int64_t stop_count;
    const char *json_schema; /* JSON text of a schema that the answer must follow; default NULL */
    const char *grammar;     /* GBNF, for servers that support it (llama.cpp); default NULL */
    /* Alternatives of each token with log-probabilities; 0..10000, default 0: none. OpenAI gives up to 20, llama.cpp
     * and vLLM (by its max_logprobs) more. If a server refuses this number, the library asks for 20, and then for 5. */
    int64_t top_logprobs;
} llmrec_chat_request;

/* Fills the first `size` bytes with the defaults. Errors: ARGUMENT, ABI. */
LLMREC_API llmrec_status llmrec_chat_request_init(llmrec_chat_request *request, size_t size);

/* Creates a model behind an endpoint. Nothing is sent yet. Handles and processes may share a journal. An incomplete
 * record, left by a killed process, is removed with a warning in the log. The log also warns if a key would be sent
 * over plain HTTP to another machine.
 * Errors: ARGUMENT, ABI, UNSUPPORTED (built without HTTP: llmrec_supports("http")), IO and FORMAT (journal), MEMORY.
 * Cost: reads the journal. */
LLMREC_API llmrec_status llmrec_llm_create_endpoint(llmrec_context *context, const llmrec_endpoint_options *options,
                                                    llmrec_llm **llm);

/* The requests for the host's model. It answers each request with llmrec_completion_answer, up to `samples` times. */
typedef struct llmrec_completion {
    size_t size;                                /* bytes of this struct that the library filled */
    const llmrec_chat_request *const *requests; /* [count] */
    int64_t count;
    void *answers; /* for llmrec_completion_answer */
} llmrec_completion;

/* The host's model. Any value but LLMREC_OK ends the call with LLMREC_ERR_CALLBACK. It runs on the thread that made the
 * call. */
typedef llmrec_status (*llmrec_complete_fn)(const llmrec_completion *completion, void *user);

/* Adds an answer to request `request`, UTF-8, which is copied. `length` SIZE_MAX means that the text ends in NUL.
 * Errors: ARGUMENT (also: all samples of the request have an answer), MEMORY. Threads: only inside the callback, on its
 * thread. Cost: one copy. */
LLMREC_API llmrec_status llmrec_completion_answer(const llmrec_completion *completion, int64_t request,
                                                  const char *text, size_t length);

/* Adds the alternatives of one more token of the latest answer to a request: texts[count] and natural logarithms of
 * their probabilities. llmrec_replies_alternatives gives them back in falling order. For requests with `top_logprobs`.
 * Errors: ARGUMENT (also: the request has no answer yet), MEMORY. Threads: only inside the callback, on its thread.
 * Cost: one copy. */
LLMREC_API llmrec_status llmrec_completion_alternatives(const llmrec_completion *completion, int64_t request,
                                                        const char *const *texts, const double *logprobs,
                                                        int64_t count);

/* Creates a model that calls a function of the host with up to `batch` >= 1 requests at a time.
 * Errors: ARGUMENT, MEMORY. Ownership: the host owns `user`, which must be valid as long as the model lives. */
LLMREC_API llmrec_status llmrec_llm_create_callback(llmrec_context *context, llmrec_complete_fn complete, void *user,
                                                    int64_t batch, llmrec_llm **llm);

/* Releases the caller's reference to the model. */
LLMREC_API void llmrec_llm_free(llmrec_llm *llm);

/* Writes the model as one line of JSON: {"kind":"llm","type":"endpoint","options":{"url":"https://host/v1",...}} with
 * the llmrec_endpoint_options, or {"kind":"llm","type":"callback","batch":16}. It contains no secrets: no key, headers,
 * body or proxy, and no query of the URL; where the URL contains the key, it has stars. `text`, `capacity` and `length`
 * are as for llmrec_options_json.
 * Errors: ARGUMENT, MEMORY. Cost: proportional to the text. */
LLMREC_API llmrec_status llmrec_llm_description(const llmrec_llm *llm, char *text, size_t capacity, size_t *length);

/* Sends `count` requests, up to `concurrency` at once. Reports progress in requests. A failed request does not fail the
 * call; its llmrec_replies_status is IO (status, connection, budget) or FORMAT (the answer). The journal keeps the
 * answers received before a failure, a cancel or a kill. With a journal, equal requests are sent once.
 * Errors: ARGUMENT, ABI, MEMORY, CANCELED, CALLBACK, IO (journal). Cost: the requests; memory: the answers, and up to
 * sixteen times the answer limit while one is read. */
LLMREC_API llmrec_status llmrec_llm_chat(const llmrec_llm *llm, const llmrec_chat_request *const *requests,
                                         int64_t count, llmrec_replies **replies);

/* Frees the replies and their texts. */
LLMREC_API void llmrec_replies_free(llmrec_replies *replies);

/* Returns LLMREC_OK, or why the request has no answer: then `message` (may be NULL) gets one line of text.
 * Errors: IO, FORMAT (the request's own failure); ARGUMENT (no such request). */
LLMREC_API llmrec_status llmrec_replies_status(const llmrec_replies *replies, int64_t request, const char **message);

/* Returns the number of answers to a request, at most its samples. */
LLMREC_API int64_t llmrec_replies_count(const llmrec_replies *replies, int64_t request);

/* Gives one answer: `length` bytes (may be NULL) and a NUL. `finish` (may be NULL) gets the server's reason for its
 * end, for instance "stop" or "length", "" if it gave none. Errors: ARGUMENT (no such request or sample). */
LLMREC_API llmrec_status llmrec_replies_text(const llmrec_replies *replies, int64_t request, int64_t sample,
                                             const char **text, size_t *length, const char **finish);

/* Returns the number of tokens of an answer that have log-probabilities; 0 if the server gave none. */
LLMREC_API int64_t llmrec_replies_tokens(const llmrec_replies *replies, int64_t request, int64_t sample);

/* Gives the alternatives of one token: texts[capacity] and logprobs[capacity], natural logarithms in falling order.
 * `count` gets their number, also if it is above `capacity`. Errors: ARGUMENT (no such request, sample or token). */
LLMREC_API llmrec_status llmrec_replies_alternatives(const llmrec_replies *replies, int64_t request, int64_t sample,
                                                     int64_t token, const char **texts, double *logprobs,
                                                     int64_t capacity, int64_t *count);

/* What a handle has used since its creation. */
typedef struct llmrec_usage {
    size_t size;                              /* set by the caller: sizeof(llmrec_usage) */
    int64_t requests;                         /* made with the handle */
    int64_t journal_hits;                     /* of them, answered from the journal */
    int64_t attempts;                         /* sent to the server, or to the callback */
    int64_t retries;                          /* of them, retries */
    int64_t failures;                         /* failed requests */
    int64_t prompt_tokens, completion_tokens; /* as the server counts them; without answers from the journal */
    double seconds;                           /* spent waiting for answers, summed over attempts */
    double cost;                              /* tokens times prices */
} llmrec_usage;

/* Gives what the model has used: fills the first `usage->size` bytes. Errors: ARGUMENT, ABI. */
LLMREC_API llmrec_status llmrec_llm_usage(const llmrec_llm *llm, llmrec_usage *usage);

/* --- embeddings --------------------------------------------------------------------------------------------------- */

typedef struct llmrec_embeddings_options {
    size_t size;          /* set by llmrec_embeddings_options_init */
    int64_t batch;        /* texts per request; >= 1, default 256; halved if a server answers 400 or 413 */
    int64_t batch_tokens; /* estimated tokens per request; >= 1, default 100000 */
    /* Estimated tokens of a text; longer ones are cut; >= 1, default 8000. A token counts for each 7 letters (ASCII)
     * that a word begins, and for each other character that is not a blank: within a fifth of a real tokenizer. */
    int64_t max_tokens;
    int64_t dim;       /* requested from the server; 0 (default): not sent */
    int64_t normalize; /* 1 (default): make vectors of length 1; 0: keep them */
} llmrec_embeddings_options;

/* Fills the first `size` bytes with the defaults. Errors: ARGUMENT, ABI. */
LLMREC_API llmrec_status llmrec_embeddings_options_init(llmrec_embeddings_options *options, size_t size);

/* Creates a text encoder behind POST <url>/embeddings. It works like one from llmrec_text_encoder_load, with the same
 * cache, except that llmrec_text_encoder_tokenize is UNSUPPORTED. This call embeds one text to learn the dim. Answers
 * are sorted by their `index`. If a request fails, the call fails. Equal texts are embedded once. With a journal (by
 * model, dim, body and text) a restarted run embeds no text twice. An empty text is sent as a blank.
 * Errors: ARGUMENT, ABI, UNSUPPORTED (built without HTTP), IO, FORMAT, SHAPE (another dim than before), NUMERIC (a
 * number is not finite), CANCELED, MEMORY; llmrec_text_encoder_encode returns the same. Cost: one request. */
LLMREC_API llmrec_status llmrec_text_encoder_create_endpoint(llmrec_context *context,
                                                             const llmrec_endpoint_options *endpoint,
                                                             const llmrec_embeddings_options *options,
                                                             llmrec_text_encoder **encoder);

/* Gives what a text encoder behind an endpoint has used; zeros for one inside the library. Errors: ARGUMENT, ABI,
 * MEMORY. */
LLMREC_API llmrec_status llmrec_text_encoder_usage(const llmrec_text_encoder *encoder, llmrec_usage *usage);

LLMREC_END
#endif
