/* SPDX-License-Identifier: Apache-2.0 */
/* Recognizes what kind of file a table is in, from its first bytes. */
#include <string.h>

#include "core/text.h"
#include "data/disk.h"
#include "data/source.h"
#include "embed/embedding_files.h"

static bool begins(const lr_disk *disk, const char *magic, size_t length)
{
    return disk->head_filled >= length && memcmp(disk->head, magic, length) == 0;
}

/* A safetensors file begins with the length of a JSON object in eight bytes. Its last four are zero in real files, and
 * never in text. */
static bool is_safetensors(const lr_disk *disk)
{
    return disk->head_filled > 8 && disk->head[8] == '{' && memcmp(disk->head + 4, "\0\0\0\0", 4) == 0;
}

static lr_table_kind kind_of(const lr_disk *disk)
{
    if (begins(disk, "\x93NUMPY", 6)) return LR_TABLE_NPY;
    if (begins(disk, "\x89HDF\r\n\x1a\n", 8)) return LR_TABLE_STORE;
    return is_safetensors(disk) ? LR_TABLE_TENSORS : LR_TABLE_OTHER;
}

/* Text has no NUL bytes after it is unpacked and decoded. */
static llmrec_status check_text(llmrec_context *context, const char *path, bool *text)
{
    lr_source *source = NULL;
    LR_RETURN_IF(lr_source_open(context, &(lr_file){.path = path, .items = true}, &source));
    const lr_span sample = lr_source_sample(source);
    *text = sample.length == 0 || memchr(sample.text, '\0', sample.length) == NULL;
    lr_source_close(source);
    return LLMREC_OK;
}

llmrec_status lr_embedding_recognize(llmrec_context *context, const char *path, lr_table_kind *kind)
{
    lr_disk disk = {0};
    bool text = false;
    llmrec_status status = lr_disk_open(context, path, &disk);
    if (status == LLMREC_OK) *kind = kind_of(&disk);
    lr_disk_close(&disk);
    if (status != LLMREC_OK || *kind != LR_TABLE_OTHER) return status;
    LR_RETURN_IF(check_text(context, path, &text));
    if (text) *kind = LR_TABLE_TEXT;
    else if (lr_path_ends(path, ".npy")) *kind = LR_TABLE_NPY;
    else if (lr_path_ends(path, ".safetensors")) *kind = LR_TABLE_TENSORS;
    else
        return lr_fail(LLMREC_ERR_FORMAT,
                       "%s: not an .npy file, not a safetensors file, and not text; wanted one of them", path);
    return LLMREC_OK;
}
