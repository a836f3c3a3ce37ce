/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by train and resume: a progress line, Ctrl-C handling, and training itself. */
#ifndef RUN_TRAINING_H
#define RUN_TRAINING_H

#include <llmrec/llmrec.h>

/* Ends the program with the library's error text if a call failed. */
void must(llmrec_status status);

/* Creates a context that prints progress to standard error. The first Ctrl-C ends training after its last complete
 * epoch, the second one ends the program. Error lines begin with `program`. */
llmrec_context *training_context(const char *program);

/* Parses a number above 0, or ends the program. */
int64_t training_number(const char *what, const char *text);

/* Trains, with each session's last two items held back: the one before the last to find the best epoch by. Saves the
 * encoder after each epoch and at the end, also when Ctrl-C was the end, and then the recommender that it makes, in
 * PATH.recommender; returns the program's exit code. */
int training_run(llmrec_encoder *encoder, const llmrec_dataset *data, const llmrec_train_options *options,
                 const char *path);

#endif
