/* SPDX-License-Identifier: Apache-2.0 */
/* Format strings of the Arrow C data interface to types. */
#include "data/arrow_type.h"

#include <string.h>

#include "core/number.h"

enum { VIEW = 16, SCALE = 9 };

static const int64_t DAY_NS = INT64_C(86400000000000), MS_NS = 1000000;

/* Types whose format is a fixed text. */
static const struct {
    const char *format;
    lr_arrow_type type;
} fixed[] = {
    {"n", {.kind = LR_ARROW_NULL}},
    {"b", {.kind = LR_ARROW_BOOL, .buffers = 2}},
    {"c", {.kind = LR_ARROW_INTEGER, .width = 1, .with_sign = true, .buffers = 2}},
    {"C", {.kind = LR_ARROW_INTEGER, .width = 1, .buffers = 2}},
    {"s", {.kind = LR_ARROW_INTEGER, .width = 2, .with_sign = true, .buffers = 2}},
    {"S", {.kind = LR_ARROW_INTEGER, .width = 2, .buffers = 2}},
    {"i", {.kind = LR_ARROW_INTEGER, .width = 4, .with_sign = true, .buffers = 2}},
    {"I", {.kind = LR_ARROW_INTEGER, .width = 4, .buffers = 2}},
    {"l", {.kind = LR_ARROW_INTEGER, .width = 8, .with_sign = true, .buffers = 2}},
    {"L", {.kind = LR_ARROW_INTEGER, .width = 8, .buffers = 2}},
    {"e", {.kind = LR_ARROW_FLOAT, .width = 2, .buffers = 2}},
    {"f", {.kind = LR_ARROW_FLOAT, .width = 4, .buffers = 2}},
    {"g", {.kind = LR_ARROW_FLOAT, .width = 8, .buffers = 2}},
    {"u", {.kind = LR_ARROW_TEXT, .width = 4, .buffers = 3}},
    {"U", {.kind = LR_ARROW_TEXT, .width = 8, .buffers = 3}},
    {"vu", {.kind = LR_ARROW_TEXT, .width = VIEW, .buffers = 3}},
    {"+l", {.kind = LR_ARROW_LIST, .width = 4, .buffers = 2, .children = 1}},
    {"+L", {.kind = LR_ARROW_LIST, .width = 8, .buffers = 2, .children = 1}},
};

/* d:precision,scale or d:precision,scale,bits */
static lr_arrow_type decimal_of(const char *format)
{
    int64_t numbers[3] = {0, 0, 128};
    size_t count = 0;
    for (const char *at = format; at != NULL && count < 3; count++) {
        const char *comma = strchr(at, ',');
        const size_t length = comma != NULL ? (size_t)(comma - at) : strlen(at);
        if (!lr_parse_int64(at, length, &numbers[count])) return (lr_arrow_type){.kind = LR_ARROW_OTHER};
        at = comma != NULL ? comma + 1 : NULL;
    }
    const int64_t scale = numbers[1], bits = numbers[2];
    const bool known = bits == 32 || bits == 64 || bits == 128 || bits == 256;
    if (count < 2 || !known || scale < 0 || scale > SCALE) return (lr_arrow_type){.kind = LR_ARROW_OTHER};
    return (lr_arrow_type){.kind = LR_ARROW_DECIMAL,
                           .width = (uint32_t)bits / 8,
                           .with_sign = true,
                           .scale = (uint32_t)scale,
                           .buffers = 2};
}

/* tdD, tdm, and tss:zone to tsn:zone. */
static lr_arrow_type date_of(const char *format)
{
    static const char units[] = "smun";
    static const int64_t unit_ns[] = {1000000000, 1000000, 1000, 1};
    lr_arrow_type type = {.kind = LR_ARROW_DATE, .width = 8, .with_sign = true, .buffers = 2};
    if (strcmp(format, "tdD") == 0) {
        type.width = 4;
        type.unit_ns = DAY_NS;
        return type;
    }
    const char *unit = format[1] == 's' && format[2] != '\0' ? strchr(units, format[2]) : NULL;
    if (strcmp(format, "tdm") == 0) type.unit_ns = MS_NS;
    else if (unit != NULL && format[3] == ':') type.unit_ns = unit_ns[unit - units];
    else type = (lr_arrow_type){.kind = LR_ARROW_OTHER};
    return type;
}

lr_arrow_type lr_arrow_type_of(const char *format)
{
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        if (strcmp(format, fixed[i].format) == 0) return fixed[i].type;
    if (strncmp(format, "d:", 2) == 0) return decimal_of(format + 2);
    return format[0] == 't' ? date_of(format) : (lr_arrow_type){.kind = LR_ARROW_OTHER};
}

const char *lr_arrow_kind_name(lr_arrow_kind kind)
{
    static const char *const names[] = {"another type", "nulls", "booleans", "integers", "floats",
                                        "decimals",     "dates", "texts",    "lists"};
    return names[kind];
}
