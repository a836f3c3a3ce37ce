/* SPDX-License-Identifier: Apache-2.0 */
/* Fine-tuning jobs on an OpenAI-compatible server: upload examples (llmrec/tuning_data.h), create a job, follow it,
 * cancel it.
 *
 * A state file records what was uploaded and created. A restarted program follows the existing job and pays for nothing
 * twice: it creates a job only if no job on the server uses the uploaded file.
 *
 * For the functions of this header, unless their comment says otherwise: Ownership: the caller owns a created job; it
 * keeps its context alive. Threads: one at a time per job. Cost: one request; memory for one answer. Since: 0.1.
 */
#ifndef LLMREC_FINE_TUNING_H
#define LLMREC_FINE_TUNING_H

#include "llm.h"

LLMREC_BEGIN

typedef struct llmrec_fine_tuning llmrec_fine_tuning;

typedef struct llmrec_fine_tuning_options {
    size_t size;            /* set by llmrec_fine_tuning_options_init */
    const char *training;   /* path of the examples, JSON lines in the server's format */
    const char *validation; /* path of examples for validation; default NULL: none */
    const char *state;      /* path of the state file; it need not exist */
    const char *suffix;     /* part of the tuned model's name; default NULL: none */
    int64_t epochs;         /* >= 1; default 0: the server's */
    int64_t seed;           /* >= 0; default -1: not sent */
    int64_t upload_limit;   /* bytes of a file, which is in memory while it is sent; >= 1, default 512 MiB */
} llmrec_fine_tuning_options;

/* Fills the first `size` bytes with the defaults. Errors: ARGUMENT, ABI. Threads: any. Cost: constant. */
LLMREC_API llmrec_status llmrec_fine_tuning_options_init(llmrec_fine_tuning_options *options, size_t size);

typedef enum llmrec_fine_tuning_phase {
    LLMREC_FINE_TUNING_RUNNING = 0, /* or queued, or being validated */
    LLMREC_FINE_TUNING_SUCCEEDED = 1,
    LLMREC_FINE_TUNING_FAILED = 2,
    LLMREC_FINE_TUNING_CANCELED = 3
} llmrec_fine_tuning_phase;

/* The state of a job. Its texts belong to the job and are valid until its next call. */
typedef struct llmrec_fine_tuning_info {
    size_t size;            /* set by the caller: sizeof(llmrec_fine_tuning_info) */
    int64_t phase;          /* one of llmrec_fine_tuning_phase */
    int64_t trained_tokens; /* as the server counts them; 0 if it does not say */
    const char *id;         /* of the job */
    const char *status;     /* in the words of the server */
    const char *model;      /* the tuned model's name, for llmrec_endpoint_options.model; "" until it exists */
    const char *error;      /* why the job failed; "" if it did not */
} llmrec_fine_tuning_info;

/* Uploads the files that are not uploaded yet, creates the job if there is none yet, and opens it. `endpoint->model` is
 * the model to tune. Uploads and lookups are retried like chats. Creating a job is not retried if the server may have
 * created it; the next call with the same state file finds that job. Reports progress for each request.
 * Errors: ARGUMENT, ABI, UNSUPPORTED (built without HTTP), IO, FORMAT, MEMORY, CANCELED, SHAPE (the state file belongs
 * to other examples or options). Threads: any; one at a time per state file. Cost: the uploads; memory for one file. */
LLMREC_API llmrec_status llmrec_fine_tuning_start(llmrec_context *context, const llmrec_endpoint_options *endpoint,
                                                  const llmrec_fine_tuning_options *options, llmrec_fine_tuning **job);

/* Writes the job as one line of JSON: {"kind":"fine_tuning","id":"ftjob-1","endpoint":{...}}, with the server's id of
 * the job, and llmrec_endpoint_options as in llmrec_llm_description. `text`, `capacity` and `length` are as for
 * llmrec_options_json.
 * Errors: ARGUMENT, MEMORY. Threads: any. Cost: proportional to the text. */
LLMREC_API llmrec_status llmrec_fine_tuning_description(const llmrec_fine_tuning *job, char *text, size_t capacity,
                                                        size_t *length);

/* Frees the handle. The job on the server is not changed. Errors: none. */
LLMREC_API void llmrec_fine_tuning_free(llmrec_fine_tuning *job);

/* Asks for the state of the job. Errors: ARGUMENT, ABI, IO, FORMAT, MEMORY, CANCELED. */
LLMREC_API llmrec_status llmrec_fine_tuning_look(llmrec_fine_tuning *job, llmrec_fine_tuning_info *info);

/* Asks for the state of the job every `interval` seconds (>= 0.01) until it has ended. Reports progress in trained
 * tokens.
 * Errors: ARGUMENT, ABI, IO, FORMAT, MEMORY, CANCELED (the call ends; the job continues). Cost: one request per
 * interval. */
LLMREC_API llmrec_status llmrec_fine_tuning_follow(llmrec_fine_tuning *job, double interval,
                                                   llmrec_fine_tuning_info *info);

/* Asks the server to cancel the job. Errors: ARGUMENT, ABI, IO, FORMAT, MEMORY, CANCELED. */
LLMREC_API llmrec_status llmrec_fine_tuning_cancel(llmrec_fine_tuning *job, llmrec_fine_tuning_info *info);

LLMREC_END
#endif
