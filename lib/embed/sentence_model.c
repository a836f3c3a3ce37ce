/* SPDX-License-Identifier: Apache-2.0 */
#include "embed/sentence_model.h"

#include <string.h>
#include <unistd.h>

#include "core/json.h"
#include "core/memory.h"
#include "core/text.h"

enum { MAX_CONFIG = 4 << 20, MAX_TOKENS = 1 << 28 };

typedef struct reading {
    llmrec_context *context;
    const char *directory;
    lr_sentence_model model;
} reading;

typedef llmrec_status (*read_fn)(reading *r, lr_json file);

/* Reads directory/folder/name with `read`. Does nothing if the file does not exist and is not `needed`. */
static llmrec_status read_file(reading *r, const char *folder, const char *name, bool needed, read_fn read)
{
    llmrec_status status = LLMREC_OK;
    lr_builder path = {.context = r->context};
    json_t *root = NULL;
    LR_TRY(lr_builder_format(&path, "%s/%s%s%s", r->directory, folder, folder[0] == '\0' ? "" : "/", name));
    if (!needed && access(path.text, F_OK) != 0) goto done;
    LR_TRY(lr_json_read(r->context, path.text, MAX_CONFIG, &root));
    LR_TRY(read(r, (lr_json){.path = path.text, .value = root}));
done:
    json_decref(root);
    lr_free(r->context, path.text);
    return status;
}

/* Older files have one flag for each pooling mode. */
static llmrec_status pooling_by_flags(lr_json file, const char **mode)
{
    static const char *const flags[] = {"pooling_mode_cls_token",           "pooling_mode_mean_tokens",
                                        "pooling_mode_max_tokens",          "pooling_mode_mean_sqrt_len_tokens",
                                        "pooling_mode_weightedmean_tokens", "pooling_mode_lasttoken"};
    static const char *const modes[] = {"cls", "mean", "max", "mean_sqrt_len_tokens", "weightedmean", "lasttoken"};
    size_t set = 0;
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        bool on = false;
        LR_RETURN_IF(lr_json_bool(file, flags[i], &on));
        if (on) *mode = modes[i];
        set += on;
    }
    if (set == 1) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_UNSUPPORTED, "%s: %zu pooling modes are set; only one at a time is supported", file.path,
                   set);
}

static llmrec_status read_pooling(reading *r, lr_json file)
{
    const char *mode = NULL;
    LR_RETURN_IF(lr_json_text(file, "pooling_mode", &mode));
    if (mode == NULL) LR_RETURN_IF(pooling_by_flags(file, &mode));
    r->model.first_token = strcmp(mode, "cls") == 0;
    if (r->model.first_token || strcmp(mode, "mean") == 0) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_UNSUPPORTED, "%s: pooling is %s; only mean and cls are supported", file.path,
                   lr_quote(mode, strlen(mode)).text);
}

/* Reads a module's folder: a single name inside the model's directory. */
static llmrec_status read_folder(lr_json module, const char **folder)
{
    *folder = "";
    LR_RETURN_IF(lr_json_text(module, "path", folder));
    if (strchr(*folder, '/') == NULL && strcmp(*folder, "..") != 0) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_FORMAT, "%s: path is %s; wanted the name of a folder", module.path,
                   lr_quote(*folder, strlen(*folder)).text);
}

static llmrec_status read_module(reading *r, lr_json module, size_t index)
{
    const char *type = "none", *folder = NULL;
    LR_RETURN_IF(lr_json_text(module, "type", &type));
    LR_RETURN_IF(read_folder(module, &folder));
    const char *point = strrchr(type, '.'), *name = point == NULL ? type : point + 1;
    if (index == 0 && strcmp(name, "Transformer") == 0 && folder[0] == '\0') return LLMREC_OK;
    if (index == 1 && strcmp(name, "Pooling") == 0) return read_file(r, folder, "config.json", true, read_pooling);
    if (index == 2 && strcmp(name, "Normalize") == 0) {
        r->model.normalize = true;
        return LLMREC_OK;
    }
    return lr_fail(LLMREC_ERR_UNSUPPORTED,
                   "%s: module %zu is %s; only Transformer (in the model's directory), Pooling and then Normalize are "
                   "supported",
                   module.path, index, lr_quote(type, strlen(type)).text);
}

static llmrec_status read_modules(reading *r, lr_json file)
{
    size_t index;
    const json_t *module;
    if (!json_is_array(file.value) || json_array_size(file.value) < 2)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: wanted an array of two modules or more", file.path);
    json_array_foreach(file.value, index, module)
    {
        LR_RETURN_IF(read_module(r, (lr_json){.path = file.path, .value = module}, index));
    }
    return LLMREC_OK;
}

static llmrec_status read_sentence_config(reading *r, lr_json file)
{
    return lr_json_integer(file, "max_seq_length", 2, MAX_TOKENS, &r->model.max_tokens);
}

/* Tokenizers without a limit store a very large number here. */
static llmrec_status read_tokenizer_config(reading *r, lr_json file)
{
    const double most = json_number_value(lr_json_member(file, "model_max_length").value);
    if (r->model.max_tokens == 0 && most >= 2 && most <= MAX_TOKENS) r->model.max_tokens = (int64_t)most;
    return LLMREC_OK;
}

llmrec_status lr_sentence_model_read(llmrec_context *context, const char *directory, lr_sentence_model *model)
{
    reading r = {.context = context, .directory = directory};
    LR_RETURN_IF(read_file(&r, "", "modules.json", false, read_modules));
    LR_RETURN_IF(read_file(&r, "", "sentence_bert_config.json", false, read_sentence_config));
    LR_RETURN_IF(read_file(&r, "", "tokenizer_config.json", false, read_tokenizer_config));
    *model = r.model;
    return LLMREC_OK;
}
