/* SPDX-License-Identifier: Apache-2.0 */
/* Chat models: an OpenAI-compatible endpoint, or a function of the host's, behind one handle; and text encoders behind
 * an /embeddings endpoint (docs/llm.md).
 *
 * What a model answers is never trusted: it is cut at a limit, checked, and handed on as data. A key is kept in memory
 * only and goes nowhere but into the Authorization header of requests to its own endpoint.
 */
#ifndef LLMREC_LLM_H
#define LLMREC_LLM_H

#include "text_encoder.h"

LLMREC_BEGIN

typedef struct llmrec_llm llmrec_llm;
typedef struct llmrec_replies llmrec_replies;

/* --- where a model is --------------------------------------------------------------------------------------------- */

/* What a chat model is asked through. CHAT: POST <url>/chat/completions, with messages. COMPLETIONS: POST
 * <url>/completions, with one text that the model goes on from: for base models, models tuned on prompts and
 * completions, and servers whose chat template is not wanted. The text is the messages' contents with a blank line
 * between them, roles left out; one message is sent to the byte. */
typedef enum llmrec_endpoint_kind { LLMREC_ENDPOINT_CHAT = 0, LLMREC_ENDPOINT_COMPLETIONS = 1 } llmrec_endpoint_kind;

/* An OpenAI-compatible server and how to deal with it. */
typedef struct llmrec_endpoint_options {
    size_t size; /* set by llmrec_endpoint_options_init; do not touch */
    /* base, "https://host/v1" for instance: /chat/completions, /completions, /embeddings, /files come after it */
    const char *url;
    const char *model;          /* its name for the server; default NULL: none is sent */
    const char *key;            /* default NULL: no Authorization header. Never logged, stored or part of a message */
    double connect_timeout;     /* seconds; > 0, default 10 */
    double idle_timeout;        /* seconds without a byte once an answer has begun; > 0, default 60 */
    double total_timeout;       /* seconds for one attempt; > 0, default 300 */
    int64_t concurrency;        /* requests in flight at once; 1..1024, default 8 */
    int64_t attempts;           /* of one request, the first included; 1..100, default 6. Tried again: status 408, 409,
                                429 and 5xx, timeouts, broken connections, answers that are cut off or no JSON */
    double backoff;             /* seconds before the second attempt, then doubling, each times a random factor in
                                [1/2,1]; >= 0, default 0.5. Retry-After and rate-limit reset headers come first */
    double longest_backoff;     /* seconds; >= 0, default 60: a Retry-After beyond it fails the request */
    int64_t answer_limit;       /* bytes of one answer; beyond them it fails; >= 1024, default 16 MiB */
    int64_t request_budget;     /* attempts of the handle's life; 0 (default): no limit. Then requests fail */
    int64_t token_budget;       /* tokens of the handle's life, prompt and completion; 0 (default): no limit. What is in
                                flight counts by an estimate: the prompt, and `max_tokens` for each sample */
    const char *const *headers; /* [header_count] "Name: value" sent too; default NULL */
    int64_t header_count;
    const char *body;        /* a JSON object whose members go into every request's body; default NULL */
    const char *authorities; /* PEM file of certificate authorities; default NULL: the system's. TLS is always verified,
                                redirects are never followed */
    const char *journal;     /* path of an append-only file that keeps every finished call under the hash of model and
                                request, so that a run that is started again asks nothing twice; default NULL: none */
    double prompt_price;     /* of a million tokens, in any currency, for llmrec_usage.cost; >= 0, default 0 */
    double completion_price;
    int64_t seed;      /* of the back-off's random factor; default 0 */
    const char *proxy; /* URL of one; default NULL: none. The environment is not asked */
    int64_t kind;      /* one of llmrec_endpoint_kind, of chat models; default CHAT */
} llmrec_endpoint_options;

LLMREC_API llmrec_status llmrec_endpoint_options_init(llmrec_endpoint_options *options, size_t size);

/* --- a chat model ------------------------------------------------------------------------------------------------- */

/* What one side said. An element of arrays: it never grows. */
typedef struct llmrec_message {
    const char *role;    /* "system", "user" or "assistant" */
    const char *content; /* UTF-8, ends in NUL */
} llmrec_message;

/* One question to a model. Options that a server ignores are noticed in its answer where that is possible. */
typedef struct llmrec_chat_request {
    size_t size;                    /* set by llmrec_chat_request_init; do not touch */
    const llmrec_message *messages; /* [message_count] */
    int64_t message_count;
    int64_t samples; /* answers wanted; 1..1000, default 1. One request with n; where fewer come back or n is refused,
                        one request each */
    double temperature;      /* >= 0; default NaN: the server's */
    double top_p;            /* in (0,1]; default NaN: the server's */
    int64_t max_tokens;      /* of an answer; >= 1; default 0: the server's */
    int64_t seed;            /* default -1: none is sent; further samples count on from it */
    const char *const *stop; /* [stop_count] texts that end an answer; default NULL */
    int64_t stop_count;
    const char *json_schema; /* JSON text of a schema that the answer is to keep; default NULL */
    const char *grammar;     /* GBNF, for servers that have it (llama.cpp); default NULL */
    /* alternatives of each token wanted with log-probabilities; 0..10000, default 0: none. OpenAI gives 20, llama.cpp
     * and vLLM (by its max_logprobs) more; where a server refuses so many, 20 are asked for, and then 5 */
    int64_t top_logprobs;
} llmrec_chat_request;

LLMREC_API llmrec_status llmrec_chat_request_init(llmrec_chat_request *request, size_t size);

/* A model behind an endpoint. Nothing is asked yet. A journal may be shared by handles and processes; a record that a
 * kill cut short is cut off, and the log warns; so it does of a key that is sent over plain HTTP to another machine.
 * Errors: ARGUMENT, UNSUPPORTED (built without HTTP: llmrec_supports("http")), IO and FORMAT (journal), MEMORY. */
LLMREC_API llmrec_status llmrec_llm_create_endpoint(llmrec_context *context, const llmrec_endpoint_options *options,
                                                    llmrec_llm **llm);

/* What a host's model is asked. It answers by llmrec_completion_answer, as often for a request as `samples` says. */
typedef struct llmrec_completion {
    size_t size;                                /* bytes of this struct as the library knows it */
    const llmrec_chat_request *const *requests; /* [count] */
    int64_t count;
    void *answers; /* for llmrec_completion_answer */
} llmrec_completion;

/* Anything but LLMREC_OK ends the call with LLMREC_ERR_CALLBACK. Called on the thread that made the call. */
typedef llmrec_status (*llmrec_complete_fn)(const llmrec_completion *completion, void *user);

/* One answer to request `request`: UTF-8 text, copied; `length` SIZE_MAX: it ends in NUL. Only inside the callback. */
LLMREC_API llmrec_status llmrec_completion_answer(const llmrec_completion *completion, int64_t request,
                                                  const char *text, size_t length);

/* What one more token of the latest answer to a request might have been: texts and natural logarithms of probabilities,
 * which llmrec_replies_alternatives gives back in falling order. For models that tell; asked for by `top_logprobs`. */
LLMREC_API llmrec_status llmrec_completion_alternatives(const llmrec_completion *completion, int64_t request,
                                                        const char *const *texts, const double *logprobs, size_t count);

/* A model in the host's hands: it is handed up to `batch` requests at a time (>= 1). Errors: ARGUMENT, MEMORY. */
LLMREC_API llmrec_status llmrec_llm_create_callback(llmrec_context *context, llmrec_complete_fn complete, void *user,
                                                    int64_t batch, llmrec_llm **llm);
LLMREC_API void llmrec_llm_free(llmrec_llm *llm);

/* Asks `count` requests, up to `concurrency` at once, from the calling thread; progress in requests. A request that
 * fails for good fails alone: llmrec_replies_status says why (IO: status, connection, budget; FORMAT: the answer). What
 * was finished before a failure, a cancel or a kill is in the journal, and with a journal equal requests are asked
 * once. Many threads may call at once. Errors: ARGUMENT, MEMORY, CANCELED, CALLBACK, IO (journal). Memory: the
 * answers, and while one is read up to sixteen times the answer limit. */
LLMREC_API llmrec_status llmrec_llm_chat(const llmrec_llm *llm, const llmrec_chat_request *const *requests,
                                         size_t count, llmrec_replies **replies);
LLMREC_API void llmrec_replies_free(llmrec_replies *replies);

/* LLMREC_OK, or why the request has no answer, with its line of text (`message` may be NULL). */
LLMREC_API llmrec_status llmrec_replies_status(const llmrec_replies *replies, size_t request, const char **message);

/* Answers to a request (at most its samples), and one of them: text of `length` bytes and a NUL; `finish` (may be NULL)
 * gets the server's reason for its end, "stop" or "length" for instance, "" where it gave none. */
LLMREC_API int64_t llmrec_replies_count(const llmrec_replies *replies, size_t request);
LLMREC_API llmrec_status llmrec_replies_text(const llmrec_replies *replies, size_t request, int64_t sample,
                                             const char **text, size_t *length, const char **finish);

/* Log-probabilities: tokens of an answer that have them (0: the server gave none), and the alternatives of one: token
 * texts and natural logarithms in falling order. Fills up to `capacity`; `*count` gets their number. */
LLMREC_API int64_t llmrec_replies_tokens(const llmrec_replies *replies, size_t request, int64_t sample);
LLMREC_API llmrec_status llmrec_replies_alternatives(const llmrec_replies *replies, size_t request, int64_t sample,
                                                     int64_t token, const char **texts, double *logprobs,
                                                     size_t capacity, size_t *count);

/* What a handle has cost since it was made. */
typedef struct llmrec_usage {
    size_t size;                              /* set by the caller: sizeof(llmrec_usage) */
    int64_t requests;                         /* asked of the handle */
    int64_t journal_hits;                     /* of them answered from the journal */
    int64_t attempts;                         /* sent to the server, or to the callback */
    int64_t retries;                          /* of them repeated */
    int64_t failures;                         /* requests that failed for good */
    int64_t prompt_tokens, completion_tokens; /* as the server counts them; of attempts, not of the journal */
    double seconds;                           /* waited for answers, all attempts together */
    double cost;                              /* tokens times the prices */
} llmrec_usage;

LLMREC_API llmrec_status llmrec_llm_usage(const llmrec_llm *llm, llmrec_usage *usage);

/* --- embeddings --------------------------------------------------------------------------------------------------- */

typedef struct llmrec_embeddings_options {
    size_t size;          /* set by llmrec_embeddings_options_init; do not touch */
    int64_t batch;        /* texts a request; >= 1, default 256; halved where a server answers 400 or 413 */
    int64_t batch_tokens; /* estimated tokens a request; >= 1, default 100000 */
    /* estimated tokens of a text, longer ones are cut; >= 1, default 8000. The estimate: four bytes of ASCII, or one
     * other character, a token */
    int64_t max_tokens;
    int64_t dim;       /* asked of the server; 0 (default): not asked */
    int64_t normalize; /* 1 (default): vectors of length 1, by us; 0: as they come */
} llmrec_embeddings_options;

LLMREC_API llmrec_status llmrec_embeddings_options_init(llmrec_embeddings_options *options, size_t size);

/* A text encoder behind POST <url>/embeddings: used like one that was opened from a directory, the cache of
 * llmrec_text_encoder_encode_items included, but llmrec_text_encoder_tokenize is UNSUPPORTED. The vectors' dim is
 * asked by embedding one text, here. Answers are put in order by their `index`; a changed dim and numbers that are
 * not finite are errors, and one request that fails for good fails the call. Equal texts are embedded once; with a
 * journal (keyed by model, dim, body and text) a run that is started again embeds no text twice. An empty text
 * goes out as a blank. Errors, here and of encoding: ARGUMENT, UNSUPPORTED, IO, FORMAT, SHAPE, NUMERIC, CANCELED,
 * MEMORY. */
LLMREC_API llmrec_status llmrec_text_encoder_create_endpoint(llmrec_context *context,
                                                             const llmrec_endpoint_options *endpoint,
                                                             const llmrec_embeddings_options *options,
                                                             llmrec_text_encoder **encoder);

/* What a text encoder behind an endpoint has cost; zeros for one that was opened from a directory. */
LLMREC_API llmrec_status llmrec_text_encoder_usage(const llmrec_text_encoder *encoder, llmrec_usage *usage);

LLMREC_END
#endif
