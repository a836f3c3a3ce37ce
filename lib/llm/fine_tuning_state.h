/* SPDX-License-Identifier: Apache-2.0 */
/* What a fine-tuning job has come to, in a file that is replaced at each step. */
#ifndef LR_LLM_FINE_TUNING_STATE_H
#define LR_LLM_FINE_TUNING_STATE_H

#include <jansson.h>

#include "llm/journal.h"

/* The server's names of things are texts in JSON: "training", "validation", "job"; "creating" is true from before a job
 * is asked for. */
typedef struct lr_tuning_state {
    llmrec_context *context;
    const char *path;
    json_t *members;
} lr_tuning_state;

/* Reads the file, if there is one. SHAPE where it is of something else than what `digest` stands for; FORMAT where it
 * is none, or has what is no name. */
llmrec_status lr_tuning_state_open(llmrec_context *context, const char *path, lr_digest digest, lr_tuning_state *state);
void lr_tuning_state_close(lr_tuning_state *state);

/* NULL where there is none. */
const char *lr_tuning_state_text(const lr_tuning_state *state, const char *name);

/* Sets a member, and writes the file. */
llmrec_status lr_tuning_state_set(lr_tuning_state *state, const char *name, const char *text);

/* A name that a server gave: letters, digits and -_.: alone, so that it may stand in an address. FORMAT for others. */
llmrec_status lr_tuning_name(const json_t *answer, const char *member, const char **name);

#endif
