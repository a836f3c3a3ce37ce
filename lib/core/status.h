/* SPDX-License-Identifier: Apache-2.0 */
/* Failure: the one place where a status other than LLMREC_OK is born. */
#ifndef LR_CORE_STATUS_H
#define LR_CORE_STATUS_H

#include <stdbool.h>

#include "llmrec/base.h"

#define LR_ERROR_SIZE 512 /* bytes of an error text, NUL included */

/* Keeps `format` as this thread's error text (one line, cut at LR_ERROR_SIZE) and returns `code`. The text names the
 * argument, the value met and the value wanted; for files `file:line`. */
llmrec_status lr_fail(llmrec_status code, const char *format, ...) __attribute__((format(printf, 2, 3), cold));

/* The same for the errno of a failed system call on a file: "what PATH: reason". */
llmrec_status lr_fail_errno(const char *what, const char *path) __attribute__((cold));

/* Hands an error text from one thread to another. */
void lr_error_take(char text[LR_ERROR_SIZE]);
void lr_error_put(const char text[LR_ERROR_SIZE]);

/* Leaves through the function's one exit if `call` fails; needs `llmrec_status status` and the label `done`. */
#define LR_TRY(call)                                                                                                   \
    do {                                                                                                               \
        if ((status = (call)) != LLMREC_OK) goto done;                                                                 \
    } while (0)

/* The same for a check of the function's own. */
#define LR_CHECK(condition, ...)                                                                                       \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            status = lr_fail(__VA_ARGS__);                                                                             \
            goto done;                                                                                                 \
        }                                                                                                              \
    } while (0)

/* For functions that own nothing: returns the failure at once. */
#define LR_RETURN_IF(call)                                                                                             \
    do {                                                                                                               \
        const llmrec_status lr_status_ = (call);                                                                       \
        if (lr_status_ != LLMREC_OK) return lr_status_;                                                                \
    } while (0)

#endif
