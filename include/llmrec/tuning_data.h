/* SPDX-License-Identifier: Apache-2.0 */
/* Examples to fine-tune a model, written from sessions: the questions of a prompt recommender with their answers.
 *
 * For the functions of this header, unless their comment says otherwise: Ownership: nothing is given or taken. Threads:
 * any; many at once. Cost: constant; allocates nothing. Since: 0.1.
 */
#ifndef LLMREC_TUNING_DATA_H
#define LLMREC_TUNING_DATA_H

#include "prompt.h"

LLMREC_BEGIN

/* The form of a row, a JSON object on its own line. CHAT: {"messages": [system, user, assistant]}, without the system
 * message if its text is empty. COMPLETION: {"prompt", "completion"}: the prompt joins the system and the user message;
 * the completion begins with a space and ends with " ###". INPUT_OUTPUT: {"input_text", "output_text"}: the input joins
 * the system and the user message with a line break. */
typedef enum llmrec_row_format {
    LLMREC_ROW_FORMAT_CHAT = 0,
    LLMREC_ROW_FORMAT_COMPLETION = 1,
    LLMREC_ROW_FORMAT_INPUT_OUTPUT = 2
} llmrec_row_format;

typedef struct llmrec_fine_tuning_data_options {
    size_t size;             /* set by llmrec_fine_tuning_data_options_init */
    int64_t format;          /* one of llmrec_row_format; COMPLETION not with style FENCED; default CHAT */
    const char *training;    /* path of the file to write */
    const char *validation;  /* path of the validation file; default NULL: all rows are for training */
    double validation_share; /* share of the rows for validation; in (0,1), default 0.2 */
    int64_t validation_rows; /* > 0: this number of rows instead; default 0. Harte et al. use 500 */
    int64_t rows;            /* > 0: largest number of rows in both files, sessions drawn by `seed`; default 0: all */
    int64_t min_history;     /* items required before the last one of a session; default 0: 1 for NUMBERED, else 2 */
    /* Estimated tokens of a row; longer rows are left out; 0: no limit; default -1: 4096, and no limit for CLASSIFY,
     * whose menu alone may be that long. */
    int64_t token_limit;
    int64_t byte_limit; /* of a file; >= 1, default 512 MiB, as llmrec_fine_tuning_options.upload_limit */
    int64_t seed;       /* of the order of sessions and of the choice for validation; default 0 */
} llmrec_fine_tuning_data_options;

/* Fills the first `size` bytes with the defaults. Errors: ARGUMENT, ABI. */
LLMREC_API llmrec_status llmrec_fine_tuning_data_options_init(llmrec_fine_tuning_data_options *options, size_t size);

/* Counts of written rows, and of sessions without a row. */
typedef struct llmrec_fine_tuning_data_info {
    size_t size; /* set by the caller: sizeof(llmrec_fine_tuning_data_info) */
    int64_t training_rows, validation_rows;
    int64_t training_tokens, validation_tokens; /* of one epoch, estimated: see docs/studies/tokens.md */
    int64_t training_bytes, validation_bytes;
    int64_t longest_row; /* longest written row, in estimated tokens */
    int64_t too_short;   /* sessions with fewer than min_history items before the last one */
    int64_t unnamed;     /* sessions with an item without a name */
    int64_t repeated;    /* sessions whose last item occurs earlier: lists never contain it */
    int64_t too_long;    /* rows above token_limit */
    /* Rows whose answer, parsed like a model's answer, does not give its best item and its length: a name contains a
     * separator of names or the end of an answer. */
    int64_t unreadable;
} llmrec_fine_tuning_data_info;

/* Writes examples that tune a model for the question of a prompt recommender with the same parts and options: one row
 * for each session of `parts->dataset` (usually a train view). The last item of the session is the right answer, the
 * items before it are the session of the question. The question is the text of llmrec_prompt_preview. Answers, best
 * first (Harte et al. 2023, section 3.3; Boz et al. 2024):
 * - GENITEM: the name of the last item.
 * - GENLIST: the last item, then the first stage's list without it; `count` names in total.
 * - RANK: the first stage's candidates with the last item in front; if it is not one of them, it replaces the last one.
 *   They are always shown shuffled, because the first stage's order would reveal the inserted item. The answer consists
 *   of labels or names by options.answer, as JSON by options.structure (AUTO: yes). LETTERS: its label. PAIRWISE: its
 *   label, from it and one of the others. If there are more candidates than `window`, the first ones are shown.
 * - CLASSIFY: the menu entries of the clusters nearest to the last item that are not in the session; `count` in total.
 *
 * parts->llm may be NULL; GENLIST needs a first stage. Rows are shuffled by `seed`. Either both files are new or both
 * are unchanged, except after a kill between the two renames. Reports progress in sessions. `info` may be NULL.
 *
 * Errors: ARGUMENT, ABI, SHAPE (parts with other catalogs; a file without a row; one longer than byte_limit), IO,
 * MEMORY, CANCELED.
 * Cost: the first stage's lists; memory: 4 bytes per session, and a constant. */
LLMREC_API llmrec_status llmrec_fine_tuning_write(const llmrec_recommender_parts *parts,
                                                  const llmrec_prompt_options *prompt,
                                                  const llmrec_fine_tuning_data_options *options,
                                                  llmrec_fine_tuning_data_info *info);

LLMREC_END
#endif
