/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the settings of a tokenizer from its files. */
#ifndef LR_EMBED_TOKENIZER_FILES_H
#define LR_EMBED_TOKENIZER_FILES_H

#include "embed/wordpiece.h"

enum { LR_WORD_MAX = 256 }; /* code points of the longest word that is looked up in a vocabulary */

typedef struct lr_tokenizer_settings {
    lr_wordpiece *pieces;
    int32_t first, last, unknown; /* ids of [CLS], [SEP] and [UNK] */
    size_t word_limit;            /* longer words become [UNK]; at most LR_WORD_MAX */
    bool split_ideographs;        /* each CJK character is a word */
    bool lower_case;
    bool strip_accents;
} lr_tokenizer_settings;

/* Errors: as lr_tokenizer_open. Ownership: the caller frees `settings->pieces`. */
llmrec_status lr_tokenizer_read(llmrec_context *context, const char *directory, int64_t vocabulary,
                                lr_tokenizer_settings *settings);

#endif
