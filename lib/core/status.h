/* SPDX-License-Identifier: Apache-2.0 */
/* Error reporting. lr_fail is the only function that creates a failure status. */
#ifndef LR_CORE_STATUS_H
#define LR_CORE_STATUS_H

#include <stdbool.h>

#include "llmrec/base.h"

#define LR_ERROR_SIZE 512 /* size of an error text in bytes, NUL included */

/* Stores `format` as this thread's error text (one line, cut at LR_ERROR_SIZE) and returns `code`. The text names the
 * argument, its value and the valid values; for files also `file:line`. */
llmrec_status lr_fail(llmrec_status code, const char *format, ...) __attribute__((format(printf, 2, 3), cold));

/* Reports the errno of a failed system call on a file: "what PATH: reason". */
llmrec_status lr_fail_errno(const char *what, const char *path) __attribute__((cold));

/* The work of LR_NEED: `names` are those of the pointers, separated by ", ". */
llmrec_status lr_need(const char *names, const void *const pointers[]);

/* If `status` reports wrong contents, fails with FORMAT and puts the file's path before the error text, unless it is
 * there. Returns other statuses unchanged. */
llmrec_status lr_fail_in_file(const char *path, llmrec_status status);

/* Copies an error text out of one thread and into another. */
void lr_error_take(char text[LR_ERROR_SIZE]);
void lr_error_put(const char text[LR_ERROR_SIZE]);

/* Jumps to the function's exit if `call` fails. Needs `llmrec_status status` and the label `done`. */
#define LR_TRY(call)                                                                                                   \
    do {                                                                                                               \
        if ((status = (call)) != LLMREC_OK) goto done;                                                                 \
    } while (0)

/* Like LR_TRY, for a condition. */
#define LR_CHECK(condition, ...)                                                                                       \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            status = lr_fail(__VA_ARGS__);                                                                             \
            goto done;                                                                                                 \
        }                                                                                                              \
    } while (0)

/* Returns a failure at once; for functions that own nothing. */
#define LR_RETURN_IF(call)                                                                                             \
    do {                                                                                                               \
        const llmrec_status lr_status_ = (call);                                                                       \
        if (lr_status_ != LLMREC_OK) return lr_status_;                                                                \
    } while (0)

/* Returns ARGUMENT if one of the arguments, which are pointers to data, is NULL; the text names the first. */
#define LR_NEED(...) LR_RETURN_IF(lr_need(#__VA_ARGS__, (const void *const[]){__VA_ARGS__}))

#endif
