/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps the state of a fine-tuning job in a file that is replaced at each step. */
#ifndef LR_LLM_FINE_TUNING_STATE_H
#define LR_LLM_FINE_TUNING_STATE_H

#include <jansson.h>

#include "llm/journal.h"

/* The state is a JSON object with ids of the server ("training", "validation", "job"). "creating" is true from before
 * the job is requested. */
typedef struct lr_tuning_state {
    llmrec_context *context;
    const char *path;
    json_t *members;
} lr_tuning_state;

/* Reads the file if it exists. Errors: SHAPE (the state belongs to a job with another `digest`), FORMAT (no state file,
 * or an invalid id). */
llmrec_status lr_tuning_state_open(llmrec_context *context, const char *path, lr_digest digest, lr_tuning_state *state);
void lr_tuning_state_close(lr_tuning_state *state);

/* Returns a text member, or NULL. */
const char *lr_tuning_state_text(const lr_tuning_state *state, const char *name);

/* Sets a member and writes the file. */
llmrec_status lr_tuning_state_set(lr_tuning_state *state, const char *name, const char *text);

/* Reads an id that a server sent. It may have only letters, digits and -_.: so that it is safe in a URL. Errors:
 * FORMAT. */
llmrec_status lr_tuning_name(const json_t *answer, const char *member, const char **name);

#endif
