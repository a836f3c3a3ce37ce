/* SPDX-License-Identifier: Apache-2.0 */
#include "embed/bert_config.h"

#include <string.h>

#include "core/json.h"
#include "core/text.h"

enum { MAX_CONFIG = 4 << 20, MAX_ROWS = 1 << 28, MAX_DIM = 1 << 16, MAX_LAYERS = 1 << 10 };

/* Checks a setting that has one supported value. `absent` is its value if the file does not have it. */
static llmrec_status check_setting(lr_json file, const char *key, const char *absent, const char *wanted)
{
    const char *met = absent;
    LR_RETURN_IF(lr_json_text(file, key, &met));
    if (strcmp(met, wanted) == 0) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_UNSUPPORTED, "%s: %s is %s; only %s is supported", file.path, key,
                   lr_quote(met, strlen(met)).text, wanted);
}

static llmrec_status check_kind(lr_json file)
{
    bool decoder = false;
    LR_RETURN_IF(check_setting(file, "model_type", "none", "bert"));
    LR_RETURN_IF(check_setting(file, "position_embedding_type", "absolute", "absolute"));
    LR_RETURN_IF(check_setting(file, "hidden_act", "gelu", "gelu"));
    LR_RETURN_IF(lr_json_bool(file, "is_decoder", &decoder));
    if (decoder)
        return lr_fail(LLMREC_ERR_UNSUPPORTED, "%s: is_decoder is true; only encoders are supported", file.path);
    return LLMREC_OK;
}

static llmrec_status read_size(lr_json file, const char *key, int64_t most, int64_t *size)
{
    if (lr_json_member(file, key).value == NULL)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: there is no \"%s\"", file.path, key);
    return lr_json_integer(file, key, 1, most, size);
}

static llmrec_status read_shape(lr_json file, lr_bert_shape *shape)
{
    LR_RETURN_IF(check_kind(file));
    LR_RETURN_IF(read_size(file, "vocab_size", MAX_ROWS, &shape->vocabulary));
    LR_RETURN_IF(read_size(file, "max_position_embeddings", MAX_ROWS, &shape->positions));
    LR_RETURN_IF(read_size(file, "hidden_size", MAX_DIM, &shape->dim));
    LR_RETURN_IF(read_size(file, "num_attention_heads", MAX_DIM, &shape->heads));
    LR_RETURN_IF(read_size(file, "num_hidden_layers", MAX_LAYERS, &shape->layers));
    LR_RETURN_IF(read_size(file, "intermediate_size", 4 * MAX_DIM, &shape->inner));
    LR_RETURN_IF(lr_json_integer(file, "type_vocab_size", 1, MAX_ROWS, &shape->types));
    LR_RETURN_IF(lr_json_number(file, "layer_norm_eps", 0, 1, &shape->epsilon));
    if (shape->dim % shape->heads != 0)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: hidden_size %lld is no multiple of num_attention_heads %lld", file.path,
                       (long long)shape->dim, (long long)shape->heads);
    return LLMREC_OK;
}

llmrec_status lr_bert_read_config(llmrec_context *context, const char *path, lr_bert_shape *shape)
{
    json_t *root = NULL;
    lr_bert_shape found = {.types = 2, .epsilon = 1e-12};
    LR_RETURN_IF(lr_json_read(context, path, MAX_CONFIG, &root));
    const llmrec_status status = read_shape((lr_json){.path = path, .value = root}, &found);
    json_decref(root);
    if (status == LLMREC_OK) *shape = found;
    return status;
}
