/* SPDX-License-Identifier: Apache-2.0 */
/* Writes archives and compressed files with libarchive. */
#ifndef TESTS_ARCHIVE_FILE_H
#define TESTS_ARCHIVE_FILE_H

#include <archive.h>
#include <archive_entry.h>
#include <stdbool.h>

#include "support.h"

typedef struct member {
    const char *name, *text;
} member;

/* Writes an archive of `count` files. With `raw` it is the first file's text, compressed. */
static inline void write_archive(const char *path, int (*format)(struct archive *), int (*filter)(struct archive *),
                                 const member *members, size_t count)
{
    struct archive *archive = archive_write_new();
    assert_int_equal(format(archive), ARCHIVE_OK);
    if (filter != NULL) assert_int_equal(filter(archive), ARCHIVE_OK);
    assert_int_equal(archive_write_open_filename(archive, path), ARCHIVE_OK);
    for (size_t i = 0; i < count; i++) {
        struct archive_entry *entry = archive_entry_new();
        const bool folder = members[i].text == NULL;
        archive_entry_set_pathname(entry, members[i].name);
        archive_entry_set_filetype(entry, folder ? AE_IFDIR : AE_IFREG);
        archive_entry_set_perm(entry, folder ? 0755 : 0644);
        if (!folder) archive_entry_set_size(entry, (la_int64_t)strlen(members[i].text));
        assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
        if (!folder) archive_write_data(archive, members[i].text, strlen(members[i].text));
        archive_entry_free(entry);
    }
    assert_int_equal(archive_write_free(archive), ARCHIVE_OK);
}

#endif
