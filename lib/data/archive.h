/* SPDX-License-Identifier: Apache-2.0 */
/* Reads one member of an archive (zip, tar), or the content of a file compressed with bzip2, xz or Zstandard. */
#ifndef LR_DATA_ARCHIVE_H
#define LR_DATA_ARCHIVE_H

#include <stdbool.h>

#include "data/disk.h"

typedef struct lr_archive lr_archive;

/* Usual file names; each list ends with NULL. */
typedef struct lr_usual {
    const char *const *names;  /* of the member to read */
    const char *const *others; /* of one that belongs to it */
} lr_usual;

/* Opens a member. `wanted` is its path in the archive, or the end of that path after a "/". NULL: the only member, or
 * the only one whose file name is in `usual->names`. FORMAT lists the members if none or several fit, and for damaged
 * data; UNSUPPORTED in a build without libarchive. `disk` must be a regular file and outlive the archive. */
llmrec_status lr_archive_open(lr_disk *disk, const char *wanted, const lr_usual *usual, lr_archive **archive);
void lr_archive_close(lr_archive *archive); /* NULL is allowed */

/* Path of the member in the archive; NULL for a compressed file, which has no members. */
const char *lr_archive_member(const lr_archive *archive);

/* True if there is one more member, and only one, whose file name is in `usual->others`. */
bool lr_archive_has_other(const lr_archive *archive);

/* Fills into[capacity]. `*count` is less than `capacity` only at the end. FORMAT for damaged data. */
llmrec_status lr_archive_read(lr_archive *archive, char *into, size_t capacity, size_t *count);

#endif
