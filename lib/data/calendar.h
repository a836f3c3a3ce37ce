/* SPDX-License-Identifier: Apache-2.0 */
/* Dates and times of day to nanoseconds, and ISO 8601 text. */
#ifndef LR_DATA_CALENDAR_H
#define LR_DATA_CALENDAR_H

#include "data/times.h"

/* A date and a time of day, in the Gregorian calendar. */
typedef struct lr_calendar {
    int year, month, day;     /* month and day from 1 */
    int hour, minute, second; /* second 60 is the next minute's 0 */
    int zone;                 /* minutes east of UTC */
    uint32_t nanoseconds;     /* up to 10^9 */
} lr_calendar;

/* Returns NULL, or what was wanted instead of this date. */
const char *lr_calendar_time(const lr_calendar *calendar, lr_time *time);

/* Parses YYYY-MM-DD, then maybe a blank or T and hh:mm or hh:mm:ss with a fraction, and maybe a zone. text[length] has
 * at least 10 bytes. Returns NULL, or what was wanted instead. */
const char *lr_iso_parse(const char *text, size_t length, lr_time *time);

/* Parses the digits of a fraction, of which nine count and the tenth rounds; at least one. Returns the position after
 * them, or NULL. */
const char *lr_take_fraction(const char *at, const char *end, uint32_t *nanoseconds);

/* Parses Z, UTC, GMT, +hh, +hhmm or +hh:mm. Returns the position after it, or NULL. */
const char *lr_take_zone(const char *at, const char *end, int *minutes);

/* Writes nanoseconds as YYYY-MM-DD, followed by hh:mm:ss if it is not midnight and by a fraction if it is not a whole
 * second, without a NUL. Returns the length. */
enum { LR_ISO_SIZE = 64 };
size_t lr_iso_write(int64_t nanoseconds, char text[LR_ISO_SIZE]);

extern const char LR_WANTED_DATE[], LR_WANTED_RANGE[];

#endif
