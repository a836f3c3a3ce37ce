/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers to text and back, whatever locale the host has set. */
#ifndef LR_CORE_NUMBER_H
#define LR_CORE_NUMBER_H

#include <stddef.h>
#include <stdint.h>

#include "core/status.h"

/* The whole of text[length] as a number, correctly rounded: decimal or exponent form, inf and nan not accepted. False
 * if it is anything else, blanks included. */
bool lr_parse_double(const char *text, size_t length, double *value);
bool lr_parse_int64(const char *text, size_t length, int64_t *value);

/* IEEE half precision. */
float lr_half_to_float(uint16_t half);
uint16_t lr_float_to_half(float value); /* nearest, ties to even; too large becomes infinity */

/* Makes the C locale this thread's until lr_locale_restore: for printf families and strtod. */
void *lr_locale_enter(void);
void lr_locale_restore(void *before);

#endif
