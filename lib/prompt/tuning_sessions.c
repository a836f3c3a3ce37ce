/* SPDX-License-Identifier: Apache-2.0 */
/* Selects the sessions that become examples, orders them, and gets the first stage's lists for them. */
#include <string.h>

#include "core/memory.h"
#include "data/dataset.h"
#include "prompt/tuning.h"

void lr_tuning_sessions_clear(lr_tuning_sessions *s)
{
    llmrec_context *context = s->prompter->context;
    lr_free(context, s->order);
    lr_free(context, s->whole);
    lr_free(context, s->items);
    lr_free(context, s->first);
}

/* --- choosing ---------------------------------------------------------------------------------------------------- */

/* The counter for the reason why a session cannot be shown; NULL: it can be shown. Prompts show the id of an item
 * without a name; a model that is tuned on ids learns nothing useful from it. */
static int64_t *fault_of(lr_tuning_sessions *s, const int32_t *items, size_t count)
{
    if (count <= s->min_history) return &s->too_short;
    for (size_t i = 0; i < count; i++)
        if (!lr_names_has(&s->prompter->names, (size_t)items[i])) return &s->unnamed;
    for (size_t i = 0; i + 1 < count; i++)
        if (items[i] == items[count - 1]) return &s->repeated;
    return NULL;
}

static llmrec_status choose(lr_tuning_sessions *s)
{
    llmrec_context *context = s->prompter->context;
    const size_t sessions = lr_dataset_sessions(s->dataset);
    lr_rng rng = lr_rng_at(s->seed, LR_STREAM_TUNING, 0);
    LR_RETURN_IF(LR_NEW(context, s->whole, lr_dataset_longest(s->dataset)));
    LR_RETURN_IF(LR_NEW(context, s->order, sessions));
    for (size_t i = 0; i < sessions; i++) {
        size_t count = 0;
        const int32_t *items = lr_dataset_session(s->dataset, i, s->whole, &count);
        int64_t *fault = fault_of(s, items, count);
        if (fault != NULL) {
            ++*fault;
            continue;
        }
        const size_t j = (size_t)lr_rng_below(&rng, ++s->count);
        s->order[s->count - 1] = s->order[j];
        s->order[j] = (int32_t)i;
    }
    return LLMREC_OK;
}

/* If the answer must contain names, excludes items without a name. Otherwise excludes nothing, as when the tuned model
 * is used. */
static lr_filter filter_of(const lr_tuning_sessions *s)
{
    const lr_names *names = &s->prompter->names;
    if (s->prompter->form->tuned_named) return (lr_filter){.bits = names->named, .eligible = names->named_count};
    return (lr_filter){.eligible = names->shown.count};
}

llmrec_status lr_tuning_sessions_choose(lr_tuning_sessions *s)
{
    LR_RETURN_IF(choose(s));
    if (s->prompter->form->tuned_first == NULL) return LLMREC_OK;
    const size_t eligible = filter_of(s).eligible;
    s->width = lr_prompter_listed(s->prompter);
    if (s->width > eligible) s->width = eligible;
    return lr_alloc(s->prompter->context, &s->first, LR_TUNING_BATCH, s->width * sizeof *s->first);
}

/* --- a batch ------------------------------------------------------------------------------------------------------ */

static llmrec_status gather(lr_tuning_sessions *s, size_t begin)
{
    const size_t left = s->count - begin;
    size_t used = 0, count = 0;
    s->loaded = left < LR_TUNING_BATCH ? left : LR_TUNING_BATCH;
    s->offsets[0] = 0;
    for (size_t i = 0; i < s->loaded; i++) {
        const int32_t *items = lr_dataset_session(s->dataset, (size_t)s->order[begin + i], s->whole, &count);
        LR_RETURN_IF(LR_GROW(s->prompter->context, s->items, s->capacity, used, used + count));
        memcpy(s->items + used, items, (count - 1) * sizeof *items);
        s->targets[i] = items[count - 1];
        used += count - 1;
        s->offsets[i + 1] = (int64_t)used;
    }
    return LLMREC_OK;
}

llmrec_status lr_tuning_sessions_load(lr_tuning_sessions *s, size_t begin)
{
    const lr_filter filter = filter_of(s);
    LR_RETURN_IF(gather(s, begin));
    const lr_batch call = {.offsets = s->offsets,
                           .items = s->items,
                           .sessions = s->loaded,
                           .k = s->width,
                           .filter = &filter,
                           .recommended = s->first,
                           .counts = s->counts,
                           .stride = s->width};
    return s->width == 0 ? LLMREC_OK : lr_recommend_quietly(s->prompter->first_stage, &call);
}

lr_tuned lr_tuning_sessions_at(const lr_tuning_sessions *s, size_t at)
{
    return (lr_tuned){.items = s->items + s->offsets[at],
                      .count = (size_t)(s->offsets[at + 1] - s->offsets[at]),
                      .target = s->targets[at],
                      .first = s->width > 0 ? s->first + at * s->width : NULL,
                      .first_count = s->width > 0 ? (size_t)s->counts[at] : 0};
}
