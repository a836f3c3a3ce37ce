/* SPDX-License-Identifier: Apache-2.0 */
/* Our HDF5 files: named arrays and attributes with a kind, a format version and checksums.
 *
 * HDF5 as Debian builds it is not thread-safe: every call to it is made here, under one lock (a host that uses the same
 * HDF5 on other threads at the same time must see to that itself). Its error stack is never printed and the host's
 * error settings are left as found. Arrays lie contiguous at multiples of 64 bytes; the same content gives the same
 * bytes. Everything but the arrays has a checksum at the file's end, checked before HDF5 opens it.
 */
#ifndef LR_CORE_STORE_H
#define LR_CORE_STORE_H

#include <stddef.h>

#include "core/status.h"
#include "llmrec/context.h"

typedef struct lr_store lr_store;

typedef enum lr_type { LR_U8, LR_U16, LR_I32, LR_I64, LR_F16, LR_F32, LR_F64 } lr_type;

enum { LR_MAX_RANK = 4 };

/* A named array: its element type, and sizes of up to LR_MAX_RANK dimensions, row-major. */
typedef struct lr_array {
    const char *name;
    lr_type type;
    size_t rank;
    size_t sizes[LR_MAX_RANK];
} lr_array;

size_t lr_type_size(lr_type type);

/* Creates a file of the given kind ("dataset", "embedding", ...) and format version at `path`, usually a replacement's
 * temporary name; opens one to read: FORMAT if it is not ours, damaged, of another kind, or newer than `newest`. */
llmrec_status lr_store_create(llmrec_context *context, const char *path, const char *kind, int64_t version,
                              lr_store **store);
llmrec_status lr_store_open(llmrec_context *context, const char *path, const char *kind, int64_t newest,
                            lr_store **store);

/* Creates a file that takes the place of `path` when it is committed, and not before: `*store` is closed and set to
 * NULL, also on failure. Closing it instead leaves the old file as it was. */
llmrec_status lr_store_replace(llmrec_context *context, const char *path, const char *kind, int64_t version,
                               lr_store **store);
llmrec_status lr_store_commit(lr_store **store);

/* The version found. */
int64_t lr_store_version(const lr_store *store);

/* Closes; for a file that was created, flushes too, and says if that failed. NULL is fine. */
llmrec_status lr_store_close(lr_store *store);

/* Writes an array, contiguous, its bytes' XXH3 checksum beside it. `values` may be NULL where it has no elements. */
llmrec_status lr_store_write(lr_store *store, const lr_array *array, const void *values);

/* Writes an array in pieces: declares it, then rows (along the first dimension) in order, then its checksum. */
llmrec_status lr_store_write_begin(lr_store *store, const lr_array *array);
llmrec_status lr_store_write_rows(lr_store *store, const lr_array *array, size_t first, size_t rows,
                                  const void *values);
llmrec_status lr_store_write_end(lr_store *store, const lr_array *array);

/* Fills in the sizes of the array of that name; type and rank must be as said. `lr_store_has` asks for existence. */
bool lr_store_has(lr_store *store, const char *name);
llmrec_status lr_store_describe(lr_store *store, lr_array *array);

/* Describes, allocates with the store's context, reads, and checks the checksum. */
llmrec_status lr_store_read(lr_store *store, lr_array *array, void *pointer_address);

/* Describes, and tells where in the file its bytes lie and what their checksum is, for mapping. */
llmrec_status lr_store_locate(lr_store *store, lr_array *array, size_t *offset, uint64_t *checksum);

/* Attributes of the file. */
llmrec_status lr_store_set_number(lr_store *store, const char *name, double value);
llmrec_status lr_store_get_number(lr_store *store, const char *name, double *value);
llmrec_status lr_store_set_integer(lr_store *store, const char *name, int64_t value);
llmrec_status lr_store_get_integer(lr_store *store, const char *name, int64_t *value);

/* The checksum that arrays carry. */
uint64_t lr_checksum(const void *bytes, size_t size);

#endif
