/* SPDX-License-Identifier: Apache-2.0 */
/* Safetensors files: named arrays behind a JSON header, mapped and not read.
 *
 * The header is taken as hostile: it may be at most 100 MB and a quarter million tensors, every tensor's bytes must be
 * those of its type and shape, lie in the file, and follow the tensor before without gap or overlap to the file's end.
 */
#ifndef LR_EMBED_SAFETENSORS_H
#define LR_EMBED_SAFETENSORS_H

#include <stddef.h>

#include "core/status.h"
#include "llmrec/context.h"

typedef struct lr_safetensors lr_safetensors;

/* What values are; OTHER is any other type the format knows: its bytes are checked, but not read as numbers. */
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
    const char *type_name; /* as the file says it: "F32", ... */
    size_t rank;           /* 0: one value */
    size_t sizes[LR_TENSOR_RANK];
    size_t count;     /* values: the product of the sizes */
    const void *data; /* in the map; aligned only as the file's writer cared to */
} lr_tensor;

/* Errors: IO, FORMAT naming file and tensor, MEMORY. */
llmrec_status lr_safetensors_open(llmrec_context *context, const char *path, lr_safetensors **file);
void lr_safetensors_close(lr_safetensors *file); /* NULL is fine */

/* Tensors in the order of their bytes; one by name, or NULL. They live as long as the file is open. */
size_t lr_safetensors_count(const lr_safetensors *file);
const lr_tensor *lr_safetensors_at(const lr_safetensors *file, size_t index);
const lr_tensor *lr_safetensors_find(const lr_safetensors *file, const char *name);

/* The text under `key` in the header's metadata, NUL-terminated; NULL if there is none. */
const char *lr_safetensors_metadata(const lr_safetensors *file, const char *key);

/* Values first..first+count-1 as float32, whatever their type and alignment; a float64 beyond float32 becomes infinite.
 * UNSUPPORTED for OTHER. */
llmrec_status lr_tensor_floats(const lr_tensor *tensor, size_t first, size_t count, float *values);

/* Writes a file atomically: name, type (not OTHER), rank, sizes, count and data of each tensor, one behind the other
 * from a multiple of 64 bytes on; and one metadata text, if `key` is not NULL. */
llmrec_status lr_safetensors_write(llmrec_context *context, const char *path, const lr_tensor *tensors, size_t count,
                                   const char *key, const char *text);

#endif
