/* SPDX-License-Identifier: Apache-2.0 */
/* The strategies of this room; the registry lists them. */
#ifndef LR_RANK_KINDS_H
#define LR_RANK_KINDS_H

#include "rank/strategy.h"

extern const lr_strategy_kind lr_popularity_kind;
extern const lr_strategy_kind lr_similarity_kind;
extern const lr_strategy_kind lr_encoder_kind;

#endif
