/* SPDX-License-Identifier: Apache-2.0 */
/* Decompresses gzip files with zlib. */
#include "data/gunzip.h"

#include <stdint.h>
#include <zlib.h>

#include "core/memory.h"

enum { INPUT_SIZE = 1 << 18, GZIP_WINDOW = 15 + 16 /* zlib: accept only gzip headers */ };

struct lr_gunzip {
    lr_disk *disk;
    unsigned char *input; /* [INPUT_SIZE] buffer; unread bytes are input[at..filled-1] */
    size_t at, filled;
    bool begun, inside; /* inside: in a gzip member */
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

llmrec_status lr_gunzip_open(lr_disk *disk, lr_gunzip **gunzip)
{
    llmrec_status status = LLMREC_OK;
    llmrec_context *context = disk->context;
    lr_gunzip *fresh = NULL;
    LR_TRY(LR_NEW_ZERO(context, fresh, 1));
    fresh->disk = disk;
    LR_TRY(LR_NEW(context, fresh->input, INPUT_SIZE));
    fresh->stream = (z_stream){.zalloc = zlib_allocate, .zfree = zlib_release, .opaque = context};
    fresh->begun = inflateInit2(&fresh->stream, GZIP_WINDOW) == Z_OK;
    LR_CHECK(fresh->begun, LLMREC_ERR_MEMORY, "%s: no memory to inflate gzip data", disk->path);
    fresh->inside = true;
    *gunzip = fresh;
    fresh = NULL;
done:
    lr_gunzip_close(fresh);
    return status;
}

void lr_gunzip_close(lr_gunzip *gunzip)
{
    if (gunzip == NULL) return;
    llmrec_context *context = gunzip->disk->context;
    if (gunzip->begun) inflateEnd(&gunzip->stream);
    lr_free(context, gunzip->input);
    lr_free(context, gunzip);
}

static llmrec_status damaged(const lr_gunzip *gunzip, const char *how)
{
    return lr_fail(LLMREC_ERR_FORMAT, "%s: damaged gzip data near byte %zu: %s", gunzip->disk->path,
                   gunzip->disk->done - (gunzip->filled - gunzip->at), how);
}

/* After a gzip member: another member may follow, or zeros as padding. */
static llmrec_status next_member(lr_gunzip *gunzip)
{
    while (gunzip->at < gunzip->filled && gunzip->input[gunzip->at] == 0) gunzip->at++;
    if (gunzip->at == gunzip->filled) return LLMREC_OK;
    if (gunzip->input[gunzip->at] != 0x1F) return damaged(gunzip, "other bytes follow the end");
    gunzip->inside = true;
    return inflateReset(&gunzip->stream) == Z_OK ? LLMREC_OK : damaged(gunzip, "the decoder cannot restart");
}

static llmrec_status inflate_step(lr_gunzip *gunzip, char *into, size_t capacity, size_t *count)
{
    z_stream *stream = &gunzip->stream;
    const unsigned room = capacity < INT32_MAX ? (unsigned)capacity : INT32_MAX;
    stream->next_in = gunzip->input + gunzip->at;
    stream->avail_in = (unsigned)(gunzip->filled - gunzip->at);
    stream->next_out = (unsigned char *)into;
    stream->avail_out = room;
    const int outcome = inflate(stream, Z_NO_FLUSH);
    gunzip->at = gunzip->filled - stream->avail_in;
    *count = room - stream->avail_out;
    if (outcome == Z_STREAM_END) gunzip->inside = false;
    else if (outcome == Z_MEM_ERROR) return lr_fail(LLMREC_ERR_MEMORY, "%s: no memory to inflate", gunzip->disk->path);
    else if (outcome != Z_OK && outcome != Z_BUF_ERROR)
        return damaged(gunzip, stream->msg != NULL ? stream->msg : "it cannot be decompressed");
    return LLMREC_OK;
}

llmrec_status lr_gunzip_read(lr_gunzip *gunzip, char *into, size_t capacity, size_t *count)
{
    size_t done = 0, step = 0;
    while (done < capacity) {
        if (gunzip->at == gunzip->filled) {
            gunzip->at = 0;
            LR_RETURN_IF(lr_disk_read(gunzip->disk, gunzip->input, INPUT_SIZE, &gunzip->filled));
        }
        if (gunzip->filled == 0 && gunzip->inside) return damaged(gunzip, "it is truncated");
        if (gunzip->filled == 0) break;
        if (!gunzip->inside) LR_RETURN_IF(next_member(gunzip));
        if (!gunzip->inside) continue;
        LR_RETURN_IF(inflate_step(gunzip, into + done, capacity - done, &step));
        done += step;
    }
    *count = done;
    return LLMREC_OK;
}
