/* SPDX-License-Identifier: Apache-2.0 */
/* Prepares item names for prompts: one line, no invisible characters, limited length, and quoted, so that the text of a
 * name cannot act as anything else. */
#ifndef LR_PROMPT_ITEM_NAME_H
#define LR_PROMPT_ITEM_NAME_H

#include "core/text.h"

/* Appends a name as one line of at most `limit` (>= 1) code points. Separators of lines or words become one blank.
 * Control and invisible characters (zero width, directions, tags, surplus selectors) are removed; joiners stay in
 * scripts that need them. Invalid UTF-8 becomes U+FFFD. A longer name is cut between graphemes and ends in U+2026. */
llmrec_status lr_item_name_clean(lr_builder *out, const char *text, size_t length, size_t limit);

/* Appends a name as a JSON string that contains no marker. "<", and the "[" of role marks such as [INST], are escaped,
 * so the string contains neither a list's closing tag nor a chat template's marks. */
llmrec_status lr_item_name_quote(lr_builder *out, const char *text, size_t length);

#endif
