/* SPDX-License-Identifier: Apache-2.0 */
/* Converts numbers to and from text, independently of the host's locale. */
#ifndef LR_CORE_NUMBER_H
#define LR_CORE_NUMBER_H

#include <stddef.h>
#include <stdint.h>

#include "core/status.h"

/* Parses all of text[length] as a number, correctly rounded: decimal or exponent form. False for anything else,
 * including blanks, inf and nan. */
bool lr_parse_double(const char *text, size_t length, double *value);
bool lr_parse_int64(const char *text, size_t length, int64_t *value);

/* Writes the decimal text of an integer, without a NUL; returns its length. */
enum { LR_INT64_SIZE = 20 };
size_t lr_write_int64(int64_t number, char text[LR_INT64_SIZE]);

/* A decimal number without a detour through binary: its size as an integer and billionths, rounded. */
typedef struct lr_fixed {
    uint64_t whole; /* UINT64_MAX: larger than that */
    uint32_t billionths;
    bool negative, integral; /* integral: nothing follows the decimal point but zeros */
} lr_fixed;

/* Accepts what lr_parse_double accepts. */
bool lr_parse_fixed(const char *text, size_t length, lr_fixed *value);

/* Sets the C locale for this thread until lr_locale_restore; needed by printf and strtod. */
void *lr_locale_enter(void);
void lr_locale_restore(void *before);

#endif
