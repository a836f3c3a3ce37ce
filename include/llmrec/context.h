/* SPDX-License-Identifier: Apache-2.0 */
/* The context: threads, log, progress and memory of all handles created with it.
 *
 * For the functions of this header, unless their comment says otherwise:
 * Errors: none. Ownership: the caller owns a created context. Threads: any; many at once. Cost: constant. Since: 0.1.
 */
#ifndef LLMREC_CONTEXT_H
#define LLMREC_CONTEXT_H

#include "base.h"

LLMREC_BEGIN

typedef struct llmrec_context llmrec_context;

/* How urgent a log line is. */
typedef enum llmrec_log_level {
    LLMREC_LOG_ERROR = 0,
    LLMREC_LOG_WARNING = 1,
    LLMREC_LOG_INFO = 2,
    LLMREC_LOG_DEBUG = 3
} llmrec_log_level;

/* A log line. Its texts are valid during the callback only. */
typedef struct llmrec_log_event {
    size_t size;         /* bytes of this struct that the library filled */
    int64_t level;       /* one of llmrec_log_level */
    const char *room;    /* the part of the library that logs: "data", "embed", ... */
    const char *message; /* UTF-8 without a newline */
} llmrec_log_event;

/* The progress of a long call. Its texts are valid during the callback only. */
typedef struct llmrec_progress_event {
    size_t size;       /* bytes of this struct that the library filled */
    const char *stage; /* the current work: "read interactions", "encode texts", ... */
    const char *unit;  /* the unit of `done` and `total`: "bytes", "texts", "sessions", ... */
    int64_t done;
    int64_t total;  /* 0: unknown */
    double seconds; /* since the stage began */
    /* The fields below are for training only; elsewhere they are zero. */
    int64_t epoch;        /* the current one, from 1 */
    int64_t epochs;       /* the largest number of epochs that will run */
    int64_t step;         /* optimizer steps since training began */
    double loss;          /* mean over the epoch so far */
    double learning_rate; /* of the latest step */
    double sequences_per_second;
    double tokens_per_second;
    double seconds_left;   /* if all epochs run */
    double ndcg, hit_rate; /* the latest validation figures; NaN before the first */
} llmrec_progress_event;

/* Callbacks of the host. LLMREC_OK continues. Any other value from a progress callback stops the call, which then
 * returns LLMREC_ERR_CANCELED. The value from a log callback is ignored. Both are called on the thread that made the
 * call, with no lock held: progress at most every 50 ms and at the end of each stage. A callback must not free a handle
 * that the call uses. */
typedef llmrec_status (*llmrec_log_fn)(const llmrec_log_event *event, void *user);
typedef llmrec_status (*llmrec_progress_fn)(const llmrec_progress_event *event, void *user);

/* The host's memory. `allocate` returns `bytes` (> 0) bytes aligned to 64, or NULL. `release` gets such a pointer,
 * never NULL. Several threads may call both at once. */
typedef void *(*llmrec_allocate_fn)(size_t bytes, void *user);
typedef void (*llmrec_release_fn)(void *pointer, void *user);

typedef struct llmrec_context_options {
    size_t size; /* set by llmrec_context_options_init */
    /* Threads that one call may use, the caller's included; 1..1024, default 0: the number of processors of the
     * process. */
    int64_t threads;
    int64_t log_level; /* the least urgent llmrec_log_level that is logged; default LLMREC_LOG_INFO */
    llmrec_log_fn log; /* default NULL: no log */
    void *log_user;
    llmrec_progress_fn progress; /* default NULL: none */
    void *progress_user;
    llmrec_allocate_fn allocate; /* default NULL: the C library's; set both or neither */
    llmrec_release_fn release;
    void *allocator_user;
} llmrec_context_options;

/* Fills the first `size` bytes with the defaults. Errors: ARGUMENT, ABI. */
LLMREC_API llmrec_status llmrec_context_options_init(llmrec_context_options *options, size_t size);

/* Creates a context with its own thread pool. Threads start with the first call that needs them and end with the
 * context. After fork(), the first call of a child starts its own threads.
 * Errors: ARGUMENT, MEMORY, ABI. */
LLMREC_API llmrec_status llmrec_context_create(const llmrec_context_options *options, llmrec_context **context);

/* Releases the context. It is freed together with the last handle created with it. Cost: joins the threads. */
LLMREC_API void llmrec_context_free(llmrec_context *context);

/* Writes the context as one line of JSON: {"kind":"context","options":{"threads":8,"log_level":"info"},"log":true,
 * "progress":false,"allocator":false}: the options in force, and which callbacks are set. Writes at most `capacity`
 * bytes, NUL included. `length` (may be NULL) gets the bytes needed without the NUL: call with capacity 0 to ask for
 * the size.
 * Errors: ARGUMENT, MEMORY. Cost: proportional to the text. */
LLMREC_API llmrec_status llmrec_context_description(const llmrec_context *context, char *text, size_t capacity,
                                                    size_t *length);

/* Returns how many threads one call may use, the caller's included; 0 for NULL. */
LLMREC_API int64_t llmrec_context_threads(const llmrec_context *context);

LLMREC_END
#endif
