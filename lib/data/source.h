/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a text file in order, as UTF-8. Its first bytes decide how it is unpacked and decoded. */
#ifndef LR_DATA_SOURCE_H
#define LR_DATA_SOURCE_H

#include "data/texts.h"

typedef struct lr_source lr_source;

/* What the caller says about a file. What is not set is recognized. */
typedef struct lr_file {
    const char *path;
    bool items;            /* an item file; its options begin with "items_" */
    int64_t format;        /* one of llmrec_format */
    const char *delimiter; /* NULL: recognized */
    int64_t header;        /* one of llmrec_header */
    int64_t encoding;      /* one of llmrec_encoding */
    const char *member;    /* of an archive, or NULL */
    bool repair;           /* replace invalid UTF-8 */
    size_t bytes;          /* limit of the unpacked size; 0: none */
    size_t line_bytes;     /* item files: limit of a line; 0: LR_LINE_MAX */
    size_t text_bytes;     /* item files: limit of a text; 0: none */
} lr_file;

/* Opens the file and reads its first bytes. A file is plain text, or gzip, bzip2, xz, Zstandard, a zip or a tar archive
 * (tar also compressed). Errors: IO, FORMAT (damaged data, several members, a binary file), UNSUPPORTED. */
llmrec_status lr_source_open(llmrec_context *context, const lr_file *file, lr_source **source);
void lr_source_close(lr_source *source); /* NULL is allowed */

/* Fills into[capacity] with UTF-8, without the byte order mark. `*count` is less than `capacity` only at the end of the
 * file. FORMAT for damaged data. */
llmrec_status lr_source_read(lr_source *source, char *into, size_t capacity, size_t *count);

/* The first bytes as UTF-8, at least LR_SAMPLE bytes of the file or all of it. Valid before the first read. */
enum { LR_SAMPLE = 1 << 18 };
lr_span lr_source_sample(const lr_source *source);
bool lr_source_is_whole(const lr_source *source); /* the sample is all of the file */

/* From now on reads give the objects of a JSON array as JSON lines. Call it before the first read. */
void lr_source_as_lines(lr_source *source);

/* Path of the archive's member that is read, or NULL. */
const char *lr_source_member(const lr_source *source);

/* True if the archive of an interaction file also has one item file with a well-known name. */
bool lr_source_has_items(const lr_source *source);

/* Encoding of the file. *bad is the line of the first byte that is not UTF-8, or is NUL, if that told the encoding;
 * otherwise 0. */
int64_t lr_source_encoding(const lr_source *source, size_t *bad);

/* Size of the file on disk (0: unknown), and the number of bytes read from it. */
size_t lr_source_size(const lr_source *source);
size_t lr_source_done(const lr_source *source);

#endif
