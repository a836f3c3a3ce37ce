/* SPDX-License-Identifier: Apache-2.0 */
/* Public functions that return the results of each training epoch. */
#include <math.h>

#include "core/file.h"
#include "core/memory.h"
#include "core/options.h"
#include "core/text.h"
#include "nn/encoder.h"

int64_t llmrec_encoder_epochs(const llmrec_encoder *encoder)
{
    return encoder == NULL ? 0 : encoder->training.epoch;
}

int64_t llmrec_encoder_best_epoch(const llmrec_encoder *encoder)
{
    if (encoder == NULL) return -1;
    const lr_training *training = &encoder->training;
    return (training->best_in_use ? training->best : training->epoch) - 1;
}

llmrec_status llmrec_encoder_epoch(const llmrec_encoder *encoder, int64_t index, llmrec_epoch *epoch)
{
    LR_NEED(encoder);
    LR_RETURN_IF(lr_option_range("index", index, 0, encoder->training.epoch - 1));
    return lr_struct_give("llmrec_epoch", sizeof(llmrec_epoch), LR_FROZEN(llmrec_epoch, best),
                          &encoder->training.history[index], epoch);
}

/* Writes a number, or an empty field for NaN. */
static llmrec_status add_number(lr_builder *csv, double value)
{
    LR_RETURN_IF(lr_builder_add(csv, ",", 1));
    return isfinite(value) ? lr_builder_number(csv, value) : LLMREC_OK;
}

static llmrec_status add_epoch(lr_builder *csv, const llmrec_epoch *epoch)
{
    const double numbers[] = {epoch->loss,
                              epoch->learning_rate,
                              epoch->ndcg,
                              epoch->hit_rate,
                              epoch->seconds,
                              epoch->validation_seconds,
                              epoch->sequences_per_second,
                              epoch->tokens_per_second};
    LR_RETURN_IF(lr_builder_format(csv, "%lld,%lld", (long long)epoch->epoch, (long long)epoch->steps));
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) LR_RETURN_IF(add_number(csv, numbers[i]));
    return lr_builder_format(csv, ",%lld\n", (long long)epoch->best);
}

llmrec_status llmrec_encoder_save_history(const llmrec_encoder *encoder, const char *path)
{
    static const char header[] = "epoch,steps,loss,learning_rate,ndcg,hit_rate,seconds,validation_seconds,"
                                 "sequences_per_second,tokens_per_second,best\n";
    llmrec_status status = LLMREC_OK;
    LR_NEED(encoder, path);
    lr_builder csv = {.context = encoder->context};
    LR_TRY(lr_builder_add(&csv, header, sizeof header - 1));
    for (int64_t i = 0; i < encoder->training.epoch; i++) LR_TRY(add_epoch(&csv, &encoder->training.history[i]));
    LR_TRY(lr_file_write(encoder->context, path, csv.text, csv.length));
done:
    lr_free(encoder->context, csv.text);
    return status;
}
