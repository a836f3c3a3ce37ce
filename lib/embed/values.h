/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers of any type and place, checked and stored as a table's values. */
#ifndef LR_EMBED_VALUES_H
#define LR_EMBED_VALUES_H

#include "embed/safetensors.h"

/* Where values come from: their array, and how messages name it. */
typedef struct lr_values {
    lr_tensor tensor; /* [rows,dim] */
    const char *what; /* a path, or an argument's name */
} lr_values;

/* Allocates [rows,dim] of `dtype` and fills it, over all threads. NUMERIC, naming row and column, for the first value
 * that is not finite or too large for the type. */
llmrec_status lr_values_store(llmrec_context *context, const lr_values *values, int64_t dtype, void **owned);

/* The check alone, for values of the type that they are kept in. */
llmrec_status lr_values_check(llmrec_context *context, const lr_values *values);

#endif
