/* SPDX-License-Identifier: Apache-2.0 */
/* Gives descriptions of handles to callers, and writes the members that many of them have. */
#include "core/description.h"

llmrec_status lr_description_give(llmrec_context *context, lr_describe_fn describe, const void *handle, char *text,
                                  size_t capacity, size_t *length)
{
    lr_builder json = {.context = context};
    return lr_builder_finish(describe(handle, &json), &json, text, capacity, length);
}

llmrec_status lr_describe_options(lr_builder *json, const char *name, const lr_options *table, const void *full)
{
    LR_RETURN_IF(lr_builder_format(json, ",\"%s\":", name));
    return lr_options_describe(table, full, json);
}

llmrec_status lr_describe_flag(lr_builder *json, const char *name, bool value)
{
    return lr_builder_format(json, ",\"%s\":%s", name, value ? "true" : "false");
}
