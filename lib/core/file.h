/* SPDX-License-Identifier: Apache-2.0 */
/* Files: whole reads, read-only maps, atomic replacement. */
#ifndef LR_CORE_FILE_H
#define LR_CORE_FILE_H

#include <stddef.h>

#include "core/status.h"
#include "llmrec/context.h"

/* The whole of a file, NUL-terminated past its end; FORMAT if it is longer than `limit` bytes. */
llmrec_status lr_file_read(llmrec_context *context, const char *path, size_t limit, char **bytes, size_t *size);

typedef struct lr_map {
    const unsigned char *bytes;
    size_t size;
} lr_map;

/* Maps a file read-only; an empty file gives size 0 and no bytes. */
llmrec_status lr_map_open(const char *path, lr_map *map);
void lr_map_close(lr_map *map);

/* A file being written under a temporary name beside its own. */
typedef struct lr_replacement {
    llmrec_context *context;
    char *path;      /* what it will be called */
    char *temporary; /* what it is called now: write here */
} lr_replacement;

/* Makes an empty temporary file in the same directory. Then write it, and commit (flushed, renamed, directory flushed:
 * a kill at any instant leaves the old file or the new one) or abandon (removed). Both free the replacement's texts;
 * abandoning one that was committed or never begun does nothing. */
llmrec_status lr_replacement_begin(llmrec_context *context, const char *path, lr_replacement *replacement);
llmrec_status lr_replacement_commit(lr_replacement *replacement);
void lr_replacement_abandon(lr_replacement *replacement);

/* The same, written piece by piece through a descriptor. Zero-initialize; abandoning one that was committed or never
 * begun does nothing. */
typedef struct lr_writer {
    lr_replacement replacement;
    int descriptor;
    bool open;
} lr_writer;

llmrec_status lr_writer_begin(llmrec_context *context, const char *path, lr_writer *writer);
llmrec_status lr_writer_add(lr_writer *writer, const void *bytes, size_t size);
llmrec_status lr_writer_commit(lr_writer *writer);
void lr_writer_abandon(lr_writer *writer);

/* Both files become new, or neither: on a failure the first is what it was before, or gone again (as it is new where
 * the file system knows no hard links, or refuses to undo the renaming). A kill between the two renames leaves the
 * first new and the second old. */
llmrec_status lr_writer_commit_both(lr_writer *first, lr_writer *second);

/* All of it for bytes that are in memory. */
llmrec_status lr_file_write(llmrec_context *context, const char *path, const void *bytes, size_t size);

/* Appends to an open descriptor, through short writes and interruptions. */
llmrec_status lr_write_all(int descriptor, const void *bytes, size_t size, const char *path);

/* Whether `path` ends in `ending` (".csv"), letter case aside. */
bool lr_path_ends(const char *path, const char *ending);

#endif
