/* SPDX-License-Identifier: Apache-2.0 */
/* Our HDF5 files: named arrays and attributes with a kind, a format version and checksums.
 *
 * Debian's HDF5 is not thread-safe: the store makes every call to it under one lock. A host that uses the same HDF5 on
 * other threads must synchronize with the library itself. The HDF5 error stack is never printed, and the host's error
 * settings are restored. Arrays are contiguous and start at multiples of 64 bytes; equal content gives equal bytes. A
 * checksum at the end of the file covers everything except the arrays; it is checked before HDF5 opens the file. */
#ifndef LR_CORE_STORE_H
#define LR_CORE_STORE_H

#include <stddef.h>

#include "core/status.h"
#include "llmrec/context.h"

typedef struct lr_store lr_store;

typedef enum lr_type { LR_U8, LR_U16, LR_I32, LR_I64, LR_F16, LR_F32, LR_F64 } lr_type;

enum { LR_MAX_RANK = 4 };

/* A named array: element type and the sizes of up to LR_MAX_RANK dimensions, row-major. */
typedef struct lr_array {
    const char *name;
    lr_type type;
    size_t rank;
    size_t sizes[LR_MAX_RANK];
} lr_array;

size_t lr_type_size(lr_type type);

/* A kind of file ("dataset", "embedding", ...) and the newest format version that the library reads; it writes this
 * version. */
typedef struct lr_store_kind {
    const char *name;
    int64_t version;
} lr_store_kind;

/* Opens a file for reading: FORMAT if it is not ours, damaged, of another kind, or of a newer version. */
llmrec_status lr_store_open(llmrec_context *context, const char *path, lr_store_kind kind, lr_store **store);

/* Replaces the file at `path` by one with what `write` writes. On failure the old file stays. */
llmrec_status lr_store_save(llmrec_context *context, const char *path, lr_store_kind kind,
                            llmrec_status (*write)(const void *self, lr_store *store), const void *self);

/* The steps of lr_store_save: `replace` begins a file that takes the place of `path` when it is committed. `commit`
 * closes the store and sets `*store` to NULL, also on failure. Closing without a commit keeps the old file. */
llmrec_status lr_store_replace(llmrec_context *context, const char *path, lr_store_kind kind, lr_store **store);
llmrec_status lr_store_commit(lr_store **store);

/* Closes a store; NULL is allowed. */
void lr_store_close(lr_store *store);

/* Writes a contiguous array and the XXH3 checksum of its bytes. `values` may be NULL if the array is empty. */
llmrec_status lr_store_write(lr_store *store, const lr_array *array, const void *values);

/* Writes an array in pieces: `begin` declares it, `rows` writes rows (first dimension) in order, `end` writes the
 * checksum. */
llmrec_status lr_store_write_begin(lr_store *store, const lr_array *array);
llmrec_status lr_store_write_rows(lr_store *store, const lr_array *array, size_t first, size_t rows,
                                  const void *values);
llmrec_status lr_store_write_end(lr_store *store, const lr_array *array);

/* `has` tests if an array exists. `describe` fills in its sizes; type and rank must match. */
bool lr_store_has(lr_store *store, const char *name);
llmrec_status lr_store_describe(lr_store *store, lr_array *array);

/* Describes an array, allocates it with the store's context, reads it and verifies the checksum. */
llmrec_status lr_store_read(lr_store *store, lr_array *array, void *pointer_address);

/* Describes an array and returns the offset of its bytes in the file and their checksum, for mapping. */
llmrec_status lr_store_locate(lr_store *store, lr_array *array, size_t *offset, uint64_t *checksum);

/* Attributes of the file. */
llmrec_status lr_store_set_number(lr_store *store, const char *name, double value);
llmrec_status lr_store_get_number(lr_store *store, const char *name, double *value);
llmrec_status lr_store_set_integer(lr_store *store, const char *name, int64_t value);
llmrec_status lr_store_get_integer(lr_store *store, const char *name, int64_t *value);

/* XXH3 checksum, as stored with each array. */
uint64_t lr_checksum(const void *bytes, size_t size);

#endif
