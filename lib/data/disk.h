/* SPDX-License-Identifier: Apache-2.0 */
/* A file's own bytes, in order. */
#ifndef LR_DATA_DISK_H
#define LR_DATA_DISK_H

#include <stddef.h>

#include "core/status.h"
#include "llmrec/context.h"

enum { LR_DISK_HEAD = 512 /* enough to recognize every kind of file */ };

typedef struct lr_disk {
    llmrec_context *context;
    const char *path; /* of the caller */
    int descriptor;   /* -1: not open */
    size_t size;      /* 0: unknown */
    size_t done;      /* bytes read */
    unsigned char head[LR_DISK_HEAD];
    size_t head_filled, head_taken;
} lr_disk;

/* Opens the file and reads its head. `disk` can be closed also after a failure. */
llmrec_status lr_disk_open(llmrec_context *context, const char *path, lr_disk *disk);
void lr_disk_close(lr_disk *disk);

/* Reads until `capacity` bytes are read or the file ends. */
llmrec_status lr_disk_read(lr_disk *disk, void *into, size_t capacity, size_t *count);

#endif
