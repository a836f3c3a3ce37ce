/* SPDX-License-Identifier: Apache-2.0 */
/* Fine-tuning: examples written from sessions, and jobs on an OpenAI-compatible server: examples uploaded, a job created,
 * followed and cancelled.
 *
 * A state file remembers what was uploaded and created, so that a program that is started again follows the job that there
 * is and pays for nothing twice: a job is made only where none of the server's has the uploaded file.
 */
#ifndef LLMREC_FINE_TUNING_H
#define LLMREC_FINE_TUNING_H

#include "recommender.h"

LLMREC_BEGIN

/* --- examples ------------------------------------------------------------------------------------------------ */

/* What a row is, a JSON object on a line of its own. CHAT: {"messages": [system, user, assistant]}, without a system message
 * where its text is empty. COMPLETION: {"prompt", "completion"}: both messages as one text; the answer behind a blank, ended
 * by " ###". INPUT_OUTPUT: {"input_text", "output_text"}: both messages with a line break between. */
enum { LLMREC_ROWS_CHAT = 0, LLMREC_ROWS_COMPLETION = 1, LLMREC_ROWS_INPUT_OUTPUT = 2 };

typedef struct llmrec_fine_tuning_data_options {
    size_t size;             /* set by llmrec_fine_tuning_data_options_init; do not touch */
    int64_t format;          /* one of LLMREC_ROWS_*; COMPLETION not in style FENCED; default CHAT */
    const char *training;    /* path of the file to write */
    const char *validation;  /* path of the other one; default NULL: all rows are for training */
    double validation_share; /* of the rows; in (0,1), default 0.2 */
    int64_t validation_rows; /* > 0: so many instead; default 0. The seed paper's are 500 */
    int64_t rows;            /* > 0: at most so many in both files, of sessions drawn by `seed`; default 0: all */
    int64_t min_history;     /* items before its last one that a session must have; default 0: 1 in style NUMBERED, else
                                2 */
    int64_t token_limit;     /* estimated tokens of a row; longer ones are left out; 0: no limit; default -1: 4096, and
                                none for CLASSIFY, whose menu alone may have as many */
    int64_t byte_limit;      /* of a file; >= 1, default 512 MiB, which llmrec_fine_tuning_start uploads */
    int64_t seed;            /* of the order of sessions, and of which are for validation; default 0 */
} llmrec_fine_tuning_data_options;

LLMREC_API llmrec_status llmrec_fine_tuning_data_options_init(llmrec_fine_tuning_data_options *options, size_t size);

/* What was written, and why sessions made no row. */
typedef struct llmrec_fine_tuning_data_info {
    size_t size; /* set by the caller: sizeof(llmrec_fine_tuning_data_info) */
    int64_t training_rows, validation_rows;
    int64_t training_tokens, validation_tokens; /* estimated, of one epoch; see docs/fine_tuning.md for how far off */
    int64_t training_bytes, validation_bytes;
    int64_t longest_row; /* in estimated tokens, of those written */
    int64_t too_short;   /* sessions with fewer than min_history items before the last one */
    int64_t unnamed;     /* sessions in which an item has no name */
    int64_t repeated;    /* sessions whose last item was there before: lists never hold it */
    int64_t too_long;    /* rows beyond token_limit */
    int64_t
        unreadable; /* rows whose answer, read as a model's, would not give back its best item and its length: a name holds
                            what separates names, or ends an answer */
} llmrec_fine_tuning_data_info;

/* Writes examples to tune a model to the question that a prompt recommender of the same parts and options will ask: a row for
 * each session of `parts->dataset` (usually a train view), its last item being what should have been answered, and the items
 * before it the session that is asked about. The question is that of llmrec_recommender_prompt to the byte. Answers, best
 * first (Harte et al. 2023, section 3.3; Boz et al. 2024):
 *
 *   GENITEM   the last item's name
 *   GENLIST   it, then the first stage's list without it; `count` names in all
 *   RANK      the first stage's candidates with it in front; where it was not among them, it takes the last one's place. They
 *             are shown shuffled, whatever options.shuffle says: in the first stage's order, what was put in would show by
 *             its place. Names or labels as options.answer has it, as JSON where options.structure asks for that (AUTO does);
 *             LETTERS: its label; PAIRWISE: its label, of it and one of the others. Of more than `window` candidates the
 *             first ones are shown
 *   CLASSIFY  the items that stand for the clusters nearest to it, of those not in the session; `count` in all
 *
 * parts->llm may be NULL; GENLIST needs a first stage. Rows stand in an order shuffled by `seed`. Either both files are new
 * or both are as they were (but for a kill between the two renames). Progress in sessions. `info` may be NULL.
 * Errors: ARGUMENT, SHAPE (parts of other catalogues; a file without a row; one that would be longer than byte_limit), IO, MEMORY,
 * CANCELLED. Cost: the first stage's lists, and as much memory for any number of rows, but for 4 bytes a session. */
LLMREC_API llmrec_status llmrec_fine_tuning_write(const llmrec_prompt_parts *parts, const llmrec_prompt_options *prompt,
                                                  const llmrec_fine_tuning_data_options *options,
                                                  llmrec_fine_tuning_data_info *info);

/* --- jobs ---------------------------------------------------------------------------------------------------- */

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

enum {
    LLMREC_FINE_TUNING_RUNNING = 0, /* or queued, or being checked */
    LLMREC_FINE_TUNING_SUCCEEDED = 1,
    LLMREC_FINE_TUNING_FAILED = 2,
    LLMREC_FINE_TUNING_CANCELLED = 3
};

/* How a job stands. Texts belong to the handle, until its next call. */
typedef struct llmrec_fine_tuning_info {
    size_t size;            /* set by the caller: sizeof(llmrec_fine_tuning_info) */
    int64_t phase;          /* one of LLMREC_FINE_TUNING_* */
    int64_t trained_tokens; /* as the server counts them; 0 while it does not say */
    const char *id;         /* of the job */
    const char *status;     /* in the server's words */
    const char *model;      /* the tuned model's name, for llmrec_endpoint_options.model; "" before there is one */
    const char *error;      /* why it failed; "" where it did not */
} llmrec_fine_tuning_info;

/* Uploads what was not uploaded yet, creates the job if there is none yet, and opens it. `endpoint->model` is the model to
 * tune; an upload, and looking for a job, are tried again as chats are; creating one is not where the server may have
 * created it (the next start finds it). Progress in steps. Errors: ARGUMENT, UNSUPPORTED, IO, FORMAT, MEMORY, CANCELLED,
 * SHAPE (the state file is of other examples or options). */
LLMREC_API llmrec_status llmrec_fine_tuning_start(llmrec_context *context, const llmrec_endpoint_options *endpoint,
                                                  const llmrec_fine_tuning_options *options, llmrec_fine_tuning **job);

/* Leaves the job as it is on the server. */
LLMREC_API void llmrec_fine_tuning_free(llmrec_fine_tuning *job);

/* Asks how the job stands; asks again every `interval` seconds (>= 0.01) until it has ended, with progress in trained
 * tokens; asks the server to cancel it. A job is used by one thread at a time. Errors: ARGUMENT, IO, FORMAT, MEMORY,
 * CANCELLED (the call; the job goes on). */
LLMREC_API llmrec_status llmrec_fine_tuning_look(llmrec_fine_tuning *job, llmrec_fine_tuning_info *info);
LLMREC_API llmrec_status llmrec_fine_tuning_follow(llmrec_fine_tuning *job, double interval,
                                                   llmrec_fine_tuning_info *info);
LLMREC_API llmrec_status llmrec_fine_tuning_cancel(llmrec_fine_tuning *job, llmrec_fine_tuning_info *info);

LLMREC_END
#endif
