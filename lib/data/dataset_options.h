/* SPDX-License-Identifier: Apache-2.0 */
/* Option tables of llmrec/dataset.h. */
#ifndef LR_DATA_DATASET_OPTIONS_H
#define LR_DATA_DATASET_OPTIONS_H

#include "core/options.h"
#include "llmrec/dataset.h"

extern const lr_options lr_dataset_options, lr_split_options;

extern const lr_choice lr_formats[];      /* of interaction files */
extern const lr_choice lr_item_formats[]; /* of item files */
extern const lr_choice lr_parts[];        /* of splits */
extern const lr_choice lr_id_kinds[];     /* of ids */
extern const lr_choice lr_split_methods[];

#endif
