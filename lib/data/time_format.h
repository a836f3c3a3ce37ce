/* SPDX-License-Identifier: Apache-2.0 */
/* Times in a format of strptime's kind, in English whatever the locale.
 *
 * %Y year, %y year of 1969 to 2068, %m month, %b %B %h its name, %d %e day, %a %A name of a weekday (not checked), %H
 * hour, %I hour up to 12, %p AM or PM, %M minute, %S second, %f fraction of a second, %z %Z zone (Z, UTC, GMT, +hhmm,
 * +hh:mm), %F %Y-%m-%d, %D %m/%d/%y, %T %H:%M:%S, %R %H:%M, %% a percent sign. A blank stands for any blanks; other
 * bytes stand for themselves. Numbers may lack leading zeros. */
#ifndef LR_DATA_TIME_FORMAT_H
#define LR_DATA_TIME_FORMAT_H

#include "data/times.h"

/* Returns NULL, or the first % that begins no directive of the list. */
const char *lr_format_fault(const char *format);

/* Parses a text in a format without fault. Returns NULL, or what was wanted instead. */
const char *lr_format_parse(const char *format, const char *text, size_t length, lr_time *time);

#endif
