/* SPDX-License-Identifier: Apache-2.0 */
/* libllmrec: next-item recommendation for sessions with the help of large language models. The one supported include.
 *
 *   dataset.h       interactions and item texts from files or arrays; splits; statistics
 *   embedding.h     tables of item vectors; PCA, whitening, random projection
 *   text_encoder.h  titles to vectors by a sentence model inside the library
 *   encoder.h       BERT4Rec and SASRec: transformer encoders, trained here
 *   llm.h           chat models and embeddings behind an endpoint, or a function of the host's as the model
 *   fine_tuning.h   fine-tuning jobs on such a server
 *   recommender.h   session items in, next items out
 *   strategy.h      strategies by name; recommenders made from a description
 *   prompt.h        prompts to a chat model as a recommender
 *   tuning_data.h   examples to fine-tune a chat model with
 *   evaluation.h    honest figures: full-ranking metrics with standard errors
 */
#ifndef LLMREC_H
#define LLMREC_H

#include "base.h"
#include "options.h"
#include "context.h"
#include "dataset.h"
#include "embedding.h"
#include "text_encoder.h"
#include "encoder.h"
#include "llm.h"
#include "fine_tuning.h"
#include "recommender.h"
#include "strategy.h"
#include "prompt.h"
#include "tuning_data.h"
#include "evaluation.h"

#endif
