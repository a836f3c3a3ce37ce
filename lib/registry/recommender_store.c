/* SPDX-License-Identifier: Apache-2.0 */
/* Implements the functions of llmrec/strategy.h that save a recommender to one file and open it. */
#include <stdio.h>
#include <string.h>

#include "core/log.h"
#include "core/memory.h"
#include "rank/recommender_file.h"
#include "registry/strategy_table.h"

static const lr_store_kind KIND = {"recommender", 1};
enum { DEEPEST = 8, ATTEMPTS = 32 };

/* --- writing ------------------------------------------------------------------------------------------------------ */

static lr_span title_at(const void *ids, size_t item)
{
    return lr_ids_title(ids, item);
}

static llmrec_status write_catalog(const lr_saving *saving, const llmrec_recommender *recommender)
{
    const char *version = llmrec_version();
    const lr_array library = {.name = "library", .type = LR_U8, .rank = 1, .sizes = {strlen(version)}};
    const lr_spans ids = {recommender->items, lr_ids_at, recommender->ids};
    const lr_spans titles = {recommender->items, title_at, recommender->ids};
    LR_RETURN_IF(lr_save_array(saving, &library, version));
    if (recommender->ids == NULL) return LLMREC_OK;
    LR_RETURN_IF(lr_save_integer(saving, "item_numbers", lr_ids_are_numbers(recommender->ids)));
    LR_RETURN_IF(lr_save_texts(saving, "item_ids", ids));
    return lr_ids_have_titles(recommender->ids) ? lr_save_texts(saving, "item_titles", titles) : LLMREC_OK;
}

static llmrec_status write_recommender(const void *self, lr_store *store)
{
    const llmrec_recommender *recommender = self;
    const lr_saving saving = {.context = recommender->context, .store = store, .prefix = ""};
    LR_RETURN_IF(write_catalog(&saving, recommender));
    return lr_save_recommender(&saving, NULL, recommender);
}

llmrec_status llmrec_recommender_save(const llmrec_recommender *recommender, const char *path)
{
    LR_NEED(recommender, path);
    return lr_store_save(recommender->context, path, KIND, write_recommender, recommender);
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

/* Finds the strategy that a description names, and reads its options. */
static llmrec_status read_strategy(const lr_opening *opening, const lr_strategy_kind **kind, void *options)
{
    const lr_json described = lr_json_member(opening->description, "options");
    const char *strategy = NULL;
    LR_RETURN_IF(lr_json_text(opening->description, "strategy", &strategy));
    *kind = strategy == NULL ? NULL : lr_strategy_find(strategy);
    if (*kind == NULL || (*kind)->open == NULL)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: strategy is %s; this library has none of that name", opening->path,
                       strategy == NULL ? "missing" : lr_quote(strategy, strlen(strategy)).text);
    if ((*kind)->options == NULL) return LLMREC_OK;
    LR_RETURN_IF(lr_options_init((*kind)->options, options, (*kind)->options->size));
    return lr_options_parse((*kind)->options, described, options);
}

/* Opens the recommender whose description has been read. */
static llmrec_status open_described(const lr_opening *opening, llmrec_recommender **recommender)
{
    _Alignas(max_align_t) unsigned char options[LR_OPTIONS_LARGEST];
    const lr_strategy_kind *kind = NULL;
    LR_RETURN_IF(read_strategy(opening, &kind, options));
    return kind->open(opening, kind->options == NULL ? NULL : options, recommender);
}

static llmrec_status read_description(lr_opening *opening, json_t **root)
{
    char name[LR_PREFIX_SIZE + 16];
    int64_t items = 0;
    snprintf(name, sizeof name, "%sdescription", opening->prefix);
    LR_RETURN_IF(lr_fail_in_file(opening->path, lr_json_load(opening->store, opening->context, name, root)));
    opening->description = (lr_json){.path = opening->path, .value = *root};
    LR_RETURN_IF(lr_json_integer(opening->description, "items", 1, INT32_MAX - 1, &items));
    if (items == 0) return lr_fail(LLMREC_ERR_FORMAT, "%s: %s: items is missing", opening->path, name);
    if (opening->depth > 0 && (size_t)items != opening->items)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: %s: items is %lld; wanted %zu", opening->path, name, (long long)items,
                       opening->items);
    opening->items = (size_t)items;
    return LLMREC_OK;
}

static llmrec_status open_inner(const lr_opening *outer, const char *name, llmrec_recommender **recommender)
{
    lr_opening opening = *outer;
    json_t *root = NULL;
    llmrec_status status = LLMREC_OK;
    const size_t used = strlen(opening.prefix);
    LR_CHECK(++opening.depth < DEEPEST && used + strlen(name) + 2 < sizeof opening.prefix, LLMREC_ERR_FORMAT,
             "%s: too many recommenders in each other", opening.path);
    snprintf(opening.prefix + used, sizeof opening.prefix - used, "%s.", name);
    LR_TRY(read_description(&opening, &root));
    LR_TRY(open_described(&opening, recommender));
done:
    json_decref(root);
    return status;
}

static llmrec_status read_titles(const lr_opening *opening)
{
    llmrec_status status = LLMREC_OK;
    lr_loose_texts loose = {0};
    lr_texts titles = {0};
    if (!lr_open_has(opening, "item_titles")) return LLMREC_OK;
    LR_TRY(lr_open_texts(opening, "item_titles", &loose));
    LR_TRY(lr_texts_gather(opening->context, (lr_spans){loose.count, lr_loose_text_at, &loose}, &titles));
    lr_ids_take_titles(opening->ids, &titles);
done:
    lr_loose_texts_free(opening->context, &loose);
    return status;
}

static llmrec_status read_catalog(lr_opening *opening)
{
    llmrec_status status = LLMREC_OK;
    lr_loose_texts texts = {0};
    size_t twice[2] = {0, 0};
    int64_t numbers = 0;
    if (!lr_open_has(opening, "item_ids")) return LLMREC_OK;
    LR_TRY(lr_open_integer(opening, "item_numbers", 0, 1, &numbers));
    LR_TRY(lr_bytes_read(opening->store, opening->path, "item_ids", &texts));
    LR_CHECK(texts.count == opening->items, LLMREC_ERR_FORMAT, "%s: %zu item ids; wanted %zu", opening->path,
             texts.count, opening->items);
    status = lr_ids_gather(opening->context, (lr_spans){texts.count, lr_loose_text_at, &texts}, numbers != 0, twice,
                           &opening->ids);
    LR_TRY(lr_fail_in_file(opening->path, status));
    LR_TRY(read_titles(opening));
done:
    lr_loose_texts_free(opening->context, &texts);
    return status;
}

static llmrec_status read_library(const lr_opening *opening)
{
    lr_array library = {.name = "library", .type = LR_U8, .rank = 1};
    char *version = NULL;
    LR_RETURN_IF(lr_store_read(opening->store, &library, &version));
    lr_log(opening->context, LLMREC_LOG_DEBUG, "registry", "%s was saved by libllmrec %s", opening->path,
           lr_quote(version, library.sizes[0]).text);
    lr_free(opening->context, version);
    return LLMREC_OK;
}

/* Opens the file twice by name: once to map it, once with HDF5. Another process may replace the file between the
 * two, so this repeats until both are the same file. */
static llmrec_status open_file(lr_opening *opening)
{
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        LR_RETURN_IF(lr_shared_map_open(opening->context, opening->path, &opening->map));
        const llmrec_status status = lr_store_open(opening->context, opening->path, KIND, &opening->store);
        if (lr_map_is(lr_shared_map_of(opening->map), opening->path)) return status;
        lr_store_close(opening->store);
        lr_shared_map_free(opening->map);
        opening->store = NULL;
        opening->map = NULL;
    }
    return lr_fail(LLMREC_ERR_IO, "%s: was replaced again and again while it was opened", opening->path);
}

llmrec_status llmrec_recommender_open(llmrec_context *context, const char *path, const llmrec_recommender_parts *given,
                                      llmrec_recommender **recommender)
{
    llmrec_recommender_parts parts = {.size = sizeof parts};
    lr_opening opening = {.context = context, .path = path, .parts = &parts, .open = open_inner};
    json_t *root = NULL;
    llmrec_status status = LLMREC_OK;
    LR_NEED(context, path, recommender);
    if (given != NULL) LR_RETURN_IF(lr_parts_read(given, &parts));
    LR_TRY(open_file(&opening));
    LR_TRY(read_library(&opening));
    LR_TRY(read_description(&opening, &root));
    LR_TRY(read_catalog(&opening));
    LR_TRY(open_described(&opening, recommender));
done:
    json_decref(root);
    lr_ids_free(opening.ids);
    lr_store_close(opening.store);
    lr_shared_map_free(opening.map);
    return status;
}
