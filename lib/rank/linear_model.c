/* SPDX-License-Identifier: Apache-2.0 */
/* The strategy of linear models: counts a data set's pairs of items, makes the guide, chooses the weights that are not
 * given, and solves. Sessions are answered with the rows of the solution. */
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "core/context.h"
#include "core/log.h"
#include "core/memory.h"
#include "core/text.h"
#include "linear/choice.h"
#include "linear/column_solver.h"
#include "linear/guide.h"
#include "linear/truncate.h"
#include "rank/item_matrix_file.h"
#include "rank/item_scores.h"
#include "rank/linear_options.h"

extern const lr_strategy_kind lr_linear_kind;

typedef struct linear {
    llmrec_context *context;
    lr_item_matrix matrix;
    lr_item_scoring scoring;
} linear;

static void linear_free(void *self)
{
    linear *l = self;
    if (l == NULL) return;
    lr_item_matrix_free(l->context, &l->matrix);
    lr_free(l->context, l);
}

static llmrec_status linear_rank(const llmrec_recommender *recommender, const lr_batch *batch)
{
    const linear *l = recommender->self;
    return lr_item_scores_rank(recommender, batch, &l->scoring);
}

static llmrec_status linear_score(const llmrec_recommender *recommender, const lr_batch *batch)
{
    const linear *l = recommender->self;
    return lr_item_scores_score(recommender, batch, &l->scoring);
}

static llmrec_status linear_explain(const llmrec_recommender *recommender, const lr_explained *explained,
                                    llmrec_explanation *explanation)
{
    const linear *l = recommender->self;
    return lr_item_scores_explain(explained, &l->scoring, explanation);
}

static const lr_strategy plain = {.name = "linear",
                                  .kind = &lr_linear_kind,
                                  .batch = lr_item_scores_batch,
                                  .rank = linear_rank,
                                  .score = linear_score,
                                  .explain = linear_explain,
                                  .free = linear_free};
static const lr_strategy guided = {.name = "llm-linear",
                                   .kind = &lr_linear_kind,
                                   .batch = lr_item_scores_batch,
                                   .rank = linear_rank,
                                   .score = linear_score,
                                   .explain = linear_explain,
                                   .free = linear_free};

/* --- the model ---------------------------------------------------------------------------------------------------- */

static lr_row_shape shape_of(const llmrec_linear_options *options)
{
    const bool whole = options->model == LLMREC_LINEAR_EASE || options->model == LLMREC_LINEAR_SLIS;
    return (lr_row_shape){.past = (size_t)options->past_items,
                          .future = (size_t)options->future_items,
                          .past_decay = options->past_decay,
                          .future_decay = options->future_decay,
                          .whole = whole                                   ? 1
                                   : options->model == LLMREC_LINEAR_SLIST ? options->whole
                                                                           : 0};
}

/* What a model is made from and has made so far. */
typedef struct fit {
    llmrec_context *context;
    const llmrec_dataset *dataset;
    const llmrec_embedding *embedding; /* NULL: no guide */
    llmrec_linear_options *options;    /* ridge and strength are set if they are chosen */
    lr_row_shape shape;
    lr_item_matrix guide; /* empty: no guide */
    lr_item_matrix solution;
} fit;

static llmrec_status check_embedding(const fit *f)
{
    const size_t items = lr_dataset_items(f->dataset);
    if (f->embedding == NULL || f->embedding->rows == items) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_SHAPE, "embedding has %zu items; wanted the data set's %zu", f->embedding->rows, items);
}

/* Bytes of the solution while it is made. */
static size_t bytes_of(const fit *f, size_t items)
{
    size_t bytes = 0;
    if (f->options->solver == LLMREC_LINEAR_DENSE) return lr_solve_bytes(items);
    const size_t candidates = (size_t)f->options->candidates, most = candidates < items ? candidates : items;
    return __builtin_mul_overflow(items, most * 3 * sizeof(float), &bytes) ? SIZE_MAX : bytes;
}

/* Settles how to solve. Fails if that needs more memory than the limit. */
static llmrec_status plan(const fit *f)
{
    enum { MOST_DENSE = 30000 };
    const size_t items = lr_dataset_items(f->dataset);
    size_t limit = (size_t)f->options->memory_limit;
    if (f->options->solver == LLMREC_LINEAR_AUTO)
        f->options->solver = items <= MOST_DENSE ? LLMREC_LINEAR_DENSE : LLMREC_LINEAR_COLUMNS;
    const size_t bytes = bytes_of(f, items);
    if (limit == 0) limit = (size_t)sysconf(_SC_PHYS_PAGES) / 4 * 3 * (size_t)sysconf(_SC_PAGESIZE);
    if (bytes > limit)
        return lr_fail(LLMREC_ERR_MEMORY, "a linear model of %zu items needs %zu bytes; memory_limit allows %zu", items,
                       bytes, limit);
    lr_log(f->context, LLMREC_LOG_INFO, "linear", "a linear model of %zu items needs up to %.2f GB", items,
           (double)bytes / 1e9);
    return LLMREC_OK;
}

static llmrec_status solve(fit *f)
{
    const llmrec_linear_options *o = f->options;
    lr_transitions counts = {{0}, {0}};
    llmrec_status status = LLMREC_OK;
    LR_TRY(lr_transitions_count(f->dataset, NULL, &f->shape, &counts));
    const lr_linear_system system = {.counts = &counts,
                                     .guide = f->embedding == NULL ? NULL : &f->guide,
                                     .ridge = o->ridge,
                                     .strength = o->strength,
                                     .zero_diagonal = o->model == LLMREC_LINEAR_EASE};
    if (o->solver == LLMREC_LINEAR_DENSE) LR_TRY(lr_solve(f->context, &system, &f->solution));
    else LR_TRY(lr_solve_columns(f->context, &system, (size_t)o->candidates, &f->solution));
done:
    lr_transitions_free(f->context, &counts);
    return status;
}

static llmrec_status choose(fit *f)
{
    llmrec_linear_options *o = f->options;
    const lr_choosing choosing = {.dataset = f->dataset,
                                  .guide = f->embedding == NULL ? NULL : &f->guide,
                                  .shape = f->shape,
                                  .weighting = {LLMREC_WEIGHTING_MEAN, o->session_decay, o->session_decay_rate},
                                  .zero_diagonal = o->model == LLMREC_LINEAR_EASE,
                                  .sessions = (size_t)o->validation_sessions,
                                  .seed = (uint64_t)o->seed,
                                  .ridge = o->ridge,
                                  .strength = o->strength};
    LR_RETURN_IF(lr_choose(&choosing, &o->ridge, &o->strength));
    lr_log(f->context, LLMREC_LOG_INFO, "linear", "chosen: ridge %g, strength %g", o->ridge, o->strength);
    return LLMREC_OK;
}

static llmrec_status fit_model(fit *f)
{
    LR_RETURN_IF(check_embedding(f));
    LR_RETURN_IF(plan(f));
    if (f->embedding != NULL) LR_RETURN_IF(lr_guide_make(f->embedding, (size_t)f->options->guide_neighbors, &f->guide));
    if (f->embedding == NULL) f->options->strength = 0;
    if (f->options->ridge == 0 || f->options->strength < 0) LR_RETURN_IF(choose(f));
    if (f->options->strength == 0) f->embedding = NULL; /* the vectors do not help */
    LR_RETURN_IF(solve(f));
    if (f->options->row_share == 1 && f->options->row_entries == 0) return LLMREC_OK;
    return lr_truncate(f->context, f->options->row_share, (size_t)f->options->row_entries, &f->solution);
}

/* --- the recommender ---------------------------------------------------------------------------------------------- */

/* Describes the table that guides the model. */
static llmrec_status describe_parts(const llmrec_embedding *embedding, lr_builder *json)
{
    LR_RETURN_IF(lr_builder_format(json, "\"embedding\":"));
    return embedding == NULL ? lr_builder_add(json, "null", 4) : lr_embedding_describe(embedding, json);
}

/* Takes ownership of the matrix, also on failure. */
static llmrec_status make(llmrec_context *context, lr_item_matrix *matrix, const llmrec_linear_options *options,
                          lr_recommender_parts *parts, llmrec_recommender **recommender)
{
    linear *fresh = NULL;
    const llmrec_status status = LR_NEW_ZERO(context, fresh, 1);
    if (status != LLMREC_OK) {
        lr_item_matrix_free(context, matrix);
        return status;
    }
    fresh->context = context;
    fresh->matrix = *matrix;
    fresh->scoring =
        (lr_item_scoring){.matrix = &fresh->matrix,
                          .weighting = {LLMREC_WEIGHTING_MEAN, options->session_decay, options->session_decay_rate}};
    *matrix = (lr_item_matrix){0};
    parts->self = fresh;
    parts->items = fresh->matrix.items;
    parts->options = options;
    return lr_recommender_make(context, parts, recommender);
}

llmrec_status llmrec_recommender_create_linear(const llmrec_dataset *dataset, const llmrec_embedding *embedding,
                                               const llmrec_linear_options *given, llmrec_recommender **recommender)
{
    llmrec_linear_options options;
    lr_builder made_from = {0};
    llmrec_status status = LLMREC_OK;
    LR_NEED(dataset, recommender);
    LR_RETURN_IF(lr_options_read(&lr_linear_options, given, &options));
    fit f = {.context = lr_dataset_context(dataset),
             .dataset = dataset,
             .embedding = options.strength == 0 ? NULL : embedding,
             .options = &options,
             .shape = shape_of(&options)};
    LR_TRY(fit_model(&f));
    LR_TRY(describe_parts(f.embedding, &made_from));
    lr_recommender_parts parts = {.strategy = f.embedding == NULL ? &plain : &guided,
                                  .ids = lr_dataset_item_ids(dataset),
                                  .made_from = made_from.text,
                                  .stored_from = made_from.text};
    LR_TRY(make(f.context, &f.solution, &options, &parts, recommender));
done:
    lr_item_matrix_free(f.context, &f.guide);
    lr_item_matrix_free(f.context, &f.solution);
    lr_free(NULL, made_from.text);
    return status;
}

static llmrec_status create(const llmrec_recommender_parts *parts, const void *options,
                            llmrec_recommender **recommender)
{
    return llmrec_recommender_create_linear(parts->dataset, parts->embedding, options, recommender);
}

/* --- files -------------------------------------------------------------------------------------------------------- */

static llmrec_status save(const llmrec_recommender *recommender, const lr_saving *saving)
{
    const linear *l = recommender->self;
    return lr_save_item_matrix(saving, &l->matrix);
}

/* The description says by its part whether the model is guided. */
static llmrec_status open(const lr_opening *opening, const void *options, llmrec_recommender **recommender)
{
    const lr_json embedding = lr_json_member(lr_json_member(opening->description, "parts"), "embedding");
    const bool is_guided = json_is_object(embedding.value);
    lr_item_matrix matrix = {0};
    char *text = is_guided ? json_dumps(embedding.value, JSON_COMPACT) : NULL;
    lr_builder made_from = {0};
    llmrec_status status = LLMREC_OK;
    LR_TRY(lr_builder_format(&made_from, "\"embedding\":%s", text == NULL ? "null" : text));
    lr_recommender_parts parts = {.strategy = is_guided ? &guided : &plain,
                                  .ids = opening->ids,
                                  .made_from = made_from.text,
                                  .stored_from = made_from.text};
    LR_TRY(lr_open_item_matrix(opening, &matrix));
    LR_TRY(make(opening->context, &matrix, options, &parts, recommender));
done:
    lr_item_matrix_free(opening->context, &matrix);
    lr_free(NULL, made_from.text);
    free(text);
    return status;
}

const lr_strategy_kind lr_linear_kind = {.name = "linear",
                                         .help =
                                             "EASE, SLIT or SLIST in closed form, guided by vectors if there are any",
                                         .options = &lr_linear_options,
                                         .needs = LLMREC_NEED_DATASET,
                                         .takes = LLMREC_NEED_DATASET | LLMREC_NEED_EMBEDDING,
                                         .create = create,
                                         .save = save,
                                         .open = open};
