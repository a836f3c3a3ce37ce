/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/fields.h"

#include <stdio.h>
#include <string.h>

static int64_t whole_at(const lr_field *field, const void *options)
{
    int64_t value;
    memcpy(&value, (const char *)options + field->at, sizeof value);
    return value;
}

static double real_at(const lr_field *field, const void *options)
{
    double value;
    memcpy(&value, (const char *)options + field->at, sizeof value);
    return value;
}

static bool within(const lr_field *field, double value)
{
    const bool above = field->open & 1 ? value > field->low : value >= field->low;
    return above && (field->open & 2 ? value < field->high : value <= field->high); /* false for NaN */
}

static llmrec_status check(const lr_field *field, const void *options)
{
    const char opening = field->open & 1 ? '(' : '[', closing = field->open & 2 ? ')' : ']';
    if (field->real && !within(field, real_at(field, options)))
        return lr_fail(LLMREC_ERR_ARGUMENT, "%s is %g; wanted within %c%g, %g%c", field->name, real_at(field, options),
                       opening, field->low, field->high, closing);
    if (!field->real && !within(field, (double)whole_at(field, options)))
        return lr_fail(LLMREC_ERR_ARGUMENT, "%s is %lld; wanted %.0f to %.0f", field->name,
                       (long long)whole_at(field, options), field->low, field->high);
    return LLMREC_OK;
}

llmrec_status lr_fields_check(lr_fields fields, const void *options)
{
    for (size_t i = 0; i < fields.count; i++) LR_RETURN_IF(check(&fields.field[i], options));
    return LLMREC_OK;
}

typedef struct attribute {
    char name[64];
} attribute;

static attribute name_of(const char *prefix, const lr_field *field)
{
    attribute full;
    snprintf(full.name, sizeof full.name, "%s.%s", prefix, field->name);
    return full;
}

llmrec_status lr_fields_write(lr_fields fields, const void *options, lr_store *store, const char *prefix)
{
    for (size_t i = 0; i < fields.count; i++) {
        const lr_field *field = &fields.field[i];
        const attribute full = name_of(prefix, field);
        if (field->real) LR_RETURN_IF(lr_store_set_number(store, full.name, real_at(field, options)));
        else LR_RETURN_IF(lr_store_set_integer(store, full.name, whole_at(field, options)));
    }
    return LLMREC_OK;
}

static llmrec_status read_one(const lr_field *field, void *options, lr_store *store, const char *prefix)
{
    const attribute full = name_of(prefix, field);
    char *to = (char *)options + field->at;
    double real = 0;
    int64_t whole = 0;
    if (field->real) {
        LR_RETURN_IF(lr_store_get_number(store, full.name, &real));
        memcpy(to, &real, sizeof real);
    } else {
        LR_RETURN_IF(lr_store_get_integer(store, full.name, &whole));
        memcpy(to, &whole, sizeof whole);
    }
    if (check(field, options) == LLMREC_OK) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_FORMAT, "%s", llmrec_last_error());
}

llmrec_status lr_fields_read(lr_fields fields, void *options, lr_store *store, const char *prefix)
{
    for (size_t i = 0; i < fields.count; i++) LR_RETURN_IF(read_one(&fields.field[i], options, store, prefix));
    return LLMREC_OK;
}

llmrec_status lr_fields_describe(lr_fields fields, const void *options, lr_builder *json)
{
    for (size_t i = 0; i < fields.count; i++) {
        const lr_field *field = &fields.field[i];
        LR_RETURN_IF(lr_builder_format(json, ",\"%s\":", field->name));
        if (field->real) LR_RETURN_IF(lr_builder_number(json, real_at(field, options)));
        else LR_RETURN_IF(lr_builder_format(json, "%lld", (long long)whole_at(field, options)));
    }
    return LLMREC_OK;
}
