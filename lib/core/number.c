/* SPDX-License-Identifier: Apache-2.0 */
/* Parses and converts numbers independently of the locale. */
#define _GNU_SOURCE /* newlocale, uselocale */
#include "core/number.h"

#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static pthread_once_t locale_once = PTHREAD_ONCE_INIT;
static locale_t c_locale; /* written once */

static void make_locale(void)
{
    c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

void *lr_locale_enter(void)
{
    pthread_once(&locale_once, make_locale);
    return (void *)uselocale(c_locale); /* if newlocale failed, the host's locale stays */
}

void lr_locale_restore(void *before)
{
    uselocale((locale_t)before);
}

/* A decimal number: its first 19 significant digits times a power of ten. */
typedef struct decimal {
    uint64_t digits;
    int exponent;
    bool negative, exact; /* exact: no digit but 0 was dropped */
} decimal;

static size_t read_digits(const char *text, size_t length, size_t at, decimal *out, int step)
{
    for (; at < length && text[at] >= '0' && text[at] <= '9'; at++) {
        if (out->digits < 1000000000000000000u) {
            out->digits = out->digits * 10 + (uint64_t)(text[at] - '0');
            out->exponent += step;
        } else {
            out->exact = out->exact && text[at] == '0';
            out->exponent += step + 1;
        }
    }
    return at;
}

static bool read_exponent(const char *text, size_t length, size_t at, decimal *out)
{
    int64_t exponent = 0;
    if (at < length && text[at] == '+') at++;
    if (at < length && text[at] == '+') return false;
    if (length - at > 6 || !lr_parse_int64(text + at, length - at, &exponent)) return false;
    out->exponent += (int)exponent;
    return true;
}

static bool read_decimal(const char *text, size_t length, decimal *out)
{
    size_t at = 0;
    *out = (decimal){.exact = true};
    if (at < length && (text[at] == '-' || text[at] == '+')) out->negative = text[at++] == '-';
    const size_t whole = at;
    at = read_digits(text, length, at, out, 0);
    size_t seen = at - whole;
    if (at < length && text[at] == '.') {
        const size_t fraction = ++at;
        at = read_digits(text, length, at, out, -1);
        seen += at - fraction;
    }
    if (seen == 0) return false;
    if (at == length) return true;
    return (text[at] == 'e' || text[at] == 'E') && read_exponent(text, length, at + 1, out);
}

static bool parse_slowly(const char *text, size_t length, double *value)
{
    char copy[1024], *end = NULL;
    if (length >= sizeof copy) return false;
    memcpy(copy, text, length);
    copy[length] = '\0';
    void *before = lr_locale_enter();
    *value = strtod(copy, &end);
    lr_locale_restore(before);
    return end == copy + length && isfinite(*value);
}

bool lr_parse_double(const char *text, size_t length, double *value)
{
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    decimal number;
    if (!read_decimal(text, length, &number)) return false;
    const int exponent = number.exponent;
    if (!number.exact || number.digits > (uint64_t)1 << 53 || exponent < -22 || exponent > 22)
        return parse_slowly(text, length, value);
    /* both operands are exact doubles, so this one operation rounds correctly (Clinger 1990) */
    const double digits = (double)number.digits;
    const double size = exponent < 0 ? digits / powers[-exponent] : digits * powers[exponent];
    *value = number.negative ? -size : size;
    return true;
}

static uint64_t power_of_ten(int exponent)
{
    uint64_t power = 1;
    for (; exponent > 0; exponent--) power *= 10;
    return power;
}

/* digits * 10^exponent, exponent >= 0 */
static uint64_t scale_up(uint64_t digits, int exponent)
{
    for (; digits > 0 && exponent > 0; exponent--)
        if (__builtin_mul_overflow(digits, 10, &digits)) return UINT64_MAX;
    return digits;
}

/* Billionths of part / 10^places, rounded. */
static uint32_t billionths_of(uint64_t part, int places)
{
    if (places <= 9) return (uint32_t)(part * power_of_ten(9 - places));
    const uint64_t unit = power_of_ten(places - 9);
    return (uint32_t)((part + unit / 2) / unit);
}

bool lr_parse_fixed(const char *text, size_t length, lr_fixed *value)
{
    enum { MOST_PLACES = 28 }; /* 10^-28 times 19 digits is less than a billionth */
    decimal number;
    if (!read_decimal(text, length, &number)) return false;
    *value = (lr_fixed){.negative = number.negative, .integral = number.exact};
    if (number.exponent >= 0) {
        value->whole = scale_up(number.digits, number.exponent);
        return true;
    }
    const int places = -number.exponent;
    uint64_t part = places > MOST_PLACES ? 0 : number.digits;
    if (places < 19) {
        value->whole = number.digits / power_of_ten(places);
        part = number.digits % power_of_ten(places);
    }
    value->integral = number.exact && (places < 19 ? part == 0 : number.digits == 0);
    value->billionths = places > MOST_PLACES ? 0 : billionths_of(part, places);
    if (value->billionths == 1000000000) {
        value->billionths = 0;
        value->whole++;
    }
    return true;
}

bool lr_parse_int64(const char *text, size_t length, int64_t *value)
{
    const char *at = text, *end = text + length;
    const bool negative = length > 0 && text[0] == '-';
    uint64_t sum = 0;
    if (length > 0 && (text[0] == '-' || text[0] == '+')) at++;
    if (at == end || end - at > 19) return false;
    for (; at < end; at++) {
        const unsigned digit = (unsigned)*at - '0';
        if (digit > 9) return false;
        sum = sum * 10 + digit;
    }
    if (sum > (uint64_t)INT64_MAX + (negative ? 1 : 0)) return false;
    *value = negative ? (int64_t)(0 - sum) : (int64_t)sum;
    return true;
}

static size_t count_digits(uint64_t number)
{
    size_t count = 1;
    for (; number >= 10000; number /= 10000) count += 4;
    return count + (number >= 10) + (number >= 100) + (number >= 1000);
}

size_t lr_write_int64(int64_t number, char text[LR_INT64_SIZE])
{
    static const char pairs[] =
        "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546"
        "4748495051525354555657585960616263646566676869707172737475767778798081828384858687888990919293"
        "949596979899";
    const size_t sign = number < 0;
    uint64_t rest = sign ? 0 - (uint64_t)number : (uint64_t)number;
    const size_t length = sign + count_digits(rest);
    size_t at = length;
    text[0] = '-';
    for (; rest >= 10; rest /= 100) memcpy(text + (at -= 2), pairs + rest % 100 * 2, 2);
    if (at > sign) text[sign] = (char)('0' + rest);
    return length;
}
