/* SPDX-License-Identifier: Apache-2.0 */
#include "embed/item_texts.h"

#include <string.h>

#include "core/memory.h"
#include "core/text.h"
#include "data/dataset.h"

static llmrec_status unknown_column(const llmrec_dataset *dataset, llmrec_context *context, const char *name)
{
    llmrec_status status = LLMREC_OK;
    lr_builder known = {.context = context};
    LR_TRY(lr_builder_add(&known, "", 0));
    for (int64_t i = 0; i < llmrec_dataset_columns(dataset); i++)
        LR_TRY(lr_builder_format(&known, "%s%s", i == 0 ? "" : ", ", llmrec_dataset_column_name(dataset, i)));
    if (known.length == 0) status = lr_fail(LLMREC_ERR_ARGUMENT, "columns: the items of the dataset have no texts");
    else
        status = lr_fail(LLMREC_ERR_ARGUMENT, "columns: the dataset has no text column %s; it has %s",
                         lr_quote(name, strlen(name)).text, known.text);
done:
    lr_free(context, known.text);
    return status;
}

static llmrec_status find_columns(const llmrec_dataset *dataset, const llmrec_encode_items_options *options,
                                  llmrec_context *context, int64_t *columns)
{
    if (options->column_count == 0) {
        columns[0] = llmrec_dataset_title_column(dataset);
        return columns[0] >= 0 ? LLMREC_OK : unknown_column(dataset, context, "title");
    }
    for (int64_t i = 0; i < options->column_count; i++) {
        if (options->columns[i] == NULL) return lr_fail(LLMREC_ERR_ARGUMENT, "columns[%lld] is NULL", (long long)i);
        columns[i] = llmrec_dataset_find_column(dataset, options->columns[i]);
        if (columns[i] < 0) return unknown_column(dataset, context, options->columns[i]);
    }
    return LLMREC_OK;
}

/* State of joining: the columns, and the texts joined so far. */
typedef struct joining {
    const llmrec_dataset *dataset;
    const char *separator;
    const int64_t *columns;
    size_t column_count;
    lr_builder all;
} joining;

static llmrec_status join_item(joining *j, size_t item)
{
    const size_t begin = j->all.length;
    for (size_t i = 0; i < j->column_count; i++) {
        const lr_span text = lr_dataset_text(j->dataset, (size_t)j->columns[i], item);
        if (text.length == 0) continue;
        if (j->all.length > begin) LR_RETURN_IF(lr_builder_add(&j->all, j->separator, strlen(j->separator)));
        LR_RETURN_IF(lr_builder_add(&j->all, text.text, text.length));
    }
    return LLMREC_OK;
}

static llmrec_status join_items(joining *j, lr_item_texts *texts)
{
    LR_RETURN_IF(lr_builder_add(&j->all, "", 0));
    for (size_t i = 0; i < texts->count; i++) {
        const size_t begin = j->all.length;
        LR_RETURN_IF(join_item(j, i));
        texts->lengths[i] = j->all.length - begin;
    }
    for (size_t i = 0, at = 0; i < texts->count; at += texts->lengths[i++]) texts->texts[i] = j->all.text + at;
    return LLMREC_OK;
}

llmrec_status lr_item_texts_join(const llmrec_dataset *dataset, const llmrec_encode_items_options *options,
                                 lr_item_texts *texts)
{
    llmrec_status status = LLMREC_OK;
    llmrec_context *context = texts->context;
    const size_t columns = options->column_count == 0 ? 1 : (size_t)options->column_count;
    joining j = {.dataset = dataset, .separator = options->separator, .column_count = columns};
    int64_t *indices = NULL;
    j.all.context = context;
    texts->count = lr_dataset_items(dataset);
    LR_TRY(LR_NEW(context, indices, columns));
    LR_TRY(find_columns(dataset, options, context, indices));
    j.columns = indices;
    LR_TRY(LR_NEW(context, texts->texts, texts->count));
    LR_TRY(LR_NEW(context, texts->lengths, texts->count));
    LR_TRY(join_items(&j, texts));
done:
    texts->bytes = j.all.text;
    lr_free(context, indices);
    return status;
}

void lr_item_texts_free(lr_item_texts *texts)
{
    lr_free(texts->context, texts->bytes);
    lr_free(texts->context, (void *)(uintptr_t)texts->texts);
    lr_free(texts->context, texts->lengths);
}
