/* SPDX-License-Identifier: Apache-2.0 */
/* Replaces archives in a build without libarchive. */
#include "data/archive.h"

llmrec_status lr_archive_open(lr_disk *disk, const char *wanted, const lr_usual *usual, lr_archive **archive)
{
    (void)wanted;
    (void)usual;
    (void)archive;
    return lr_fail(LLMREC_ERR_UNSUPPORTED,
                   "%s: an archive; this libllmrec was built without archives; wanted one built with -Darchive=enabled",
                   disk->path);
}

void lr_archive_close(lr_archive *archive)
{
    (void)archive;
}

const char *lr_archive_member(const lr_archive *archive)
{
    (void)archive;
    return NULL;
}

bool lr_archive_has_other(const lr_archive *archive)
{
    (void)archive;
    return false;
}

llmrec_status lr_archive_read(lr_archive *archive, char *into, size_t capacity, size_t *count)
{
    (void)into;
    (void)capacity;
    (void)count;
    (void)archive;
    return lr_fail(LLMREC_ERR_UNSUPPORTED, "archive is NULL; wanted an open one");
}
