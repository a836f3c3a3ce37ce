/* SPDX-License-Identifier: Apache-2.0 */
/* A WordPiece vocabulary as a trie over code points: words into the longest pieces, from the left (Wu et al. 2016, as
 * in Devlin et al. 2019). */
#ifndef LR_EMBED_WORDPIECE_H
#define LR_EMBED_WORDPIECE_H

#include <stddef.h>

#include "core/status.h"
#include "llmrec/context.h"

typedef struct lr_wordpiece lr_wordpiece;

/* An empty vocabulary with room for tokens of `letters` code points together. */
llmrec_status lr_wordpiece_create(llmrec_context *context, size_t letters, lr_wordpiece **pieces);
void lr_wordpiece_free(lr_wordpiece *pieces);

/* Adds a token: valid UTF-8 without NUL, "##" before a piece that goes on with a word. An empty one is never met; of
 * two equal ones the later counts. */
void lr_wordpiece_add(lr_wordpiece *pieces, const char *token, size_t length, int32_t id);

/* The id of a token as it stands in the vocabulary (no "##"), -1 if it is not there. */
int32_t lr_wordpiece_find(const lr_wordpiece *pieces, const char *token);

/* Of all tokens and ids, in the order they were added. */
uint64_t lr_wordpiece_checksum(const lr_wordpiece *pieces);

/* Splits a word of `length` code points into ids[length]; returns how many, 0 if some part is in no piece. */
size_t lr_wordpiece_split(const lr_wordpiece *pieces, const uint32_t *word, size_t length, int32_t *ids);

#endif
