/* SPDX-License-Identifier: Apache-2.0 */
/* Resumes training that was ended by Ctrl-C, a kill, or its number of epochs, and saves the encoder as `train` does:
 *
 *   resume INTERACTIONS ENCODER [EPOCHS]
 *
 * INTERACTIONS must be the file of the original training; options and item vectors are in ENCODER. The resulting
 * weights are bitwise equal to those of uninterrupted training. */
#include <llmrec/llmrec.h>

#include <stdio.h>

#include "run_training.h"
#include "usage.h"

static const char usage[] =
    "usage: resume INTERACTIONS ENCODER [EPOCHS]\n"
    "Goes on with a training that `train` began. EPOCHS is the total, with those already trained.\n";

int main(int count, char **words)
{
    llmrec_train_options options = {.size = sizeof options};
    llmrec_dataset *data = NULL;
    llmrec_encoder *encoder = NULL;
    check_usage(count, words, 2, 3, usage);
    llmrec_context *context = training_context("resume");
    must(llmrec_encoder_open(context, words[2], &encoder));
    must(llmrec_encoder_get_train_options(encoder, &options));
    if (count == 4) options.epochs = training_number("EPOCHS", words[3]); /* in total, including completed epochs */
    must(llmrec_dataset_load(context, words[1], NULL, NULL, &data));
    const int code = training_run(encoder, data, &options, words[2]);
    llmrec_encoder_free(encoder);
    llmrec_dataset_free(data);
    llmrec_context_free(context);
    return code;
}
