/* SPDX-License-Identifier: Apache-2.0 */
/* Reads archives and compressed files; the only caller of libarchive. */
#include "data/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/memory.h"
#include "core/text.h"

enum { BLOCK = 1 << 18, LIST_SIZE = 256 };

struct lr_archive {
    lr_disk *disk;
    struct archive *reader;
    char *member; /* NULL: not an archive */
    bool has_other;
    unsigned char *block; /* [BLOCK] of the file */
};

/* --- the file's bytes --------------------------------------------------------------------------------------------- */

static la_ssize_t give_block(struct archive *reader, void *user, const void **block)
{
    lr_archive *archive = user;
    size_t count = 0;
    *block = archive->block;
    if (lr_disk_read(archive->disk, archive->block, BLOCK, &count) == LLMREC_OK) return (la_ssize_t)count;
    archive_set_error(reader, EIO, "%s", llmrec_last_error());
    return ARCHIVE_FATAL;
}

static la_int64_t seek_file(struct archive *reader, void *user, la_int64_t offset, int whence)
{
    const lr_archive *archive = user;
    const off_t at = lseek(archive->disk->descriptor, (off_t)offset, whence);
    if (at < 0) archive_set_error(reader, errno, "seek");
    return at < 0 ? ARCHIVE_FATAL : at;
}

static llmrec_status damaged(const lr_archive *archive)
{
    const char *path = archive->disk->path, *why = archive_error_string(archive->reader);
    const int code = archive_errno(archive->reader);
    if (code == ENOMEM) return lr_fail(LLMREC_ERR_MEMORY, "%s: no memory to unpack", path);
    if (code == EIO) return lr_fail(LLMREC_ERR_IO, "%s", why);
    return lr_fail(LLMREC_ERR_FORMAT, "%s: damaged archive: %s", path,
                   why != NULL ? why : "it is cut short or cannot be unpacked");
}

/* Starts at the file's first byte. Also called to start again. */
static llmrec_status begin(lr_archive *archive)
{
    lr_disk *disk = archive->disk;
    archive_read_free(archive->reader);
    archive->reader = archive_read_new();
    if (archive->reader == NULL) return lr_fail(LLMREC_ERR_MEMORY, "%s: no memory to unpack", disk->path);
    if (lseek(disk->descriptor, 0, SEEK_SET) < 0)
        return lr_fail(LLMREC_ERR_IO, "%s: an archive in a pipe; wanted a file", disk->path);
    disk->head_taken = disk->head_filled;
    disk->done = 0;
    archive_read_support_filter_gzip(archive->reader);
    archive_read_support_filter_bzip2(archive->reader);
    archive_read_support_filter_xz(archive->reader);
    archive_read_support_filter_zstd(archive->reader);
    archive_read_support_format_zip(archive->reader);
    archive_read_support_format_tar(archive->reader);
    archive_read_support_format_raw(archive->reader);
    archive_read_set_read_callback(archive->reader, give_block);
    archive_read_set_seek_callback(archive->reader, seek_file);
    archive_read_set_callback_data(archive->reader, archive);
    return archive_read_open1(archive->reader) == ARCHIVE_OK ? LLMREC_OK : damaged(archive);
}

/* --- members ------------------------------------------------------------------------------------------------------ */

/* Which of the members is read. */
typedef struct choice {
    const char *wanted;
    const lr_usual *usual;
    size_t files, fitting, others;
    size_t first;  /* the first that fits, counted among all files from 0 */
    bool exact;    /* its path is `wanted` */
    bool workbook; /* it is an Excel workbook */
    char list[LIST_SIZE];
} choice;

static const char *name_of(struct archive_entry *entry)
{
    const char *name = archive_entry_pathname_utf8(entry);
    if (name == NULL) name = archive_entry_pathname(entry);
    return name != NULL ? name : "";
}

/* Folders, and what archive programs add of their own, are no members. */
static bool is_file(struct archive_entry *entry)
{
    const char *name = name_of(entry);
    return archive_entry_filetype(entry) == AE_IFREG && strncmp(name, "__MACOSX/", 9) != 0 &&
           lr_last_part(name)[0] != '.';
}

static bool ends_in(const char *path, const char *wanted)
{
    const size_t length = strlen(path), end = strlen(wanted);
    return length > end && path[length - end - 1] == '/' && strcmp(path + length - end, wanted) == 0;
}

static bool is_named(const char *path, const char *const *names)
{
    while (*names != NULL && strcmp(lr_last_part(path), *names) != 0) names++;
    return *names != NULL;
}

static bool fits(const choice *members, const char *name)
{
    if (members->wanted == NULL) return is_named(name, members->usual->names);
    return strcmp(name, members->wanted) == 0 || ends_in(name, members->wanted);
}

static void list_member(choice *members, const char *name)
{
    const size_t used = strlen(members->list);
    const int step = snprintf(members->list + used, LIST_SIZE - used, "%s%s", members->files == 0 ? "" : ", ",
                              lr_quote(name, strlen(name)).text);
    if ((size_t)step >= LIST_SIZE - used) memcpy(members->list + LIST_SIZE - 4, "...", 4);
}

static void consider(choice *members, const char *name)
{
    const bool exact = members->wanted != NULL && strcmp(name, members->wanted) == 0;
    list_member(members, name);
    if (fits(members, name) && !members->exact) {
        members->first = members->fitting++ == 0 || exact ? members->files : members->first;
        members->exact = exact;
    }
    members->workbook |= strcmp(name, "xl/workbook.xml") == 0;
    members->others += is_named(name, members->usual->others);
    members->files++;
}

/* Moves to the next member; NULL at the end. */
static llmrec_status next_member(lr_archive *archive, struct archive_entry **entry)
{
    int outcome = ARCHIVE_RETRY;
    while (outcome == ARCHIVE_RETRY) outcome = archive_read_next_header(archive->reader, entry);
    if (outcome == ARCHIVE_EOF) *entry = NULL;
    return outcome == ARCHIVE_OK || outcome == ARCHIVE_WARN || outcome == ARCHIVE_EOF ? LLMREC_OK : damaged(archive);
}

static llmrec_status look_through(lr_archive *archive, choice *members)
{
    struct archive_entry *entry = NULL;
    for (;;) {
        LR_RETURN_IF(next_member(archive, &entry));
        if (entry == NULL) return LLMREC_OK;
        if (is_file(entry)) consider(members, name_of(entry));
        if (archive_format(archive->reader) == ARCHIVE_FORMAT_RAW) return LLMREC_OK;
    }
}

static llmrec_status check(const lr_archive *archive, const choice *members)
{
    const char *path = archive->disk->path;
    if (members->workbook)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: an Excel workbook; wanted text: save it as CSV", path);
    if (members->files == 0) return lr_fail(LLMREC_ERR_FORMAT, "%s: the archive has no files", path);
    if (members->fitting == 1 || members->exact || (members->wanted == NULL && members->files == 1)) return LLMREC_OK;
    if (members->wanted != NULL)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: %s of the archive's files are named %s; wanted one of %s", path,
                       members->fitting == 0 ? "none" : "several",
                       lr_quote(members->wanted, strlen(members->wanted)).text, members->list);
    return lr_fail(LLMREC_ERR_FORMAT, "%s: an archive of %zu files; name one in the option member: %s", path,
                   members->files, members->list);
}

/* Starts again and moves to the chosen file. */
static llmrec_status go_to(lr_archive *archive, size_t chosen)
{
    struct archive_entry *entry = NULL;
    LR_RETURN_IF(begin(archive));
    for (size_t files = 0;; files += is_file(entry)) {
        LR_RETURN_IF(next_member(archive, &entry));
        if (entry == NULL) return lr_fail(LLMREC_ERR_FORMAT, "%s: the archive changed", archive->disk->path);
        if (files == chosen && is_file(entry)) break;
    }
    const char *name = name_of(entry);
    return lr_copy_text(archive->disk->context, name, strlen(name), &archive->member);
}

static llmrec_status choose(lr_archive *archive, const char *wanted, const lr_usual *usual)
{
    choice members = {.wanted = wanted, .usual = usual};
    LR_RETURN_IF(begin(archive));
    LR_RETURN_IF(look_through(archive, &members));
    if (archive_format(archive->reader) == ARCHIVE_FORMAT_RAW) {
        if (wanted == NULL) return LLMREC_OK;
        return lr_fail(LLMREC_ERR_FORMAT, "%s: not an archive; member is %s, wanted none", archive->disk->path,
                       lr_quote(wanted, strlen(wanted)).text);
    }
    LR_RETURN_IF(check(archive, &members));
    LR_RETURN_IF(go_to(archive, members.first));
    archive->has_other = members.others == 1 && !is_named(archive->member, usual->others);
    return LLMREC_OK;
}

/* --- the room's functions ----------------------------------------------------------------------------------------- */

llmrec_status lr_archive_open(lr_disk *disk, const char *wanted, const lr_usual *usual, lr_archive **archive)
{
    llmrec_status status = LLMREC_OK;
    lr_archive *fresh = NULL;
    LR_TRY(LR_NEW_ZERO(disk->context, fresh, 1));
    fresh->disk = disk;
    LR_TRY(LR_NEW(disk->context, fresh->block, BLOCK));
    LR_TRY(choose(fresh, wanted, usual));
    *archive = fresh;
    fresh = NULL;
done:
    lr_archive_close(fresh);
    return status;
}

void lr_archive_close(lr_archive *archive)
{
    if (archive == NULL) return;
    llmrec_context *context = archive->disk->context;
    archive_read_free(archive->reader);
    lr_free(context, archive->member);
    lr_free(context, archive->block);
    lr_free(context, archive);
}

const char *lr_archive_member(const lr_archive *archive)
{
    return archive->member;
}

bool lr_archive_has_other(const lr_archive *archive)
{
    return archive->has_other;
}

llmrec_status lr_archive_read(lr_archive *archive, char *into, size_t capacity, size_t *count)
{
    size_t done = 0;
    while (done < capacity) {
        const la_ssize_t step = archive_read_data(archive->reader, into + done, capacity - done);
        if (step == ARCHIVE_RETRY) continue;
        if (step < 0) return damaged(archive);
        if (step == 0) break;
        done += (size_t)step;
    }
    *count = done;
    return LLMREC_OK;
}
