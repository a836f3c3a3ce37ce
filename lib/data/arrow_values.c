/* SPDX-License-Identifier: Apache-2.0 */
/* Arrays of the Arrow C data interface: checks, and values of every type that is read. */
#include "data/arrow_values.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/number.h"
#include "data/calendar.h"
#include "math/half.h"

enum { VIEW = 16, INLINE = 12 /* bytes of a text that is inside its view */ };

static const char WANTED_INTEGER[] = "wanted an integer of 64 bits";
static const char WANTED_NUMBER[] = "wanted a finite number below 2^63";

/* --- types ------------------------------------------------------------------------------------------------------- */

static lr_arrow_type plain_type(const struct ArrowSchema *schema)
{
    if (schema == NULL || schema->format == NULL || schema->dictionary != NULL)
        return (lr_arrow_type){.kind = LR_ARROW_OTHER};
    return lr_arrow_type_of(schema->format);
}

static bool is_scalar(lr_arrow_type type)
{
    return type.kind != LR_ARROW_OTHER && type.kind != LR_ARROW_LIST;
}

static bool has_children(const struct ArrowSchema *schema, int64_t count)
{
    return schema->n_children == count && (count == 0 || schema->children != NULL);
}

lr_arrow_type lr_arrow_column_type(const struct ArrowSchema *schema)
{
    const lr_arrow_type other = {.kind = LR_ARROW_OTHER};
    if (schema == NULL || schema->format == NULL) return other;
    const lr_arrow_type outer = lr_arrow_type_of(schema->format);
    if (!has_children(schema, outer.children)) return other;
    if (schema->dictionary != NULL) {
        const lr_arrow_type inner = plain_type(schema->dictionary);
        return outer.kind == LR_ARROW_INTEGER && is_scalar(inner) ? inner : other;
    }
    if (outer.kind == LR_ARROW_LIST && !is_scalar(plain_type(schema->children[0]))) return other;
    return outer;
}

/* --- arrays ------------------------------------------------------------------------------------------------------ */

static const char *check_counts(const lr_arrow_type *type, const struct ArrowArray *array)
{
    const bool views = type->kind == LR_ARROW_TEXT && type->width == VIEW;
    if (array->length < 0 || array->offset < 0) return "a negative length or offset";
    if (array->length > INT64_MAX / 64 || array->offset > INT64_MAX / 64) return "a length or offset beyond 2^57";
    if (array->null_count < -1 || array->null_count > array->length) return "a wrong number of nulls";
    if (views ? array->n_buffers < type->buffers : array->n_buffers != type->buffers)
        return "a wrong number of buffers";
    if (array->n_buffers > 0 && array->buffers == NULL) return "no buffers";
    if (array->n_children != type->children) return "a wrong number of children";
    return array->n_children > 0 && array->children == NULL ? "no children" : NULL;
}

/* The last buffer of views has the sizes of those between. */
static const char *take_pieces(const struct ArrowArray *array, lr_arrow_values *values)
{
    values->piece_count = (size_t)array->n_buffers - 3;
    values->pieces = array->buffers + 2;
    values->piece_sizes = array->buffers[array->n_buffers - 1];
    return values->piece_count > 0 && values->piece_sizes == NULL ? "no sizes of buffers" : NULL;
}

static const char *take_values(const lr_arrow_type *type, const struct ArrowArray *array, lr_arrow_values *values)
{
    if (array == NULL) return "no array";
    const char *fault = check_counts(type, array);
    if (fault != NULL) return fault;
    *values = (lr_arrow_values){.type = *type, .offset = (size_t)array->offset, .length = (size_t)array->length};
    if (type->kind == LR_ARROW_NULL) return NULL;
    if (array->null_count != 0) values->valid = array->buffers[0];
    if (array->null_count > 0 && values->valid == NULL) return "nulls without a bitmap";
    values->data = array->buffers[1];
    if (values->data == NULL && array->length > 0) return "no values";
    if (type->kind != LR_ARROW_TEXT) return NULL;
    if (type->width == VIEW) return take_pieces(array, values);
    values->bytes = array->buffers[2];
    return NULL;
}

const char *lr_arrow_column_take(const struct ArrowSchema *schema, const struct ArrowArray *frame, size_t child,
                                 lr_arrow_column *column)
{
    const struct ArrowArray *array = frame->children[child];
    const lr_arrow_type outer = lr_arrow_type_of(schema->format);
    const size_t first = (size_t)frame->offset, end = first + (size_t)frame->length;
    const char *fault = take_values(&outer, array, &column->outer);
    if (fault != NULL) return fault;
    if (column->outer.length < end) return "fewer values than rows";
    column->outer.offset += first;
    column->outer.length = (size_t)frame->length;
    column->coded = schema->dictionary != NULL;
    column->rows = frame->null_count != 0 ? frame->buffers[0] : NULL;
    column->first = first;
    column->plain =
        !column->coded && column->rows == NULL && column->outer.valid == NULL && outer.kind != LR_ARROW_NULL;
    if (!column->coded && outer.kind != LR_ARROW_LIST) return NULL;
    const lr_arrow_type inner = plain_type(column->coded ? schema->dictionary : schema->children[0]);
    return take_values(&inner, column->coded ? array->dictionary : array->children[0], &column->inner);
}

/* --- places ------------------------------------------------------------------------------------------------------ */

static bool is_set(const uint8_t *bits, size_t index)
{
    return bits == NULL || (bits[index / 8] >> index % 8 & 1) != 0;
}

static bool is_null(const lr_arrow_values *values, size_t index)
{
    return values->type.kind == LR_ARROW_NULL || !is_set(values->valid, values->offset + index);
}

static const unsigned char *place_of(lr_arrow_value value)
{
    return value.values->data + (value.values->offset + value.index) * value.values->type.width;
}

/* An integer of any width; those of 8 bytes without sign wrap. */
static int64_t load(const unsigned char *at, uint32_t width, bool with_sign)
{
    uint64_t bits = 0;
    memcpy(&bits, at, width);
    if (!with_sign || width == 8) return (int64_t)bits;
    const uint64_t sign = UINT64_C(1) << (8 * width - 1);
    return (int64_t)((bits ^ sign) - sign);
}

static int64_t load_value(lr_arrow_value value)
{
    const lr_arrow_type *type = &value.values->type;
    const unsigned char *at = place_of(value);
    if (type->width == 8) return load(at, 8, true); /* by far the most frequent width, at a constant size */
    return load(at, type->width, type->with_sign);
}

const char *lr_arrow_look_up(const lr_arrow_column *column, size_t row, lr_arrow_value *value)
{
    *value = (lr_arrow_value){NULL, 0};
    if (is_null(&column->outer, row) || !is_set(column->rows, column->first + row)) return NULL;
    *value = (lr_arrow_value){&column->outer, row};
    if (!column->coded) return NULL;
    const int64_t code = load_value(*value);
    *value = (lr_arrow_value){NULL, 0};
    if (code < 0 || (uint64_t)code >= column->inner.length) return "its index is not in the dictionary";
    if (!is_null(&column->inner, (size_t)code)) *value = (lr_arrow_value){&column->inner, (size_t)code};
    return NULL;
}

/* --- texts ------------------------------------------------------------------------------------------------------- */

static const char *view_text(lr_arrow_value value, lr_span *text)
{
    const lr_arrow_values *values = value.values;
    const unsigned char *view = place_of(value);
    const int64_t length = load(view, 4, true), piece = load(view + 8, 4, true), at = load(view + 12, 4, true);
    if (length < 0) return "its view has a negative length";
    if (length <= INLINE) {
        *text = (lr_span){(const char *)view + 4, (size_t)length};
        return NULL;
    }
    if (piece < 0 || (size_t)piece >= values->piece_count || values->pieces[piece] == NULL)
        return "its view names no buffer";
    if (at < 0 || at + length > values->piece_sizes[piece]) return "its view leaves its buffer";
    *text = (lr_span){(const char *)values->pieces[piece] + at, (size_t)length};
    return NULL;
}

/* The range of a text among its bytes, or of a list among its values. */
static const char *range_of(lr_arrow_value value, int64_t *begin, int64_t *end)
{
    const uint32_t width = value.values->type.width;
    const unsigned char *at = place_of(value);
    *begin = load(at, width, true);
    *end = load(at + width, width, true);
    return *begin >= 0 && *begin <= *end ? NULL : "its offsets are negative or fall";
}

const char *lr_arrow_text(lr_arrow_value value, lr_span *text)
{
    int64_t begin, end;
    if (value.values->type.width == VIEW) return view_text(value, text);
    const char *fault = range_of(value, &begin, &end);
    if (fault != NULL) return fault;
    if (value.values->bytes == NULL && end > begin) return "it has no bytes";
    *text = end > begin ? (lr_span){value.values->bytes + begin, (size_t)(end - begin)} : (lr_span){"", 0};
    return NULL;
}

/* --- numbers ----------------------------------------------------------------------------------------------------- */

static double load_float(lr_arrow_value value)
{
    const unsigned char *at = place_of(value);
    uint16_t half;
    float single;
    double number;
    if (value.values->type.width == 8) memcpy(&number, at, 8);
    if (value.values->type.width == 8) return number;
    if (value.values->type.width == 4) memcpy(&single, at, 4);
    if (value.values->type.width == 4) return (double)single;
    memcpy(&half, at, 2);
    lr_halves_to_floats(&single, &half, 1);
    return (double)single;
}

bool lr_arrow_is_nan(lr_arrow_value value)
{
    return value.values->type.kind == LR_ARROW_FLOAT && isnan(load_float(value));
}

static const uint32_t powers[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000};

/* Divides the size of a two's complement number by ten to its scale, which leaves at most nine digits. */
static lr_fixed load_decimal(lr_arrow_value value)
{
    const lr_arrow_type *type = &value.values->type;
    const size_t count = type->width / 4;
    uint32_t words[8] = {0};
    uint64_t rest = 0, high = 0;
    memcpy(words, place_of(value), type->width);
    const bool negative = words[count - 1] >> 31 != 0;
    uint64_t carry = negative;
    for (size_t i = 0; negative && i < count; i++) {
        carry += (uint32_t)~words[i];
        words[i] = (uint32_t)carry;
        carry >>= 32;
    }
    for (size_t i = count; i-- > 0;) {
        rest = rest << 32 | words[i];
        words[i] = (uint32_t)(rest / powers[type->scale]);
        rest %= powers[type->scale];
        if (i >= 2) high |= words[i];
    }
    const uint64_t whole = high != 0 ? UINT64_MAX : (uint64_t)words[1] << 32 | words[0];
    return (lr_fixed){whole, (uint32_t)rest * powers[9 - type->scale], negative, rest == 0};
}

static const char *integer_of_float(double number, int64_t *integer)
{
    if (!(fabs(number) < 0x1p63) || number != floor(number)) return WANTED_INTEGER;
    *integer = (int64_t)number;
    return NULL;
}

static const char *integer_of_decimal(lr_fixed number, int64_t *integer)
{
    if (!number.integral || number.whole > INT64_MAX) return WANTED_INTEGER;
    *integer = number.negative ? -(int64_t)number.whole : (int64_t)number.whole;
    return NULL;
}

const char *lr_arrow_integer(lr_arrow_value value, int64_t *integer)
{
    const lr_arrow_type *type = &value.values->type;
    if (type->kind == LR_ARROW_FLOAT) return integer_of_float(load_float(value), integer);
    if (type->kind == LR_ARROW_DECIMAL) return integer_of_decimal(load_decimal(value), integer);
    *integer = load_value(value);
    return *integer < 0 && !type->with_sign ? WANTED_INTEGER : NULL;
}

/* --- times ------------------------------------------------------------------------------------------------------- */

static const char *take_date(lr_arrow_value value, lr_time *time)
{
    *time = (lr_time){.kind = LR_DATE_KIND};
    if (__builtin_mul_overflow(load_value(value), value.values->type.unit_ns, &time->whole)) return LR_WANTED_RANGE;
    return time->whole == LR_NO_TIME ? LR_WANTED_RANGE : NULL;
}

const char *lr_arrow_time(lr_arrow_value value, lr_time *time)
{
    switch (value.values->type.kind) {
    case LR_ARROW_DATE: return take_date(value, time);
    case LR_ARROW_FLOAT: return lr_time_of_double(load_float(value), time) ? NULL : WANTED_NUMBER;
    case LR_ARROW_DECIMAL: {
        const lr_fixed number = load_decimal(value);
        return lr_time_of_fixed(&number, time) ? NULL : WANTED_NUMBER;
    }
    default: {
        const char *fault = lr_arrow_integer(value, &time->whole);
        if (fault != NULL || time->whole == LR_NO_TIME) return WANTED_NUMBER;
        time->billionths = 0;
        time->kind = lr_number_kind(time->whole);
        return NULL;
    }
    }
}

/* --- as text ----------------------------------------------------------------------------------------------------- */

static llmrec_status write_decimal(lr_arrow_value value, lr_builder *builder, const char **fault)
{
    const lr_fixed number = load_decimal(value);
    const uint32_t scale = value.values->type.scale;
    if (number.whole == UINT64_MAX) *fault = "wanted a decimal below 2^64";
    if (*fault != NULL) return LLMREC_OK;
    LR_RETURN_IF(lr_builder_format(builder, "%s%llu", number.negative ? "-" : "", (unsigned long long)number.whole));
    if (scale == 0) return LLMREC_OK;
    return lr_builder_format(builder, ".%0*u", (int)scale, number.billionths / powers[9 - scale]);
}

static llmrec_status write_date(lr_arrow_value value, lr_builder *builder, const char **fault)
{
    char text[LR_ISO_SIZE];
    lr_time time;
    *fault = take_date(value, &time);
    return *fault != NULL ? LLMREC_OK : lr_builder_add(builder, text, lr_iso_write(time.whole, text));
}

static llmrec_status write_scalar(lr_arrow_value value, lr_builder *builder, const char **fault)
{
    const lr_arrow_type *type = &value.values->type;
    lr_span text = {"", 0};
    switch (type->kind) {
    case LR_ARROW_BOOL:
        text.text = is_set(value.values->data, value.values->offset + value.index) ? "true" : "false";
        return lr_builder_add(builder, text.text, strlen(text.text));
    case LR_ARROW_INTEGER:
        if (!type->with_sign) return lr_builder_format(builder, "%llu", (unsigned long long)load_value(value));
        return lr_builder_format(builder, "%lld", (long long)load_value(value));
    case LR_ARROW_FLOAT: return isfinite(load_float(value)) ? lr_builder_number(builder, load_float(value)) : LLMREC_OK;
    case LR_ARROW_DECIMAL: return write_decimal(value, builder, fault);
    case LR_ARROW_DATE: return write_date(value, builder, fault);
    default:
        *fault = lr_arrow_text(value, &text);
        return *fault != NULL ? LLMREC_OK : lr_builder_add(builder, text.text, text.length);
    }
}

static llmrec_status write_list(const lr_arrow_column *column, lr_arrow_value list, lr_builder *builder,
                                const char **fault)
{
    int64_t begin = 0, end = 0;
    *fault = range_of(list, &begin, &end);
    if (*fault == NULL && (uint64_t)end > column->inner.length) *fault = "its list leaves the values";
    for (int64_t i = begin; *fault == NULL && i < end; i++) {
        if (i > begin) LR_RETURN_IF(lr_builder_add(builder, ", ", 2));
        if (is_null(&column->inner, (size_t)i)) continue;
        LR_RETURN_IF(write_scalar((lr_arrow_value){&column->inner, (size_t)i}, builder, fault));
    }
    return LLMREC_OK;
}

llmrec_status lr_arrow_write(const lr_arrow_column *column, size_t row, lr_builder *builder, const char **fault)
{
    lr_arrow_value value;
    *fault = lr_arrow_get(column, row, &value);
    if (*fault != NULL || value.values == NULL) return LLMREC_OK;
    if (value.values->type.kind == LR_ARROW_LIST) return write_list(column, value, builder, fault);
    return write_scalar(value, builder, fault);
}

lr_quoted lr_arrow_quote(lr_arrow_value value)
{
    const lr_arrow_type *type = &value.values->type;
    lr_quoted quoted = {"a value"};
    lr_span text;
    if (type->kind == LR_ARROW_TEXT && lr_arrow_text(value, &text) == NULL) return lr_quote(text.text, text.length);
    void *locale = lr_locale_enter();
    if (type->kind == LR_ARROW_FLOAT) snprintf(quoted.text, sizeof quoted.text, "%.15g", load_float(value));
    else if (type->kind == LR_ARROW_INTEGER && !type->with_sign)
        snprintf(quoted.text, sizeof quoted.text, "%llu", (unsigned long long)load_value(value));
    else if (type->kind == LR_ARROW_INTEGER || type->kind == LR_ARROW_DATE)
        snprintf(quoted.text, sizeof quoted.text, "%lld", (long long)load_value(value));
    else if (type->kind == LR_ARROW_DECIMAL) snprintf(quoted.text, sizeof quoted.text, "a decimal");
    lr_locale_restore(locale);
    return quoted;
}
