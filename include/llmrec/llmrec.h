/* SPDX-License-Identifier: Apache-2.0 */
/* libllmrec: next-item recommendation for sessions with the help of large language models. Include only this header.
 *
 *   dataset.h       interactions and item texts from files or arrays; splits; statistics
 *   embedding.h     tables of item vectors; PCA, whitening, random projection
 *   text_encoder.h  vectors of titles, by a sentence model inside the library
 *   encoder.h       BERT4Rec and SASRec: transformer encoders and their training
 *   llm.h           chat models and embeddings behind an endpoint, or a function of the host as the model
 *   fine_tuning.h   fine-tuning jobs on a server
 *   recommender.h   session items in, next items out
 *   explain.h       what speaks for an item in a list
 *   neighbors.h     similar sessions, and items that occur together
 *   linear.h        linear item-to-item models
 *   custom.h        strategies of the host as recommenders
 *   strategy.h      strategies by name; recommenders from a description
 *   blend.h         recommenders made of recommenders; weights from validation sessions
 *   prompt.h        a chat model as a recommender
 *   tuning_data.h   examples for fine-tuning a chat model
 *   evaluation.h    full-ranking metrics with standard errors
 *   arrow.h         frames of pandas, polars and others: in and out
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
#include "explain.h"
#include "neighbors.h"
#include "linear.h"
#include "custom.h"
#include "strategy.h"
#include "blend.h"
#include "prompt.h"
#include "tuning_data.h"
#include "evaluation.h"
#include "arrow.h"

#endif
