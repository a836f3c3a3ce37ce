/* SPDX-License-Identifier: Apache-2.0 */
/* The text encoder of the items' texts, and the language model that prompts ask, with its cost. */
#ifndef COMPARE_MODEL_H
#define COMPARE_MODEL_H

#include "task.h"

/* Makes task->text_encoder: from a directory, or behind an endpoint. */
llmrec_status model_open_texts(compare_task *task);

/* Makes task->llm. */
llmrec_status model_open(compare_task *task);

/* Its usage so far, and since then; zeros if no model is asked. */
llmrec_usage model_usage(const compare_task *task);
llmrec_usage model_usage_since(const compare_task *task, const llmrec_usage *before);

#endif
