/* SPDX-License-Identifier: Apache-2.0 */
/* Builds a dataset from gathered rows: orders, filters, joins the items. */
#include "data/assemble.h"

#include <stdio.h>
#include <string.h>

#include "core/log.h"
#include "core/memory.h"
#include "core/text.h"
#include "data/dataset_options.h"
#include "data/like.h"
#include "data/reader.h"
#include "data/sessionize.h"
#include "data/view.h"

typedef struct subset {
    const lr_ids *ids;
    const int32_t *kept; /* [count] old indices of the ids that stay */
} subset;

static lr_span subset_at(const void *of, size_t index)
{
    const subset *part = of;
    return lr_ids_at(part->ids, (size_t)part->kept[index]);
}

/* Keeps the `left` ids whose new index is not -1. */
static llmrec_status keep_ids(llmrec_context *context, lr_ids **ids, const int32_t *numbers, size_t left)
{
    llmrec_status status = LLMREC_OK;
    int32_t *kept = NULL;
    lr_ids *fresh = NULL;
    const size_t before = lr_ids_count(*ids);
    if (left == before) return LLMREC_OK;
    LR_TRY(LR_NEW(context, kept, left));
    for (size_t i = 0; i < before; i++)
        if (numbers[i] >= 0) kept[numbers[i]] = (int32_t)i;
    const subset part = {*ids, kept};
    LR_TRY(lr_ids_gather(context, (lr_spans){left, subset_at, &part}, lr_ids_are_numbers(*ids), NULL, &fresh));
    lr_ids_free(*ids);
    *ids = fresh;
done:
    lr_free(context, kept);
    return status;
}

static bool has_filters(const llmrec_dataset_options *options)
{
    return options->duplicates != LLMREC_DUPLICATES_KEEP || options->min_session_rows > 1 ||
           options->min_item_rows > 1 || options->max_session_length > 0 || options->min_session_length > 1;
}

static bool has_empty_session(const lr_rows *rows)
{
    for (size_t i = 0; i < rows->sessions; i++)
        if (rows->offsets[i] == rows->offsets[i + 1]) return true;
    return false;
}

/* Filters the rows. `before` gets a reference to the item ids if some items were dropped. */
static llmrec_status filter(llmrec_context *context, const llmrec_dataset_options *options, lr_rows *rows,
                            lr_ids *ids[LR_SIDES], lr_ids **before)
{
    llmrec_status status = LLMREC_OK;
    lr_survivors survivors = {0};
    if (!has_filters(options) && !has_empty_session(rows)) return LLMREC_OK;
    LR_TRY(lr_rows_filter(context, rows, options, &survivors));
    LR_TRY(keep_ids(context, &ids[LR_SESSION], survivors.sessions, rows->sessions));
    if (rows->item_count < lr_ids_count(ids[LR_ITEM])) *before = lr_ids_hold(ids[LR_ITEM]);
    LR_TRY(keep_ids(context, &ids[LR_ITEM], survivors.items, rows->item_count));
done:
    lr_survivors_free(context, &survivors);
    return status;
}

static void log_summary(llmrec_context *context, const char *name, const llmrec_dataset *dataset)
{
    const lr_frame *frame = dataset->frame;
    char ties[64] = "no times (input order)";
    if (frame->rows.times != NULL)
        snprintf(ties, sizeof ties, "%zu time ties (input order kept)", lr_rows_ties(&frame->rows));
    lr_log(context, LLMREC_LOG_INFO, "data",
           "%s: %lld rows read, %lld dropped (%lld with a missing value); %zu rows of %zu sessions and %zu items; %s",
           name, (long long)frame->input_rows, (long long)frame->dropped, (long long)frame->missing, dataset->rows,
           dataset->sessions, lr_ids_count(frame->catalog.ids), ties);
}

/* Integers that passed through floats: told once, with the remedy. */
static void tell_floats(llmrec_context *context, const char *side, const lr_ids *ids)
{
    const size_t count = lr_ids_count(ids);
    for (size_t i = 0; i < count; i++) {
        const lr_span id = lr_ids_at(ids, i);
        if (id.length < 3 || memcmp(id.text + id.length - 2, ".0", 2) != 0) return;
    }
    if (count == 0 || lr_ids_are_numbers(ids)) return;
    const lr_span first = lr_ids_at(ids, 0);
    lr_log(context, LLMREC_LOG_WARNING, "data",
           "every %s id ends in \".0\", such as %s; ids=integer makes them integers", side,
           lr_quote(first.text, first.length).text);
}

llmrec_status lr_assemble(lr_gather *gather, const bool numbers[LR_SIDES], const lr_item_source *source,
                          const llmrec_dataset_options *options, const char *name, llmrec_dataset **dataset)
{
    llmrec_status status = LLMREC_OK;
    llmrec_context *context = gather->context;
    lr_frame plan = {.input_rows = (int64_t)(gather->rows + gather->missing + gather->left_out),
                     .missing = (int64_t)gather->missing,
                     .options = *options};
    lr_ids *ids[LR_SIDES] = {NULL, NULL}, *before = NULL;
    lr_clean_items clean = {0};
    lr_item_source items, known;
    const llmrec_dataset *like = options->like;
    lr_progress progress = lr_progress_begin(context, "order interactions", "steps", 4);
    if (like != NULL && source == NULL) {
        known = lr_item_source_of_catalog(&like->frame->catalog);
        source = &known;
    }
    if (source != NULL) LR_TRY(lr_item_source_clean(context, options, source, &clean, &items));
    LR_TRY(lr_gather_finish(gather, numbers, ids));
    tell_floats(context, "session", ids[LR_SESSION]);
    tell_floats(context, "item", ids[LR_ITEM]);
    LR_TRY(lr_progress_step(&progress, 1));
    LR_TRY(lr_rows_arrange(gather, lr_ids_count(ids[LR_SESSION]), lr_ids_count(ids[LR_ITEM]), &plan.rows));
    LR_TRY(lr_progress_step(&progress, 2));
    LR_TRY(lr_rows_sessionize(context, options, &plan.rows, &ids[LR_SESSION]));
    LR_TRY(filter(context, options, &plan.rows, ids, &before));
    if (like != NULL) LR_TRY(lr_rows_number_like(context, name, like, &plan.rows, &ids[LR_ITEM]));
    LR_TRY(lr_progress_step(&progress, 3));
    plan.dropped = plan.input_rows - (int64_t)lr_rows_count(&plan.rows);
    plan.sessions = ids[LR_SESSION];
    ids[LR_SESSION] = NULL;
    const lr_catalog_plan wanted = {options->catalog == LLMREC_CATALOG_ALL, before, plan.sessions, name};
    LR_TRY(lr_catalog_make(context, ids[LR_ITEM], source != NULL ? &items : NULL, &wanted, &plan.catalog));
    ids[LR_ITEM] = NULL;
    LR_TRY(lr_progress_end(&progress, 4));
    lr_options_forget_texts(&lr_dataset_options, &plan.options);
    LR_TRY(lr_frame_adopt(context, &plan, dataset));
    log_summary(context, name, *dataset);
done:
    lr_gather_free(gather);
    lr_clean_items_free(context, &clean);
    lr_ids_free(ids[LR_SESSION]);
    lr_ids_free(ids[LR_ITEM]);
    lr_ids_free(before);
    lr_frame_clear(context, &plan);
    return status;
}

/* A file of items, read. */
typedef struct item_file {
    lr_table *table; /* NULL: none */
    lr_table_view view;
    lr_item_source source;
} item_file;

static llmrec_status read_items(llmrec_context *context, const char *path, const llmrec_dataset_options *options,
                                item_file *items)
{
    const lr_file file = {.path = path,
                          .items = true,
                          .format = options->items_format,
                          .delimiter = options->items_delimiter,
                          .header = options->items_header,
                          .encoding = options->items_encoding,
                          .member = options->items_member,
                          .repair = options->invalid_utf8 != 0,
                          .bytes = (size_t)options->max_bytes,
                          .line_bytes = (size_t)options->max_line_bytes,
                          .text_bytes = (size_t)options->max_text_bytes};
    LR_RETURN_IF(lr_table_read(context, &file, &items->table));
    LR_RETURN_IF(lr_item_source_of_table(items->table, path, options->items_id_column, &items->view, &items->source));
    if (options->items_title_column != NULL)
        LR_RETURN_IF(lr_table_call_title(items->table, options->items_title_column, items->view.id_column));
    return lr_table_tell(items->table, items->view.id_column);
}

llmrec_status lr_assemble_files(llmrec_context *context, const char *path, const char *items_path,
                                const llmrec_dataset_options *options, size_t piece_bytes, llmrec_dataset **dataset)
{
    const bool integers = options->ids == LLMREC_IDS_INTEGER, numbers[LR_SIDES] = {integers, integers};
    llmrec_status status = LLMREC_OK;
    item_file items = {.table = NULL};
    lr_gather gather = {0};
    bool has_items = false;
    if (items_path != NULL) LR_TRY(read_items(context, items_path, options, &items));
    LR_TRY(lr_read_interactions(context, path, options, piece_bytes, &gather, &has_items));
    if (items_path == NULL && has_items) LR_TRY(read_items(context, path, options, &items));
    LR_TRY(lr_assemble(&gather, numbers, items.table != NULL ? &items.source : NULL, options, lr_quote_file(path).text,
                       dataset));
done:
    lr_gather_free(&gather);
    lr_table_free(items.table);
    return status;
}
