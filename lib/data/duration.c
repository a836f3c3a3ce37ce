/* SPDX-License-Identifier: Apache-2.0 */
/* Reads durations. */
#include "data/duration.h"

#include <string.h>

#include "core/number.h"
#include "core/text.h"

static double seconds_of(const char *unit, size_t length)
{
    static const struct {
        const char *name;
        double seconds;
    } units[] = {{"", 1},   {"ns", 1e-9}, {"us", 1e-6}, {"ms", 1e-3}, {"s", 1},
                 {"m", 60}, {"min", 60},  {"h", 3600},  {"d", 86400}, {"w", 604800}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strlen(units[i].name) == length && memcmp(units[i].name, unit, length) == 0) return units[i].seconds;
    return 0;
}

llmrec_status lr_duration_read(const char *option, const char *text, int64_t *nanoseconds)
{
    const size_t length = strlen(text), digits = strspn(text, "0123456789."),
                 unit = digits + strspn(text + digits, " ");
    double number = 0;
    const bool read = digits > 0 && lr_parse_double(text, digits, &number);
    const double all = read ? number * seconds_of(text + unit, length - unit) * 1e9 : 0;
    if (all < 1 || all >= 0x1p63)
        return lr_fail(LLMREC_ERR_ARGUMENT, "%s is %s; wanted a duration such as 30m, 12h, 7d or a number of seconds",
                       option, lr_quote(text, length).text);
    *nanoseconds = (int64_t)all;
    return LLMREC_OK;
}
