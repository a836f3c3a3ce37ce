/* SPDX-License-Identifier: Apache-2.0 */
/* HDF5 file driver for written files. If closing a file fails halfway, for example on a full disk, HDF5 1.10 keeps a
 * broken file object and crashes when the process ends. So this driver reports success to HDF5, stops writing after the
 * first failure, and the store reads the error afterwards. */
#include "core/store_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Driver info in a file's access settings. */
typedef struct settings {
    lr_driven *driven;
} settings;

static void note_failure(lr_driven *file)
{
    if (file->error == 0) file->error = errno != 0 ? errno : EIO;
}

/* HDF5 may open the file twice, first without creating it, but only one is open at a time. So the store holds one
 * driver. */
static H5FD_t *open_file(const char *path, unsigned flags, hid_t access, haddr_t maximum)
{
    const settings *given = H5Pget_driver_info(access);
    (void)maximum;
    if (given == NULL) return NULL;
    lr_driven *file = given->driven;
    const int mode = ((flags & H5F_ACC_CREAT) != 0 ? O_CREAT : 0) | ((flags & H5F_ACC_TRUNC) != 0 ? O_TRUNC : 0);
    memset(file, 0, sizeof *file);
    file->descriptor = open(path, O_RDWR | O_CLOEXEC | mode, 0666);
    const off_t end = file->descriptor < 0 ? -1 : lseek(file->descriptor, 0, SEEK_END);
    if (end >= 0) {
        file->end = (haddr_t)end;
        return &file->common;
    }
    note_failure(file);
    if (file->descriptor >= 0) close(file->descriptor);
    return NULL;
}

static herr_t close_file(H5FD_t *common)
{
    lr_driven *file = (lr_driven *)common;
    if (close(file->descriptor) != 0) note_failure(file);
    return 0;
}

static herr_t query(const H5FD_t *common, unsigned long *features)
{
    (void)common;
    *features = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
                H5FD_FEAT_AGGREGATE_SMALLDATA;
    return 0;
}

static haddr_t allocated_end(const H5FD_t *common, H5FD_mem_t type)
{
    (void)type;
    return ((const lr_driven *)common)->allocated;
}

static herr_t set_allocated_end(H5FD_t *common, H5FD_mem_t type, haddr_t address)
{
    (void)type;
    ((lr_driven *)common)->allocated = address;
    return 0;
}

static haddr_t file_end(const H5FD_t *common, H5FD_mem_t type)
{
    (void)type;
    return ((const lr_driven *)common)->end;
}

/* Bytes beyond the end read as zero, as in HDF5's own driver. */
static herr_t read_bytes(H5FD_t *common, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size, void *bytes)
{
    lr_driven *file = (lr_driven *)common;
    (void)type;
    (void)transfer;
    const ssize_t got = lr_read_at(file->descriptor, bytes, size, address);
    if (got < 0) note_failure(file);
    const size_t done = got < 0 ? 0 : (size_t)got;
    memset((char *)bytes + done, 0, size - done);
    return 0;
}

static herr_t write_bytes(H5FD_t *common, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size,
                          const void *bytes)
{
    lr_driven *file = (lr_driven *)common;
    (void)type;
    (void)transfer;
    for (size_t done = 0; done < size && file->error == 0;) {
        const void *from = (const char *)bytes + done;
        const ssize_t step = pwrite(file->descriptor, from, size - done, (off_t)(address + done));
        if (step < 0 && errno == EINTR) continue;
        if (step < 0) note_failure(file);
        else done += (size_t)step;
    }
    if (address + size > file->end) file->end = address + size;
    return 0;
}

static herr_t truncate_file(H5FD_t *common, hid_t transfer, hbool_t closing)
{
    lr_driven *file = (lr_driven *)common;
    (void)transfer;
    (void)closing;
    if (file->allocated != file->end && file->error == 0)
        if (ftruncate(file->descriptor, (off_t)file->allocated) != 0) note_failure(file);
    file->end = file->allocated;
    return 0;
}

hid_t lr_store_driver(void)
{
    static const H5FD_class_t driver = {
#if defined(H5FD_CLASS_VERSION)
        .version = H5FD_CLASS_VERSION,
        .value = (H5FD_class_value_t)600,
#endif
        .name = "llmrec",
        .maxaddr = ((haddr_t)1 << (8 * sizeof(off_t) - 1)) - 1,
        .fc_degree = H5F_CLOSE_WEAK,
        .fapl_size = sizeof(settings),
        .open = open_file,
        .close = close_file,
        .query = query,
        .get_eoa = allocated_end,
        .set_eoa = set_allocated_end,
        .get_eof = file_end,
        .read = read_bytes,
        .write = write_bytes,
        .truncate = truncate_file,
        .fl_map = H5FD_FLMAP_DICHOTOMY,
    };
    return H5FDregister(&driver);
}

bool lr_store_drive(hid_t access, hid_t driver, lr_driven *driven)
{
    const settings given = {driven};
    return driver >= 0 && access >= 0 && H5Pset_driver(access, driver, &given) >= 0;
}
