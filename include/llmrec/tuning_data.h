/* SPDX-License-Identifier: Apache-2.0 */
/* Examples to fine-tune a model with, written from sessions: the questions of a prompt recommender with their
 * answers. */
#ifndef LLMREC_TUNING_DATA_H
#define LLMREC_TUNING_DATA_H

#include "prompt.h"

LLMREC_BEGIN

/* What a row is, a JSON object on a line of its own. CHAT: {"messages": [system, user, assistant]}, without a system
 * message where its text is empty. COMPLETION: {"prompt", "completion"}: both messages as one text; the answer behind a
 * blank, ended by " ###". INPUT_OUTPUT: {"input_text", "output_text"}: both messages with a line break between. */
typedef enum llmrec_row_format {
    LLMREC_ROW_FORMAT_CHAT = 0,
    LLMREC_ROW_FORMAT_COMPLETION = 1,
    LLMREC_ROW_FORMAT_INPUT_OUTPUT = 2
} llmrec_row_format;

typedef struct llmrec_fine_tuning_data_options {
    size_t size;             /* set by llmrec_fine_tuning_data_options_init; do not touch */
    int64_t format;          /* one of llmrec_row_format; COMPLETION not in style FENCED; default CHAT */
    const char *training;    /* path of the file to write */
    const char *validation;  /* path of the other one; default NULL: all rows are for training */
    double validation_share; /* of the rows; in (0,1), default 0.2 */
    int64_t validation_rows; /* > 0: so many instead; default 0. The seed paper's are 500 */
    int64_t rows;            /* > 0: at most so many in both files, of sessions drawn by `seed`; default 0: all */
    int64_t min_history;     /* items before its last one that a session must have; default 0: 1 in style NUMBERED, else
                                2 */
    int64_t token_limit;     /* estimated tokens of a row; longer ones are left out; 0: no limit; default -1: 4096, and
                                none for CLASSIFY, whose menu alone may have as many */
    int64_t byte_limit;      /* of a file; >= 1, default 512 MiB, which llmrec_fine_tuning_start uploads */
    int64_t seed;            /* of the order of sessions, and of which are for validation; default 0 */
} llmrec_fine_tuning_data_options;

LLMREC_API llmrec_status llmrec_fine_tuning_data_options_init(llmrec_fine_tuning_data_options *options, size_t size);

/* What was written, and why sessions made no row. */
typedef struct llmrec_fine_tuning_data_info {
    size_t size; /* set by the caller: sizeof(llmrec_fine_tuning_data_info) */
    int64_t training_rows, validation_rows;
    int64_t training_tokens, validation_tokens; /* estimated, of one epoch; see docs/fine_tuning.md for how far off */
    int64_t training_bytes, validation_bytes;
    int64_t longest_row; /* in estimated tokens, of those written */
    int64_t too_short;   /* sessions with fewer than min_history items before the last one */
    int64_t unnamed;     /* sessions in which an item has no name */
    int64_t repeated;    /* sessions whose last item was there before: lists never hold it */
    int64_t too_long;    /* rows beyond token_limit */
    /* rows whose answer, read as a model's, would not give back its best item and its length: a name holds what
     * separates names, or ends an answer */
    int64_t unreadable;
} llmrec_fine_tuning_data_info;

/* Writes examples to tune a model to the question that a prompt recommender of the same parts and options will ask: a
 * row for each session of `parts->dataset` (usually a train view), its last item being what should have been answered,
 * and the items before it the session that is asked about. The question is that of llmrec_prompt_preview to the
 * byte. Answers, best first (Harte et al. 2023, section 3.3; Boz et al. 2024):
 *
 *   GENITEM   the last item's name
 *   GENLIST   it, then the first stage's list without it; `count` names in all
 *   RANK      the first stage's candidates with it in front; where it was not among them, it takes the last one's
 *   place. They
 *             are shown shuffled, whatever options.shuffle says: in the first stage's order, what was put in would show
 *             by its place. Names or labels as options.answer has it, as JSON where options.structure asks for that
 *             (AUTO does); LETTERS: its label; PAIRWISE: its label, of it and one of the others. Of more than `window`
 *             candidates the first ones are shown
 *   CLASSIFY  the items that stand for the clusters nearest to it, of those not in the session; `count` in all
 *
 * parts->llm may be NULL; GENLIST needs a first stage. Rows stand in an order shuffled by `seed`. Either both files are
 * new or both are as they were (but for a kill between the two renames). Progress in sessions. `info` may be NULL.
 * Errors: ARGUMENT, SHAPE (parts of other catalogs; a file without a row; one that would be longer than byte_limit),
 * IO, MEMORY, CANCELED. Cost: the first stage's lists, and as much memory for any number of rows, but for 4 bytes a
 * session. */
LLMREC_API llmrec_status llmrec_fine_tuning_write(const llmrec_prompt_parts *parts, const llmrec_prompt_options *prompt,
                                                  const llmrec_fine_tuning_data_options *options,
                                                  llmrec_fine_tuning_data_info *info);

LLMREC_END
#endif
