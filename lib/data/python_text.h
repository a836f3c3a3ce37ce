/* SPDX-License-Identifier: Apache-2.0 */
/* Dictionaries as Python prints them, as some data sets are distributed: {'asin': 'B01', 'related': None}. */
#ifndef LR_DATA_PYTHON_TEXT_H
#define LR_DATA_PYTHON_TEXT_H

#include "core/text.h"
#include "data/texts.h"

/* True if the text begins as a dictionary with keys in single quotes. */
bool lr_is_python(lr_span text);

/* Appends the dictionary as JSON. What is not a dictionary gives text that is not JSON. */
llmrec_status lr_python_to_json(lr_span text, lr_builder *json);

#endif
