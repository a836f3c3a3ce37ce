/* SPDX-License-Identifier: Apache-2.0 */
/* Declarations shared by the store's files: store.c has the lock, attributes and files, store_array.c the arrays,
 * store_seal.c the damage check, store_driver.c the HDF5 driver. */
#ifndef LR_CORE_STORE_INSIDE_H
#define LR_CORE_STORE_INSIDE_H

#include <hdf5.h>
#if H5_VERSION_GE(1, 13, 0)
#include <H5FDdevelop.h>
#endif
#define XXH_STATIC_LINKING_ONLY /* for the size of XXH3_state_t */
#include <xxhash.h>

#include "core/file.h"
#include "core/store.h"

/* A written file, as seen by our HDF5 driver. */
typedef struct lr_driven {
    H5FD_t common; /* first member, required by HDF5 */
    int descriptor;
    haddr_t allocated, end; /* end of the space that HDF5 allocated; end of the file */
    int error;              /* errno of the first failure */
} lr_driven;

struct lr_store {
    XXH3_state_t sum; /* of the array being written; first because it needs 64-byte alignment */
    llmrec_context *context;
    char *path; /* for errors */
    lr_replacement replacement;
    hid_t file;
    hid_t driver; /* of a written file, else -1 */
    lr_driven driven;
    size_t file_size; /* of a read file */
    hid_t dataset;    /* the array being written, or -1 */
    size_t rows_done;
    uint64_t *extents; /* [arrays,2] begin and end in the file of each written array */
    size_t extent_words, extent_capacity;
};

/* The host's settings for HDF5 error reports, saved while we call HDF5. */
typedef struct lr_store_inside {
    unsigned modern; /* 1 if the host used HDF5's newer interface (version 2) */
    H5E_auto1_t old_report;
    H5E_auto2_t report;
    void *data;
} lr_store_inside;

/* Take and release the lock around every HDF5 call. They save and restore the host's error settings. */
lr_store_inside lr_store_enter(void);
void lr_store_leave(lr_store_inside before);

/* Fails with the innermost reason of HDF5's error stack. */
llmrec_status lr_store_refuse(llmrec_status code, const lr_store *store, const char *what, const char *name);

/* `lr_store_driver` registers the driver for written files; `lr_store_drive` selects it in the access settings. Errors
 * are stored in `driven`; HDF5 itself sees only a failure to open. */
hid_t lr_store_driver(void);
bool lr_store_drive(hid_t access, hid_t driver, lr_driven *driven);

/* Write and read one value of a type as an attribute of a file or array. */
llmrec_status lr_store_put(const lr_store *store, hid_t object, const char *name, hid_t type, const void *value);
llmrec_status lr_store_get(const lr_store *store, hid_t object, const char *name, hid_t type, void *value);

/* Appends the seal to a file that HDF5 has closed. `extents` are [count,2], in any order. */
llmrec_status lr_store_seal(llmrec_context *context, const char *path, const uint64_t *extents, size_t count);

/* Checks that a file is ours and undamaged (without its arrays), and returns its size. */
llmrec_status lr_store_check_seal(llmrec_context *context, const char *path, size_t *size);

#endif
