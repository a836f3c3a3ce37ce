/* SPDX-License-Identifier: Apache-2.0 */
/* Pairwise form: the model compares the first stage's candidates in pairs, each pair in both orders. */
#include "core/memory.h"
#include "prompt/aggregate.h"
#include "prompt/tuning.h"

/* The comparisons of one session: one question for each ordered pair of its candidates. */
typedef struct duels {
    lr_prompted *prompted;
    size_t most;            /* candidates */
    lr_question *questions; /* [most (most-1)] */
    int32_t *menus;         /* [most (most-1), 2] items */
    double *scores;         /* [most] */
    int32_t *order;
    lr_reader reader;
} duels;

static llmrec_status make_room(duels *d)
{
    llmrec_context *context = d->prompted->prompter->context;
    const size_t pairs = d->most * (d->most - 1);
    LR_RETURN_IF(lr_reader_begin(d->prompted->prompter, 2, &d->reader));
    LR_RETURN_IF(LR_NEW_ZERO(context, d->questions, pairs));
    LR_RETURN_IF(LR_NEW(context, d->menus, 2 * pairs));
    LR_RETURN_IF(LR_NEW(context, d->scores, d->most));
    return LR_NEW(context, d->order, d->most);
}

static void clear(duels *d)
{
    llmrec_context *context = d->prompted->prompter->context;
    lr_free(context, d->questions);
    lr_free(context, d->menus);
    lr_free(context, d->scores);
    lr_free(context, d->order);
    lr_reader_clear(&d->reader);
}

static size_t pose_all(duels *d, size_t session, size_t candidates)
{
    const lr_prompted *prompted = d->prompted;
    const lr_batch *batch = prompted->batch;
    const int32_t *first = prompted->first + session * prompted->width;
    size_t count = 0;
    for (size_t a = 0; a < candidates; a++)
        for (size_t b = 0; b < candidates; b++) {
            if (a == b) continue;
            d->menus[2 * count] = first[a];
            d->menus[2 * count + 1] = first[b];
            d->questions[count] = (lr_question){
                .about = {lr_batch_items(batch, session), lr_batch_length(batch, session), d->menus + 2 * count, 2},
                .session = session,
                .seed = lr_prompted_seed(prompted, session),
            };
            count++;
        }
    return count;
}

/* How much the first item of a pair is preferred, in [0,1]; 1/2 if the answer does not decide. */
static llmrec_status preference(duels *d, lr_asking *asking, size_t at, double *value, bool *answered)
{
    int64_t *counts = d->prompted->counts + asking->questions[at].session * LR_GROUNDED;
    const lr_menu menu = lr_reader_menu(&d->reader, asking->questions[at].about.menu, 2);
    bool letters = false;
    double mass[2] = {.5, .5};
    int32_t place = -1;
    int how = LR_GROUNDED_HALLUCINATED;
    *value = .5;
    counts[LR_GROUNDED_REQUESTS] += asking->questions[at].asked;
    if (lr_asking_samples(asking, at) == 0) return LLMREC_OK;
    letters = lr_asking_letters(asking, at, mass);
    if (!letters) {
        LR_RETURN_IF(lr_reader_read(&d->reader, lr_asking_text(asking, at, 0), 2, 1));
        if (d->reader.listing.count == 0) return LLMREC_OK;
        LR_RETURN_IF(lr_ground_in_menu(&menu, &d->reader.listing, 0, &place, &how));
        if (place >= 0) mass[0] = place == 0;
    }
    counts[letters ? LR_GROUNDED_EXACT : how]++;
    *answered = *answered || letters || place >= 0;
    *value = mass[0];
    return LLMREC_OK;
}

static llmrec_status take_all(duels *d, lr_asking *asking, size_t candidates, bool *answered)
{
    const double weight = d->prompted->prompter->options.first_stage_weight;
    double value = 0;
    for (size_t i = 0; i < candidates; i++) d->scores[i] = weight * (double)(candidates - 1 - i);
    for (size_t a = 0, at = 0; a < candidates; a++)
        for (size_t b = 0; b < candidates; b++) {
            if (a == b) continue;
            LR_RETURN_IF(preference(d, asking, at++, &value, answered));
            d->scores[a] += value;
            d->scores[b] += 1 - value;
        }
    return LLMREC_OK;
}

static llmrec_status run_session(duels *d, size_t session)
{
    const lr_prompted *prompted = d->prompted;
    const size_t count = (size_t)prompted->first_counts[session], candidates = count < d->most ? count : d->most;
    lr_asking asking = {.prompter = prompted->prompter, .questions = d->questions};
    lr_list *list = &prompted->lists[session];
    bool answered = false;
    llmrec_status status = LLMREC_OK;
    asking.count = pose_all(d, session, candidates);
    LR_TRY(lr_asking_run(&asking));
    LR_TRY(take_all(d, &asking, candidates, &answered));
    if (!answered) goto done;
    lr_order_by_score(d->scores, candidates, d->order);
    for (size_t i = 0; i < candidates && list->count < list->room; i++)
        list->items[list->count++] = prompted->first[session * prompted->width + (size_t)d->order[i]];
done:
    lr_asking_clear(&asking);
    return status;
}

static llmrec_status rank(lr_prompted *prompted, lr_scratch_pool *scratch)
{
    duels d = {.prompted = prompted, .most = (size_t)prompted->prompter->options.candidates};
    llmrec_status status = LLMREC_OK;
    (void)scratch;
    LR_TRY(make_room(&d));
    for (size_t i = 0; i < prompted->batch->sessions; i++)
        if (lr_prompted_asks(prompted, i) && prompted->first_counts[i] > 1) LR_TRY(run_session(&d, i));
done:
    clear(&d);
    return status;
}

/* Shows a pair: the target and a randomly drawn candidate. */
static llmrec_status answer(lr_example *e, const lr_tuned *tuned)
{
    lr_rng rng = lr_example_rng(e, tuned);
    lr_example_list(e, tuned, lr_form_shown(&e->prompter->options));
    if (e->count > 2) {
        e->answer[1] = e->answer[1 + lr_rng_below(&rng, e->count - 1)];
        e->count = 2;
    }
    lr_example_show(e, &rng);
    e->count = 1;
    return LLMREC_OK;
}

const lr_form lr_form_pairs = {.form = LLMREC_PROMPT_RANK,
                               .scoring = LLMREC_SCORING_PAIRWISE,
                               .strategy = LR_PROMPT_STRATEGY("prompt-rank"),
                               .kinds = {LR_ASK_LETTER, LR_ASK_LETTER},
                               .first_stage = LR_FORM_RANKS,
                               .check = lr_form_check_windows,
                               .questions = lr_form_rounds,
                               .candidates = lr_form_candidates,
                               .rank = rank,
                               .answer = answer,
                               .tuned_first = LR_FORM_RANKS};
