/* SPDX-License-Identifier: Apache-2.0 */
/* Stores options in our HDF5 files: their JSON as an array of bytes. */
#include "core/memory.h"
#include "core/options.h"
#include "core/store.h"

llmrec_status lr_options_write(const lr_options *table, const void *full, lr_store *store, const char *name)
{
    lr_builder json = {0};
    llmrec_status status = LLMREC_OK;
    LR_TRY(lr_options_describe(table, full, &json));
    const lr_array array = {.name = name, .type = LR_U8, .rank = 1, .sizes = {json.length}};
    LR_TRY(lr_store_write(store, &array, json.text));
done:
    lr_free(NULL, json.text);
    return status;
}

llmrec_status lr_json_load(lr_store *store, llmrec_context *context, const char *name, json_t **root)
{
    lr_array array = {.name = name, .type = LR_U8, .rank = 1};
    json_error_t error;
    char *bytes = NULL;
    LR_RETURN_IF(lr_store_read(store, &array, &bytes));
    *root = json_loadb(bytes, array.sizes[0], 0, &error);
    lr_free(context, bytes);
    if (*root != NULL) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_FORMAT, "%s is not valid JSON: %s", name, error.text);
}

llmrec_status lr_options_load(const lr_options *table, lr_store *store, llmrec_context *context, const char *name,
                              void *full)
{
    json_t *root = NULL;
    llmrec_status status = LLMREC_OK;
    LR_TRY(lr_json_load(store, context, name, &root));
    LR_TRY(lr_options_init(table, full, table->size));
    LR_TRY(lr_options_parse(table, (lr_json){.path = name, .value = root}, full));
    lr_options_forget_texts(table, full);
done:
    json_decref(root);
    return status;
}
