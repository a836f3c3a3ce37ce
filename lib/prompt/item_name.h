/* SPDX-License-Identifier: Apache-2.0 */
/* Names of items as they are put into a prompt: one line, nothing invisible, bounded, and quoted so that whatever they
 * say stays a name. */
#ifndef LR_PROMPT_ITEM_NAME_H
#define LR_PROMPT_ITEM_NAME_H

#include "core/text.h"

/* Adds a name as one line of at most `limit` (>= 1) code points: what separates lines or words becomes one blank,
 * control characters and invisible ones (zero width, directions, tags, surplus selectors) go, joiners stay inside
 * scripts that need them, bad UTF-8 becomes U+FFFD. A longer one is cut where no grapheme is torn, and ends in
 * U+2026. */
llmrec_status lr_item_name_clean(lr_builder *out, const char *text, size_t length, size_t limit);

/* Adds a name as a JSON string in which no marker can occur: "<", and the "[" of role marks such as [INST], are
 * escaped, so neither the fence of a list nor a chat template's own marks can stand in it. */
llmrec_status lr_item_name_quote(lr_builder *out, const char *text, size_t length);

#endif
