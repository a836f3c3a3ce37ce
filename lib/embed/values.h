/* SPDX-License-Identifier: Apache-2.0 */
/* Checks values of any type and alignment, and stores them as the values of a table. */
#ifndef LR_EMBED_VALUES_H
#define LR_EMBED_VALUES_H

#include "embed/safetensors.h"

/* A source of values: the array, and its name in messages. */
typedef struct lr_values {
    lr_tensor tensor; /* [rows,dim] */
    const char *what; /* a path, or the name of an argument */
} lr_values;

/* Allocates [rows,dim] of `dtype` and fills it with all threads. Errors: NUMERIC (a value is not finite or too large
 * for the type; the message names row and column of the first one), MEMORY. */
llmrec_status lr_values_store(llmrec_context *context, const lr_values *values, int64_t dtype, void **owned);

/* Only checks the values, which are already of the stored type. */
llmrec_status lr_values_check(llmrec_context *context, const lr_values *values);

#endif
