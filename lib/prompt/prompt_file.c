/* SPDX-License-Identifier: Apache-2.0 */
/* Saves prompt recommenders to files and loads them. A file contains everything except the models: texts `names` and
 * bits `named` i64; `menu` i32 of CLASSIFY; `table` and the recommender `first_stage`, if they exist; the integer
 * `text_encoder`. */
#include "embed/text_encoder.h"
#include "llm/llm.h"
#include "prompt/prompter.h"
#include "rank/recommender_file.h"

static lr_span shown_at(const void *names, size_t item)
{
    return lr_texts_at(&((const lr_names *)names)->shown, item);
}

static lr_array named_array(size_t items)
{
    return (lr_array){.name = "named", .type = LR_I64, .rank = 1, .sizes = {(items + 63) / 64}};
}

llmrec_status lr_prompter_save(const llmrec_recommender *recommender, const lr_saving *saving)
{
    const lr_prompter *p = recommender->self;
    const lr_array named = named_array(recommender->items);
    const lr_array menu = {.name = "menu", .type = LR_I32, .rank = 1, .sizes = {p->menu_count}};
    LR_RETURN_IF(lr_save_texts(saving, "names", (lr_spans){recommender->items, shown_at, &p->names}));
    LR_RETURN_IF(lr_save_array(saving, &named, p->names.named));
    LR_RETURN_IF(lr_save_integer(saving, "text_encoder", p->text_encoder != NULL));
    if (p->menu != NULL) {
        LR_RETURN_IF(lr_save_integer(saving, "menu_count", (int64_t)p->menu_count));
        LR_RETURN_IF(lr_save_array(saving, &menu, p->menu));
    }
    if (p->table != NULL) LR_RETURN_IF(lr_save_table(saving, "table", p->table));
    return p->first_stage == NULL ? LLMREC_OK : lr_save_recommender(saving, "first_stage", p->first_stage);
}

static llmrec_status read_names(const lr_opening *opening, lr_names *names)
{
    const lr_array named = named_array(opening->items);
    lr_loose_texts texts = {0};
    llmrec_status status = LLMREC_OK;
    LR_TRY(lr_open_texts(opening, "names", &texts));
    LR_TRY(lr_texts_gather(opening->context, (lr_spans){texts.count, lr_loose_text_at, &texts}, &names->shown));
    LR_TRY(lr_open_array(opening, &named, &names->named));
    for (size_t i = 0; i < opening->items; i++) names->named_count += lr_names_has(names, i);
    LR_TRY(lr_names_index(names));
done:
    lr_loose_texts_free(opening->context, &texts);
    return status;
}

static llmrec_status read_menu(const lr_opening *opening, lr_prompter *p)
{
    int64_t count = 0;
    const int64_t most = p->options.clusters < (int64_t)opening->items ? p->options.clusters : (int64_t)opening->items;
    if (p->form->prepare == NULL) return LLMREC_OK;
    LR_RETURN_IF(lr_open_integer(opening, "menu_count", 1, most, &count));
    const lr_array menu = {.name = "menu", .type = LR_I32, .rank = 1, .sizes = {(size_t)count}};
    LR_RETURN_IF(lr_open_array(opening, &menu, &p->menu));
    for (int64_t i = 0; i < count; i++)
        if (p->menu[i] < 0 || (size_t)p->menu[i] >= opening->items)
            return lr_fail(LLMREC_ERR_FORMAT, "%s: menu: entry %lld is item %d; wanted 0 to %zu", opening->path,
                           (long long)i, p->menu[i], opening->items - 1);
    p->menu_count = (size_t)count;
    return LLMREC_OK;
}

/* Takes the models from the caller: a file does not contain them. */
static llmrec_status take_models(const lr_opening *opening, lr_prompter *p)
{
    const llmrec_recommender_parts *given = opening->parts;
    int64_t wanted = 0;
    LR_RETURN_IF(lr_open_integer(opening, "text_encoder", 0, 1, &wanted));
    if (given->llm == NULL)
        return lr_fail(LLMREC_ERR_ARGUMENT, "parts.llm is NULL; %s: a prompt recommender is saved without its model",
                       opening->path);
    p->llm = lr_llm_hold(given->llm);
    if (wanted == 0) return LLMREC_OK;
    if (given->text_encoder == NULL)
        return lr_fail(LLMREC_ERR_ARGUMENT, "parts.text_encoder is NULL; %s: it is saved without the one it had",
                       opening->path);
    if (p->table != NULL && given->text_encoder->dim != p->table->dim)
        return lr_fail(LLMREC_ERR_SHAPE, "parts.text_encoder makes vectors of dim %zu; wanted %zu",
                       given->text_encoder->dim, p->table->dim);
    p->text_encoder = lr_text_encoder_hold(given->text_encoder);
    return LLMREC_OK;
}

llmrec_status lr_prompter_open(const lr_opening *opening, const void *options, llmrec_recommender **recommender)
{
    const llmrec_prompt_options *given = options;
    lr_prompter *p = NULL;
    llmrec_status status = LLMREC_OK;
    LR_TRY(lr_prompter_begin(opening->context, given, &p));
    LR_TRY(read_names(opening, &p->names));
    LR_TRY(read_menu(opening, p));
    if (lr_open_has(opening, "table")) LR_TRY(lr_open_table(opening, "table", &p->table));
    if (lr_open_has(opening, "first_stage.description")) LR_TRY(opening->open(opening, "first_stage", &p->first_stage));
    LR_CHECK(p->first_stage != NULL || p->form->first_stage == NULL, LLMREC_ERR_FORMAT, "%s: first_stage is missing",
             opening->path);
    LR_TRY(take_models(opening, p));
    LR_TRY(lr_fail_in_file(opening->path, lr_prompter_ready(p)));
    status = lr_prompter_recommend(p, opening->items, opening->ids, recommender);
    p = NULL; /* now owned by the recommender */
done:
    lr_prompter_free(p);
    return status;
}
