/* SPDX-License-Identifier: Apache-2.0 */
/* Unpacks and decodes text files. Plain UTF-8 goes from the file to the reader's memory without a copy. */
#include "data/source.h"

#include <string.h>

#include "core/memory.h"
#include "data/archive.h"
#include "data/delimited.h"
#include "data/encoding.h"
#include "data/gunzip.h"
#include "data/json_array.h"
#include "llmrec/dataset.h"

enum { AHEAD = 3 * LR_SAMPLE /* bytes of UTF-8 that LR_SAMPLE bytes in another encoding may take */ };

struct lr_source {
    llmrec_context *context;
    char *path;
    lr_disk disk;
    lr_gunzip *gunzip;
    lr_archive *archive;
    size_t limit, given; /* bytes unpacked, and how many there may be; 0: no limit */
    int64_t encoding;
    size_t bad;         /* line of the first byte that told the encoding; 0: none */
    unsigned char *raw; /* [LR_SAMPLE] unpacked bytes; raw[0..raw_filled-1] are not decoded yet */
    size_t raw_filled;
    char *ahead; /* [AHEAD] decoded text; ahead[at..filled-1] is not read yet */
    size_t at, filled;
    bool ended, as_lines; /* ended: all bytes are unpacked */
    lr_json_array array;
};

/* --- unpacking ---------------------------------------------------------------------------------------------------- */

static bool begins(const lr_disk *disk, const char *magic, size_t length)
{
    return disk->head_filled >= length && memcmp(disk->head, magic, length) == 0;
}

static bool is_tar(const unsigned char *bytes, size_t length)
{
    enum { AT = 257 };
    return length >= AT + 5 && memcmp(bytes + AT, "ustar", 5) == 0;
}

static bool needs_archive(const lr_disk *disk)
{
    const bool bzip2 = begins(disk, "BZh", 3) && disk->head_filled >= 10 &&
                       (memcmp(disk->head + 4, "1AY&SY", 6) == 0 || memcmp(disk->head + 4, "\x17rE8P\x90", 6) == 0);
    return bzip2 || begins(disk, "\xFD\x37zXZ\0", 6) || begins(disk, "\x28\xB5\x2F\xFD", 4) ||
           begins(disk, "PK\3\4", 4) || begins(disk, "PK\5\6", 4) || is_tar(disk->head, disk->head_filled);
}

/* What is no text, by its first bytes. A compressed file within a compressed file is not unpacked. */
static llmrec_status refuse_binary(const char *path, const unsigned char *bytes, size_t length, bool unpacked)
{
    static const struct {
        const char *magic;
        size_t length;
        const char *what;
        bool within; /* an error only in what was unpacked */
    } kinds[] = {
        {"PAR1", 4, "a Parquet file; wanted text: convert it to CSV", false},
        {"ARROW1", 6, "an Arrow or Feather file; wanted text: convert it to CSV", false},
        {"Obj\1", 4, "an Avro file; wanted text: convert it to CSV", false},
        {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8, "an Excel workbook; wanted text: save it as CSV", false},
        {"\x89HDF\r\n\x1a\n", 8, "an HDF5 file; wanted text; files of this library are opened, not loaded", false},
        {"\x93NUMPY", 6, "a NumPy array; wanted text with columns", false},
        {"\x80\4\x95", 3, "a pickle of Python; wanted text: write it as CSV", false},
        {"SQLite format 3", 15, "an SQLite database; wanted text: export it as CSV", false},
        {"%PDF-", 5, "a PDF file; wanted text", false},
        {"<!DOCTYPE", 9, "a web page; wanted a file of data: was the download refused?", false},
        {"<html", 5, "a web page; wanted a file of data: was the download refused?", false},
        {"<?xml", 5, "an XML file; wanted text with columns, or JSON", false},
        {"version https://git-lfs", 23, "a pointer of Git LFS; wanted the file itself: git lfs pull fetches it", false},
        {"7z\xBC\xAF\x27\x1C", 6, "a 7z archive; wanted text, or a zip or tar archive", false},
        {"Rar!\x1A\7", 6, "a RAR archive; wanted text, or a zip or tar archive", false},
        {"\xFF\xFE\0\0", 4, "text in UTF-32; wanted UTF-8 or UTF-16", false},
        {"\x1F\x8B", 2, "compressed twice; wanted text once it is unpacked", true},
        {"BZh91AY&SY", 10, "compressed twice; wanted text once it is unpacked", true},
        {"PK\3\4", 4, "an archive in a compressed file; wanted text once it is unpacked", true},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if ((unpacked || !kinds[i].within) && length >= kinds[i].length &&
            memcmp(bytes, kinds[i].magic, kinds[i].length) == 0)
            return lr_fail(LLMREC_ERR_FORMAT, "%s: %s", path, kinds[i].what);
    return LLMREC_OK;
}

static llmrec_status unpack(lr_source *source, void *into, size_t capacity, size_t *count)
{
    if (source->archive != NULL) LR_RETURN_IF(lr_archive_read(source->archive, into, capacity, count));
    else if (source->gunzip != NULL) LR_RETURN_IF(lr_gunzip_read(source->gunzip, into, capacity, count));
    else LR_RETURN_IF(lr_disk_read(&source->disk, into, capacity, count));
    source->given += *count;
    source->ended = *count < capacity;
    if (source->limit == 0 || source->given <= source->limit) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_FORMAT, "%s: over %zu bytes of text; max_bytes allows no more", source->path,
                   source->limit);
}

/* Files that are found by name in archives of well-known data sets. */
static const char *const interaction_files[] = {"ratings.csv", "ratings.dat", "u.data", "behaviors.tsv", NULL};
static const char *const item_files[] = {"movies.csv", "movies.dat", "u.item", "news.tsv", NULL};

static llmrec_status open_archive(lr_source *source, const lr_file *file)
{
    static const lr_usual interactions = {interaction_files, item_files}, items = {item_files, interaction_files};
    return lr_archive_open(&source->disk, file->member, file->items ? &items : &interactions, &source->archive);
}

/* Opens the file and unpacks the first bytes. */
static llmrec_status open_packed(lr_source *source, const lr_file *file)
{
    LR_RETURN_IF(lr_disk_open(source->context, source->path, &source->disk));
    LR_RETURN_IF(refuse_binary(source->path, source->disk.head, source->disk.head_filled, false));
    if (needs_archive(&source->disk)) LR_RETURN_IF(open_archive(source, file));
    else if (begins(&source->disk, "\x1F\x8B", 2)) LR_RETURN_IF(lr_gunzip_open(&source->disk, &source->gunzip));
    LR_RETURN_IF(unpack(source, source->raw, LR_SAMPLE, &source->raw_filled));
    if (source->gunzip != NULL && is_tar(source->raw, source->raw_filled)) {
        lr_gunzip_close(source->gunzip);
        source->gunzip = NULL;
        source->given = 0;
        LR_RETURN_IF(open_archive(source, file));
        LR_RETURN_IF(unpack(source, source->raw, LR_SAMPLE, &source->raw_filled));
    }
    if (source->archive != NULL || source->gunzip != NULL)
        LR_RETURN_IF(refuse_binary(source->path, source->raw, source->raw_filled, true));
    if (file->member == NULL || source->archive != NULL) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_FORMAT, "%s: not an archive; %smember is set, wanted none", source->path,
                   file->items ? "items_" : "");
}

/* --- decoding ----------------------------------------------------------------------------------------------------- */

/* Decodes raw[0..raw_filled-1] to `ahead`, which is read to its end. */
static void decode(lr_source *source)
{
    size_t used = 0;
    source->at = 0;
    source->filled = lr_decode(source->encoding, source->raw, source->raw_filled, source->ahead, &used);
    source->raw_filled -= used;
    memmove(source->raw, source->raw + used, source->raw_filled);
    if (!source->ended || source->raw_filled == 0) return;
    source->ahead[source->filled++] = '\xFF'; /* a character without its end */
    source->raw_filled = 0;
}

static void settle_encoding(lr_source *source, const lr_file *file)
{
    const char *text = (const char *)source->raw;
    size_t mark = 0, bad = SIZE_MAX;
    source->encoding = file->encoding;
    if (file->encoding != LLMREC_ENCODING_AUTO) mark = lr_encoding_mark(file->encoding, text, source->raw_filled);
    else source->encoding = lr_encoding_find(text, source->raw_filled, source->ended, !file->repair, &mark, &bad);
    if (source->encoding != LLMREC_ENCODING_UTF8 && bad != SIZE_MAX) source->bad = 1 + lr_count_lines(text, bad);
    source->raw_filled -= mark;
    memmove(source->raw, source->raw + mark, source->raw_filled);
}

static llmrec_status take_sample(lr_source *source, const lr_file *file)
{
    settle_encoding(source, file);
    if (source->encoding == LLMREC_ENCODING_UTF8) {
        source->ahead = (char *)source->raw;
        source->filled = source->raw_filled;
        source->raw = NULL;
        source->raw_filled = 0;
        return LLMREC_OK;
    }
    LR_RETURN_IF(LR_NEW(source->context, source->ahead, AHEAD));
    decode(source);
    return LLMREC_OK;
}

static llmrec_status decode_more(lr_source *source)
{
    size_t count = 0;
    LR_RETURN_IF(unpack(source, source->raw + source->raw_filled, LR_SAMPLE - source->raw_filled, &count));
    source->raw_filled += count;
    decode(source);
    return LLMREC_OK;
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

llmrec_status lr_source_open(llmrec_context *context, const lr_file *file, lr_source **source)
{
    llmrec_status status = LLMREC_OK;
    lr_source *fresh = NULL;
    LR_TRY(LR_NEW_ZERO(context, fresh, 1));
    fresh->context = context;
    fresh->disk.descriptor = -1;
    fresh->limit = file->bytes;
    LR_TRY(lr_copy_text(context, file->path, strlen(file->path), &fresh->path));
    LR_TRY(LR_NEW(context, fresh->raw, LR_SAMPLE));
    LR_TRY(open_packed(fresh, file));
    LR_TRY(take_sample(fresh, file));
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
    lr_archive_close(source->archive);
    lr_gunzip_close(source->gunzip);
    lr_disk_close(&source->disk);
    lr_free(context, source->ahead);
    lr_free(context, source->raw);
    lr_free(context, source->path);
    lr_free(context, source);
}

/* Copies from `ahead`. */
static size_t take_ahead(lr_source *source, char *into, size_t capacity)
{
    const size_t waiting = source->filled - source->at, taken = waiting < capacity ? waiting : capacity;
    memcpy(into, source->ahead + source->at, taken);
    source->at += taken;
    return taken;
}

static llmrec_status read_text(lr_source *source, char *into, size_t capacity, size_t *count)
{
    size_t done = take_ahead(source, into, capacity), rest = 0;
    if (source->encoding == LLMREC_ENCODING_UTF8 && done < capacity && !source->ended) {
        LR_RETURN_IF(unpack(source, into + done, capacity - done, &rest));
        done += rest;
    }
    while (done < capacity && !source->ended) {
        LR_RETURN_IF(decode_more(source));
        done += take_ahead(source, into + done, capacity - done);
    }
    *count = done;
    return LLMREC_OK;
}

llmrec_status lr_source_read(lr_source *source, char *into, size_t capacity, size_t *count)
{
    LR_RETURN_IF(read_text(source, into, capacity, count));
    if (!source->as_lines) return LLMREC_OK;
    lr_json_array_lines(&source->array, into, *count);
    if (*count == capacity || source->array.depth == 0) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_FORMAT, "%s: the array is not closed; wanted ] at its end", source->path);
}

lr_span lr_source_sample(const lr_source *source)
{
    return (lr_span){source->ahead, source->filled};
}

bool lr_source_is_whole(const lr_source *source)
{
    return source->ended;
}

void lr_source_as_lines(lr_source *source)
{
    source->as_lines = true;
}

const char *lr_source_member(const lr_source *source)
{
    return source->archive != NULL ? lr_archive_member(source->archive) : NULL;
}

bool lr_source_has_items(const lr_source *source)
{
    return source->archive != NULL && lr_archive_has_other(source->archive);
}

int64_t lr_source_encoding(const lr_source *source, size_t *bad)
{
    *bad = source->bad;
    return source->encoding;
}

size_t lr_source_size(const lr_source *source)
{
    return source->disk.size;
}

size_t lr_source_done(const lr_source *source)
{
    return source->disk.done;
}
