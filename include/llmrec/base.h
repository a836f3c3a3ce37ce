/* SPDX-License-Identifier: Apache-2.0 */
/* Status codes, error text and version: what every other header builds on.
 *
 * The rules that hold for the whole API:
 * - Every function that can fail returns llmrec_status: LLMREC_OK (0) or a negative code. On failure outputs are
 *   untouched, and llmrec_last_error() says in one line what was met and what was wanted.
 * - Handles are opaque and counted: what a handle uses stays alive with it, so the order of `_free` does not matter;
 *   `_free(NULL)` does nothing. Handles other than a context are immutable, and many threads may use one
 *   at once; an encoder alone is changed by its training (llmrec/encoder.h).
 * - Options structs begin with their size, are filled by `llmrec_x_options_init(&o, sizeof o)`, and may be NULL:
 *   all defaults. They and all arrays need live only until the call returns.
 * - Results go into the caller's arrays. Pointers that a getter returns belong to the handle and live as long as it.
 * - Text is UTF-8. A text beside a length need not end in NUL; where lengths may be NULL, each text ends in NUL.
 * - Constants are enums with written values, `llmrec_<noun>`. Fields and parameters that hold one are int64_t, "one of
 *   llmrec_<noun>", as an enum's size is the compiler's choice; llmrec_status is int32_t.
 * - `_load` reads foreign files; `_save` and `_open` write and read files of this library.
 * - Item indices are int32_t in [0, items); positions in a CSR array are int64_t.
 */
#ifndef LLMREC_BASE_H
#define LLMREC_BASE_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define LLMREC_API __attribute__((visibility("default")))
#else
#define LLMREC_API
#endif

#ifdef __cplusplus
#define LLMREC_BEGIN extern "C" {
#define LLMREC_END   }
#else
#define LLMREC_BEGIN
#define LLMREC_END
#endif

LLMREC_BEGIN

#define LLMREC_VERSION_MAJOR 0
#define LLMREC_VERSION_MINOR 1
#define LLMREC_VERSION_PATCH 0

/* What a call came to. Values are fixed and only ever appended; positive ones are reserved for information. */
typedef int32_t llmrec_status;
enum {
    LLMREC_OK = 0,
    LLMREC_ERR_ARGUMENT = -1,     /* an argument or option is outside its documented range */
    LLMREC_ERR_MEMORY = -2,       /* the allocator returned NULL, or a size would overflow */
    LLMREC_ERR_IO = -3,           /* the system refused to open, read, write or rename a file */
    LLMREC_ERR_FORMAT = -4,       /* a file's content is not what its format asks for */
    LLMREC_ERR_SHAPE = -5,        /* two things do not fit each other: rows, dims, ids */
    LLMREC_ERR_NUMERIC = -6,      /* a number is not finite, or a factorization did not converge */
    LLMREC_ERR_ABI = -7,          /* an options struct has no known size, or asks for a newer library */
    LLMREC_ERR_CANCELED = -8,     /* the progress callback asked to stop */
    LLMREC_ERR_CALLBACK = -9,     /* another callback of the host's failed */
    LLMREC_ERR_UNSUPPORTED = -10, /* valid, but not something this build can do */
    LLMREC_ERR_INTERNAL = -11     /* a defect of this library: please report it */
};

/* This thread's latest failure as one line of text, at most 511 bytes; "" before the first one. Valid until the
 * thread's next failure; a success leaves it as it is. Any thread, never fails. */
LLMREC_API const char *llmrec_last_error(void);

/* The name of a status, "LLMREC_ERR_IO" for instance; "unknown status" for a value this library does not know. */
LLMREC_API const char *llmrec_status_name(llmrec_status status);

/* The loaded library's version, "0.1.0" for instance. */
LLMREC_API const char *llmrec_version(void);

/* The loaded library's ABI: its soname number times 1000 plus its minor version. A binding built for ABI `a` works
 * with every library whose number has the same thousands and is at least `a`. */
LLMREC_API int32_t llmrec_abi_version(void);

/* How the loaded library was built: compiler, BLAS, HDF5 and vector kernels in use, as one line. */
LLMREC_API const char *llmrec_build_info(void);

/* 1 if the loaded library has the named feature ("avx512vnni", "avx2", "gzip", ...), 0 if it has not or does not
 * know the name. NULL counts as unknown. */
LLMREC_API int32_t llmrec_supports(const char *feature);

LLMREC_END
#endif
