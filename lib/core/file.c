/* SPDX-License-Identifier: Apache-2.0 */
/* Reads, maps and atomically replaces files. */
#define _GNU_SOURCE /* mkostemp */
#include "core/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/context.h"
#include "core/memory.h"

static llmrec_status open_for_reading(const char *path, int *descriptor, size_t *size)
{
    struct stat about;
    const int opened = open(path, O_RDONLY | O_CLOEXEC);
    if (opened < 0) return lr_fail_errno("open", path);
    if (fstat(opened, &about) != 0 || S_ISDIR(about.st_mode)) {
        if (S_ISDIR(about.st_mode)) errno = EISDIR;
        const llmrec_status status = lr_fail_errno("read", path);
        close(opened);
        return status;
    }
    *descriptor = opened;
    *size = (size_t)about.st_size;
    return LLMREC_OK;
}

ssize_t lr_read_at(int descriptor, void *bytes, size_t size, uint64_t offset)
{
    size_t done = 0;
    while (done < size) {
        const ssize_t step = pread(descriptor, (char *)bytes + done, size - done, (off_t)(offset + done));
        if (step < 0 && errno == EINTR) continue;
        if (step < 0) return -1;
        if (step == 0) break;
        done += (size_t)step;
    }
    return (ssize_t)done;
}

static llmrec_status read_all(int descriptor, char *bytes, size_t size, const char *path)
{
    const ssize_t got = lr_read_at(descriptor, bytes, size, 0);
    if (got < 0) return lr_fail_errno("read", path);
    if ((size_t)got == size) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_IO, "read %s: ends at byte %zu of %zu", path, (size_t)got, size);
}

llmrec_status lr_file_read(llmrec_context *context, const char *path, size_t limit, char **bytes, size_t *size)
{
    llmrec_status status = LLMREC_OK;
    char *fresh = NULL;
    int descriptor = -1;
    size_t length = 0;
    LR_TRY(open_for_reading(path, &descriptor, &length));
    LR_CHECK(length <= limit, LLMREC_ERR_FORMAT, "%s: %zu bytes; wanted at most %zu", path, length, limit);
    LR_TRY(lr_alloc(context, &fresh, length + 1, 1));
    LR_TRY(read_all(descriptor, fresh, length, path));
    fresh[length] = '\0';
    *bytes = fresh;
    *size = length;
    fresh = NULL;
done:
    lr_free(context, fresh);
    if (descriptor >= 0) close(descriptor);
    return status;
}

llmrec_status lr_map_open(const char *path, lr_map *map)
{
    int descriptor = -1;
    size_t size = 0;
    llmrec_status status = LLMREC_OK;
    LR_RETURN_IF(open_for_reading(path, &descriptor, &size));
    void *bytes = NULL;
    struct stat about;
    if (fstat(descriptor, &about) != 0) status = lr_fail_errno("read", path);
    else if (size > 0) bytes = mmap(NULL, size, PROT_READ, MAP_SHARED, descriptor, 0);
    if (bytes == MAP_FAILED) status = lr_fail_errno("map", path);
    else if (status == LLMREC_OK) *map = (lr_map){bytes, size, (uint64_t)about.st_dev, (uint64_t)about.st_ino};
    close(descriptor);
    return status;
}

void lr_map_close(lr_map *map)
{
    if (map->bytes != NULL) munmap((void *)(uintptr_t)map->bytes, map->size);
    *map = (lr_map){0};
}

bool lr_map_is(const lr_map *map, const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && (uint64_t)about.st_dev == map->device && (uint64_t)about.st_ino == map->inode;
}

struct lr_shared_map {
    atomic_size_t references;
    llmrec_context *context;
    lr_map map;
};

llmrec_status lr_shared_map_open(llmrec_context *context, const char *path, lr_shared_map **shared)
{
    lr_shared_map *fresh = NULL;
    LR_RETURN_IF(LR_NEW_ZERO(context, fresh, 1));
    const llmrec_status status = lr_map_open(path, &fresh->map);
    if (status != LLMREC_OK) {
        lr_free(context, fresh);
        return status;
    }
    atomic_init(&fresh->references, 1);
    fresh->context = lr_context_hold(context);
    *shared = fresh;
    return LLMREC_OK;
}

lr_shared_map *lr_shared_map_hold(lr_shared_map *shared)
{
    atomic_fetch_add_explicit(&shared->references, 1, memory_order_relaxed);
    return shared;
}

void lr_shared_map_free(lr_shared_map *shared)
{
    if (shared == NULL) return;
    if (atomic_fetch_sub_explicit(&shared->references, 1, memory_order_acq_rel) != 1) return;
    llmrec_context *context = shared->context;
    lr_map_close(&shared->map);
    lr_free(context, shared);
    llmrec_context_free(context);
}

const lr_map *lr_shared_map_of(const lr_shared_map *shared)
{
    return &shared->map;
}

llmrec_status lr_write_all(int descriptor, const void *bytes, size_t size, const char *path)
{
    const char *from = bytes;
    for (size_t done = 0; done < size;) {
        const ssize_t step = write(descriptor, from + done, size - done);
        if (step < 0 && errno == EINTR) continue;
        if (step < 0) return lr_fail_errno("write", path);
        done += (size_t)step;
    }
    return LLMREC_OK;
}

/* mkostemp creates a file of mode 0600. Gives it the mode of the file at `path`, or 0644 for a new file. */
static void set_usual_mode(int descriptor, const char *path)
{
    struct stat about;
    const mode_t mode = stat(path, &about) == 0 ? about.st_mode & 0777 : 0644;
    if (fchmod(descriptor, mode) != 0) errno = 0; /* the file system has no modes */
}

llmrec_status lr_replacement_begin(llmrec_context *context, const char *path, lr_replacement *replacement)
{
    llmrec_status status = LLMREC_OK;
    lr_replacement fresh = {.context = context};
    const size_t length = strlen(path);
    LR_TRY(lr_copy_text(context, path, length, &fresh.path));
    LR_TRY(lr_alloc(context, &fresh.temporary, length + 12, 1));
    snprintf(fresh.temporary, length + 12, "%s.XXXXXX", path);
    const int descriptor = mkostemp(fresh.temporary, O_CLOEXEC);
    if (descriptor < 0) {
        LR_TRY(lr_fail_errno("write", path));
    }
    set_usual_mode(descriptor, path);
    close(descriptor);
    *replacement = fresh;
done:
    if (status != LLMREC_OK) {
        lr_free(context, fresh.path);
        lr_free(context, fresh.temporary);
    }
    return status;
}

/* Flushes the file or directory `opened` to disk. Errors name `path`, the path that the caller gave. */
static llmrec_status flush(const char *opened, int flags, const char *path)
{
    const int descriptor = open(opened, flags | O_CLOEXEC);
    if (descriptor < 0) return lr_fail_errno("flush", path);
    const bool flushed = fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS;
    const llmrec_status status = flushed ? LLMREC_OK : lr_fail_errno("flush", path);
    close(descriptor);
    return status;
}

/* Without this flush a power cut can undo the rename. `folder`: buffer for the directory's name, as large as `path`. */
static llmrec_status flush_directory(const char *path, char *folder)
{
    const char *slash = strrchr(path, '/');
    const size_t length = slash == NULL ? 0 : slash == path ? 1 : (size_t)(slash - path);
    memcpy(folder, path, length);
    folder[length] = '\0';
    return flush(length == 0 ? "." : folder, O_RDONLY | O_DIRECTORY, path);
}

static void free_texts(lr_replacement *replacement)
{
    lr_free(replacement->context, replacement->path);
    lr_free(replacement->context, replacement->temporary);
    *replacement = (lr_replacement){0};
}

/* Ends a replacement after its rename. */
static llmrec_status end_replacement(lr_replacement *replacement)
{
    char *buffer = replacement->temporary; /* the file no longer has this name */
    const llmrec_status status = flush_directory(replacement->path, buffer);
    free_texts(replacement);
    return status;
}

static llmrec_status move(const char *from, const char *to)
{
    return rename(from, to) == 0 ? LLMREC_OK : lr_fail_errno("rename", to);
}

llmrec_status lr_replacement_commit(lr_replacement *replacement)
{
    llmrec_status status = flush(replacement->temporary, O_RDONLY, replacement->path);
    if (status == LLMREC_OK) status = move(replacement->temporary, replacement->path);
    if (status != LLMREC_OK) {
        lr_replacement_abandon(replacement);
        return status;
    }
    return end_replacement(replacement);
}

void lr_replacement_abandon(lr_replacement *replacement)
{
    if (replacement->temporary == NULL) return;
    unlink(replacement->temporary);
    free_texts(replacement);
}

llmrec_status lr_writer_begin(llmrec_context *context, const char *path, lr_writer *writer)
{
    lr_writer fresh = {0};
    LR_RETURN_IF(lr_replacement_begin(context, path, &fresh.replacement));
    fresh.descriptor = open(fresh.replacement.temporary, O_WRONLY | O_TRUNC | O_CLOEXEC);
    if (fresh.descriptor < 0) {
        const llmrec_status status = lr_fail_errno("write", path);
        lr_replacement_abandon(&fresh.replacement);
        return status;
    }
    fresh.open = true;
    *writer = fresh;
    return LLMREC_OK;
}

llmrec_status lr_writer_add(lr_writer *writer, const void *bytes, size_t size)
{
    return lr_write_all(writer->descriptor, bytes, size, writer->replacement.path);
}

llmrec_status lr_writer_commit(lr_writer *writer)
{
    writer->open = false;
    if (close(writer->descriptor) == 0) return lr_replacement_commit(&writer->replacement);
    const llmrec_status status = lr_fail_errno("write", writer->replacement.path);
    lr_replacement_abandon(&writer->replacement);
    return status;
}

static llmrec_status writer_close(lr_writer *writer)
{
    writer->open = false;
    if (close(writer->descriptor) != 0) return lr_fail_errno("write", writer->replacement.path);
    return flush(writer->replacement.temporary, O_RDONLY, writer->replacement.path);
}

/* Renames both files. `kept` is a second link to the old first file; it is renamed back if the second rename fails. */
static llmrec_status move_both(const lr_replacement *first, const lr_replacement *second, const char *kept)
{
    const bool linked = link(first->path, kept) == 0, had = linked || errno != ENOENT;
    llmrec_status status = move(first->temporary, first->path);
    const bool moved = status == LLMREC_OK;
    if (moved) status = move(second->temporary, second->path);
    if (moved && status != LLMREC_OK && linked) {
        rename(kept, first->path);
        return status;
    }
    if (moved && status != LLMREC_OK && !had) unlink(first->path);
    if (linked) unlink(kept);
    return status;
}

llmrec_status lr_writer_commit_both(lr_writer *first, lr_writer *second)
{
    lr_replacement *a = &first->replacement, *b = &second->replacement;
    llmrec_context *context = a->context;
    char *kept = NULL;
    llmrec_status status = LLMREC_OK;
    LR_TRY(lr_alloc(context, &kept, strlen(a->temporary) + 2, 1));
    strcat(strcpy(kept, a->temporary), "~");
    LR_TRY(writer_close(first));
    LR_TRY(writer_close(second));
    LR_TRY(move_both(a, b, kept));
    status = end_replacement(a);
    const llmrec_status other = end_replacement(b);
    if (status == LLMREC_OK) status = other;
done:
    lr_free(context, kept);
    lr_writer_abandon(first);
    lr_writer_abandon(second);
    return status;
}

void lr_writer_abandon(lr_writer *writer)
{
    if (writer->open) close(writer->descriptor);
    writer->open = false;
    lr_replacement_abandon(&writer->replacement);
}

llmrec_status lr_file_write(llmrec_context *context, const char *path, const void *bytes, size_t size)
{
    llmrec_status status = LLMREC_OK;
    lr_writer writer = {0};
    LR_TRY(lr_writer_begin(context, path, &writer));
    LR_TRY(lr_writer_add(&writer, bytes, size));
    status = lr_writer_commit(&writer);
done:
    lr_writer_abandon(&writer);
    return status;
}

bool lr_path_ends(const char *path, const char *ending)
{
    const size_t length = strlen(path), wanted = strlen(ending);
    return length >= wanted && strcasecmp(path + length - wanted, ending) == 0;
}
