/* SPDX-License-Identifier: Apache-2.0 */
/* Reads one member of an archive (zip, tar), or the content of a file compressed with bzip2, xz or Zstandard. */
#ifndef LR_DATA_ARCHIVE_H
#define LR_DATA_ARCHIVE_H

#include "data/disk.h"

typedef struct lr_archive lr_archive;

/* Opens a member. `wanted` is its path in the archive, or the end of that path after a "/". NULL: the only member, or
 * the only one whose file name is in `usual` (ends with NULL). FORMAT lists the members if none or several fit, and for
 * damaged data; UNSUPPORTED in a build without libarchive. `disk` must be a regular file and outlive the archive. */
llmrec_status lr_archive_open(lr_disk *disk, const char *wanted, const char *const *usual, lr_archive **archive);
void lr_archive_close(lr_archive *archive); /* NULL is allowed */

/* Path of the member in the archive; NULL for a compressed file, which has no members. */
const char *lr_archive_member(const lr_archive *archive);

/* Fills into[capacity]. `*count` is less than `capacity` only at the end. FORMAT for damaged data. */
llmrec_status lr_archive_read(lr_archive *archive, char *into, size_t capacity, size_t *count);

#endif
