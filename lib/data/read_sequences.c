/* SPDX-License-Identifier: Apache-2.0 */
/* Parses rows of sequence text: one session per line, items in time order, with or without the session's id first. */
#include "data/reader.h"

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r';
}

lr_span lr_take_word(const char **at, const char *end)
{
    while (*at < end && is_blank(**at)) ++*at;
    const char *begin = *at;
    while (*at < end && !is_blank(**at)) ++*at;
    return (lr_span){begin, (size_t)(*at - begin)};
}

static llmrec_status parse_line(const lr_reader *reader, const lr_piece *piece, const char *begin, const char *end,
                                lr_chunk *chunk)
{
    const char *at = begin;
    lr_span spans[LR_PLACES] = {{NULL, 0}};
    if (reader->recognized.format == LLMREC_FORMAT_SEQUENCES_WITH_ID) spans[LR_SESSION] = lr_take_word(&at, end);
    for (bool first = true;; first = false) {
        spans[LR_ITEM] = lr_take_word(&at, end);
        if (spans[LR_ITEM].length == 0) return LLMREC_OK;
        chunk->sessions += first && spans[LR_SESSION].text == NULL;
        LR_RETURN_IF(lr_reader_add(reader, piece, begin, spans, chunk));
    }
}

llmrec_status lr_parse_sequences(const lr_reader *reader, const lr_piece *piece, lr_chunk *chunk)
{
    const char *end = NULL;
    for (const char *at = piece->text; at < piece->end; at = end + 1) {
        end = lr_record_end(reader->records.dialect, at, piece->end);
        LR_RETURN_IF(lr_reader_check_line(reader, piece, at, (size_t)(end - at)));
        LR_RETURN_IF(parse_line(reader, piece, at, end, chunk));
    }
    return LLMREC_OK;
}
