/* SPDX-License-Identifier: Apache-2.0 */
/* Extracts a server's error message for use in our own messages. */
#ifndef LR_LLM_SAID_H
#define LR_LLM_SAID_H

#include "llm/endpoint.h"

enum { LR_SAID_SIZE = 224 };

/* Copies the message in an error's JSON, in any known shape, or else the body: quoted, on one line, invalid bytes as
 * "?", cut to size, with the key replaced by stars. An empty body gives "". */
void lr_said(const lr_endpoint *endpoint, const char *body, size_t length, char said[LR_SAID_SIZE]);

/* Returns whether the error is a lack of credit, so that waiting does not help: error.code or error.type is
 * "insufficient_quota". */
bool lr_said_is_final(const char *body, size_t length);

#endif
