/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the training loop: epochs of steps with validation, early stopping and checkpoints. An incomplete epoch is
 * undone. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/context.h"
#include "core/log.h"
#include "core/memory.h"
#include "data/dataset.h"
#include "nn/adapter.h"
#include "nn/average.h"
#include "nn/batches.h"
#include "nn/checkpoint.h"
#include "nn/encoder.h"
#include "nn/optimizer.h"
#include "nn/step.h"
#include "nn/validation.h"

static const double DIVERGED = 1000; /* far above the loss of any catalog: ln(2^31) is 21.5 */
static const double WORST = -1;      /* below any NDCG */

/* State of one call of llmrec_encoder_train. */
typedef struct run {
    llmrec_encoder *encoder;
    llmrec_train_options options;
    lr_batches *batches;
    lr_step *step;
    lr_optimizer *optimizer;
    lr_validation *validation; /* NULL: none */
    float *gradients;          /* [total], zero between steps */
    float *whole; /* [3,total] parameters and moments after the last complete epoch; [4,total] with an average */
    int64_t whole_step;
    int64_t steps; /* steps per epoch */
    lr_progress progress;
    /* of the current epoch */
    double loss, labels, tokens;
    int64_t sequences;
    int64_t begun_ns;
    double rate;
} run;

/* --- memory ---------------------------------------------------------------------------------------------------- */

static void end_run(run *r)
{
    llmrec_context *context = r->encoder->context;
    lr_batches_free(r->batches);
    lr_step_free(r->step);
    lr_optimizer_free(r->optimizer);
    lr_validation_free(r->validation);
    lr_free(context, r->gradients);
    lr_free(context, r->whole);
}

/* Returns the number of leading columns of item rows that the optimizer does not update. */
static size_t frozen_columns(const llmrec_encoder *encoder)
{
    return encoder->rows.mode == LLMREC_INIT_ITEMS_ADAPTER ? encoder->shape.dim : encoder->rows.frozen;
}

static bool averages(const run *r)
{
    return r->options.average > 0;
}

/* An average that begins now begins at the weights. */
static llmrec_status prepare_average(run *r)
{
    llmrec_encoder *encoder = r->encoder;
    float **const average = &encoder->training.average;
    if (!averages(r)) {
        lr_free(encoder->context, *average);
        *average = NULL;
    } else if (*average == NULL) {
        LR_RETURN_IF(LR_NEW(encoder->context, *average, encoder->layout.total));
        memcpy(*average, encoder->parameters, encoder->layout.total * sizeof **average);
    }
    return LLMREC_OK;
}

static llmrec_status prepare_training(run *r)
{
    llmrec_encoder *encoder = r->encoder;
    lr_training *training = &encoder->training;
    const size_t total = encoder->layout.total;
    if (training->moments == NULL) LR_RETURN_IF(LR_NEW_ZERO(encoder->context, training->moments, 2 * total));
    if ((r->validation != NULL || averages(r)) && training->shelf == NULL)
        LR_RETURN_IF(LR_NEW(encoder->context, training->shelf, total));
    LR_RETURN_IF(LR_NEW_ZERO(encoder->context, r->gradients, total));
    LR_RETURN_IF(LR_NEW(encoder->context, r->whole, (averages(r) ? 4 : 3) * total));
    return prepare_average(r);
}

static llmrec_status begin_run(run *r, const llmrec_dataset *train, const llmrec_dataset *validation)
{
    llmrec_encoder *encoder = r->encoder;
    llmrec_context *context = encoder->context;
    const lr_packing packing = lr_packing_of(&encoder->options, encoder->shape.items);
    LR_RETURN_IF(lr_batches_create(train, &packing, &r->options, &r->batches));
    LR_RETURN_IF(lr_step_create(context, &encoder->shape, &r->step));
    if (r->options.loss != LLMREC_LOSS_SOFTMAX) {
        const lr_sampling sampling = {(size_t)r->options.negatives, r->options.loss == LLMREC_LOSS_GBCE,
                                      r->options.gbce_t};
        LR_RETURN_IF(lr_step_sample(r->step, &sampling));
    }
    LR_RETURN_IF(lr_optimizer_create(context, &encoder->layout, frozen_columns(encoder), &r->options, &r->optimizer));
    if (validation != NULL) LR_RETURN_IF(lr_validation_create(validation, &encoder->shape, &packing, &r->validation));
    const size_t batches = lr_batches_count(r->batches), accumulate = (size_t)r->options.accumulate;
    r->steps = (int64_t)((batches + accumulate - 1) / accumulate);
    return prepare_training(r);
}

/* --- whole epochs ---------------------------------------------------------------------------------------------- */

static void keep_whole(run *r)
{
    const lr_training *training = &r->encoder->training;
    const size_t total = r->encoder->layout.total;
    memcpy(r->whole, r->encoder->parameters, total * sizeof *r->whole);
    memcpy(r->whole + total, training->moments, 2 * total * sizeof *r->whole);
    if (averages(r)) memcpy(r->whole + 3 * total, training->average, total * sizeof *r->whole);
    r->whole_step = training->step;
}

static void go_back_to_whole(run *r)
{
    lr_training *training = &r->encoder->training;
    const size_t total = r->encoder->layout.total;
    memcpy(r->encoder->parameters, r->whole, total * sizeof *r->whole);
    memcpy(training->moments, r->whole + total, 2 * total * sizeof *r->whole);
    if (averages(r)) memcpy(training->average, r->whole + 3 * total, total * sizeof *r->whole);
    training->step = r->whole_step;
}

/* --- steps ----------------------------------------------------------------------------------------------------- */

static llmrec_status check_loss(const run *r, double loss)
{
    if (isfinite(loss) && loss < DIVERGED) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_NUMERIC,
                   "training diverged in epoch %lld, step %lld: the loss is %g; wanted a lower "
                   "learning_rate than %g; the weights are those of epoch %lld",
                   (long long)r->encoder->training.epoch + 1, (long long)r->encoder->training.step, loss,
                   r->options.learning_rate, (long long)r->encoder->training.epoch);
}

/* Adds the gradients of batches first..end-1, as the gradient of the mean of their mean losses. */
static llmrec_status add_gradients(run *r, size_t first, size_t end)
{
    lr_network network = lr_encoder_network(r->encoder);
    network.training = true;
    network.seed = (uint64_t)r->options.seed;
    for (size_t batch = first; batch < end; batch++) {
        const lr_tokens tokens = lr_batches_at(r->batches, batch);
        double loss = 0;
        network.step = (uint64_t)r->encoder->training.step * (uint64_t)r->options.accumulate + (batch - first);
        LR_RETURN_IF(lr_step_run(r->step, &network, &tokens, 1 / (double)(end - first), r->gradients, &loss));
        LR_RETURN_IF(check_loss(r, loss));
        r->loss += loss * (double)tokens.labels;
        r->labels += (double)tokens.labels;
        r->tokens += (double)lr_tokens_count(&tokens);
        r->sequences += (int64_t)tokens.sequences;
    }
    return LLMREC_OK;
}

static llmrec_status update(run *r)
{
    llmrec_encoder *encoder = r->encoder;
    lr_training *training = &encoder->training;
    const lr_state state = {encoder->parameters, r->gradients, training->moments};
    const float *vectors = encoder->rows.vectors;
    if (vectors != NULL)
        LR_RETURN_IF(lr_adapter_backward(encoder->context, &encoder->layout, &encoder->shape, vectors, r->gradients));
    r->rate = lr_learning_rate(&r->options, training->step, r->steps * r->options.epochs);
    LR_RETURN_IF(lr_optimizer_step(r->optimizer, &state, r->rate, training->step));
    if (vectors != NULL)
        LR_RETURN_IF(
            lr_adapter_forward(encoder->context, &encoder->layout, &encoder->shape, vectors, encoder->parameters));
    const lr_average average = {encoder->parameters, training->average, encoder->layout.total, r->options.average,
                                training->step++};
    return averages(r) ? lr_average_update(encoder->context, &average) : LLMREC_OK;
}

static double seconds_since(int64_t begun_ns)
{
    return (double)(lr_now_ns() - begun_ns) * 1e-9;
}

/* Returns the sequences of all epochs so far, for progress reports. */
static int64_t sequences_done(const run *r)
{
    return r->encoder->training.epoch * (int64_t)lr_batches_rows(r->batches) + r->sequences;
}

static llmrec_status tell(run *r)
{
    llmrec_progress_event *event = &r->progress.event;
    const double seconds = seconds_since(r->begun_ns);
    event->epoch = r->encoder->training.epoch + 1;
    event->step = r->encoder->training.step;
    event->loss = r->labels > 0 ? r->loss / r->labels : 0;
    event->learning_rate = r->rate;
    event->sequences_per_second = (double)r->sequences / seconds;
    event->tokens_per_second = r->tokens / seconds;
    event->seconds_left = (double)(event->total - sequences_done(r)) / event->sequences_per_second;
    return lr_progress_step(&r->progress, sequences_done(r));
}

static llmrec_status run_steps(run *r)
{
    const size_t batches = lr_batches_count(r->batches), accumulate = (size_t)r->options.accumulate;
    lr_batches_epoch(r->batches, r->encoder->training.epoch);
    r->loss = r->labels = r->tokens = 0;
    r->sequences = 0;
    r->begun_ns = lr_now_ns();
    for (size_t first = 0; first < batches; first += accumulate) {
        const size_t left = batches - first;
        LR_RETURN_IF(add_gradients(r, first, first + (left < accumulate ? left : accumulate)));
        LR_RETURN_IF(update(r));
        LR_RETURN_IF(tell(r));
    }
    return LLMREC_OK;
}

/* --- epochs ---------------------------------------------------------------------------------------------------- */

static llmrec_epoch epoch_of(const run *r)
{
    const double seconds = seconds_since(r->begun_ns);
    return (llmrec_epoch){.size = sizeof(llmrec_epoch),
                          .epoch = r->encoder->training.epoch + 1,
                          .steps = r->encoder->training.step,
                          .loss = r->labels > 0 ? r->loss / r->labels : 0,
                          .learning_rate = r->rate,
                          .ndcg = NAN,
                          .hit_rate = NAN,
                          .seconds = seconds,
                          .sequences_per_second = (double)r->sequences / seconds,
                          .tokens_per_second = r->tokens / seconds};
}

static bool is_due(const run *r, const llmrec_epoch *epoch)
{
    return r->validation != NULL &&
           (epoch->epoch % r->options.validate_every == 0 || epoch->epoch == r->options.epochs);
}

static llmrec_status validate(run *r, llmrec_epoch *epoch)
{
    lr_network network = lr_encoder_network(r->encoder);
    const int64_t begun_ns = lr_now_ns();
    lr_figures figures;
    if (!is_due(r, epoch)) return LLMREC_OK;
    if (averages(r)) network.parameters = r->encoder->training.average;
    LR_RETURN_IF(lr_validation_run(r->validation, &network, (size_t)r->options.validation_k, &r->progress,
                                   sequences_done(r), &figures));
    epoch->ndcg = r->progress.event.ndcg = figures.ndcg;
    epoch->hit_rate = r->progress.event.hit_rate = figures.hit_rate;
    epoch->validation_seconds = seconds_since(begun_ns);
    return LLMREC_OK;
}

/* Puts the weights of a complete epoch on the shelf, to be used after training. */
static void shelve(run *r, int64_t epoch, double figure)
{
    lr_training *training = &r->encoder->training;
    const float *ready = averages(r) ? training->average : r->encoder->parameters;
    memcpy(training->shelf, ready, r->encoder->layout.total * sizeof *training->shelf);
    training->best = epoch;
    training->best_figure = figure;
}

/* Records a complete epoch. Nothing here can fail. Without validation an average is used whatever its figure. */
static void close_epoch(run *r, llmrec_epoch *epoch)
{
    lr_training *training = &r->encoder->training;
    const bool validated = !isnan(epoch->ndcg);
    epoch->best = validated && (training->best == 0 || epoch->ndcg > training->best_figure);
    if (epoch->best) {
        shelve(r, epoch->epoch, epoch->ndcg);
        training->since_best = 0;
    } else if (validated) training->since_best++;
    else if (r->validation == NULL && averages(r)) shelve(r, epoch->epoch, WORST);
    training->history[training->epoch++] = *epoch;
    r->sequences = 0;
}

static void log_epoch(const run *r, const llmrec_epoch *epoch)
{
    char figure[64] = "";
    if (!isnan(epoch->ndcg))
        snprintf(figure, sizeof figure, ", NDCG@%lld %.4f%s", (long long)r->options.validation_k, epoch->ndcg,
                 epoch->best ? " (best)" : "");
    lr_log(r->encoder->context, LLMREC_LOG_INFO, "nn",
           "epoch %lld/%lld: loss %.4f%s, %.0f sequences/s, %.0f tokens/s, %.0f s left", (long long)epoch->epoch,
           (long long)r->options.epochs, epoch->loss, figure, epoch->sequences_per_second, epoch->tokens_per_second,
           r->progress.event.seconds_left);
}

static llmrec_status run_epoch(run *r)
{
    lr_training *training = &r->encoder->training;
    llmrec_epoch epoch;
    LR_RETURN_IF(LR_GROW(r->encoder->context, training->history, training->history_capacity, (size_t)training->epoch,
                         (size_t)training->epoch + 1));
    LR_RETURN_IF(run_steps(r));
    epoch = epoch_of(r);
    LR_RETURN_IF(validate(r, &epoch));
    close_epoch(r, &epoch);
    log_epoch(r, &epoch);
    return LLMREC_OK;
}

static bool is_done(const run *r)
{
    const lr_training *training = &r->encoder->training;
    const bool stopped =
        r->validation != NULL && r->options.patience > 0 && training->since_best >= r->options.patience;
    if (stopped)
        lr_log(r->encoder->context, LLMREC_LOG_INFO, "nn", "no better NDCG in %lld validations; the best epoch is %lld",
               (long long)training->since_best, (long long)training->best);
    return stopped || training->epoch >= r->options.epochs;
}

static llmrec_status run_epochs(run *r)
{
    llmrec_status status = LLMREC_OK;
    while (!is_done(r)) {
        keep_whole(r);
        status = run_epoch(r);
        if (status != LLMREC_OK) {
            go_back_to_whole(r);
            return status;
        }
        if (r->options.checkpoint != NULL) LR_RETURN_IF(lr_checkpoint_write(r->encoder, r->options.checkpoint));
    }
    return lr_progress_end(&r->progress, r->progress.event.total);
}

/* --- the call -------------------------------------------------------------------------------------------------- */

static llmrec_status check_catalog(const llmrec_encoder *encoder, const llmrec_dataset *dataset, const char *name)
{
    lr_ids *const ids = lr_dataset_item_ids(dataset);
    if (ids == encoder->ids || lr_ids_equal(ids, encoder->ids)) return LLMREC_OK;
    return lr_fail(
        LLMREC_ERR_SHAPE,
        "the catalog of %s has %zu items, the encoder's %zu; wanted the same catalog (see llmrec_encoder_grow)", name,
        lr_ids_count(ids), encoder->shape.items);
}

/* Turns additional epochs into a total. */
static llmrec_status count_epochs(const llmrec_encoder *encoder, llmrec_train_options *options)
{
    if (!options->additional) return LLMREC_OK;
    options->epochs += encoder->training.epoch;
    options->additional = 0;
    return lr_options_check(&lr_train_options, options);
}

static void log_plan(const run *r)
{
    const int64_t had = r->encoder->training.epoch, wanted = r->options.epochs;
    if (had < wanted)
        lr_log(r->encoder->context, LLMREC_LOG_INFO, "nn", "training begins: epochs %lld to %lld", (long long)had + 1,
               (long long)wanted);
    else
        lr_log(r->encoder->context, LLMREC_LOG_WARNING, "nn",
               "nothing to train: the encoder has had %lld epochs, wanted are %lld in total; see the option additional",
               (long long)had, (long long)wanted);
}

llmrec_status llmrec_encoder_train(llmrec_encoder *encoder, const llmrec_dataset *train,
                                   const llmrec_dataset *validation, const llmrec_train_options *options)
{
    run r = {.encoder = encoder};
    llmrec_status status = LLMREC_OK;
    LR_NEED(encoder, train);
    LR_RETURN_IF(lr_options_read(&lr_train_options, options, &r.options));
    const bool more = r.options.additional;
    LR_RETURN_IF(count_epochs(encoder, &r.options));
    LR_RETURN_IF(check_catalog(encoder, train, "train"));
    if (validation != NULL) LR_RETURN_IF(check_catalog(encoder, validation, "validation"));
    lr_training_use_best(encoder, false);
    LR_TRY(begin_run(&r, train, validation));
    if (validation == NULL && !averages(&r)) encoder->training.best = 0;
    if (validation == NULL || more) encoder->training.since_best = 0;
    encoder->training.options = r.options;
    encoder->training.options.checkpoint = NULL; /* the pointer belongs to the caller */
    r.progress = lr_progress_begin(encoder->context, "train", "sequences",
                                   r.options.epochs * (int64_t)lr_batches_rows(r.batches));
    r.progress.event.epochs = r.options.epochs;
    r.progress.event.ndcg = r.progress.event.hit_rate = NAN;
    log_plan(&r);
    LR_TRY(run_epochs(&r));
done:
    lr_training_use_best(encoder, true);
    end_run(&r);
    return status;
}
