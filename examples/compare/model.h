/* SPDX-License-Identifier: Apache-2.0 */
/* The language model that prompt strategies ask, and what it has cost. */
#ifndef COMPARE_MODEL_H
#define COMPARE_MODEL_H

#include "task.h"

/* Makes task->llm; its key is the first line of the key file. */
llmrec_status model_open(compare_task *task);

/* What it has cost so far, and since then; zeros where there is none. */
llmrec_usage model_usage(const compare_task *task);
llmrec_usage model_usage_since(const compare_task *task, const llmrec_usage *before);

#endif
