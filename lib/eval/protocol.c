/* SPDX-License-Identifier: Apache-2.0 */
/* Asks a recommender for lists of a test set, in batches. */
#include "eval/protocol.h"

#include <string.h>

#include "core/log.h"
#include "core/memory.h"
#include "core/rng.h"
#include "data/dataset.h"
#include "llmrec/prompt.h"
#include "rank/strategy.h"

/* Prompts, targets and lists of a batch of sessions. */
typedef struct prompts {
    llmrec_context *context;
    size_t sessions, room; /* sessions in the batch; capacity */
    int64_t *offsets;      /* [room+1] row offsets of the prompts */
    int32_t *prompts;      /* [offsets[sessions]] */
    size_t prompt_capacity;
    int32_t known;           /* items of the recommender */
    int64_t *target_offsets; /* [room+1] */
    int32_t *targets;        /* [target_offsets[sessions]] */
    size_t target_capacity;
    int32_t *counts;    /* [room] */
    int32_t *lists;     /* [room,width] */
    size_t width;       /* length of the longest list */
    int32_t *scratch;   /* [longest session] */
    int64_t *grounding; /* [room,LLMREC_GROUNDING_COUNT] */
    lr_draw draw;       /* of the eligible sessions */
} prompts;

/* True if the session has a prompt and a target. */
static bool is_eligible(const llmrec_dataset *test, size_t session, size_t rows)
{
    const size_t targets = lr_dataset_targets(test, session);
    return targets > 0 && rows > targets;
}

static llmrec_status batch_init(prompts *batch, const llmrec_dataset *test, const llmrec_evaluation_options *options)
{
    llmrec_context *context = batch->context;
    const size_t items = lr_dataset_items(test), sessions = lr_dataset_sessions(test);
    const size_t longest_list = (size_t)options->k[options->k_count - 1];
    uint64_t eligible = 0;
    batch->width = longest_list < items ? longest_list : items;
    batch->room = (size_t)options->batch < sessions ? (size_t)options->batch : sessions;
    LR_RETURN_IF(LR_NEW(context, batch->offsets, batch->room + 1));
    LR_RETURN_IF(LR_NEW(context, batch->target_offsets, batch->room + 1));
    LR_RETURN_IF(LR_NEW(context, batch->counts, batch->room));
    LR_RETURN_IF(lr_alloc(context, &batch->lists, batch->room, batch->width * sizeof *batch->lists));
    LR_RETURN_IF(LR_NEW(context, batch->scratch, lr_dataset_longest(test)));
    LR_RETURN_IF(lr_alloc(context, &batch->grounding, batch->room, LLMREC_GROUNDING_COUNT * sizeof *batch->grounding));
    for (size_t i = 0; i < sessions; i++) {
        size_t rows = 0;
        lr_dataset_session(test, i, batch->scratch, &rows);
        eligible += is_eligible(test, i, rows);
    }
    batch->draw = lr_draw_begin(options->sample_seed, options->sample, eligible);
    return LLMREC_OK;
}

static void batch_clear(prompts *batch)
{
    lr_free(batch->context, batch->offsets);
    lr_free(batch->context, batch->prompts);
    lr_free(batch->context, batch->target_offsets);
    lr_free(batch->context, batch->targets);
    lr_free(batch->context, batch->counts);
    lr_free(batch->context, batch->lists);
    lr_free(batch->context, batch->scratch);
    lr_free(batch->context, batch->grounding);
}

/* Adds a session. Items that the recommender does not have, at the end of the catalog, are unknown in prompts. */
static llmrec_status batch_take(prompts *batch, const int32_t *items, size_t prompt, size_t targets)
{
    const size_t at = (size_t)batch->offsets[batch->sessions], target = (size_t)batch->target_offsets[batch->sessions];
    LR_RETURN_IF(LR_GROW(batch->context, batch->prompts, batch->prompt_capacity, at, at + prompt));
    LR_RETURN_IF(LR_GROW(batch->context, batch->targets, batch->target_capacity, target, target + targets));
    for (size_t i = 0; i < prompt; i++) batch->prompts[at + i] = items[i] < batch->known ? items[i] : -1;
    memcpy(batch->targets + target, items + prompt, targets * sizeof *items);
    batch->sessions++;
    batch->offsets[batch->sessions] = (int64_t)(at + prompt);
    batch->target_offsets[batch->sessions] = (int64_t)(target + targets);
    return LLMREC_OK;
}

/* Fills the batch from session `*next`, and advances `*next` past all sessions taken or skipped. */
static llmrec_status batch_fill(prompts *batch, const llmrec_dataset *test, size_t *next)
{
    const size_t all = lr_dataset_sessions(test);
    batch->offsets[0] = batch->target_offsets[0] = 0;
    for (batch->sessions = 0; batch->sessions < batch->room && *next < all; ++*next) {
        size_t rows = 0;
        const int32_t *items = lr_dataset_session(test, *next, batch->scratch, &rows);
        if (!is_eligible(test, *next, rows) || !lr_draw_next(&batch->draw)) continue;
        const size_t targets = lr_dataset_targets(test, *next);
        LR_RETURN_IF(batch_take(batch, items, rows - targets, targets));
    }
    return LLMREC_OK;
}

static llmrec_status batch_add(const prompts *batch, lr_tally *tally)
{
    for (size_t i = 0; i < batch->sessions; i++) {
        const lr_items list = {batch->lists + i * batch->width, (size_t)batch->counts[i]};
        const int64_t from = batch->target_offsets[i];
        const lr_items targets = {batch->targets + from, (size_t)(batch->target_offsets[i + 1] - from)};
        LR_RETURN_IF(lr_tally_add(tally, list, targets));
        lr_tally_ground(tally, batch->grounding + i * LLMREC_GROUNDING_COUNT);
    }
    return LLMREC_OK;
}

llmrec_status lr_protocol_ask(const llmrec_recommender *recommender, const llmrec_dataset *test,
                              const llmrec_evaluation_options *options, lr_tally *tally)
{
    llmrec_status status = LLMREC_OK;
    prompts batch = {.context = lr_dataset_context(test), .known = (int32_t)recommender->items};
    llmrec_recommend_options wishes;
    const size_t sessions = lr_dataset_sessions(test);
    lr_progress progress = {0};
    int64_t evaluated = 0;
    LR_TRY(llmrec_recommend_options_init(&wishes, sizeof wishes));
    wishes.keep_seen = options->keep_seen;
    LR_TRY(batch_init(&batch, test, options));
    progress = lr_progress_begin(batch.context, "evaluate", "sessions", (int64_t)batch.draw.wanted);
    for (size_t next = 0; next < sessions;) {
        LR_TRY(batch_fill(&batch, test, &next));
        const lr_batch call = {.offsets = batch.offsets,
                               .items = batch.prompts,
                               .sessions = (size_t)batch.sessions,
                               .recommended = batch.lists,
                               .counts = batch.counts,
                               .grounding = batch.grounding,
                               .grounding_columns = LLMREC_GROUNDING_COUNT};
        LR_TRY(lr_rank_checked(recommender, lr_rank_batch, &call, (int64_t)batch.width, &wishes, "recommend"));
        LR_TRY(batch_add(&batch, tally));
        evaluated += (int64_t)batch.sessions;
        if (next < sessions) LR_TRY(lr_progress_step(&progress, evaluated));
    }
    LR_TRY(lr_progress_end(&progress, evaluated));
done:
    batch_clear(&batch);
    return status;
}
