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

/* Trains with the last two items of each session held back; the one before the last validates the epochs. Saves the
 * encoder after each epoch and at the end, also after Ctrl-C. Returns the program's exit code. */
int training_run(llmrec_encoder *encoder, const llmrec_dataset *data, const llmrec_train_options *options,
                 const char *path);

#endif
