/* SPDX-License-Identifier: Apache-2.0 */
/* What a server says about a failure, fit for a message. */
#ifndef LR_LLM_SAID_H
#define LR_LLM_SAID_H

#include "llm/endpoint.h"

enum { LR_SAID_SIZE = 224 };

/* The message inside an error's JSON, in any of the shapes that servers use, or else the body itself: on one line in
 * quotes, bad bytes as "?", cut, with the key starred out. "" for an empty body. */
void lr_said(const lr_endpoint *endpoint, const char *body, size_t length, char said[LR_SAID_SIZE]);

/* Whether an error's JSON says that money, not patience, is wanting: error.code or error.type "insufficient_quota". */
bool lr_said_is_final(const char *body, size_t length);

#endif
