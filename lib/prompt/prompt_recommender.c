/* SPDX-License-Identifier: Apache-2.0 */
/* Implements prompt recommenders: the driver that all forms share. */
#include <string.h>

#include "core/description.h"
#include "core/memory.h"
#include "embed/text_encoder.h"
#include "llm/llm.h"
#include "prompt/labels.h"
#include "prompt/prompt_options.h"
#include "prompt/prompter.h"

_Static_assert((int)LLMREC_GROUNDING_COUNT == (int)LR_GROUNDED &&
                   (int)LLMREC_GROUNDING_FILTERED == LR_GROUNDED_FILTERED,
               "the inside counts what the header names");

/* Number of sessions whose questions are sent together: enough to keep an endpoint busy. */
size_t lr_prompter_batch(const void *self, size_t k)
{
    enum { QUESTIONS = 1024, SESSIONS = 512 };
    const lr_prompter *p = self;
    const size_t questions = p->form->questions == NULL ? 1 : (size_t)p->form->questions(&p->options);
    const size_t sessions = QUESTIONS / questions;
    (void)k;
    return sessions < 1 ? 1 : sessions < SESSIONS ? sessions : SESSIONS;
}

/* --- for the forms ------------------------------------------------------------------------------------------------ */

bool lr_prompted_asks(const lr_prompted *prompted, size_t session)
{
    const int32_t *items = lr_batch_items(prompted->batch, session);
    for (size_t i = lr_batch_length(prompted->batch, session); i-- > 0;)
        if (items[i] >= 0) return true;
    return false;
}

uint64_t lr_prompted_seed(const lr_prompted *prompted, size_t session)
{
    const lr_batch *batch = prompted->batch;
    return lr_prompter_seed(prompted->prompter, lr_batch_items(batch, session), lr_batch_length(batch, session));
}

/* A part of the vectors to look up. */
typedef struct vectors {
    const float *values; /* [count, dim] */
    size_t dim;
} vectors;

static void copy_vector(const void *self, size_t session, const int32_t *items, size_t count,
                        const lr_vector_room *room, float *vector)
{
    const vectors *some = self;
    (void)items;
    (void)count;
    (void)room;
    memcpy(vector, some->values + session * some->dim, some->dim * sizeof *vector);
}

/* Makes a batch of the sessions of the vectors first..first+count-1, one session for each vector. */
static llmrec_status gather_sessions(const lr_prompted *prompted, const lr_lookup *lookup, size_t first, size_t count,
                                     lr_batch *batch, int32_t **items)
{
    llmrec_context *context = prompted->prompter->context;
    int64_t *offsets = NULL;
    size_t used = 0;
    LR_RETURN_IF(LR_NEW(context, offsets, count + 1));
    batch->offsets = offsets;
    for (size_t i = 0; i < count; i++) used += lr_batch_length(prompted->batch, lookup->sessions[first + i]);
    LR_RETURN_IF(LR_NEW(context, *items, used));
    offsets[0] = 0;
    for (size_t i = 0; i < count; i++) {
        const size_t session = lookup->sessions[first + i], length = lr_batch_length(prompted->batch, session);
        memcpy(*items + offsets[i], lr_batch_items(prompted->batch, session), length * sizeof **items);
        offsets[i + 1] = offsets[i] + (int64_t)length;
    }
    batch->items = *items;
    return LLMREC_OK;
}

llmrec_status lr_prompted_nearest(const lr_prompted *prompted, lr_scratch_pool *scratch, const lr_lookup *lookup)
{
    const lr_prompter *p = prompted->prompter;
    const size_t step = lr_search_batch(&p->search, lookup->width), eligible = prompted->batch->filter->eligible;
    const size_t k = lookup->width < eligible ? lookup->width : eligible;
    int32_t *items = NULL;
    lr_batch batch = {0};
    llmrec_status status = LLMREC_OK;
    for (size_t first = 0; first < lookup->count; first += step) {
        const size_t count = lookup->count - first < step ? lookup->count - first : step;
        const vectors some = {lookup->vectors + first * p->table->dim, p->table->dim};
        batch = (lr_batch){.sessions = count, .k = k, .filter = prompted->batch->filter, .stride = lookup->width};
        batch.recommended = lookup->near + first * lookup->width;
        batch.counts = lookup->near_counts + first;
        LR_TRY(gather_sessions(prompted, lookup, first, count, &batch, &items));
        LR_TRY(lr_search_rank(&p->search, scratch, &batch, copy_vector, &some));
        lr_free(p->context, (void *)(uintptr_t)batch.offsets);
        lr_free(p->context, items);
        batch.offsets = NULL;
        items = NULL;
    }
done:
    lr_free(p->context, (void *)(uintptr_t)batch.offsets);
    lr_free(p->context, items);
    return status;
}

/* --- a batch ------------------------------------------------------------------------------------------------------ */

static void prompted_clear(lr_prompted *prompted)
{
    llmrec_context *context = prompted->prompter->context;
    lr_free(context, prompted->first);
    lr_free(context, prompted->first_counts);
    lr_free(context, prompted->seen_room);
    lr_free(context, prompted->lists);
    lr_free(context, prompted->list_room);
    lr_free(context, prompted->allowed);
    lr_free(context, prompted->counts);
}

/* Gets the first stage's lists, under the same filters. */
static llmrec_status ask_first_stage(lr_prompted *prompted)
{
    const lr_prompter *p = prompted->prompter;
    lr_batch inner = *prompted->batch;
    const size_t wanted = p->form->candidates == NULL ? 1 : (size_t)p->form->candidates(&p->options);
    if (p->first_stage == NULL) return LLMREC_OK;
    prompted->width = wanted > inner.k ? wanted : inner.k;
    if (prompted->width > inner.filter->eligible) prompted->width = inner.filter->eligible;
    LR_RETURN_IF(lr_alloc(p->context, &prompted->first, inner.sessions, prompted->width * sizeof *prompted->first));
    LR_RETURN_IF(LR_NEW(p->context, prompted->first_counts, inner.sessions));
    inner.k = inner.stride = prompted->width;
    inner.recommended = prompted->first;
    inner.counts = prompted->first_counts;
    inner.scores = NULL;
    inner.grounding = NULL;
    inner.memory = NULL;
    return lr_recommend_quietly(p->first_stage, &inner);
}

/* Whether an item may be added to a session's list. */
static bool is_allowed(const void *user, int32_t item)
{
    const lr_allowed *allowed = user;
    return lr_filter_passes(allowed->filter, (size_t)item) && !lr_seen_has(&allowed->seen, item);
}

static llmrec_status begin_lists(lr_prompted *prompted)
{
    const lr_batch *batch = prompted->batch;
    llmrec_context *context = prompted->prompter->context;
    LR_RETURN_IF(LR_NEW(context, prompted->seen_room, lr_batch_rows(batch)));
    LR_RETURN_IF(LR_NEW(context, prompted->allowed, batch->sessions));
    LR_RETURN_IF(LR_NEW(context, prompted->lists, batch->sessions));
    LR_RETURN_IF(lr_alloc(context, &prompted->list_room, batch->sessions, batch->k * sizeof *prompted->list_room));
    LR_RETURN_IF(lr_alloc_zero(context, &prompted->counts, batch->sessions, LR_GROUNDED * sizeof *prompted->counts));
    for (size_t i = 0; i < batch->sessions; i++) {
        prompted->allowed[i] =
            (lr_allowed){batch->filter, lr_seen_make(batch->filter, lr_batch_items(batch, i), lr_batch_length(batch, i),
                                                     prompted->seen_room + lr_batch_start(batch, i))};
        prompted->lists[i] =
            (lr_list){prompted->list_room + i * batch->k, 0, batch->k, is_allowed, &prompted->allowed[i],
                      prompted->counts + i * LR_GROUNDED};
    }
    return LLMREC_OK;
}

/* Fills up a list, or marks it as failed, and passes it to the caller. */
static void finish(lr_prompted *prompted, size_t session)
{
    const lr_batch *batch = prompted->batch;
    lr_list *list = &prompted->lists[session];
    const bool failed = list->count == 0 && lr_prompted_asks(prompted, session);
    const bool fill = !failed || prompted->prompter->options.on_failure == LLMREC_ON_FAILURE_FIRST_STAGE;
    if (failed) list->counts[LR_GROUNDED_FAILED] = 1;
    if (prompted->first != NULL && fill)
        lr_list_backfill(list, prompted->first + session * prompted->width, (size_t)prompted->first_counts[session]);
    for (size_t i = 0; i < list->count; i++) lr_batch_put(batch, session, i, list->items[i], -(float)i);
    batch->counts[session] = (int32_t)list->count;
    for (size_t i = 0; i < batch->grounding_columns && i < LR_GROUNDED; i++)
        batch->grounding[session * batch->grounding_columns + i] = list->counts[i];
}

llmrec_status lr_prompter_rank(const llmrec_recommender *recommender, const lr_batch *batch)
{
    lr_prompted prompted = {.prompter = recommender->self, .batch = batch};
    llmrec_status status = LLMREC_OK;
    LR_TRY(ask_first_stage(&prompted));
    LR_TRY(begin_lists(&prompted));
    LR_TRY(prompted.prompter->form->rank(&prompted, recommender->scratch));
    for (size_t i = 0; i < batch->sessions; i++) finish(&prompted, i);
done:
    prompted_clear(&prompted);
    return status;
}

/* Appends `"name":` and the part's description, or null if there is no such part. */
static llmrec_status describe_part(lr_builder *json, const char *name, lr_describe_fn describe, const void *part)
{
    LR_RETURN_IF(lr_builder_format(json, "%s\"%s\":", json->length == 0 ? "" : ",", name));
    return part == NULL ? lr_builder_add(json, "null", 4) : describe(part, json);
}

static llmrec_status describe_parts(const lr_prompter *p, lr_builder *json)
{
    LR_RETURN_IF(describe_part(json, "llm", lr_llm_describe, p->llm));
    LR_RETURN_IF(describe_part(json, "first_stage", lr_recommender_describe, p->first_stage));
    LR_RETURN_IF(describe_part(json, "embedding", lr_embedding_describe, p->table));
    return describe_part(json, "text_encoder", lr_text_encoder_describe, p->text_encoder);
}

llmrec_status lr_prompter_recommend(lr_prompter *prompter, size_t items, lr_ids *ids, llmrec_recommender **recommender)
{
    lr_recommender_parts made = {.strategy = &prompter->form->strategy,
                                 .self = prompter,
                                 .items = items,
                                 .ids = ids,
                                 .options = &prompter->options};
    llmrec_context *context = prompter->context;
    lr_builder made_from = {.context = context};
    llmrec_status status = LLMREC_OK;
    LR_TRY(describe_parts(prompter, &made_from));
    made.made_from = made_from.text;
    prompter = NULL; /* owned by the recommender now, also after an error */
    LR_TRY(lr_recommender_make(context, &made, recommender));
done:
    lr_free(context, made_from.text);
    lr_prompter_free(prompter);
    return status;
}

llmrec_status llmrec_recommender_create_prompt(const llmrec_recommender_parts *parts,
                                               const llmrec_prompt_options *options, llmrec_recommender **recommender)
{
    lr_prompter *fresh = NULL;
    LR_NEED(recommender);
    LR_RETURN_IF(lr_prompter_make(parts, options, true, &fresh));
    return lr_prompter_recommend(fresh, lr_dataset_items(parts->dataset), lr_dataset_item_ids(parts->dataset),
                                 recommender);
}

static llmrec_status create(const llmrec_recommender_parts *parts, const void *options,
                            llmrec_recommender **recommender)
{
    return llmrec_recommender_create_prompt(parts, options, recommender);
}

const lr_strategy_kind lr_prompt_kind = {.name = "prompt",
                                         .help = "prompts to a language model, which ranks or names items",
                                         .options = &lr_prompt_options,
                                         .needs = LLMREC_NEED_DATASET | LLMREC_NEED_LLM,
                                         .takes = LLMREC_NEED_DATASET | LLMREC_NEED_LLM | LLMREC_NEED_FIRST_STAGE |
                                                  LLMREC_NEED_EMBEDDING | LLMREC_NEED_TEXT_ENCODER,
                                         .create = create,
                                         .save = lr_prompter_save,
                                         .open = lr_prompter_open};

llmrec_status llmrec_recommend_grounded(const llmrec_recommender *recommender, const int64_t *offsets,
                                        const int32_t *items, int64_t sessions, int64_t k,
                                        const llmrec_recommend_options *options, int32_t *recommended, float *scores,
                                        int32_t *counts, int64_t *grounding, int64_t columns)
{
    LR_RETURN_IF(lr_count("sessions", sessions));
    LR_RETURN_IF(lr_option_range("columns", columns, 1, INT32_MAX));
    if (sessions > 0) LR_NEED(grounding);
    const lr_batch call = {.offsets = offsets,
                           .items = items,
                           .sessions = (size_t)sessions,
                           .recommended = recommended,
                           .scores = scores,
                           .counts = counts,
                           .grounding = grounding,
                           .grounding_columns = (size_t)columns};
    return lr_rank_checked(recommender, lr_rank_batch, &call, k, options, "recommend");
}

/* --- showing the questions ---------------------------------------------------------------------------------------- */

static llmrec_status check_about(const llmrec_recommender *recommender, const lr_prompt_about *about)
{
    for (size_t i = 0; i < about->item_count; i++)
        if (about->items[i] < -1 || about->items[i] >= (int64_t)recommender->items)
            return lr_fail(LLMREC_ERR_ARGUMENT, "items[%zu] is %d; wanted -1 to %zu", i, about->items[i],
                           recommender->items - 1);
    for (size_t i = 0; i < about->choices; i++)
        if (about->menu[i] < 0 || about->menu[i] >= (int64_t)recommender->items)
            return lr_fail(LLMREC_ERR_ARGUMENT, "candidates[%zu] is %d; wanted 0 to %zu", i, about->menu[i],
                           recommender->items - 1);
    return LLMREC_OK;
}

static llmrec_status write_prompt(const lr_prompter *p, const lr_prompt_about *about, lr_builder *text)
{
    lr_builder user = {.context = p->context};
    llmrec_status status = LLMREC_OK;
    LR_TRY(lr_builder_add(text, "system: ", 8));
    LR_TRY(lr_prompt_write(&p->phrasing, &p->names, about, text, &user));
    LR_TRY(lr_builder_add(text, "\n\nuser: ", 8));
    LR_TRY(lr_builder_add(text, user.text, user.length));
done:
    lr_free(p->context, user.text);
    return status;
}

llmrec_status llmrec_prompt_preview(const llmrec_recommender *recommender, const int32_t *items, int64_t item_count,
                                    const int32_t *candidates, int64_t count, char *text, size_t capacity,
                                    size_t *length)
{
    lr_prompt_about about = {items, (size_t)item_count, candidates, (size_t)count};
    LR_NEED(recommender);
    if (item_count > 0) LR_NEED(items);
    if (count > 0) LR_NEED(candidates);
    if (capacity > 0) LR_NEED(text);
    if (recommender->strategy->free != lr_prompter_free)
        return lr_fail(LLMREC_ERR_UNSUPPORTED, "recommender is \"%s\"; wanted a prompt recommender",
                       recommender->strategy->name);
    const lr_prompter *p = recommender->self;
    if (p->menu != NULL) about.menu = p->menu;
    if (p->menu != NULL) about.choices = p->menu_count;
    LR_RETURN_IF(lr_count("item_count", item_count));
    LR_RETURN_IF(lr_option_range("count", count, 0, LR_LABELS_MAX));
    LR_RETURN_IF(check_about(recommender, &about));
    lr_builder built = {.context = p->context};
    return lr_builder_finish(write_prompt(p, &about, &built), &built, text, capacity, length);
}
