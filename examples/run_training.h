/* SPDX-License-Identifier: Apache-2.0 */
/* What train and resume share: a line of progress, Ctrl-C, and what follows once an encoder and its options are
 * there. */
#ifndef RUN_TRAINING_H
#define RUN_TRAINING_H

#include <llmrec/llmrec.h>

/* Ends the program with the library's line if a call failed. */
void must(llmrec_status status);

/* A context that tells on standard error how far a call has come. From here on the first Ctrl-C ends training after its
 * last whole epoch, the second one the program. `program` is the name that error lines begin with. */
llmrec_context *training_context(const char *program);

/* A number above 0, or the end of the program. */
int64_t training_number(const char *what, const char *text);

/* Trains, with each session's last two items held back: the one before the last to find the best epoch by. Saves the
 * encoder after each epoch and at the end, also when Ctrl-C was the end, and then the recommender that it makes, in
 * PATH.recommender; returns the program's exit code. */
int training_run(llmrec_encoder *encoder, const llmrec_dataset *data, const llmrec_train_options *options,
                 const char *path);

#endif
