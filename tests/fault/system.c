/* SPDX-License-Identifier: Apache-2.0 */
/* Replaces system calls by versions that can fail. Functions of these names in the program precede those of the C
 * library, also for shared libraries. They have other names in C and get the C library's names at link time, since
 * headers may declare those as macros or with other types. */
#define _GNU_SOURCE /* RTLD_NEXT */
#include "system.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

const char *const system_call_names[CALL_COUNT] = {"nothing", "open",  "mkostemp", "read", "write",
                                                   "resize",  "fsync", "rename",   "mmap"};

static struct {
    atomic_int call, error;
    atomic_long left, limit;
    atomic_bool failed;
} plan;

void system_arm(system_call call, long n, int error)
{
    atomic_store(&plan.failed, false);
    atomic_store(&plan.error, error);
    atomic_store(&plan.left, n);
    atomic_store(&plan.call, (int)call);
}

void system_limit(long bytes)
{
    atomic_store(&plan.limit, bytes);
}

bool system_disarm(void)
{
    atomic_store(&plan.call, CALL_NONE);
    atomic_store(&plan.limit, 0);
    return atomic_load(&plan.failed);
}

static bool fails(system_call call)
{
    if (atomic_load(&plan.call) != (int)call || atomic_fetch_sub(&plan.left, 1) != 1) return false;
    atomic_store(&plan.failed, true);
    errno = atomic_load(&plan.error);
    return true;
}

static size_t limited(size_t size)
{
    const long limit = atomic_load(&plan.limit);
    return limit > 0 && size > (size_t)limit ? (size_t)limit : size;
}

/* The C library's function of that name, or the sanitizer's wrapper. */
#define REAL(type, name, ...)                                                                                          \
    static type (*real)(__VA_ARGS__);                                                                                  \
    if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, name)

#define DEFINE_OPEN(function, name)                                                                                    \
    int function(const char *path, int flags, ...) __asm__(name);                                                      \
    int function(const char *path, int flags, ...)                                                                     \
    {                                                                                                                  \
        REAL(int, name, const char *, int, ...);                                                                       \
        va_list arguments;                                                                                             \
        va_start(arguments, flags);                                                                                    \
        const unsigned mode = va_arg(arguments, unsigned);                                                             \
        va_end(arguments);                                                                                             \
        return fails(CALL_OPEN) ? -1 : real(path, flags, mode);                                                        \
    }

#define DEFINE_FOPEN(function, name)                                                                                   \
    void *function(const char *path, const char *mode) __asm__(name);                                                  \
    void *function(const char *path, const char *mode)                                                                 \
    {                                                                                                                  \
        REAL(void *, name, const char *, const char *);                                                                \
        return fails(CALL_OPEN) ? NULL : real(path, mode);                                                             \
    }

#define DEFINE_MAKE_TEMPORARY(function, name)                                                                          \
    int function(char *path, int flags) __asm__(name);                                                                 \
    int function(char *path, int flags)                                                                                \
    {                                                                                                                  \
        REAL(int, name, char *, int);                                                                                  \
        return fails(CALL_MAKE_TEMPORARY) ? -1 : real(path, flags);                                                    \
    }

#define DEFINE_MOVE(function, name, call, pointer)                                                                     \
    ssize_t function(int file, pointer bytes, size_t size) __asm__(name);                                              \
    ssize_t function(int file, pointer bytes, size_t size)                                                             \
    {                                                                                                                  \
        REAL(ssize_t, name, int, pointer, size_t);                                                                     \
        return fails(call) ? -1 : real(file, bytes, limited(size));                                                    \
    }

#define DEFINE_MOVE_AT(function, name, call, pointer)                                                                  \
    ssize_t function(int file, pointer bytes, size_t size, off_t offset) __asm__(name);                                \
    ssize_t function(int file, pointer bytes, size_t size, off_t offset)                                               \
    {                                                                                                                  \
        REAL(ssize_t, name, int, pointer, size_t, off_t);                                                              \
        return fails(call) ? -1 : real(file, bytes, limited(size), offset);                                            \
    }

#define DEFINE_RESIZE(function, name)                                                                                  \
    int function(int file, off_t size) __asm__(name);                                                                  \
    int function(int file, off_t size)                                                                                 \
    {                                                                                                                  \
        REAL(int, name, int, off_t);                                                                                   \
        return fails(CALL_RESIZE) ? -1 : real(file, size);                                                             \
    }

#define DEFINE_MAP(function, name)                                                                                     \
    void *function(void *address, size_t size, int protection, int flags, int file, off_t offset) __asm__(name);       \
    void *function(void *address, size_t size, int protection, int flags, int file, off_t offset)                      \
    {                                                                                                                  \
        REAL(void *, name, void *, size_t, int, int, int, off_t);                                                      \
        if (file >= 0 && fails(CALL_MAP)) return (void *)(intptr_t)-1;                                                 \
        return real(address, size, protection, flags, file, offset);                                                   \
    }

DEFINE_OPEN(fault_open, "open")
DEFINE_OPEN(fault_open64, "open64")
DEFINE_FOPEN(fault_fopen, "fopen")
DEFINE_FOPEN(fault_fopen64, "fopen64")
DEFINE_MAKE_TEMPORARY(fault_mkostemp, "mkostemp")
DEFINE_MAKE_TEMPORARY(fault_mkostemp64, "mkostemp64")
DEFINE_MOVE(fault_read, "read", CALL_READ, void *)
DEFINE_MOVE(fault_write, "write", CALL_WRITE, const void *)
DEFINE_MOVE_AT(fault_pread, "pread", CALL_READ, void *)
DEFINE_MOVE_AT(fault_pread64, "pread64", CALL_READ, void *)
DEFINE_MOVE_AT(fault_pwrite, "pwrite", CALL_WRITE, const void *)
DEFINE_MOVE_AT(fault_pwrite64, "pwrite64", CALL_WRITE, const void *)
DEFINE_RESIZE(fault_ftruncate, "ftruncate")
DEFINE_RESIZE(fault_ftruncate64, "ftruncate64")
DEFINE_MAP(fault_mmap, "mmap")
DEFINE_MAP(fault_mmap64, "mmap64")

#define DEFINE_FLUSH(function, name)                                                                                   \
    int function(int file) __asm__(name);                                                                              \
    int function(int file)                                                                                             \
    {                                                                                                                  \
        REAL(int, name, int);                                                                                          \
        return fails(CALL_FLUSH) ? -1 : real(file);                                                                    \
    }

DEFINE_FLUSH(fault_fsync, "fsync")
DEFINE_FLUSH(fault_fdatasync, "fdatasync")

int fault_rename(const char *from, const char *to) __asm__("rename");
int fault_rename(const char *from, const char *to)
{
    REAL(int, "rename", const char *, const char *);
    return fails(CALL_RENAME) ? -1 : real(from, to);
}
