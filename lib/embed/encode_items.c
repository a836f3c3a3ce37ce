/* SPDX-License-Identifier: Apache-2.0 */
#include "embed/encode_items.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/log.h"
#include "core/memory.h"
#include "core/text.h"
#include "data/dataset.h"
#include "data/meeting.h"
#include "embed/embedding_files.h"
#include "embed/fingerprint.h"
#include "embed/item_texts.h"
#include "embed/text_encoder.h"

static llmrec_status adopt(const llmrec_dataset *dataset, const llmrec_text_encoder *encoder, float *vectors,
                           llmrec_embedding **embedding)
{
    lr_ids *ids = lr_dataset_item_ids(dataset);
    const lr_owned owned = {vectors, lr_ids_count(ids), encoder->dim, LLMREC_DTYPE_FLOAT32, lr_ids_hold(ids)};
    return lr_embedding_adopt(encoder->context, &owned, embedding);
}

static llmrec_status encode(const llmrec_text_encoder *encoder, const llmrec_dataset *dataset,
                            const lr_item_texts *texts, llmrec_embedding **embedding)
{
    llmrec_context *context = encoder->context;
    llmrec_status status = LLMREC_OK;
    float *vectors = NULL;
    LR_TRY(LR_NEW(context, vectors, texts->count * encoder->dim));
    LR_TRY(lr_encode_texts(encoder, texts->texts, texts->lengths, texts->count, vectors));
    return adopt(dataset, encoder, vectors, embedding);
done:
    lr_free(context, vectors);
    return status;
}

/* --- items with a known vector ----------------------------------------------------------------------------------- */

enum { UNKNOWN = -1 };

static llmrec_status check_known(const llmrec_text_encoder *encoder, const llmrec_embedding *known)
{
    if (known->ids == NULL) return lr_fail(LLMREC_ERR_ARGUMENT, "known has no ids; wanted a table with ids");
    if (known->dim == encoder->dim) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_SHAPE, "known has dim %zu; wanted the encoder's %zu", known->dim, encoder->dim);
}

/* Finds each item's row in `known`, or UNKNOWN, and moves the texts of unknown items to the front. */
static llmrec_status find_known(const llmrec_embedding *known, const lr_ids *items, lr_item_texts *texts, int64_t *rows)
{
    const size_t count = texts->count;
    texts->count = 0;
    for (size_t i = 0; i < count; i++) {
        const lr_span id = lr_ids_at(items, i);
        rows[i] = lr_ids_find(known->ids, id.text, id.length);
        if (rows[i] >= 0 && !lr_embedding_has(known, (size_t)rows[i])) rows[i] = UNKNOWN;
        if (rows[i] != UNKNOWN) continue;
        texts->texts[texts->count] = texts->texts[i];
        texts->lengths[texts->count++] = texts->lengths[i];
    }
    const lr_meeting meeting = {
        .room = "embed", .name = "table of `known`", .path = known->path, .items = items, .others = known->ids};
    return texts->count == count ? lr_ids_meet(known->context, &meeting) : LLMREC_OK;
}

/* Fills vectors [items,dim]; those of unknown items are at its end, in their order, and move to their places. */
static void place(const llmrec_embedding *known, const int64_t *rows, size_t items, size_t fresh, float *vectors)
{
    const size_t dim = known->dim;
    const float *next = vectors + (items - fresh) * dim;
    for (size_t i = 0; i < items; i++) {
        float *to = vectors + i * dim;
        const float *from = rows[i] != UNKNOWN ? lr_embedding_row(known, (size_t)rows[i], to) : next;
        if (from != to) memcpy(to, from, dim * sizeof *to);
        if (rows[i] == UNKNOWN) next += dim;
    }
}

static llmrec_status encode_unknown(const llmrec_text_encoder *encoder, const llmrec_dataset *dataset,
                                    lr_item_texts *texts, const llmrec_embedding *known, llmrec_embedding **embedding)
{
    llmrec_status status = LLMREC_OK;
    llmrec_context *context = encoder->context;
    const size_t items = texts->count;
    int64_t *rows = NULL;
    float *vectors = NULL;
    LR_TRY(check_known(encoder, known));
    LR_TRY(LR_NEW(context, rows, items));
    LR_TRY(find_known(known, lr_dataset_item_ids(dataset), texts, rows));
    LR_TRY(LR_NEW(context, vectors, items * encoder->dim));
    const size_t fresh = texts->count;
    LR_TRY(lr_encode_texts(encoder, texts->texts, texts->lengths, fresh, vectors + (items - fresh) * encoder->dim));
    place(known, rows, items, fresh, vectors);
    lr_free(context, rows);
    lr_log(context, LLMREC_LOG_INFO, "embed", "%zu of %zu items encoded; the vectors of %zu are known", fresh, items,
           items - fresh);
    return adopt(dataset, encoder, vectors, embedding);
done:
    lr_free(context, rows);
    lr_free(context, vectors);
    return status;
}

/* --- the cache --------------------------------------------------------------------------------------------------- */

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
    if (options->known != NULL) LR_TRY(encode_unknown(encoder, dataset, &texts, options->known, embedding));
    else if (options->cache_directory == NULL) LR_TRY(encode(encoder, dataset, &texts, embedding));
    else LR_TRY(encode_cached(encoder, dataset, &texts, options->cache_directory, embedding));
done:
    lr_item_texts_free(&texts);
    return status;
}
