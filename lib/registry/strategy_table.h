/* SPDX-License-Identifier: Apache-2.0 */
/* The table of strategies, for the files of this room. */
#ifndef LR_REGISTRY_STRATEGY_TABLE_H
#define LR_REGISTRY_STRATEGY_TABLE_H

#include "rank/strategy.h"

/* The strategy of that name, or NULL. */
const lr_strategy_kind *lr_strategy_find(const char *strategy);

#endif
