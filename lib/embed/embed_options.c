/* SPDX-License-Identifier: Apache-2.0 */
/* The options of llmrec/embedding.h and llmrec/text_encoder.h. */
#include "embed/embed_options.h"

#include <float.h>

#include "data/dataset_options.h"

/* --- tables ------------------------------------------------------------------------------------------------------- */

static const lr_choice dtypes[] = {{"float32", LLMREC_DTYPE_FLOAT32}, {"float16", LLMREC_DTYPE_FLOAT16}, {NULL, 0}};

typedef llmrec_embedding_options T;
static const lr_option embedding_option[] = {
    LR_CHOICE(T, dtype, LLMREC_DTYPE_FLOAT32, dtypes, "how values are stored"),
    LR_TEXT(T, ids_path, NULL, "load: item file whose rows name the table's rows; unset: the table's own ids"),
    LR_CHOICE(T, ids_format, LLMREC_FORMAT_AUTO, lr_item_formats, "load: format of that item file"),
    LR_TEXT(T, ids_column, NULL, "load: its column with the ids; unset: found by its usual names"),
    LR_TEXT(T, tensor, NULL, "load, safetensors: name of the tensor; unset: \"embeddings\" or the only matrix"),
    LR_FLAG(T, verify, 0, "open: read and check all values also of tables larger than 16 MiB"),
};
LR_OPTIONS(lr_embedding_options, llmrec_embedding_options, verify, "how a table of vectors is read and stored",
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
    LR_CHOICE(R, method, LLMREC_REDUCE_PCA, lr_reductions, "how vectors are reduced"),
    LR_INTEGER(R, dim, 0, 0, INT32_MAX - 1, "dim of the result; 0: all directions that the table has"),
    LR_NUMBER(R, power, 1, 0, 1, LR_CLOSED, "whiten: 0 is PCA, 1 is full whitening"),
    LR_NUMBER(R, ridge, 0, 0, FLT_MAX, LR_CLOSED, "whiten: added to every variance, in units of the largest"),
    LR_NUMBER(R, tolerance, 1e-3, 0, 0.5, LR_CLOSED,
              "drop directions with a singular value below this share of the largest"),
    LR_FLAG(R, normalize, 1, "scale the result's rows to length 1"),
    LR_FLAG(R, skip_missing, 0, "leave missing rows out of the fit, and zero in the result"),
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
    LR_INTEGER(E, max_tokens, 0, 0, INT64_MAX, "longest text in tokens, longer ones are cut; 0: as the model says"),
    LR_CHOICE(E, normalize, -1, switches, "scale vectors to length 1; auto: as the model says"),
};
LR_OPTIONS(lr_text_encoder_options, llmrec_text_encoder_options, normalize, "how a sentence model makes vectors",
           text_encoder_option, .check = NULL);

llmrec_status llmrec_text_encoder_options_init(llmrec_text_encoder_options *options, size_t size)
{
    return lr_options_init(&lr_text_encoder_options, options, size);
}

static llmrec_status check_columns(const void *options)
{
    const llmrec_encode_items_options *o = options;
    if (o->columns != NULL || o->column_count == 0) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_ARGUMENT, "columns is NULL; wanted %lld names", (long long)o->column_count);
}

typedef llmrec_encode_items_options I;
static const lr_option encode_items_option[] = {
    LR_LIST(I, columns, TEXTS, "column_count", NULL, "text columns that make an item's text; unset: the title"),
    LR_COUNT(I, column_count, 0, 0, INT32_MAX, "number of columns"),
    LR_TEXT(I, separator, ", ", "text between the columns' texts"),
    LR_TEXT(I, cache_directory, NULL, "existing directory that keeps the vectors for the next call; unset: none"),
};
LR_OPTIONS(lr_encode_items_options, llmrec_encode_items_options, cache_directory, "how items become texts and vectors",
           encode_items_option, .check = check_columns);

llmrec_status llmrec_encode_items_options_init(llmrec_encode_items_options *options, size_t size)
{
    return lr_options_init(&lr_encode_items_options, options, size);
}
