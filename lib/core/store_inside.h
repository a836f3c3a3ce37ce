/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of store.h, shared by its files: store.c has the lock, attributes and files, store_array.c the arrays,
 * store_seal.c what finds damage before HDF5 does, store_driver.c how bytes get into a file. */
#ifndef LR_CORE_STORE_INSIDE_H
#define LR_CORE_STORE_INSIDE_H

#include <hdf5.h>
#if H5_VERSION_GE(1, 13, 0)
#include <H5FDdevelop.h>
#endif
#define XXH_STATIC_LINKING_ONLY /* the size of its streaming state */
#include <xxhash.h>

#include "core/file.h"
#include "core/store.h"

/* A file that is written, as HDF5's driver of ours has it. */
typedef struct lr_driven {
    H5FD_t common; /* first, as HDF5 asks */
    int descriptor;
    haddr_t allocated, end; /* end of what HDF5 has given out, and of the file */
    int error;              /* errno of the first failure */
} lr_driven;

struct lr_store {
    XXH3_state_t sum; /* of the array being written; first, as it wants 64-byte alignment */
    llmrec_context *context;
    char *path; /* for messages */
    lr_replacement replacement;
    hid_t file;
    bool writing;
    hid_t driver; /* of a file that is written, else -1 */
    lr_driven driven;
    int64_t version;
    size_t file_size; /* of a file that is read */
    hid_t dataset;    /* being written, or -1 */
    size_t rows_done;
    uint64_t *extents; /* begin and end in the file of each array that was written */
    size_t extent_words, extent_capacity;
};

/* How the host wants HDF5's failures reported: set aside while we are inside. */
typedef struct lr_store_inside {
    unsigned modern; /* which of HDF5's two interfaces the host set it by */
    H5E_auto1_t old_report;
    H5E_auto2_t report;
    void *data;
} lr_store_inside;

/* Around every call of HDF5. */
lr_store_inside lr_store_enter(void);
void lr_store_leave(lr_store_inside before);

/* Fails with HDF5's innermost reason. */
llmrec_status lr_store_refuse(llmrec_status code, const lr_store *store, const char *what, const char *name);

/* A driver for files that are written, registered with HDF5, and its choice in a file's access settings. What it meets
 * goes to `driven`, and HDF5 hears of no failure but in opening. */
hid_t lr_store_driver(void);
bool lr_store_drive(hid_t access, hid_t driver, lr_driven *driven);

/* One value of a type as an attribute of a file or array. */
llmrec_status lr_store_put(const lr_store *store, hid_t object, const char *name, hid_t type, const void *value);
llmrec_status lr_store_get(const lr_store *store, hid_t object, const char *name, hid_t type, void *value);

/* Ends a closed file that HDF5 has written with its seal; `extents` are [count,2], in any order. */
llmrec_status lr_store_seal(llmrec_context *context, const char *path, const uint64_t *extents, size_t count);

/* Whether a file is ours and whole, arrays aside, and its size. */
llmrec_status lr_store_check_seal(llmrec_context *context, const char *path, size_t *size);

#endif
