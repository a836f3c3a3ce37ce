/* SPDX-License-Identifier: Apache-2.0 */
/* The context's thread pool: starts threads, runs parallel jobs, survives fork. */
#include "core/pool.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <unistd.h>

#include "core/context.h"
#include "core/log.h"
#include "core/memory.h"

/* Waking a thread through a futex costs more than a small matrix product. So an idle thread waits in a loop this long,
 * then it sleeps and costs nothing. */
static const int64_t SPIN_NS = 30 * 1000;

enum { ADOPTING = -1 };

struct lr_pool {
    llmrec_context *context;
    size_t threads;        /* without the caller's thread */
    struct thread *thread; /* [threads] */
    size_t started;
    _Atomic pid_t owner;  /* process that owns the threads; ADOPTING while a forked child takes over */
    pthread_mutex_t busy; /* held while a job runs */
    pthread_mutex_t lock; /* guards sleeping and waking */
    pthread_cond_t wake;
    atomic_bool stop;
    atomic_uint_fast64_t job; /* number of jobs so far; a change starts the threads */
    /* the current job */
    lr_task_fn run;
    void *argument;
    size_t tasks;
    atomic_size_t next;
    atomic_size_t inside; /* threads in the job; CLOSED is added when no task is left */
    atomic_size_t failed_task;
    pthread_mutex_t failure_lock;
    llmrec_status failure;
    char failure_text[LR_ERROR_SIZE];
};

/* One of the pool's threads. */
typedef struct thread {
    lr_pool *pool;
    size_t worker;
    uint_fast64_t seen; /* value of `job` when the thread last looked */
    pthread_t handle;
} thread;

/* Flag in `inside`. The caller waits only for threads that joined the job; a thread that wakes later sees CLOSED and
 * sleeps again. */
static const size_t CLOSED = (size_t)1 << (sizeof(size_t) * 8 - 1);

static inline void relax(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

static void note_failure(lr_pool *pool, size_t task, llmrec_status status)
{
    pthread_mutex_lock(&pool->failure_lock);
    if (task < atomic_load(&pool->failed_task)) {
        atomic_store(&pool->failed_task, task);
        pool->failure = status;
        lr_error_take(pool->failure_text);
    }
    pthread_mutex_unlock(&pool->failure_lock);
}

/* Tasks below the lowest failed one still run, so the reported failure does not depend on timing. */
static void work(lr_pool *pool, size_t worker)
{
    for (;;) {
        const size_t task = atomic_fetch_add(&pool->next, 1);
        if (task >= pool->tasks || task > atomic_load(&pool->failed_task)) return;
        const llmrec_status status = pool->run(pool->argument, task, worker);
        if (status != LLMREC_OK) note_failure(pool, task, status);
    }
}

static bool enter(lr_pool *pool)
{
    size_t inside = atomic_load(&pool->inside);
    while ((inside & CLOSED) == 0)
        if (atomic_compare_exchange_weak(&pool->inside, &inside, inside + 1)) return true;
    return false;
}

static void wait_for_job(lr_pool *pool, uint_fast64_t seen)
{
    const int64_t until = lr_now_ns() + SPIN_NS;
    while (lr_now_ns() < until)
        for (int i = 0; i < 64; i++) {
            if (atomic_load_explicit(&pool->job, memory_order_acquire) != seen) return;
            relax();
        }
    pthread_mutex_lock(&pool->lock);
    while (atomic_load(&pool->job) == seen) pthread_cond_wait(&pool->wake, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
}

static void *thread_main(void *argument)
{
    thread *self = argument;
    lr_pool *pool = self->pool;
    for (;;) {
        wait_for_job(pool, self->seen);
        self->seen = atomic_load_explicit(&pool->job, memory_order_acquire);
        if (atomic_load(&pool->stop)) return NULL;
        if (!enter(pool)) continue;
        work(pool, self->worker);
        atomic_fetch_sub_explicit(&pool->inside, 1, memory_order_release);
    }
}

static void announce(lr_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    atomic_fetch_add_explicit(&pool->job, 1, memory_order_release);
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->lock);
}

static bool start_thread(lr_pool *pool, size_t index)
{
    thread *fresh = &pool->thread[index];
    fresh->pool = pool;
    fresh->worker = index + 1;
    fresh->seen = atomic_load(&pool->job);
    return pthread_create(&fresh->handle, NULL, thread_main, fresh) == 0;
}

/* Signals belong to the host, so our threads block all of them. If the system refuses a thread, the pool works with
 * fewer; results are the same. */
static void start_threads(lr_pool *pool)
{
    sigset_t all, before;
    if (pool->started == pool->threads) return;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (pool->started < pool->threads && start_thread(pool, pool->started)) pool->started++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void reset_locks(lr_pool *pool)
{
    pthread_mutex_init(&pool->busy, NULL);
    pthread_mutex_init(&pool->lock, NULL);
    pthread_mutex_init(&pool->failure_lock, NULL);
    pthread_cond_init(&pool->wake, NULL);
}

/* After a fork the child has no pool threads, and a lock may be held by a thread that no longer exists. The first
 * caller in the child resets the pool; other callers wait for that. */
static void reset_after_fork(lr_pool *pool)
{
    const pid_t self = getpid();
    pid_t owner = atomic_load(&pool->owner);
    while (owner != self) {
        if (owner != ADOPTING && atomic_compare_exchange_strong(&pool->owner, &owner, ADOPTING)) {
            reset_locks(pool);
            pool->started = 0;
            atomic_store(&pool->inside, CLOSED);
            atomic_store(&pool->owner, self);
            return;
        }
        relax();
        owner = atomic_load(&pool->owner);
    }
}

llmrec_status lr_pool_create(llmrec_context *context, lr_pool **pool)
{
    lr_pool *fresh = NULL;
    llmrec_status status = LLMREC_OK;
    LR_TRY(LR_NEW_ZERO(context, fresh, 1));
    fresh->context = context;
    fresh->threads = context->threads - 1;
    atomic_init(&fresh->owner, getpid());
    atomic_init(&fresh->inside, CLOSED);
    LR_TRY(LR_NEW(context, fresh->thread, fresh->threads));
    reset_locks(fresh);
    *pool = fresh;
done:
    if (status != LLMREC_OK) lr_free(context, fresh);
    return status;
}

void lr_pool_free(lr_pool *pool)
{
    if (pool == NULL) return;
    if (atomic_load(&pool->owner) == getpid()) {
        atomic_store(&pool->stop, true);
        announce(pool);
        for (size_t i = 0; i < pool->started; i++) pthread_join(pool->thread[i].handle, NULL);
    }
    lr_free(pool->context, pool->thread);
    lr_free(pool->context, pool);
}

size_t lr_workers(const llmrec_context *context)
{
    return context->threads;
}

static llmrec_status run_here(size_t tasks, lr_task_fn run, void *argument)
{
    for (size_t task = 0; task < tasks; task++) LR_RETURN_IF(run(argument, task, 0));
    return LLMREC_OK;
}

static void wait_for_threads(lr_pool *pool)
{
    atomic_fetch_or(&pool->inside, CLOSED);
    for (size_t turn = 0; atomic_load_explicit(&pool->inside, memory_order_acquire) != CLOSED; turn++)
        if (turn < 20000) relax();
        else sched_yield(); /* another process may occupy the core */
}

static llmrec_status run_together(lr_pool *pool, size_t tasks, lr_task_fn run, void *argument)
{
    pool->run = run;
    pool->argument = argument;
    pool->tasks = tasks;
    pool->failure = LLMREC_OK;
    atomic_store(&pool->next, 0);
    atomic_store(&pool->failed_task, SIZE_MAX);
    atomic_store(&pool->inside, 0);
    announce(pool);
    work(pool, 0);
    wait_for_threads(pool);
    if (pool->failure != LLMREC_OK) lr_error_put(pool->failure_text);
    return pool->failure;
}

llmrec_status lr_parallel(llmrec_context *context, size_t tasks, lr_task_fn run, void *argument)
{
    lr_pool *pool = context->pool;
    if (tasks <= 1 || pool->threads == 0) return run_here(tasks, run, argument);
    reset_after_fork(pool);
    if (pthread_mutex_trylock(&pool->busy) != 0) return run_here(tasks, run, argument);
    start_threads(pool);
    const llmrec_status status = run_together(pool, tasks, run, argument);
    pthread_mutex_unlock(&pool->busy);
    return status;
}

/* --- small pieces ------------------------------------------------------------------------------------------------- */

typedef struct pieces {
    size_t count, together;
    lr_piece_fn run;
    void *argument;
} pieces;

static llmrec_status run_pieces(void *argument, size_t task, size_t worker)
{
    const pieces *p = argument;
    const size_t first = task * p->together;
    for (size_t i = first; i < p->count && i < first + p->together; i++) p->run(p->argument, i, worker);
    return LLMREC_OK;
}

llmrec_status lr_parallel_pieces(llmrec_context *context, size_t count, size_t together, lr_piece_fn run,
                                 void *argument)
{
    pieces p = {count, together, run, argument};
    return lr_parallel(context, (count + together - 1) / together, run_pieces, &p);
}
