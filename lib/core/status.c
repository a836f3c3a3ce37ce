/* SPDX-License-Identifier: Apache-2.0 */
/* Error texts of each thread, and names of status codes. */
#include "core/status.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static _Thread_local char error_text[LR_ERROR_SIZE];

/* Replaces control characters by blanks: a message is one line. */
static void flatten(char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f) *text = ' ';
}

llmrec_status lr_fail(llmrec_status code, const char *format, ...)
{
    char text[LR_ERROR_SIZE]; /* the arguments may point into the old text */
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    flatten(text);
    memcpy(error_text, text, sizeof text);
    return code;
}

llmrec_status lr_fail_errno(const char *what, const char *path)
{
    char reason[128] = "";
    if (strerror_r(errno, reason, sizeof reason) != 0) snprintf(reason, sizeof reason, "errno %d", errno);
    return lr_fail(LLMREC_ERR_IO, "%s %s: %s", what, path, reason);
}

llmrec_status lr_need(const char *names, const void *const pointers[])
{
    for (size_t i = 0;; i++) {
        const size_t length = strcspn(names, ",");
        if (pointers[i] == NULL) return lr_fail(LLMREC_ERR_ARGUMENT, "%.*s is NULL", (int)length, names);
        if (names[length] == '\0') return LLMREC_OK;
        names += length + 2;
    }
}

llmrec_status lr_fail_in_file(const char *path, llmrec_status status)
{
    char text[LR_ERROR_SIZE];
    const size_t length = strlen(path);
    if (status != LLMREC_ERR_ARGUMENT && status != LLMREC_ERR_NUMERIC && status != LLMREC_ERR_SHAPE &&
        status != LLMREC_ERR_FORMAT)
        return status;
    lr_error_take(text);
    if (strncmp(text, path, length) == 0 && text[length] == ':') return lr_fail(LLMREC_ERR_FORMAT, "%s", text);
    return lr_fail(LLMREC_ERR_FORMAT, "%s: %.400s", path, text);
}

void lr_error_take(char text[LR_ERROR_SIZE])
{
    memcpy(text, error_text, LR_ERROR_SIZE);
}

void lr_error_put(const char text[LR_ERROR_SIZE])
{
    memcpy(error_text, text, LR_ERROR_SIZE);
}

const char *llmrec_last_error(void)
{
    return error_text;
}

const char *llmrec_status_name(llmrec_status status)
{
    static const char *const names[] = {
        "LLMREC_OK",           "LLMREC_ERR_ARGUMENT", "LLMREC_ERR_MEMORY",      "LLMREC_ERR_IO",
        "LLMREC_ERR_FORMAT",   "LLMREC_ERR_SHAPE",    "LLMREC_ERR_NUMERIC",     "LLMREC_ERR_ABI",
        "LLMREC_ERR_CANCELED", "LLMREC_ERR_CALLBACK", "LLMREC_ERR_UNSUPPORTED", "LLMREC_ERR_INTERNAL",
    };
    const int32_t count = (int32_t)(sizeof names / sizeof *names);
    return status > 0 || status <= -count ? "unknown status" : names[-status];
}
