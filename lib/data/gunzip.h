/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the content of a gzip file: one or more members, with zeros as padding after them. */
#ifndef LR_DATA_GUNZIP_H
#define LR_DATA_GUNZIP_H

#include "data/disk.h"

typedef struct lr_gunzip lr_gunzip;

/* Begins with the next byte of `disk`, which must outlive it. */
llmrec_status lr_gunzip_open(lr_disk *disk, lr_gunzip **gunzip);
void lr_gunzip_close(lr_gunzip *gunzip); /* NULL is allowed */

/* Fills into[capacity]. `*count` is less than `capacity` only at the end. FORMAT for damaged data. */
llmrec_status lr_gunzip_read(lr_gunzip *gunzip, char *into, size_t capacity, size_t *count);

#endif
