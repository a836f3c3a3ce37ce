/* SPDX-License-Identifier: Apache-2.0 */
/* Status codes, error text and version, used by all other headers.
 *
 * These rules hold for the whole API:
 * - A function that can fail returns llmrec_status: LLMREC_OK (0) or a negative code. "Errors:" in its comment lists
 *   the codes that it returns, without LLMREC_ERR_. ARGUMENT includes a required pointer that is NULL. On failure
 *   outputs are unchanged unless the comment says otherwise, and llmrec_last_error() returns one line with the value
 *   found and the values wanted.
 * - Handles are opaque and reference-counted. A handle keeps the handles alive that it was created from, so handles may
 *   be freed in any order. `_free(NULL)` does nothing. A handle does not change after its creation, and many threads
 *   may use it at once. Exceptions are an encoder during training, a session and a fine-tuning job: see their headers.
 * - A function that creates a handle writes it to its last argument. The caller owns it and frees it.
 * - Options structs begin with their size and are filled by `llmrec_x_options_init(&o, sizeof o)`. A NULL pointer means
 *   all defaults. Options and arrays need to live only until the call returns.
 * - Results are written to the caller's arrays. A pointer that a function returns belongs to the handle and is valid as
 *   long as the handle lives.
 * - Text is UTF-8. A text with a length need not end in NUL. Where an array of lengths may be NULL, each text ends in
 *   NUL.
 * - size_t counts bytes: sizes of structs, lengths of texts, capacities of text buffers. All other counts and indices
 *   are int64_t, and int32_t in arrays of items. A negative count is an ARGUMENT error.
 * - Constants are enums with written values, `llmrec_<noun>`. Fields and parameters that hold one are int64_t, "one of
 *   llmrec_<noun>", because the compiler chooses an enum's size. llmrec_status is int32_t.
 * - `_load` reads foreign files. `_save` writes and `_open` reads files of this library.
 * - Item indices are int32_t in [0, items). Positions in a CSR array are int64_t.
 *
 * The comment of a function states its errors. The introduction of each header states the other properties of its
 * functions, which a function's own comment may replace. For this header:
 * Errors: none. Ownership: returned texts belong to the library and are never freed. Threads: any. Cost: constant;
 * allocates nothing. Since: 0.1.
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

/* The result of a call. Values never change; new ones are appended. Positive values are reserved for information. */
typedef int32_t llmrec_status;
enum {
    LLMREC_OK = 0,
    LLMREC_ERR_ARGUMENT = -1,     /* an argument or option is NULL or outside its documented range */
    LLMREC_ERR_MEMORY = -2,       /* the allocator returned NULL, or a size would overflow */
    LLMREC_ERR_IO = -3,           /* the system or a server refused to open, read, write, rename, send or answer */
    LLMREC_ERR_FORMAT = -4,       /* the content of a file or an answer does not follow its format */
    LLMREC_ERR_SHAPE = -5,        /* two things do not match: rows, dims, ids */
    LLMREC_ERR_NUMERIC = -6,      /* a number is not finite, or a factorization did not converge */
    LLMREC_ERR_ABI = -7,          /* a struct's size is unknown, or it sets an option of a newer library */
    LLMREC_ERR_CANCELED = -8,     /* the progress callback asked to stop */
    LLMREC_ERR_CALLBACK = -9,     /* another callback of the host failed */
    LLMREC_ERR_UNSUPPORTED = -10, /* valid, but this build or this object cannot do it */
    LLMREC_ERR_INTERNAL = -11     /* a defect of this library: please report it */
};

/* Returns the text of this thread's latest failure: one line of at most 511 bytes, "" before the first failure. A
 * success does not change it. Ownership: the text belongs to the thread and is valid until its next failure. */
LLMREC_API const char *llmrec_last_error(void);

/* Returns the name of a status, for instance "LLMREC_ERR_IO"; "unknown status" for a value that this library does not
 * know. */
LLMREC_API const char *llmrec_status_name(llmrec_status status);

/* Returns the version of the loaded library, for instance "0.1.0". */
LLMREC_API const char *llmrec_version(void);

/* Returns the ABI of the loaded library: 1000 times the major version plus the minor version. A binding built for ABI
 * `a` works with every library whose number has the same thousands and is at least `a`. */
LLMREC_API int32_t llmrec_abi_version(void);

/* Returns one line with the version, compiler, BLAS and HDF5 of the loaded library. */
LLMREC_API const char *llmrec_build_info(void);

/* Returns 1 if the loaded library has the named feature ("http", "gzip", "avx2", "avx512vnni", ...), 0 if it does not
 * or if the name is unknown or NULL. */
LLMREC_API int32_t llmrec_supports(const char *feature);

LLMREC_END
#endif
