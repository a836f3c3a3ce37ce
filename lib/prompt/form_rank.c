/* SPDX-License-Identifier: Apache-2.0 */
/* Ranking forms: the model ranks the first stage's candidates, in rounds with independent random orders, and in windows
 * if there are too many candidates for one question. */
#include <math.h>
#include <string.h>

#include "core/memory.h"
#include "core/rng.h"
#include "prompt/aggregate.h"
#include "prompt/tuning.h"

/* One round over the candidates of one session. */
typedef struct contest {
    size_t session;
    uint64_t round;
    size_t candidates;
    int32_t *order;  /* [candidates] places in the first stage's list, current best first */
    int32_t *places; /* [candidates] place of each, from 0; LR_UNRANKED: none */
    double *mass;    /* [candidates] share of each in the labels' probability */
    bool answered;
} contest;

/* All rounds of a batch. */
typedef struct contests {
    lr_prompted *prompted;
    size_t sessions, count; /* sessions asked about; contests: `rounds` for each, contiguous */
    contest *contest;
    int32_t *orders, *places; /* [count, candidates] */
    double *masses;
    lr_question *questions; /* [count] */
    contest **asked;        /* [count] the contest of each question */
    int32_t *menus, *shown; /* [count, window] items of each question; their places in the first stage's list */
    size_t window;
    lr_reader reader;
} contests;

static bool is_letter(const contests *all)
{
    return lr_kind_of(all->prompted->prompter->phrasing.kind)->letter;
}

static size_t rounds_of(const contests *all)
{
    return (size_t)all->prompted->prompter->options.rounds;
}

static llmrec_status make_room(contests *all, size_t candidates)
{
    llmrec_context *context = all->prompted->prompter->context;
    LR_RETURN_IF(LR_NEW_ZERO(context, all->contest, all->count));
    LR_RETURN_IF(lr_alloc(context, &all->orders, all->count, candidates * sizeof *all->orders));
    LR_RETURN_IF(lr_alloc(context, &all->places, all->count, candidates * sizeof *all->places));
    LR_RETURN_IF(lr_alloc(context, &all->masses, all->count, candidates * sizeof *all->masses));
    LR_RETURN_IF(LR_NEW_ZERO(context, all->questions, all->count));
    LR_RETURN_IF(LR_NEW(context, all->asked, all->count));
    LR_RETURN_IF(lr_alloc(context, &all->menus, all->count, all->window * sizeof *all->menus));
    LR_RETURN_IF(lr_alloc(context, &all->shown, all->count, all->window * sizeof *all->shown));
    return lr_reader_begin(all->prompted->prompter, all->window, &all->reader);
}

static void clear(contests *all)
{
    llmrec_context *context = all->prompted->prompter->context;
    lr_free(context, all->contest);
    lr_free(context, all->orders);
    lr_free(context, all->places);
    lr_free(context, all->masses);
    lr_free(context, all->questions);
    lr_free(context, (void *)all->asked);
    lr_free(context, all->menus);
    lr_free(context, all->shown);
    lr_reader_clear(&all->reader);
}

/* The number of candidates of a session; 0 if there is only one, because it needs no ranking. */
static size_t candidates_of(const lr_prompted *prompted, size_t session)
{
    const size_t most = (size_t)prompted->prompter->options.candidates;
    const size_t count = (size_t)prompted->first_counts[session];
    return count < most ? count : most;
}

static bool is_asked(const lr_prompted *prompted, size_t session)
{
    return lr_prompted_asks(prompted, session) && candidates_of(prompted, session) > 0;
}

static llmrec_status begin(contests *all)
{
    const lr_prompted *prompted = all->prompted;
    const size_t most = (size_t)prompted->prompter->options.candidates, rounds = rounds_of(all);
    for (size_t i = 0; i < prompted->batch->sessions; i++) all->sessions += is_asked(prompted, i);
    all->count = all->sessions * rounds;
    all->window = (size_t)prompted->prompter->options.window;
    LR_RETURN_IF(make_room(all, most));
    contest *next = all->contest;
    for (size_t session = 0; session < prompted->batch->sessions; session++) {
        const size_t candidates = is_asked(prompted, session) ? candidates_of(prompted, session) : 0;
        const size_t at = (size_t)(next - all->contest) * most; /* the rounds of a session are contiguous */
        for (size_t round = 0; round < rounds && candidates > 0; round++, next++) {
            *next = (contest){session,
                              round,
                              candidates,
                              all->orders + at + round * candidates,
                              all->places + at + round * candidates,
                              all->masses + at + round * candidates,
                              false};
            for (size_t i = 0; i < candidates; i++) {
                next->order[i] = (int32_t)i;
                next->places[i] = LR_UNRANKED;
                next->mass[i] = 0;
            }
        }
    }
    return LLMREC_OK;
}

/* --- questions --------------------------------------------------------------------------------------------------- */

/* Random number generator of one question. */
static lr_rng numbers_of(const lr_prompted *prompted, const contest *c, size_t step)
{
    return lr_rng_at(lr_prompted_seed(prompted, c->session), LR_STREAM_PROMPT, c->round << 40 | (uint64_t)step << 20);
}

static size_t shown_of(const contests *all, const contest *c)
{
    return c->candidates < all->window ? c->candidates : all->window;
}

static void pose(contests *all, contest *c, size_t step, size_t at)
{
    const lr_prompted *prompted = all->prompted;
    const lr_batch *batch = prompted->batch;
    const llmrec_prompt_options *options = &prompted->prompter->options;
    const size_t begin = lr_window_begin(c->candidates, all->window, (size_t)options->stride, step);
    const size_t count = shown_of(all, c);
    int32_t *shown = all->shown + at * all->window, *menu = all->menus + at * all->window;
    lr_rng rng = numbers_of(prompted, c, step);
    const uint64_t seed = lr_rng_next(&rng);
    if (options->shuffle) lr_prompter_shuffle(&rng, c->order + begin, count, shown);
    else memcpy(shown, c->order + begin, count * sizeof *shown);
    for (size_t i = 0; i < count; i++) menu[i] = prompted->first[c->session * prompted->width + (size_t)shown[i]];
    all->asked[at] = c;
    all->questions[at] = (lr_question){
        .about = {lr_batch_items(batch, c->session), lr_batch_length(batch, c->session), menu, count},
        .session = c->session,
        .seed = seed,
    };
}

/* --- answers ----------------------------------------------------------------------------------------------------- */

static int64_t *counts_of(const contests *all, const contest *c)
{
    return all->prompted->counts + c->session * LR_GROUNDED;
}

/* Reorders the window's candidates: those at `named` [count] of `shown` come first, the others follow in their old
 * order. */
static void reorder(const contests *all, contest *c, size_t step, const int32_t *shown, const int32_t *named,
                    size_t count)
{
    const size_t stride = (size_t)all->prompted->prompter->options.stride;
    int32_t *order = c->order + lr_window_begin(c->candidates, all->window, stride, step);
    size_t put = 0;
    for (size_t i = 0; i < count; i++) {
        size_t at = put;
        while (order[at] != shown[named[i]]) at++;
        memmove(order + put + 1, order + put, (at - put) * sizeof *order);
        order[put++] = shown[named[i]];
        c->places[shown[named[i]]] = (int32_t)i; /* used if there is only one window */
    }
    c->answered = c->answered || count > 0;
}

/* Finds the candidates that a text answer names, as places in the window. */
static llmrec_status ground(contests *all, const lr_question *question, lr_span text, int32_t *named, size_t *count)
{
    const size_t choices = question->about.choices;
    int64_t *counts = all->prompted->counts + question->session * LR_GROUNDED;
    const lr_menu menu = lr_reader_menu(&all->reader, question->about.menu, choices);
    LR_RETURN_IF(lr_reader_read(&all->reader, text, choices, lr_prompter_entries(all->prompted->prompter, choices)));
    *count = 0;
    for (size_t i = 0; i < all->reader.listing.count; i++) {
        int how = LR_GROUNDED_HALLUCINATED;
        LR_RETURN_IF(lr_ground_in_menu(&menu, &all->reader.listing, i, &named[*count], &how));
        counts[how]++;
        *count += named[*count] >= 0;
    }
    return LLMREC_OK;
}

/* Orders labels by decreasing probability; labels that the server did not list are left out. */
static size_t order_letters(const double *mass, size_t choices, int32_t *named)
{
    size_t count = 0;
    lr_order_by_score(mass, choices, named);
    while (count < choices && mass[named[count]] > 0) count++;
    return count;
}

/* Processes one answer; `named` [window+1] and `mass` [window] are scratch memory. */
static llmrec_status take(contests *all, lr_asking *asking, size_t at, size_t step, int32_t *named, double *mass)
{
    contest *c = all->asked[at];
    const lr_question *question = &asking->questions[at];
    const int32_t *shown = all->shown + at * all->window;
    size_t count = 0;
    counts_of(all, c)[LR_GROUNDED_REQUESTS] += question->asked;
    if (lr_asking_samples(asking, at) == 0) return LLMREC_OK;
    const bool letters = is_letter(all) && lr_asking_letters(asking, at, mass);
    if (letters) {
        count = order_letters(mass, question->about.choices, named);
        counts_of(all, c)[LR_GROUNDED_EXACT]++;
    } else {
        LR_RETURN_IF(ground(all, question, lr_asking_text(asking, at, 0), named, &count));
    }
    for (size_t i = 0; i < count; i++) c->mass[shown[named[i]]] = letters ? mass[named[i]] : i == 0;
    reorder(all, c, step, shown, named, count);
    return LLMREC_OK;
}

static llmrec_status take_all(contests *all, lr_asking *asking, size_t step)
{
    llmrec_context *context = asking->prompter->context;
    int32_t *named = NULL;
    double *mass = NULL;
    llmrec_status status = LLMREC_OK;
    LR_TRY(LR_NEW(context, named, 2 * all->window + 1));
    LR_TRY(LR_NEW(context, mass, all->window));
    for (size_t i = 0; i < asking->count; i++) LR_TRY(take(all, asking, i, step, named, mass));
done:
    lr_free(context, named);
    lr_free(context, mass);
    return status;
}

/* --- from rounds to a list ---------------------------------------------------------------------------------------- */

/* Mean probabilities over the answered rounds. */
static void mean_mass(const contest *c, const lr_rounds *rounds, double *scores)
{
    double harmonic = 0;
    for (size_t i = 0; i < c->candidates; i++) harmonic += 1 / (1.0 + (double)i);
    for (size_t i = 0; i < c->candidates; i++) {
        scores[i] = rounds->first_weight / (1.0 + (double)i) / harmonic;
        for (size_t round = 0; round < rounds->rounds; round++) scores[i] += c[round].mass[i];
    }
}

static llmrec_status aggregate(const contests *all, const contest *c, double *scores)
{
    const lr_prompter *p = all->prompted->prompter;
    const lr_rounds rounds = {c->candidates, rounds_of(all), c->places, p->options.first_stage_weight};
    if (is_letter(all) && c->candidates <= all->window) {
        mean_mass(c, &rounds, scores);
        return LLMREC_OK;
    }
    switch (p->options.aggregation) {
    case LLMREC_AGGREGATION_RECIPROCAL: lr_aggregate_reciprocal(&rounds, scores); break;
    case LLMREC_AGGREGATION_KEMENY: return lr_aggregate_kemeny(p->context, &rounds, scores);
    case LLMREC_AGGREGATION_SUM: lr_aggregate_sum(&rounds, scores); break;
    default: lr_aggregate_borda(&rounds, scores); break;
    }
    return LLMREC_OK;
}

static bool was_named(const contest *c, size_t rounds, int32_t candidate)
{
    for (size_t i = 0; i < rounds; i++)
        if (c[i].places[candidate] != LR_UNRANKED) return true;
    return false;
}

/* Sets the places after a pass over windows, from its last order. */
static void settle(const contests *all, contest *c)
{
    if (!c->answered || c->candidates <= all->window) return;
    for (size_t i = 0; i < c->candidates; i++) c->places[c->order[i]] = (int32_t)i;
}

/* Builds the list of one session; `c` is its first round. */
static llmrec_status make_list(const contests *all, contest *c, double *scores, int32_t *order)
{
    const lr_prompted *prompted = all->prompted;
    const size_t rounds = rounds_of(all);
    lr_list *list = &prompted->lists[c->session];
    bool answered = false;
    for (size_t i = 0; i < rounds; i++) {
        settle(all, c + i);
        answered = answered || c[i].answered;
    }
    if (!answered) return LLMREC_OK;
    LR_RETURN_IF(aggregate(all, c, scores));
    lr_order_by_score(scores, c->candidates, order);
    for (size_t i = 0; i < c->candidates && list->count < list->room; i++) {
        const int32_t item = prompted->first[c->session * prompted->width + (size_t)order[i]];
        list->items[list->count++] = item;
        if (!was_named(c, rounds, order[i])) list->counts[LR_GROUNDED_BACKFILLED]++;
    }
    return LLMREC_OK;
}

static llmrec_status make_lists(const contests *all)
{
    const lr_prompter *p = all->prompted->prompter;
    double *scores = NULL;
    int32_t *order = NULL;
    llmrec_status status = LLMREC_OK;
    LR_TRY(LR_NEW(p->context, scores, (size_t)p->options.candidates));
    LR_TRY(LR_NEW(p->context, order, (size_t)p->options.candidates));
    for (size_t i = 0; i < all->count; i += rounds_of(all)) LR_TRY(make_list(all, &all->contest[i], scores, order));
done:
    lr_free(p->context, scores);
    lr_free(p->context, order);
    return status;
}

/* Runs one step of all windows together. */
static llmrec_status run_step(contests *all, size_t step, size_t *asked)
{
    const lr_prompter *p = all->prompted->prompter;
    lr_asking asking = {.prompter = p, .questions = all->questions};
    llmrec_status status = LLMREC_OK;
    for (size_t i = 0; i < all->count; i++)
        if (step < lr_window_steps(all->contest[i].candidates, all->window, (size_t)p->options.stride))
            pose(all, &all->contest[i], step, asking.count++);
    *asked = asking.count;
    if (asking.count == 0) return LLMREC_OK;
    LR_TRY(lr_asking_run(&asking));
    LR_TRY(take_all(all, &asking, step));
done:
    lr_asking_clear(&asking);
    return status;
}

static llmrec_status rank(lr_prompted *prompted, lr_scratch_pool *scratch)
{
    contests all = {.prompted = prompted};
    size_t asked = 1;
    llmrec_status status = LLMREC_OK;
    (void)scratch;
    LR_TRY(begin(&all));
    for (size_t step = 0; asked > 0; step++) LR_TRY(run_step(&all, step, &asked));
    LR_TRY(make_lists(&all));
done:
    clear(&all);
    return status;
}

/* --- the forms --------------------------------------------------------------------------------------------------- */

int64_t lr_form_rounds(const llmrec_prompt_options *options)
{
    return options->rounds;
}

int64_t lr_form_candidates(const llmrec_prompt_options *options)
{
    return options->candidates;
}

size_t lr_form_shown(const llmrec_prompt_options *options)
{
    return (size_t)(options->window < options->candidates ? options->window : options->candidates);
}

llmrec_status lr_form_check_windows(const llmrec_prompt_options *options)
{
    return lr_option_range("stride", options->stride, 1, options->window);
}

static llmrec_status check_letters(const llmrec_prompt_options *options)
{
    enum { LETTERS = 26 };
    const int64_t most = options->alternatives < LETTERS ? options->alternatives : LETTERS;
    LR_RETURN_IF(lr_form_check_windows(options));
    if ((int64_t)lr_form_shown(options) <= most) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_ARGUMENT, "window is %lld; wanted at most %lld, the number of %s",
                   (long long)options->window, (long long)most, most < LETTERS ? "alternatives" : "letters");
}

/* Shows the target among candidates, in the same way as the first round. */
static llmrec_status answer_list(lr_example *e, const lr_tuned *tuned)
{
    lr_rng rng = lr_example_rng(e, tuned);
    lr_example_list(e, tuned, lr_form_shown(&e->prompter->options));
    lr_example_show(e, &rng);
    return LLMREC_OK;
}

static llmrec_status answer_letter(lr_example *e, const lr_tuned *tuned)
{
    LR_RETURN_IF(answer_list(e, tuned));
    e->count = 1;
    return LLMREC_OK;
}

const lr_form lr_form_rank = {.form = LLMREC_PROMPT_RANK,
                              .scoring = LLMREC_SCORING_LIST,
                              .strategy = LR_PROMPT_STRATEGY("prompt-rank"),
                              .kinds = {LR_ASK_RANKING, LR_ASK_RANKING_NAMES},
                              .first_stage = LR_FORM_RANKS,
                              .check = lr_form_check_windows,
                              .questions = lr_form_rounds,
                              .candidates = lr_form_candidates,
                              .rank = rank,
                              .answer = answer_list,
                              .tuned_first = LR_FORM_RANKS};

const lr_form lr_form_letters = {.form = LLMREC_PROMPT_RANK,
                                 .scoring = LLMREC_SCORING_LETTERS,
                                 .strategy = LR_PROMPT_STRATEGY("prompt-rank"),
                                 .kinds = {LR_ASK_LETTER, LR_ASK_LETTER},
                                 .first_stage = LR_FORM_RANKS,
                                 .check = check_letters,
                                 .questions = lr_form_rounds,
                                 .candidates = lr_form_candidates,
                                 .rank = rank,
                                 .answer = answer_letter,
                                 .tuned_first = LR_FORM_RANKS};
