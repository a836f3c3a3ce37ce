/* SPDX-License-Identifier: Apache-2.0 */
/* Reads whole files, maps files read-only, replaces files atomically. */
#ifndef LR_CORE_FILE_H
#define LR_CORE_FILE_H

#include <stddef.h>
#include <sys/types.h>

#include "core/status.h"
#include "llmrec/context.h"

/* Reads a whole file and appends a NUL. FORMAT if it is longer than `limit` bytes. Free with lr_free. */
llmrec_status lr_file_read(llmrec_context *context, const char *path, size_t limit, char **bytes, size_t *size);

typedef struct lr_map {
    const unsigned char *bytes;
    size_t size;
    uint64_t device, inode; /* which file it is, whatever it is called */
} lr_map;

/* Maps a file read-only. An empty file gives size 0 and `bytes` NULL. */
llmrec_status lr_map_open(const char *path, lr_map *map);
void lr_map_close(lr_map *map);

/* Whether the file of that name is the one that is mapped, and not another one that has replaced it. */
bool lr_map_is(const lr_map *map, const char *path);

/* A map that several arrays lie in: counted holds. */
typedef struct lr_shared_map lr_shared_map;

llmrec_status lr_shared_map_open(llmrec_context *context, const char *path, lr_shared_map **shared);
lr_shared_map *lr_shared_map_hold(lr_shared_map *shared);
void lr_shared_map_free(lr_shared_map *shared); /* gives up one hold; NULL is fine */
const lr_map *lr_shared_map_of(const lr_shared_map *shared);

/* A new file that is written under a temporary name in the same directory. */
typedef struct lr_replacement {
    llmrec_context *context;
    char *path;      /* final name */
    char *temporary; /* current name; write to this one */
} lr_replacement;

/* `begin` creates an empty temporary file in the same directory. After writing it, call `commit` or `abandon`. `commit`
 * flushes the file, renames it and flushes the directory: a kill at any time leaves the old file or the new one.
 * `abandon` removes it. Both free `path` and `temporary`. `abandon` does nothing after a commit or without a
 * `begin`. */
llmrec_status lr_replacement_begin(llmrec_context *context, const char *path, lr_replacement *replacement);
llmrec_status lr_replacement_commit(lr_replacement *replacement);
void lr_replacement_abandon(lr_replacement *replacement);

/* A replacement that is written piece by piece through a descriptor. Zero-initialize. `abandon` does nothing after a
 * commit or without a `begin`. */
typedef struct lr_writer {
    lr_replacement replacement;
    int descriptor;
    bool open;
} lr_writer;

llmrec_status lr_writer_begin(llmrec_context *context, const char *path, lr_writer *writer);
llmrec_status lr_writer_add(lr_writer *writer, const void *bytes, size_t size);
llmrec_status lr_writer_commit(lr_writer *writer);
void lr_writer_abandon(lr_writer *writer);

/* Commits both files or neither. On failure the first file gets its old content back, or is removed if it did not
 * exist. It stays new if the file system has no hard links or the rename back fails. A kill between the two renames
 * leaves the first file new and the second old. */
llmrec_status lr_writer_commit_both(lr_writer *first, lr_writer *second);

/* Replaces a file by `size` bytes from memory. */
llmrec_status lr_file_write(llmrec_context *context, const char *path, const void *bytes, size_t size);

/* Reads `size` bytes at an offset; repeats after short reads and interruptions. Returns their number, which is smaller
 * only at the end of the file, or -1 with errno. */
ssize_t lr_read_at(int descriptor, void *bytes, size_t size, uint64_t offset);

/* Writes all bytes to an open descriptor; repeats after short writes and interruptions. */
llmrec_status lr_write_all(int descriptor, const void *bytes, size_t size, const char *path);

/* True if `path` ends in `ending` (".csv"), ignoring letter case. */
bool lr_path_ends(const char *path, const char *ending);

#endif
