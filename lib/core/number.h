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

/* Sets the C locale for this thread until lr_locale_restore; needed by printf and strtod. */
void *lr_locale_enter(void);
void lr_locale_restore(void *before);

#endif
