/* SPDX-License-Identifier: Apache-2.0 */
/* Fine-tuning jobs on an OpenAI-compatible server: examples (tuning_data.h) uploaded, a job created, followed and
 * canceled.
 *
 * A state file remembers what was uploaded and created, so that a program that is started again follows the job that
 * there is and pays for nothing twice: a job is made only where none of the server's has the uploaded file.
 */
#ifndef LLMREC_FINE_TUNING_H
#define LLMREC_FINE_TUNING_H

#include "llm.h"

LLMREC_BEGIN

typedef struct llmrec_fine_tuning llmrec_fine_tuning;

typedef struct llmrec_fine_tuning_options {
    size_t size;            /* set by llmrec_fine_tuning_options_init; do not touch */
    const char *training;   /* path of the examples, JSON lines as the server wants them */
    const char *validation; /* path of others to be measured on; default NULL: none */
    const char *state;      /* path of the state file; it need not exist */
    const char *suffix;     /* part of the tuned model's name; default NULL: none */
    int64_t epochs;         /* >= 1; default 0: the server's */
    int64_t seed;           /* >= 0; default -1: none is sent */
    int64_t upload_limit;   /* bytes of a file; >= 1, default 512 MiB. It is in memory while it is sent */
} llmrec_fine_tuning_options;

LLMREC_API llmrec_status llmrec_fine_tuning_options_init(llmrec_fine_tuning_options *options, size_t size);

typedef enum llmrec_fine_tuning_phase {
    LLMREC_FINE_TUNING_RUNNING = 0, /* or queued, or being checked */
    LLMREC_FINE_TUNING_SUCCEEDED = 1,
    LLMREC_FINE_TUNING_FAILED = 2,
    LLMREC_FINE_TUNING_CANCELED = 3
} llmrec_fine_tuning_phase;

/* How a job stands. Texts belong to the handle, until its next call. */
typedef struct llmrec_fine_tuning_info {
    size_t size;            /* set by the caller: sizeof(llmrec_fine_tuning_info) */
    int64_t phase;          /* one of llmrec_fine_tuning_phase */
    int64_t trained_tokens; /* as the server counts them; 0 while it does not say */
    const char *id;         /* of the job */
    const char *status;     /* in the server's words */
    const char *model;      /* the tuned model's name, for llmrec_endpoint_options.model; "" before there is one */
    const char *error;      /* why it failed; "" where it did not */
} llmrec_fine_tuning_info;

/* Uploads what was not uploaded yet, creates the job if there is none yet, and opens it. `endpoint->model` is the model
 * to tune; an upload, and looking for a job, are tried again as chats are; creating one is not where the server may
 * have created it (the next start finds it). Progress in steps. Errors: ARGUMENT, UNSUPPORTED, IO, FORMAT, MEMORY,
 * CANCELED, SHAPE (the state file is of other examples or options). */
LLMREC_API llmrec_status llmrec_fine_tuning_start(llmrec_context *context, const llmrec_endpoint_options *endpoint,
                                                  const llmrec_fine_tuning_options *options, llmrec_fine_tuning **job);

/* Leaves the job as it is on the server. */
LLMREC_API void llmrec_fine_tuning_free(llmrec_fine_tuning *job);

/* Asks how the job stands; asks again every `interval` seconds (>= 0.01) until it has ended, with progress in trained
 * tokens; asks the server to cancel it. A job is used by one thread at a time. Errors: ARGUMENT, IO, FORMAT, MEMORY,
 * CANCELED (the call; the job goes on). */
LLMREC_API llmrec_status llmrec_fine_tuning_look(llmrec_fine_tuning *job, llmrec_fine_tuning_info *info);
LLMREC_API llmrec_status llmrec_fine_tuning_follow(llmrec_fine_tuning *job, double interval,
                                                   llmrec_fine_tuning_info *info);
LLMREC_API llmrec_status llmrec_fine_tuning_cancel(llmrec_fine_tuning *job, llmrec_fine_tuning_info *info);

LLMREC_END
#endif
