/* SPDX-License-Identifier: Apache-2.0 */
/* Option tables of llmrec/embedding.h and llmrec/text_encoder.h. */
#include "embed/embed_options.h"

#include <float.h>

#include "data/dataset_options.h"

/* --- tables ------------------------------------------------------------------------------------------------------- */

const lr_choice lr_dtypes[] = {{"float32", LLMREC_DTYPE_FLOAT32}, {"float16", LLMREC_DTYPE_FLOAT16}, {NULL, 0}};

typedef llmrec_embedding_options T;
static const lr_option embedding_option[] = {
    LR_CHOICE(T, dtype, LLMREC_DTYPE_FLOAT32, lr_dtypes, "data type of the stored values"),
    LR_TEXT(T, ids_path, NULL, "load: item file with one id per table row; unset: the table's own ids"),
    LR_CHOICE(T, ids_format, LLMREC_FORMAT_AUTO, lr_item_formats, "load: format of the item file"),
    LR_TEXT(T, ids_column, NULL, "load: id column of the item file; unset: found by common names"),
    LR_TEXT(T, tensor, NULL, "load, safetensors: name of the tensor; unset: \"embeddings\" or the only matrix"),
    LR_FLAG(T, verify, 0, "open: check all values even if the table is larger than 16 MiB"),
    LR_CHOICE(T, id_kind, LLMREC_IDS_TEXT, lr_id_kinds, "integer: \"1\", \"1.0\" and \" 1\" are one id"),
};
LR_OPTIONS(lr_embedding_options, llmrec_embedding_options, id_kind, "how a table of vectors is read and stored",
           embedding_option, .check = NULL);

llmrec_status llmrec_embedding_options_init(llmrec_embedding_options *options, size_t size)
{
    return lr_options_init(&lr_embedding_options, options, size);
}

/* --- reducers ----------------------------------------------------------------------------------------------------- */

const lr_choice lr_reductions[] = {{"none", LLMREC_REDUCE_NONE},
                                   {"pca", LLMREC_REDUCE_PCA},
                                   {"whiten", LLMREC_REDUCE_WHITEN},
                                   {"random", LLMREC_REDUCE_RANDOM},
                                   {NULL, 0}};

typedef llmrec_reducer_options R;
static const lr_option reducer_option[] = {
    LR_CHOICE(R, method, LLMREC_REDUCE_PCA, lr_reductions, "reduction method"),
    LR_INTEGER(R, dim, 0, 0, INT32_MAX - 1, "dim of the result; 0: all directions of the table"),
    LR_NUMBER(R, power, 1, 0, 1, LR_CLOSED, "whiten: exponent; 0 is PCA, 1 is full whitening"),
    LR_NUMBER(R, ridge, 0, 0, FLT_MAX, LR_CLOSED, "whiten: added to variances, as a fraction of the largest"),
    LR_NUMBER(R, tolerance, 1e-3, 0, 0.5, LR_CLOSED,
              "drop directions whose singular value is below this fraction of the largest"),
    LR_FLAG(R, normalize, 1, "scale each row of the result to length 1"),
    LR_FLAG(R, skip_missing, 0, "exclude missing rows from the fit and set them to zero in the result"),
    LR_INTEGER(R, seed, 0, INT64_MIN, INT64_MAX, "random: seed of the projection"),
};
LR_OPTIONS(lr_reducer_options, llmrec_reducer_options, seed, "how vectors are reduced to fewer dimensions",
           reducer_option, .check = NULL);

llmrec_status llmrec_reducer_options_init(llmrec_reducer_options *options, size_t size)
{
    return lr_options_init(&lr_reducer_options, options, size);
}

/* --- text encoders ------------------------------------------------------------------------------------------------ */

static const lr_choice switches[] = {{"auto", -1}, {"no", 0}, {"yes", 1}, {NULL, 0}};

typedef llmrec_text_encoder_options E;
static const lr_option text_encoder_option[] = {
    LR_INTEGER(E, max_tokens, 0, 0, INT64_MAX, "longest text in tokens; longer texts are cut; 0: the model's limit"),
    LR_CHOICE(E, normalize, -1, switches, "scale vectors to length 1; auto: the model's setting"),
};
LR_OPTIONS(lr_text_encoder_options, llmrec_text_encoder_options, normalize, "how a sentence model computes vectors",
           text_encoder_option, .check = NULL);

llmrec_status llmrec_text_encoder_options_init(llmrec_text_encoder_options *options, size_t size)
{
    return lr_options_init(&lr_text_encoder_options, options, size);
}

static llmrec_status check_encode_items(const void *options)
{
    const llmrec_encode_items_options *o = options;
    if (o->known != NULL && o->cache_directory != NULL)
        return lr_fail(LLMREC_ERR_ARGUMENT, "both known and cache_directory are set; wanted one of them");
    if (o->columns != NULL || o->column_count == 0) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_ARGUMENT, "columns is NULL; wanted %lld names", (long long)o->column_count);
}

typedef llmrec_encode_items_options I;
static const lr_option encode_items_option[] = {
    LR_LIST(I, columns, TEXTS, "column_count", NULL, "text columns joined to an item's text; unset: the title"),
    LR_COUNT(I, column_count, 0, 0, INT32_MAX, "number of columns"),
    LR_TEXT(I, separator, ", ", "text between the columns"),
    LR_TEXT(I, cache_directory, NULL, "existing directory in which vectors are cached; unset: no cache"),
    LR_POINTER(I, known, "table whose vectors are taken for the items that it has"),
};
LR_OPTIONS(lr_encode_items_options, llmrec_encode_items_options, known, "how items become texts and vectors",
           encode_items_option, .check = check_encode_items);

llmrec_status llmrec_encode_items_options_init(llmrec_encode_items_options *options, size_t size)
{
    return lr_options_init(&lr_encode_items_options, options, size);
}
