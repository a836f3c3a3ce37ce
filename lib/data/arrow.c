/* SPDX-License-Identifier: Apache-2.0 */
/* Datasets from Arrow streams and as Arrow streams. Implements the data part of llmrec/arrow.h. */
#include "core/options.h"
#include "data/assemble.h"
#include "data/arrow_out.h"
#include "data/dataset_options.h"

/* --- frames in --------------------------------------------------------------------------------------------------- */

/* Options that describe files, and are not as they are by default. */
static const char *option_of_files(const llmrec_dataset_options *options)
{
    llmrec_dataset_options usual;
    lr_options_read(&lr_dataset_options, NULL, &usual);
    const struct {
        const char *name;
        bool set;
    } tests[] = {{"format", options->format != usual.format},
                 {"delimiter", options->delimiter != NULL},
                 {"header", options->header != usual.header},
                 {"encoding", options->encoding != usual.encoding},
                 {"member", options->member != NULL},
                 {"where", options->where != NULL},
                 {"item_list", options->item_list != NULL},
                 {"items_format", options->items_format != usual.items_format},
                 {"items_delimiter", options->items_delimiter != NULL},
                 {"items_header", options->items_header != usual.items_header},
                 {"items_encoding", options->items_encoding != usual.items_encoding},
                 {"items_member", options->items_member != NULL},
                 {"items_title_column", options->items_title_column != NULL},
                 {"max_bytes", options->max_bytes != usual.max_bytes},
                 {"max_line_bytes", options->max_line_bytes != usual.max_line_bytes}};
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
        if (tests[i].set) return tests[i].name;
    return NULL;
}

static llmrec_status create(llmrec_context *context, struct ArrowArrayStream *interactions,
                            struct ArrowArrayStream *items, const llmrec_dataset_options *options,
                            llmrec_dataset **dataset)
{
    llmrec_dataset_options settled;
    LR_NEED(context, interactions, dataset);
    LR_RETURN_IF(lr_options_read(&lr_dataset_options, options, &settled));
    const char *name = option_of_files(&settled);
    if (name != NULL) return lr_fail(LLMREC_ERR_ARGUMENT, "%s is set; wanted its default, as a frame is no file", name);
    return lr_assemble_arrow(context, interactions, items, &settled, dataset);
}

static void release(struct ArrowArrayStream *stream)
{
    if (stream == NULL || stream->release == NULL) return;
    stream->release(stream);
    stream->release = NULL;
}

llmrec_status llmrec_dataset_create_arrow(llmrec_context *context, struct ArrowArrayStream *interactions,
                                          struct ArrowArrayStream *items, const llmrec_dataset_options *options,
                                          llmrec_dataset **dataset)
{
    const llmrec_status status = create(context, interactions, items, options, dataset);
    release(interactions);
    release(items);
    return status;
}

/* --- frames out -------------------------------------------------------------------------------------------------- */

llmrec_status llmrec_dataset_rows_arrow(const llmrec_dataset *dataset, struct ArrowArrayStream *out)
{
    LR_NEED(dataset, out);
    return lr_arrow_give_rows(dataset, out);
}

llmrec_status llmrec_dataset_items_arrow(const llmrec_dataset *dataset, struct ArrowArrayStream *out)
{
    LR_NEED(dataset, out);
    return lr_arrow_give_items(dataset, out);
}

llmrec_status llmrec_dataset_statistics_arrow(const llmrec_dataset *dataset, struct ArrowArrayStream *out)
{
    LR_NEED(dataset, out);
    return lr_arrow_give_statistics(dataset, out);
}
