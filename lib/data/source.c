/* SPDX-License-Identifier: Apache-2.0 */
/* Reads plain and gzip files. */
#include "data/source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "core/memory.h"

enum { INPUT_SIZE = 1 << 18, GZIP_WINDOW = 15 + 16 /* zlib: accept only gzip headers */ };

struct lr_source {
    llmrec_context *context;
    char *path;
    int descriptor;
    size_t size, done;
    unsigned char *input; /* [INPUT_SIZE] buffer; unread bytes are input[at..filled-1] */
    size_t at, filled;
    bool gzip, begun, inside; /* inside: in a gzip member */
    z_stream stream;
};

static void *zlib_allocate(void *user, unsigned count, unsigned size)
{
    void *pointer = NULL;
    return lr_alloc(user, &pointer, count, size) == LLMREC_OK ? pointer : NULL;
}

static void zlib_release(void *user, void *pointer)
{
    lr_free(user, pointer);
}

/* Reads until `capacity` bytes are read or the file ends. */
static llmrec_status read_file(lr_source *source, void *into, size_t capacity, size_t *count)
{
    size_t done = 0;
    while (done < capacity) {
        const ssize_t step = read(source->descriptor, (char *)into + done, capacity - done);
        if (step < 0 && errno == EINTR) continue;
        if (step < 0) return lr_fail_errno("read", source->path);
        if (step == 0) break;
        done += (size_t)step;
    }
    source->done += done;
    *count = done;
    return LLMREC_OK;
}

static llmrec_status refill(lr_source *source)
{
    source->at = 0;
    return read_file(source, source->input, INPUT_SIZE, &source->filled);
}

static llmrec_status open_file(lr_source *source)
{
    struct stat about;
    source->descriptor = open(source->path, O_RDONLY | O_CLOEXEC);
    if (source->descriptor < 0 || fstat(source->descriptor, &about) != 0) return lr_fail_errno("open", source->path);
    if (S_ISREG(about.st_mode)) source->size = (size_t)about.st_size;
    LR_RETURN_IF(refill(source));
    source->gzip = source->filled >= 2 && source->input[0] == 0x1F && source->input[1] == 0x8B;
    if (!source->gzip) return LLMREC_OK;
    source->stream = (z_stream){.zalloc = zlib_allocate, .zfree = zlib_release, .opaque = source->context};
    source->begun = inflateInit2(&source->stream, GZIP_WINDOW) == Z_OK;
    source->inside = true;
    return source->begun ? LLMREC_OK : lr_fail(LLMREC_ERR_MEMORY, "%s: no memory to inflate gzip data", source->path);
}

llmrec_status lr_source_open(llmrec_context *context, const char *path, lr_source **source)
{
    llmrec_status status = LLMREC_OK;
    lr_source *fresh = NULL;
    LR_TRY(LR_NEW_ZERO(context, fresh, 1));
    fresh->context = context;
    fresh->descriptor = -1;
    LR_TRY(lr_copy_text(context, path, strlen(path), &fresh->path));
    LR_TRY(LR_NEW(context, fresh->input, INPUT_SIZE));
    LR_TRY(open_file(fresh));
    *source = fresh;
    fresh = NULL;
done:
    lr_source_close(fresh);
    return status;
}

void lr_source_close(lr_source *source)
{
    if (source == NULL) return;
    llmrec_context *context = source->context;
    if (source->begun) inflateEnd(&source->stream);
    if (source->descriptor >= 0) close(source->descriptor);
    lr_free(context, source->input);
    lr_free(context, source->path);
    lr_free(context, source);
}

static llmrec_status damaged(const lr_source *source, const char *how)
{
    return lr_fail(LLMREC_ERR_FORMAT, "%s: damaged gzip data near byte %zu: %s", source->path,
                   source->done - (source->filled - source->at), how);
}

/* After a gzip member: another member may follow, or zeros as padding. */
static llmrec_status next_member(lr_source *source)
{
    while (source->at < source->filled && source->input[source->at] == 0) source->at++;
    if (source->at == source->filled) return LLMREC_OK;
    if (source->input[source->at] != 0x1F) return damaged(source, "other bytes follow the end");
    source->inside = true;
    return inflateReset(&source->stream) == Z_OK ? LLMREC_OK : damaged(source, "the decoder cannot restart");
}

static llmrec_status inflate_step(lr_source *source, char *into, size_t capacity, size_t *count)
{
    z_stream *stream = &source->stream;
    const unsigned room = capacity < INT32_MAX ? (unsigned)capacity : INT32_MAX;
    stream->next_in = source->input + source->at;
    stream->avail_in = (unsigned)(source->filled - source->at);
    stream->next_out = (unsigned char *)into;
    stream->avail_out = room;
    const int outcome = inflate(stream, Z_NO_FLUSH);
    source->at = source->filled - stream->avail_in;
    *count = room - stream->avail_out;
    if (outcome == Z_STREAM_END) source->inside = false;
    else if (outcome == Z_MEM_ERROR) return lr_fail(LLMREC_ERR_MEMORY, "%s: no memory to inflate", source->path);
    else if (outcome != Z_OK && outcome != Z_BUF_ERROR)
        return damaged(source, stream->msg != NULL ? stream->msg : "it cannot be decompressed");
    return LLMREC_OK;
}

static llmrec_status read_gzip(lr_source *source, char *into, size_t capacity, size_t *count)
{
    size_t done = 0, step = 0;
    while (done < capacity) {
        if (source->at == source->filled) LR_RETURN_IF(refill(source));
        if (source->filled == 0 && source->inside) return damaged(source, "it is truncated");
        if (source->filled == 0) break;
        if (!source->inside) LR_RETURN_IF(next_member(source));
        if (!source->inside) continue;
        LR_RETURN_IF(inflate_step(source, into + done, capacity - done, &step));
        done += step;
    }
    *count = done;
    return LLMREC_OK;
}

static llmrec_status read_plain(lr_source *source, char *into, size_t capacity, size_t *count)
{
    const size_t waiting = source->filled - source->at, taken = waiting < capacity ? waiting : capacity;
    size_t rest = 0;
    memcpy(into, source->input + source->at, taken);
    source->at += taken;
    LR_RETURN_IF(read_file(source, into + taken, capacity - taken, &rest));
    *count = taken + rest;
    return LLMREC_OK;
}

llmrec_status lr_source_read(lr_source *source, char *into, size_t capacity, size_t *count)
{
    return source->gzip ? read_gzip(source, into, capacity, count) : read_plain(source, into, capacity, count);
}

size_t lr_source_size(const lr_source *source)
{
    return source->size;
}

size_t lr_source_done(const lr_source *source)
{
    return source->done;
}
