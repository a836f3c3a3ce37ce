/* SPDX-License-Identifier: Apache-2.0 */
/* The strategy of co-occurrence: recommends what occurs in sessions together with a session's items. */
#include <float.h>

#include "core/context.h"
#include "core/memory.h"
#include "core/text.h"
#include "linear/cooccurrence.h"
#include "rank/item_matrix_file.h"
#include "rank/item_scores.h"
#include "rank/number_lists.h"

extern const lr_strategy_kind lr_cooccurrence_kind;

/* --- options ------------------------------------------------------------------------------------------------------ */

typedef llmrec_cooccurrence_options C;
static const lr_option option[] = {
    LR_INTEGER(C, window, 20, 1, INT32_MAX, "largest distance of two rows that count as a pair"),
    LR_CHOICE(C, distance_decay, LLMREC_DECAY_HARMONIC, lr_decays, "how weights of pairs decrease with distance"),
    LR_NUMBER(C, distance_rate, 0.5, 0, DBL_MAX, LR_CLOSED, "exponential: decay rate"),
    LR_NUMBER(C, backward, 0.6, 0, FLT_MAX, LR_CLOSED, "weight of pairs in the other direction"),
    LR_NUMBER(C, power, 0.5, 0, 1, LR_CLOSED, "counts are divided by the items' rows to this power; 0: not"),
    LR_INTEGER(C, row_items, 0, 0, INT32_MAX, "keep only the largest entries of each item; 0: all"),
    LR_FLAG(C, last_only, 0, "only the last item of a session counts"),
    LR_CHOICE(C, session_decay, LLMREC_DECAY_HARMONIC, lr_decays, "how weights of a session's items decrease with age"),
    LR_NUMBER(C, session_decay_rate, 0.5, 0, DBL_MAX, LR_CLOSED, "exponential: decay rate"),
};
static const lr_preset preset[] = {
    {"default", NULL, "weights 1/d within 20 places, both directions, normalized"},
    {"markov", LR_SETTINGS("window=1", "backward=0", "power=0", "last_only=yes"),
     "first-order Markov chain: what directly follows the last item"},
};
static LR_OPTIONS(options_table, llmrec_cooccurrence_options, session_decay_rate,
                  "co-occurrence: which pairs of items count, and how", option, LR_PRESETS(preset));

llmrec_status llmrec_cooccurrence_options_init(llmrec_cooccurrence_options *options, size_t size)
{
    return lr_options_init(&options_table, options, size);
}

llmrec_status llmrec_cooccurrence_options_preset(llmrec_cooccurrence_options *options, size_t size, const char *name)
{
    return lr_options_preset(&options_table, options, size, name);
}

/* --- the verbs ---------------------------------------------------------------------------------------------------- */

typedef struct cooccurrence {
    llmrec_context *context;
    llmrec_cooccurrence_options options;
    lr_pair_counts counts;
    lr_item_matrix matrix;
} cooccurrence;

static void cooccurrence_free(void *self)
{
    cooccurrence *c = self;
    if (c == NULL) return;
    lr_pair_counts_free(c->context, &c->counts);
    lr_item_matrix_free(c->context, &c->matrix);
    lr_free(c->context, c);
}

static lr_item_scoring scoring_of(const llmrec_recommender *recommender)
{
    const cooccurrence *c = recommender->self;
    const int64_t kind = c->options.last_only ? LLMREC_WEIGHTING_LAST : LLMREC_WEIGHTING_MEAN;
    const lr_weighting weighting = {kind, c->options.session_decay, c->options.session_decay_rate};
    return (lr_item_scoring){.matrix = &c->matrix, .weighting = weighting, .positive = true};
}

static llmrec_status cooccurrence_rank(const llmrec_recommender *recommender, const lr_batch *batch)
{
    const lr_item_scoring scoring = scoring_of(recommender);
    return lr_item_scores_rank(recommender, batch, &scoring);
}

static llmrec_status cooccurrence_score(const llmrec_recommender *recommender, const lr_batch *batch)
{
    const lr_item_scoring scoring = scoring_of(recommender);
    return lr_item_scores_score(recommender, batch, &scoring);
}

static llmrec_status cooccurrence_explain(const llmrec_recommender *recommender, const lr_explained *explained,
                                          llmrec_explanation *explanation)
{
    const lr_item_scoring scoring = scoring_of(recommender);
    return lr_item_scores_explain(explained, &scoring, explanation);
}

static const lr_strategy strategy = {.name = "cooccurrence",
                                     .kind = &lr_cooccurrence_kind,
                                     .batch = lr_item_scores_batch,
                                     .rank = cooccurrence_rank,
                                     .score = cooccurrence_score,
                                     .explain = cooccurrence_explain,
                                     .free = cooccurrence_free};

/* --- making one --------------------------------------------------------------------------------------------------- */

static llmrec_status begin(llmrec_context *context, const llmrec_cooccurrence_options *options, cooccurrence **made)
{
    LR_RETURN_IF(LR_NEW_ZERO(context, *made, 1));
    (*made)->context = context;
    (*made)->options = *options;
    return LLMREC_OK;
}

/* Takes ownership of `c`, also on failure. */
static llmrec_status finish(cooccurrence *c, lr_ids *ids, llmrec_recommender **recommender)
{
    const lr_recommender_parts parts = {
        .strategy = &strategy, .self = c, .items = c->matrix.items, .ids = ids, .options = &c->options};
    return lr_recommender_make(c->context, &parts, recommender);
}

/* Makes the recommender of counts that `c` has. Takes ownership of `c`, also on failure. */
static llmrec_status finish_counted(cooccurrence *c, const llmrec_dataset *dataset, llmrec_recommender **recommender)
{
    const llmrec_status status = lr_pairs_matrix(c->context, &c->counts, &c->options, &c->matrix);
    if (status == LLMREC_OK) return finish(c, lr_dataset_item_ids(dataset), recommender);
    cooccurrence_free(c);
    return status;
}

llmrec_status llmrec_recommender_create_cooccurrence(const llmrec_dataset *dataset,
                                                     const llmrec_cooccurrence_options *given,
                                                     llmrec_recommender **recommender)
{
    llmrec_cooccurrence_options options;
    cooccurrence *fresh = NULL, *counted = NULL;
    llmrec_status status = LLMREC_OK;
    LR_NEED(dataset, recommender);
    LR_RETURN_IF(lr_options_read(&options_table, given, &options));
    LR_TRY(begin(lr_dataset_context(dataset), &options, &fresh));
    LR_TRY(lr_pairs_count(dataset, &options, &fresh->counts));
    counted = fresh;
    fresh = NULL; /* the recommender's now, made or not */
    LR_TRY(finish_counted(counted, dataset, recommender));
done:
    cooccurrence_free(fresh);
    return status;
}

static llmrec_status create(const llmrec_recommender_parts *parts, const void *options,
                            llmrec_recommender **recommender)
{
    return llmrec_recommender_create_cooccurrence(parts->dataset, options, recommender);
}

/* --- counting what is new ----------------------------------------------------------------------------------------- */

/* Checks that `former` counts the rows of `before`. */
static llmrec_status check_former(const llmrec_recommender *former, const llmrec_dataset *before)
{
    llmrec_context *context = lr_dataset_context(before);
    const size_t items = lr_dataset_items(before);
    const lr_pair_counts *counts = &((const cooccurrence *)former->self)->counts;
    int64_t *rows = NULL;
    llmrec_status status = LLMREC_OK;
    LR_CHECK(counts->items == items, LLMREC_ERR_ARGUMENT, "before has %zu items; former has %zu", items, counts->items);
    LR_TRY(LR_NEW(context, rows, items));
    lr_dataset_count_items(before, rows);
    for (size_t i = 0; i < items; i++)
        LR_CHECK(rows[i] == counts->rows[i], LLMREC_ERR_ARGUMENT,
                 "before has %lld rows of item %zu; former was made of %lld", (long long)rows[i], i,
                 (long long)counts->rows[i]);
done:
    lr_free(context, rows);
    return status;
}

static llmrec_status check_items(const llmrec_dataset *before, const llmrec_dataset *after)
{
    const lr_ids *old = lr_dataset_item_ids(before), *ids = lr_dataset_item_ids(after);
    for (size_t i = 0; i < lr_ids_count(old); i++) {
        const lr_span id = lr_ids_at(old, i);
        if (lr_ids_find(ids, id.text, id.length) != (int64_t)i)
            return lr_fail(LLMREC_ERR_ARGUMENT, "after does not have the item %s of before at index %zu",
                           lr_quote(id.text, id.length).text, i);
    }
    return LLMREC_OK;
}

llmrec_status llmrec_recommender_update_cooccurrence(const llmrec_recommender *former, const llmrec_dataset *before,
                                                     const llmrec_dataset *after, llmrec_recommender **recommender)
{
    cooccurrence *fresh = NULL, *counted = NULL;
    llmrec_status status = LLMREC_OK;
    LR_NEED(former, before, after, recommender);
    if (former->strategy != &strategy)
        return lr_fail(LLMREC_ERR_ARGUMENT, "former is a recommender \"%s\"; wanted \"cooccurrence\"",
                       former->strategy->name);
    const cooccurrence *old = former->self;
    LR_RETURN_IF(check_former(former, before));
    LR_RETURN_IF(check_items(before, after));
    LR_TRY(begin(lr_dataset_context(after), &old->options, &fresh));
    LR_TRY(lr_pairs_recount(&old->counts, before, after, &old->options, &fresh->counts));
    counted = fresh;
    fresh = NULL; /* the recommender's now, made or not */
    LR_TRY(finish_counted(counted, after, recommender));
done:
    cooccurrence_free(fresh);
    return status;
}

/* --- files -------------------------------------------------------------------------------------------------------- */

static lr_array numbers(const char *name, size_t count)
{
    return (lr_array){.name = name, .type = LR_I64, .rank = 1, .sizes = {count}};
}

static llmrec_status save(const llmrec_recommender *recommender, const lr_saving *saving)
{
    const cooccurrence *c = recommender->self;
    const lr_lists pairs = {c->counts.items, c->counts.offsets, c->counts.columns};
    const lr_array counts = numbers("pair_counts", (size_t)pairs.offsets[pairs.rows]);
    const lr_array rows = numbers("item_rows", pairs.rows);
    LR_RETURN_IF(lr_save_item_matrix(saving, &c->matrix));
    LR_RETURN_IF(lr_lists_save(saving, "pairs", &pairs));
    LR_RETURN_IF(lr_save_array(saving, &counts, c->counts.counts));
    return lr_save_array(saving, &rows, c->counts.rows);
}

/* Checks that numbers are in a range in which sums cannot overflow. */
static llmrec_status check_numbers(const lr_opening *opening, const lr_array *array, const int64_t *values, int64_t low)
{
    static const int64_t HIGH = INT64_MAX / 4;
    for (size_t i = 0; i < array->sizes[0]; i++)
        if (values[i] < low || values[i] > HIGH)
            return lr_fail(LLMREC_ERR_FORMAT, "%s: %s[%zu] is %lld; wanted %lld to %lld", opening->path, array->name, i,
                           (long long)values[i], (long long)low, (long long)HIGH);
    return LLMREC_OK;
}

static llmrec_status open_counts(const lr_opening *opening, lr_pair_counts *counts)
{
    lr_lists pairs;
    const void *mapped[2] = {NULL};
    LR_RETURN_IF(lr_lists_open(opening, "pairs", opening->items, opening->items, &pairs));
    const lr_array values = numbers("pair_counts", (size_t)pairs.offsets[pairs.rows]);
    const lr_array rows = numbers("item_rows", pairs.rows);
    LR_RETURN_IF(lr_open_mapped(opening, &values, &mapped[0]));
    LR_RETURN_IF(lr_open_mapped(opening, &rows, &mapped[1]));
    LR_RETURN_IF(check_numbers(opening, &values, mapped[0], 1));
    LR_RETURN_IF(check_numbers(opening, &rows, mapped[1], 0));
    *counts = (lr_pair_counts){.items = pairs.rows,
                               .offsets = pairs.offsets,
                               .columns = pairs.values,
                               .counts = mapped[0],
                               .rows = mapped[1],
                               .map = lr_shared_map_hold(opening->map)};
    return LLMREC_OK;
}

static llmrec_status open(const lr_opening *opening, const void *options, llmrec_recommender **recommender)
{
    cooccurrence *fresh = NULL, *opened = NULL;
    llmrec_status status = LLMREC_OK;
    LR_TRY(begin(opening->context, options, &fresh));
    LR_TRY(lr_open_item_matrix(opening, &fresh->matrix));
    LR_TRY(open_counts(opening, &fresh->counts));
    opened = fresh;
    fresh = NULL; /* the recommender's now, made or not */
    LR_TRY(finish(opened, opening->ids, recommender));
done:
    cooccurrence_free(fresh);
    return status;
}

const lr_strategy_kind lr_cooccurrence_kind = {.name = "cooccurrence",
                                               .help = "items that occur in sessions together with a session's items",
                                               .options = &options_table,
                                               .needs = LLMREC_NEED_DATASET,
                                               .takes = LLMREC_NEED_DATASET,
                                               .create = create,
                                               .save = save,
                                               .open = open};
