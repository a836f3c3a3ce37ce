/* SPDX-License-Identifier: Apache-2.0 */
/* The seal at the end of our HDF5 files: a checksum of everything except the arrays, which have their own.
 *
 * When HDF5 reads a damaged structure it may fail to close the file, leak its descriptor, and print errors when the
 * process ends. So the structures are checked before HDF5 opens the file. HDF5 and other programs ignore bytes after
 * the end that the file states. Layout in 64-bit words: begin and end of each array, number of arrays, checksum of all
 * bytes outside the arrays, checksum of the words so far, mark. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "core/memory.h"
#include "core/store_inside.h"

enum { FIXED = 4, PIECE = 1 << 16, ARRAY_LIMIT = 1 << 12 };
static const uint64_t MARK = 0x316365726d6c6c00u; /* "\0llmrec1" */

static llmrec_status read_at(int descriptor, void *bytes, size_t size, size_t at, const char *path)
{
    const ssize_t got = lr_read_at(descriptor, bytes, size, at);
    if (got < 0) return lr_fail_errno("read", path);
    if ((size_t)got == size) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_FORMAT, "%s: ends at byte %zu of %zu", path, at + (size_t)got, at + size);
}

static llmrec_status sum_range(int descriptor, size_t begin, size_t end, XXH3_state_t *sum, const char *path)
{
    unsigned char piece[PIECE];
    for (size_t at = begin; at < end; at += sizeof piece) {
        const size_t size = end - at < sizeof piece ? end - at : sizeof piece;
        LR_RETURN_IF(read_at(descriptor, piece, size, at, path));
        XXH3_64bits_update(sum, piece, size);
    }
    return LLMREC_OK;
}

/* Checksum of the bytes before, between and after the arrays, up to `end`. */
static llmrec_status sum_structures(int descriptor, const uint64_t *extents, size_t count, size_t end, uint64_t *result,
                                    const char *path)
{
    XXH3_state_t sum;
    size_t at = 0;
    XXH3_64bits_reset(&sum);
    for (size_t i = 0; i < count; i++) {
        const uint64_t *extent = extents + 2 * i;
        if (extent[0] < at || extent[1] < extent[0] || extent[1] > end)
            return lr_fail(LLMREC_ERR_FORMAT, "%s: the seal is damaged", path);
        LR_RETURN_IF(sum_range(descriptor, at, extent[0], &sum, path));
        at = extent[1];
    }
    LR_RETURN_IF(sum_range(descriptor, at, end, &sum, path));
    *result = XXH3_64bits_digest(&sum);
    return LLMREC_OK;
}

static int by_begin(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static llmrec_status seal(llmrec_context *context, int descriptor, const char *path, const uint64_t *extents,
                          size_t count)
{
    llmrec_status status = LLMREC_OK;
    struct stat about;
    uint64_t *words = NULL;
    const size_t length = 2 * count;
    LR_TRY(LR_NEW(context, words, length + FIXED));
    if (count > 0) memcpy(words, extents, length * sizeof *words);
    qsort(words, count, 2 * sizeof *words, by_begin);
    if (fstat(descriptor, &about) != 0 || lseek(descriptor, 0, SEEK_END) < 0) LR_TRY(lr_fail_errno("write", path));
    words[length] = count;
    LR_TRY(sum_structures(descriptor, words, count, (size_t)about.st_size, &words[length + 1], path));
    words[length + 2] = lr_checksum(words, (length + 2) * sizeof *words);
    words[length + 3] = MARK;
    status = lr_write_all(descriptor, words, (length + FIXED) * sizeof *words, path);
done:
    lr_free(context, words);
    return status;
}

llmrec_status lr_store_seal(llmrec_context *context, const char *path, const uint64_t *extents, size_t count)
{
    const int descriptor = open(path, O_RDWR | O_CLOEXEC);
    if (descriptor < 0) return lr_fail_errno("write", path);
    const llmrec_status status = seal(context, descriptor, path, extents, count);
    close(descriptor);
    return status;
}

/* Checks the marks of our files: HDF5's signature and superblock version at the start, ours at the end. */
static llmrec_status check_marks(int descriptor, size_t size, const char *path, uint64_t last[FIXED])
{
    static const unsigned char mark[8] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
    unsigned char met[9] = {0};
    if (size >= sizeof met) LR_RETURN_IF(read_at(descriptor, met, sizeof met, 0, path));
    if (memcmp(met, mark, sizeof mark) != 0)
        return lr_fail(LLMREC_ERR_FORMAT,
                       "%s: not an HDF5 file; wanted one that this library saved (load reads CSV and other text)",
                       path);
    if (size < sizeof met + FIXED * sizeof *last)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: is cut short at %zu bytes", path, size);
    LR_RETURN_IF(read_at(descriptor, last, FIXED * sizeof *last, size - FIXED * sizeof *last, path));
    if (met[8] == 2 && last[3] == MARK) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_FORMAT, "%s: is an HDF5 file, but not from libllmrec, or cut short", path);
}

static llmrec_status check_seal(llmrec_context *context, int descriptor, size_t size, const char *path)
{
    llmrec_status status = LLMREC_OK;
    uint64_t last[FIXED], *words = NULL, sum = 0;
    LR_TRY(check_marks(descriptor, size, path, last));
    const size_t count = (size_t)last[0];
    LR_CHECK(count <= ARRAY_LIMIT && (2 * count + FIXED) * sizeof *words <= size, LLMREC_ERR_FORMAT,
             "%s: the seal is damaged", path);
    const size_t length = 2 * count, end = size - (length + FIXED) * sizeof *words;
    LR_TRY(LR_NEW(context, words, length + FIXED));
    LR_TRY(read_at(descriptor, words, (length + FIXED) * sizeof *words, end, path));
    LR_CHECK(lr_checksum(words, (length + 2) * sizeof *words) == words[length + 2], LLMREC_ERR_FORMAT,
             "%s: the seal is damaged", path);
    LR_TRY(sum_structures(descriptor, words, count, end, &sum, path));
    LR_CHECK(sum == words[length + 1], LLMREC_ERR_FORMAT, "%s: is damaged: the checksum of its structures differs",
             path);
done:
    lr_free(context, words);
    return status;
}

llmrec_status lr_store_check_seal(llmrec_context *context, const char *path, size_t *size)
{
    struct stat about;
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return lr_fail_errno("open", path);
    llmrec_status status = LLMREC_OK;
    if (fstat(descriptor, &about) != 0 || S_ISDIR(about.st_mode)) {
        if (S_ISDIR(about.st_mode)) errno = EISDIR;
        status = lr_fail_errno("read", path);
    } else {
        *size = (size_t)about.st_size;
        status = check_seal(context, descriptor, *size, path);
    }
    close(descriptor);
    return status;
}
