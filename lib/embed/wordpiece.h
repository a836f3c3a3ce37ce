/* SPDX-License-Identifier: Apache-2.0 */
/* Stores a WordPiece vocabulary as a trie over code points, and splits words greedily into the longest pieces from the
 * left (Wu et al. 2016; Devlin et al. 2019). */
#ifndef LR_EMBED_WORDPIECE_H
#define LR_EMBED_WORDPIECE_H

#include <stddef.h>

#include "core/status.h"
#include "llmrec/context.h"

typedef struct lr_wordpiece lr_wordpiece;

/* Creates an empty vocabulary for tokens with `letters` code points in total. */
llmrec_status lr_wordpiece_create(llmrec_context *context, size_t letters, lr_wordpiece **pieces);
void lr_wordpiece_free(lr_wordpiece *pieces);

/* Adds a token: valid UTF-8 without NUL, with "##" before a piece that continues a word. An empty token has no effect.
 * If a token is added twice, the later id counts. */
void lr_wordpiece_add(lr_wordpiece *pieces, const char *token, size_t length, int32_t id);

/* Returns the id of a token written without "##", or -1. */
int32_t lr_wordpiece_find(const lr_wordpiece *pieces, const char *token);

/* Returns a hash of all tokens and ids; it depends on the order in which they were added. */
uint64_t lr_wordpiece_checksum(const lr_wordpiece *pieces);

/* Splits a word of `length` code points into ids[length]. Returns their number, or 0 if a part matches no piece. */
size_t lr_wordpiece_split(const lr_wordpiece *pieces, const uint32_t *word, size_t length, int32_t *ids);

#endif
