/* SPDX-License-Identifier: Apache-2.0 */
/* The context: threads, log, progress and memory for everything created with it. */
#ifndef LLMREC_CONTEXT_H
#define LLMREC_CONTEXT_H

#include "base.h"

LLMREC_BEGIN

typedef struct llmrec_context llmrec_context;

typedef enum llmrec_log_level {
    LLMREC_LOG_ERROR = 0,
    LLMREC_LOG_WARNING = 1,
    LLMREC_LOG_INFO = 2,
    LLMREC_LOG_DEBUG = 3
} llmrec_log_level;

/* One finished log line: UTF-8 without a newline, the room it comes from ("data", "embed", ...) and its level. */
typedef struct llmrec_log_event {
    size_t size;   /* bytes of this struct as the library knows it */
    int64_t level; /* one of llmrec_log_level */
    const char *room;
    const char *message; /* valid during the call only */
} llmrec_log_event;

/* How far a long call has come. `total` is 0 while it is unknown. */
typedef struct llmrec_progress_event {
    size_t size;       /* bytes of this struct as the library knows it */
    const char *stage; /* what is being done: "read interactions", "encode texts", ... */
    const char *unit;  /* what `done` and `total` count: "bytes", "texts", "sessions", ... */
    int64_t done;
    int64_t total;
    double seconds; /* since the stage began */
    /* training only; elsewhere zero */
    int64_t epoch;        /* the one under way: 1, 2, ... */
    int64_t epochs;       /* at most so many */
    int64_t step;         /* optimizer steps done since training began */
    double loss;          /* mean of the epoch so far */
    double learning_rate; /* of the latest step */
    double sequences_per_second;
    double tokens_per_second;
    double seconds_left;   /* if all epochs are run */
    double ndcg, hit_rate; /* the latest validation figures; NaN before any */
} llmrec_progress_event;

/* Callbacks of the host. LLMREC_OK goes on; anything else stops the call, which then returns LLMREC_ERR_CANCELED
 * (what a log callback returns is ignored). They are called on the thread that made the call, with no lock held,
 * progress at most every 50 ms and once at the end of each stage. They must not free a handle in use by that call. */
typedef llmrec_status (*llmrec_log_fn)(const llmrec_log_event *event, void *user);
typedef llmrec_status (*llmrec_progress_fn)(const llmrec_progress_event *event, void *user);

/* The host's memory: `allocate` returns `bytes` (> 0) bytes aligned to 64, or NULL; `release` gets such a pointer,
 * never NULL. Both may be called from several threads at once. */
typedef void *(*llmrec_allocate_fn)(size_t bytes, void *user);
typedef void (*llmrec_release_fn)(void *pointer, void *user);

typedef struct llmrec_context_options {
    size_t size;       /* set by llmrec_context_options_init; do not touch */
    int64_t threads;   /* threads that one call may use, the caller's included; 1..1024, or 0 (default):
                                     as many as the process may run on */
    int64_t log_level; /* least urgent level that is passed on; default LLMREC_LOG_INFO */
    llmrec_log_fn log; /* default NULL: no log */
    void *log_user;
    llmrec_progress_fn progress; /* default NULL: none */
    void *progress_user;
    llmrec_allocate_fn allocate; /* default NULL: the C library's; set both or neither */
    llmrec_release_fn release;
    void *allocator_user;
} llmrec_context_options;

LLMREC_API llmrec_status llmrec_context_options_init(llmrec_context_options *options, size_t size);

/* Creates a context with a thread pool of its own. Threads start with the first call that needs them, and end with
 * the context. After fork(), a child's first call makes its own threads. Errors: ARGUMENT, MEMORY, ABI. */
LLMREC_API llmrec_status llmrec_context_create(const llmrec_context_options *options, llmrec_context **context);

/* Gives up the caller's hold; the context ends when the last handle made with it is freed. */
LLMREC_API void llmrec_context_free(llmrec_context *context);

/* Threads that one call may use, the caller's included. */
LLMREC_API int64_t llmrec_context_threads(const llmrec_context *context);

LLMREC_END
#endif
