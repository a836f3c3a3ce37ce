/* SPDX-License-Identifier: Apache-2.0 */
#include "embed/encode_items.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/log.h"
#include "core/memory.h"
#include "core/text.h"
#include "data/dataset.h"
#include "embed/embedding_files.h"
#include "embed/fingerprint.h"
#include "embed/item_texts.h"
#include "embed/text_encoder.h"

static llmrec_status encode(const llmrec_text_encoder *encoder, const llmrec_dataset *dataset,
                            const lr_item_texts *texts, llmrec_embedding **embedding)
{
    llmrec_context *context = encoder->context;
    llmrec_status status = LLMREC_OK;
    float *vectors = NULL;
    lr_owned owned = {.rows = texts->count, .dim = encoder->dim, .dtype = LLMREC_DTYPE_FLOAT32};
    LR_TRY(LR_NEW(context, vectors, texts->count * encoder->dim));
    LR_TRY(lr_encode_texts(encoder, texts->texts, texts->lengths, texts->count, vectors));
    owned.values = vectors;
    owned.ids = lr_ids_hold(lr_dataset_item_ids(dataset));
    return lr_embedding_adopt(context, &owned, embedding);
done:
    lr_free(context, vectors);
    return status;
}

/* The file name is a hash of ids and texts. A file with other ids was renamed by someone. */
static llmrec_status check_table(const llmrec_embedding *table, const llmrec_dataset *dataset, size_t dim)
{
    const lr_ids *ids = lr_dataset_item_ids(dataset);
    if (table->dim == dim && table->rows == lr_ids_count(ids) && table->ids != NULL && lr_ids_equal(table->ids, ids))
        return LLMREC_OK;
    return lr_fail(LLMREC_ERR_SHAPE, "the table belongs to other items");
}

/* Loads a cached table. Returns NULL, and logs why, if it is missing, damaged or for other items. */
static llmrec_embedding *load(const llmrec_text_encoder *encoder, const llmrec_dataset *dataset, const char *path)
{
    const llmrec_embedding_options options = {.verify = 1};
    llmrec_embedding *table = NULL;
    char kept[LR_ERROR_SIZE];
    if (access(path, F_OK) != 0) return NULL;
    lr_error_take(kept);
    llmrec_status status = lr_embedding_open_store(encoder->context, path, &options, &table);
    if (status == LLMREC_OK) status = check_table(table, dataset, encoder->dim);
    if (status != LLMREC_OK) {
        lr_log(encoder->context, LLMREC_LOG_WARNING, "embed", "cache %s is replaced: %s", path, llmrec_last_error());
        llmrec_embedding_free(table);
        table = NULL;
    }
    lr_error_put(kept); /* the failure was logged; the caller's error text stays */
    return table;
}

/* Writes the cache. A failure is only logged, because the vectors are valid without it. */
static void save(const llmrec_text_encoder *encoder, const llmrec_embedding *table, const char *path)
{
    char kept[LR_ERROR_SIZE];
    lr_error_take(kept);
    if (lr_embedding_save_store(table, path) != LLMREC_OK)
        lr_log(encoder->context, LLMREC_LOG_WARNING, "embed", "cache %s was not written: %s", path,
               llmrec_last_error());
    lr_error_put(kept);
}

static llmrec_status check_directory(const char *directory)
{
    struct stat about;
    if (stat(directory, &about) != 0) return lr_fail_errno("cache directory", directory);
    if (S_ISDIR(about.st_mode)) return LLMREC_OK;
    errno = ENOTDIR;
    return lr_fail_errno("cache directory", directory);
}

static llmrec_status cache_path(const llmrec_text_encoder *encoder, const llmrec_dataset *dataset,
                                const lr_item_texts *texts, const char *directory, lr_builder *path)
{
    lr_fingerprint print;
    LR_RETURN_IF(lr_items_fingerprint(encoder, lr_dataset_item_ids(dataset), texts, &print));
    return lr_builder_format(path, "%s/%016llx%016llx.h5", directory, (unsigned long long)print.high,
                             (unsigned long long)print.low);
}

static llmrec_status encode_cached(const llmrec_text_encoder *encoder, const llmrec_dataset *dataset,
                                   const lr_item_texts *texts, const char *directory, llmrec_embedding **embedding)
{
    llmrec_status status = LLMREC_OK;
    lr_builder path = {.context = encoder->context};
    LR_TRY(check_directory(directory));
    LR_TRY(cache_path(encoder, dataset, texts, directory, &path));
    llmrec_embedding *table = load(encoder, dataset, path.text);
    if (table == NULL) {
        LR_TRY(encode(encoder, dataset, texts, &table));
        save(encoder, table, path.text);
    }
    *embedding = table;
done:
    lr_free(encoder->context, path.text);
    return status;
}

llmrec_status lr_encode_items(const llmrec_text_encoder *encoder, const llmrec_dataset *dataset,
                              const llmrec_encode_items_options *options, llmrec_embedding **embedding)
{
    llmrec_status status = LLMREC_OK;
    lr_item_texts texts = {.context = encoder->context};
    LR_TRY(lr_item_texts_join(dataset, options, &texts));
    if (options->cache_directory == NULL) LR_TRY(encode(encoder, dataset, &texts, embedding));
    else LR_TRY(encode_cached(encoder, dataset, &texts, options->cache_directory, embedding));
done:
    lr_item_texts_free(&texts);
    return status;
}
