/* SPDX-License-Identifier: Apache-2.0 */
/* Reads and writes safetensors files: named arrays after a JSON header, mapped into memory.
 *
 * The header is untrusted. It has at most 100 MB and 250,000 tensors. The bytes of each tensor must match its type and
 * shape, lie in the file, and follow the tensor before without gap or overlap up to the end of the file. */
#ifndef LR_EMBED_SAFETENSORS_H
#define LR_EMBED_SAFETENSORS_H

#include <stddef.h>

#include "core/status.h"
#include "llmrec/context.h"

typedef struct lr_safetensors lr_safetensors;

/* Data types. OTHER is any other type of the format: its size is checked, but it is not converted to numbers. */
typedef enum lr_tensor_type {
    LR_TENSOR_F64,
    LR_TENSOR_F32,
    LR_TENSOR_F16,
    LR_TENSOR_BF16,
    LR_TENSOR_OTHER
} lr_tensor_type;

enum { LR_TENSOR_RANK = 8 };

typedef struct lr_tensor {
    const char *name;
    lr_tensor_type type;
    const char *type_name; /* as in the file: "F32", ... */
    size_t rank;           /* 0: a scalar */
    size_t sizes[LR_TENSOR_RANK];
    size_t count;     /* number of values: the product of the sizes */
    const void *data; /* in the map; may be unaligned */
} lr_tensor;

/* Errors: IO, FORMAT (the message names the file and the tensor), MEMORY. */
llmrec_status lr_safetensors_open(llmrec_context *context, const char *path, lr_safetensors **file);
void lr_safetensors_close(lr_safetensors *file); /* NULL is allowed */

/* Tensors in the order of their bytes, and one by name (NULL if there is none). They are valid while the file is
 * open. */
size_t lr_safetensors_count(const lr_safetensors *file);
const lr_tensor *lr_safetensors_at(const lr_safetensors *file, size_t index);
const lr_tensor *lr_safetensors_find(const lr_safetensors *file, const char *name);

/* Returns the metadata text for `key`, NUL-terminated, or NULL. */
const char *lr_safetensors_metadata(const lr_safetensors *file, const char *key);

/* Converts values first..first+count-1 to float32, of any type and alignment. A float64 beyond the range of float32
 * becomes infinite. Errors: UNSUPPORTED (OTHER). */
llmrec_status lr_tensor_floats(const lr_tensor *tensor, size_t first, size_t count, float *values);

/* Writes a file atomically: the tensors (type not OTHER; type_name is ignored), starting at a multiple of 64 bytes, and
 * one metadata text unless `key` is NULL. */
llmrec_status lr_safetensors_write(llmrec_context *context, const char *path, const lr_tensor *tensors, size_t count,
                                   const char *key, const char *text);

#endif
