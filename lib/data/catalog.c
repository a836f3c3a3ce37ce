/* SPDX-License-Identifier: Apache-2.0 */
/* Builds the catalog: ids, columns and texts of the items. */
#include "data/catalog.h"

#include <string.h>

#include "core/log.h"
#include "core/memory.h"
#include "data/meeting.h"

/* --- a catalog as a source ----------------------------------------------------------------------------------- */

static lr_span catalog_id(const void *of, size_t row)
{
    return lr_ids_at(((const lr_catalog *)of)->ids, row);
}

static lr_span catalog_text(const void *of, size_t row, size_t column)
{
    return lr_texts_at(&((const lr_catalog *)of)->texts[column], row);
}

static lr_span catalog_name(const void *of, size_t column)
{
    const char *name = ((const lr_catalog *)of)->names[column];
    return (lr_span){name, strlen(name)};
}

lr_item_source lr_item_source_of_catalog(const lr_catalog *catalog)
{
    return (lr_item_source){.rows = lr_ids_count(catalog->ids),
                            .columns = catalog->columns,
                            .numbers = lr_ids_are_numbers(catalog->ids),
                            .kind = "dataset of `like`",
                            .of = catalog,
                            .id = catalog_id,
                            .text = catalog_text,
                            .name = catalog_name};
}

/* --- ids and texts together ---------------------------------------------------------------------------------- */

typedef struct joining {
    const lr_item_source *source;
    const lr_ids *known, *dropped;
    int64_t *row_of; /* [items] the source's row for each item, or -1 */
    size_t items, column;
} joining;

static lr_span joined_id(const void *of, size_t item)
{
    const joining *join = of;
    if (item < lr_ids_count(join->known)) return lr_ids_at(join->known, item);
    return join->source->id(join->source->of, (size_t)join->row_of[item]);
}

static lr_span joined_text(const void *of, size_t item)
{
    const joining *join = of;
    if (join->row_of[item] < 0) return (lr_span){"", 0};
    return join->source->text(join->source->of, (size_t)join->row_of[item], join->column);
}

/* Finds the row of each item. With `all` also lists the rows that match no item. */
static llmrec_status match_rows(llmrec_context *context, const lr_ids *given, bool all, joining *join)
{
    const size_t known = lr_ids_count(join->known), rows = join->source->rows;
    LR_RETURN_IF(LR_NEW(context, join->row_of, known + rows));
    for (size_t item = 0; item < known; item++) {
        const lr_span id = lr_ids_at(join->known, item);
        join->row_of[item] = lr_ids_find(given, id.text, id.length);
    }
    join->items = known;
    for (size_t row = 0; all && row < rows; row++) {
        const lr_span id = lr_ids_at(given, row);
        if (lr_ids_find(join->known, id.text, id.length) >= 0) continue;
        if (join->dropped != NULL && lr_ids_find(join->dropped, id.text, id.length) >= 0) continue;
        join->row_of[join->items++] = (int64_t)row;
    }
    return LLMREC_OK;
}

static llmrec_status take_ids(llmrec_context *context, const lr_item_source *source, lr_ids **given)
{
    size_t twice[2] = {0, 0};
    const llmrec_status status =
        lr_ids_gather(context, (lr_spans){source->rows, source->id, source->of}, source->numbers, twice, given);
    return status == LLMREC_ERR_SHAPE && twice[0] != twice[1] ? source->repeated(source->of, twice[0], twice[1])
                                                              : status;
}

static llmrec_status take_texts(llmrec_context *context, joining *join, lr_catalog *catalog)
{
    LR_RETURN_IF(lr_catalog_add_columns(context, catalog, join->source->columns));
    for (join->column = 0; join->column < join->source->columns; join->column++) {
        const lr_span name = join->source->name(join->source->of, join->column);
        LR_RETURN_IF(lr_copy_text(context, name.text, name.length, &catalog->names[join->column]));
        LR_RETURN_IF(
            lr_texts_gather(context, (lr_spans){join->items, joined_text, join}, &catalog->texts[join->column]));
    }
    lr_catalog_find_title(catalog);
    return LLMREC_OK;
}

/* A text column with one of the items among its first rows; `*text` is its name. */
static llmrec_status find_column(llmrec_context *context, const joining *join, char **text)
{
    enum { LOOKED_AT = 1000 };
    const lr_item_source *source = join->source;
    for (size_t column = 0; column < source->columns; column++)
        for (size_t row = 0; row < source->rows && row < LOOKED_AT; row++) {
            const lr_span cell = source->text(source->of, row, column), name = source->name(source->of, column);
            if (lr_ids_find(join->known, cell.text, cell.length) >= 0)
                return lr_copy_text(context, name.text, name.length, text);
        }
    return LLMREC_OK;
}

/* Tells how many items are described; fails if none is. */
static llmrec_status meet(llmrec_context *context, const joining *join, const lr_ids *given,
                          const lr_catalog_plan *plan)
{
    llmrec_status status = LLMREC_OK;
    char *column = NULL;
    lr_meeting meeting = {.room = "data",
                          .from = plan->name,
                          .name = join->source->kind,
                          .items = join->known,
                          .others = given,
                          .sessions = plan->sessions};
    for (size_t item = 0; item < lr_ids_count(join->known); item++) meeting.common += join->row_of[item] >= 0;
    if (meeting.common == 0) LR_TRY(find_column(context, join, &column));
    meeting.column = column;
    LR_TRY(lr_ids_meet(context, &meeting));
done:
    lr_free(context, column);
    return status;
}

llmrec_status lr_catalog_make(llmrec_context *context, lr_ids *ids, const lr_item_source *source,
                              const lr_catalog_plan *plan, lr_catalog *catalog)
{
    llmrec_status status = LLMREC_OK;
    lr_catalog fresh = {.ids = ids, .title = -1};
    joining join = {.source = source, .known = ids, .dropped = plan->dropped};
    lr_ids *given = NULL, *joined = NULL;
    if (source != NULL) {
        LR_TRY(take_ids(context, source, &given));
        LR_TRY(match_rows(context, given, plan->all, &join));
        LR_TRY(meet(context, &join, given, plan));
        LR_TRY(take_texts(context, &join, &fresh));
        if (join.items > lr_ids_count(ids)) {
            lr_log(context, LLMREC_LOG_INFO, "data", "%zu of %zu items have no interaction",
                   join.items - lr_ids_count(ids), join.items);
            const bool numbers = source->numbers && (lr_ids_are_numbers(ids) || lr_ids_count(ids) == 0);
            LR_TRY(lr_ids_gather(context, (lr_spans){join.items, joined_id, &join}, numbers, NULL, &joined));
            lr_ids_free(fresh.ids);
            fresh.ids = joined;
        }
    }
    lr_catalog_share_titles(&fresh);
    *catalog = fresh;
done:
    lr_free(context, join.row_of);
    lr_ids_free(given);
    if (status != LLMREC_OK) {
        fresh.ids = NULL; /* still owned by the caller */
        lr_catalog_free(context, &fresh);
    }
    return status;
}

void lr_catalog_free(llmrec_context *context, lr_catalog *catalog)
{
    for (size_t i = 0; i < catalog->columns; i++) {
        lr_free(context, catalog->names[i]);
        if (!catalog->shared || (int64_t)i != catalog->title) lr_texts_free(context, &catalog->texts[i]);
    }
    lr_free(context, catalog->names);
    lr_free(context, catalog->texts);
    lr_ids_free(catalog->ids);
    *catalog = (lr_catalog){0};
}

llmrec_status lr_catalog_add_columns(llmrec_context *context, lr_catalog *catalog, size_t columns)
{
    LR_RETURN_IF(LR_NEW_ZERO(context, catalog->names, columns));
    LR_RETURN_IF(LR_NEW_ZERO(context, catalog->texts, columns));
    catalog->columns = columns;
    return LLMREC_OK;
}

int64_t lr_catalog_find(const lr_catalog *catalog, const char *name)
{
    for (size_t i = 0; i < catalog->columns; i++)
        if (strcmp(catalog->names[i], name) == 0) return (int64_t)i;
    return -1;
}

void lr_catalog_share_titles(lr_catalog *catalog)
{
    if (catalog->title < 0) return;
    lr_ids_take_titles(catalog->ids, &catalog->texts[catalog->title]);
    catalog->shared = true;
}

void lr_catalog_find_title(lr_catalog *catalog)
{
    static const char *const usual[] = {"title", "name", "movie_title", "product_title", "item_name", "Title", "Name"};
    catalog->title = -1;
    for (size_t i = 0; i < sizeof usual / sizeof *usual && catalog->title < 0; i++)
        catalog->title = lr_catalog_find(catalog, usual[i]);
}
