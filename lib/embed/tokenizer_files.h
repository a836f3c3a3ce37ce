/* SPDX-License-Identifier: Apache-2.0 */
/* What a tokenizer's files say. */
#ifndef LR_EMBED_TOKENIZER_FILES_H
#define LR_EMBED_TOKENIZER_FILES_H

#include "embed/wordpiece.h"

enum { LR_WORD_MAX = 256 }; /* code points of the longest word that any vocabulary is asked about */

typedef struct lr_tokenizer_settings {
    lr_wordpiece *pieces;
    int32_t first, last, unknown; /* ids of [CLS], [SEP] and [UNK] */
    size_t word_limit;            /* longer words are [UNK]; at most LR_WORD_MAX */
    bool split_ideographs;        /* CJK characters are words */
    bool lower_case;
    bool strip_accents;
} lr_tokenizer_settings;

/* See lr_tokenizer_open; `settings->pieces` is then the caller's. */
llmrec_status lr_tokenizer_read(llmrec_context *context, const char *directory, int64_t vocabulary,
                                lr_tokenizer_settings *settings);

#endif
