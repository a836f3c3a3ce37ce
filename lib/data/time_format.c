/* SPDX-License-Identifier: Apache-2.0 */
/* Parses times in a format of strptime's kind. */
#include "data/time_format.h"

#include <string.h>
#include <strings.h>

#include "data/calendar.h"

static const char WANTED[] = "wanted a time as time_format says";

/* A text being parsed. */
typedef struct parse {
    const char *at, *end; /* `at` NULL: the text does not fit the format */
    lr_calendar calendar;
    int twelve; /* 0: hours to 24; 1: AM, 2: PM */
    int ignored;
} parse;

/* --- directives ------------------------------------------------------------------------------------------------ */

typedef struct number {
    char letter;
    int digits; /* at most */
    size_t offset;
} number;

static const number numbers[] = {
    {'Y', 4, offsetof(parse, calendar.year)},   {'m', 2, offsetof(parse, calendar.month)},
    {'d', 2, offsetof(parse, calendar.day)},    {'e', 2, offsetof(parse, calendar.day)},
    {'H', 2, offsetof(parse, calendar.hour)},   {'I', 2, offsetof(parse, calendar.hour)},
    {'M', 2, offsetof(parse, calendar.minute)}, {'S', 2, offsetof(parse, calendar.second)},
    {'y', 2, offsetof(parse, calendar.year)},
};

typedef struct words {
    char letter;
    size_t offset;
    int first; /* value of the first word */
    const char *const *list;
} words;

static const char *const months[] = {"January", "February",  "March",   "April",    "May",      "June", "July",
                                     "August",  "September", "October", "November", "December", NULL};
static const char *const weekdays[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                       "Friday", "Saturday", "Sunday",    NULL};
static const char *const halves[] = {"AM", "PM", NULL};

static const words names[] = {
    {'b', offsetof(parse, calendar.month), 1, months}, {'B', offsetof(parse, calendar.month), 1, months},
    {'h', offsetof(parse, calendar.month), 1, months}, {'a', offsetof(parse, ignored), 0, weekdays},
    {'A', offsetof(parse, ignored), 0, weekdays},      {'p', offsetof(parse, twelve), 1, halves},
};

static const char *const groups[] = {"F%Y-%m-%d", "D%m/%d/%y", "T%H:%M:%S", "R%H:%M"};

#define FIND(list, condition)                                                                                          \
    for (size_t i = 0; i < sizeof(list) / sizeof *(list); i++)                                                         \
        if (condition) return &(list)[i];                                                                              \
    return NULL

static const number *find_number(char letter)
{
    FIND(numbers, numbers[i].letter == letter);
}

static const words *find_words(char letter)
{
    FIND(names, names[i].letter == letter);
}

static const char *const *find_group(char letter)
{
    FIND(groups, groups[i][0] == letter);
}

static bool is_directive(char letter)
{
    return letter != '\0' && (strchr("fzZ%", letter) != NULL || find_number(letter) != NULL ||
                              find_words(letter) != NULL || find_group(letter) != NULL);
}

const char *lr_format_fault(const char *format)
{
    for (; *format != '\0'; format++) {
        if (*format != '%') continue;
        if (!is_directive(format[1])) return format;
        format++;
    }
    return NULL;
}

/* --- text ------------------------------------------------------------------------------------------------------ */

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

static void take_blanks(parse *p)
{
    while (p->at < p->end && is_blank(*p->at)) p->at++;
}

static void set(parse *p, size_t offset, int value)
{
    memcpy((char *)p + offset, &value, sizeof value);
}

static void take_number(parse *p, const number *field)
{
    int value = 0;
    const char *begin = p->at;
    for (; p->at < p->end && p->at - begin < field->digits && *p->at >= '0' && *p->at <= '9'; p->at++)
        value = value * 10 + (*p->at - '0');
    if (p->at == begin) {
        p->at = NULL;
        return;
    }
    if (field->letter == 'y') value += value < 69 ? 2000 : 1900;
    if (field->letter == 'I' && (value < 1 || value > 12)) p->at = NULL;
    set(p, field->offset, value);
}

/* The whole word, or its first three letters. */
static void take_word(parse *p, const words *field)
{
    for (int i = 0; field->list[i] != NULL; i++) {
        const char *word = field->list[i];
        const size_t left = (size_t)(p->end - p->at), length = strlen(word), part = length < 3 ? length : 3;
        if (left < part || strncasecmp(p->at, word, part) != 0) continue;
        set(p, field->offset, field->first + i);
        p->at += left >= length && strncasecmp(p->at, word, length) == 0 ? length : part;
        return;
    }
    p->at = NULL;
}

static void take_byte(parse *p, char byte)
{
    p->at = p->at < p->end && *p->at == byte ? p->at + 1 : NULL;
}

static void take_format(parse *p, const char *format);

static void take_directive(parse *p, char letter)
{
    const number *field = find_number(letter);
    const words *word = find_words(letter);
    const char *const *group = find_group(letter);
    if (letter == 'f') p->at = lr_take_fraction(p->at, p->end, &p->calendar.nanoseconds);
    else if (letter == 'z' || letter == 'Z') p->at = lr_take_zone(p->at, p->end, &p->calendar.zone);
    else if (field != NULL) take_number(p, field);
    else if (word != NULL) take_word(p, word);
    else if (group != NULL) take_format(p, *group + 1);
    else take_byte(p, letter);
}

static void take_format(parse *p, const char *format)
{
    for (; *format != '\0' && p->at != NULL; format++) {
        if (is_blank(*format)) take_blanks(p);
        else if (*format == '%') take_directive(p, *++format);
        else take_byte(p, *format);
    }
}

const char *lr_format_parse(const char *format, const char *text, size_t length, lr_time *time)
{
    parse p = {text, text + length, {.year = 1970, .month = 1, .day = 1}, 0, 0};
    take_format(&p, format);
    if (p.at != p.end) return WANTED;
    if (p.twelve > 0) p.calendar.hour = p.calendar.hour % 12 + (p.twelve == 2 ? 12 : 0);
    return lr_calendar_time(&p.calendar, time) == NULL ? NULL : WANTED;
}
