/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptions of handles: one JSON object that says what a handle is, with the names of options and choices. */
#ifndef LR_CORE_DESCRIPTION_H
#define LR_CORE_DESCRIPTION_H

#include "core/options.h"

/* Appends a handle's description. */
typedef llmrec_status (*lr_describe_fn)(const void *handle, lr_builder *json);

/* Implements every `_description`: gives the caller what `describe` writes, as lr_builder_give does. */
llmrec_status lr_description_give(llmrec_context *context, lr_describe_fn describe, const void *handle, char *text,
                                  size_t capacity, size_t *length);

/* Appends `,"name":` and the options of a full struct. */
llmrec_status lr_describe_options(lr_builder *json, const char *name, const lr_options *table, const void *full);

/* Appends `,"name":true` or `,"name":false`. */
llmrec_status lr_describe_flag(lr_builder *json, const char *name, bool value);

#endif
