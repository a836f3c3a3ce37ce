/* SPDX-License-Identifier: Apache-2.0 */
/* The models behind strategies: of the items' texts, and the one that prompts ask, with what it has cost. */
#ifndef COMPARE_MODEL_H
#define COMPARE_MODEL_H

#include "task.h"

/* Makes task->text_encoder: from a directory, or behind an endpoint. */
llmrec_status model_open_texts(compare_task *task);

/* Makes task->llm. Keys are the first lines of their files. */
llmrec_status model_open(compare_task *task);

/* What it has cost so far, and since then; zeros where there is none. */
llmrec_usage model_usage(const compare_task *task);
llmrec_usage model_usage_since(const compare_task *task, const llmrec_usage *before);

#endif
