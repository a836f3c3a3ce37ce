/* SPDX-License-Identifier: Apache-2.0 */
/* The list of strategies, for the files of this directory. */
#ifndef LR_REGISTRY_STRATEGY_TABLE_H
#define LR_REGISTRY_STRATEGY_TABLE_H

#include "rank/strategy.h"

/* Each strategy's own file defines lr_NAME_kind. */
#define LR_STRATEGIES(ONE)                                                                                             \
    ONE(popularity)                                                                                                    \
    ONE(similarity)                                                                                                    \
    ONE(encoder) ONE(prompt) ONE(neighbors) ONE(cooccurrence) ONE(linear) ONE(blend) ONE(concat) ONE(switch) ONE(rerank)

/* Return the strategy at `index`, or with this name. NULL: there is none. */
const lr_strategy_kind *lr_strategy_at(size_t index);
const lr_strategy_kind *lr_strategy_find(const char *strategy);

#endif
