/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a file's own bytes. */
#include "data/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static llmrec_status fetch(lr_disk *disk, void *into, size_t capacity, size_t *count)
{
    size_t done = 0;
    while (done < capacity) {
        const ssize_t step = read(disk->descriptor, (char *)into + done, capacity - done);
        if (step < 0 && errno == EINTR) continue;
        if (step < 0) return lr_fail_errno("read", disk->path);
        if (step == 0) break;
        done += (size_t)step;
    }
    disk->done += done;
    *count = done;
    return LLMREC_OK;
}

llmrec_status lr_disk_open(llmrec_context *context, const char *path, lr_disk *disk)
{
    struct stat about;
    *disk = (lr_disk){.context = context, .path = path};
    disk->descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (disk->descriptor < 0 || fstat(disk->descriptor, &about) != 0) return lr_fail_errno("open", path);
    if (S_ISREG(about.st_mode)) disk->size = (size_t)about.st_size;
    return fetch(disk, disk->head, LR_DISK_HEAD, &disk->head_filled);
}

void lr_disk_close(lr_disk *disk)
{
    if (disk->descriptor >= 0) close(disk->descriptor);
    disk->descriptor = -1;
}

llmrec_status lr_disk_read(lr_disk *disk, void *into, size_t capacity, size_t *count)
{
    const size_t waiting = disk->head_filled - disk->head_taken, taken = waiting < capacity ? waiting : capacity;
    size_t rest = 0;
    memcpy(into, disk->head + disk->head_taken, taken);
    disk->head_taken += taken;
    if (taken < capacity) LR_RETURN_IF(fetch(disk, (char *)into + taken, capacity - taken, &rest));
    *count = taken + rest;
    return LLMREC_OK;
}
