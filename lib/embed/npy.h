/* SPDX-License-Identifier: Apache-2.0 */
/* Reads and writes NumPy's .npy files with two dimensions (format versions 1 to 3,
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html). */
#ifndef LR_EMBED_NPY_H
#define LR_EMBED_NPY_H

#include "core/file.h"
#include "embed/safetensors.h"

/* Maps a file and describes its array [rows,dim] of float16, float32 or float64. It must be little-endian, in C order,
 * and exactly fill the file. Close the map afterwards, even after a failure. */
llmrec_status lr_npy_open(const char *path, lr_map *map, lr_tensor *tensor);

/* Writes [rows,dim] in float32 or float16, atomically. */
llmrec_status lr_npy_write(llmrec_context *context, const char *path, const lr_tensor *tensor);

#endif
