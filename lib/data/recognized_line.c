/* SPDX-License-Identifier: Apache-2.0 */
/* Says in one line of the log as what a file was read. */
#include <string.h>

#include "core/log.h"
#include "core/memory.h"
#include "core/text.h"
#include "data/encoding.h"
#include "data/recognize.h"
#include "llmrec/dataset.h"

static llmrec_status add_quoted(lr_builder *line, const char *before, lr_span name)
{
    return lr_builder_format(line, "%s%s", before, lr_quote(name.text, name.length).text);
}

static llmrec_status add_file(lr_builder *line, const lr_recognized *found)
{
    LR_RETURN_IF(lr_builder_format(line, "read %s", lr_quote_file(found->path).text));
    return found->member.text[0] == '\0' ? LLMREC_OK : lr_builder_format(line, ", file %s,", found->member.text);
}

static llmrec_status add_kind(lr_builder *line, const lr_recognized *found)
{
    switch (found->format) {
    case LLMREC_FORMAT_JSONL: return lr_builder_format(line, " as %s", found->array ? "a JSON array" : "JSON lines");
    case LLMREC_FORMAT_RECBOLE: return lr_builder_format(line, " as a RecBole file");
    case LLMREC_FORMAT_SEQUENCES: return lr_builder_format(line, " as sequences: each line the items of a session");
    case LLMREC_FORMAT_SEQUENCES_WITH_ID:
        return lr_builder_format(line, " as sequences: each line a session and its items");
    default: break;
    }
    return lr_builder_format(line, " as %s %s header", lr_dialect_adjective(found->dialect),
                             found->header ? "with" : "without");
}

static llmrec_status add_column(lr_builder *line, const lr_told *column)
{
    if (column->number > 0) LR_RETURN_IF(lr_builder_format(line, "%zu ", column->number));
    LR_RETURN_IF(lr_builder_format(line, "%s", column->role));
    if (column->name.length > 0) LR_RETURN_IF(add_quoted(line, " ", column->name));
    return column->note != NULL ? lr_builder_format(line, " (%s)", column->note) : LLMREC_OK;
}

static llmrec_status add_encoding(lr_builder *line, const lr_recognized *found)
{
    if (found->encoding == LLMREC_ENCODING_UTF8) return LLMREC_OK;
    LR_RETURN_IF(lr_builder_format(line, "; encoding %s", lr_encoding_name(found->encoding)));
    if (found->bad == 0) return LLMREC_OK;
    const char *why = found->encoding == LLMREC_ENCODING_WINDOWS_1252 ? "is not UTF-8" : "has NUL bytes";
    return lr_builder_format(line, ", since line %zu %s", found->bad, why);
}

llmrec_status lr_recognized_tell(llmrec_context *context, const lr_recognized *found, const lr_told *columns,
                                 size_t count)
{
    llmrec_status status = LLMREC_OK;
    lr_builder line = {.context = context};
    LR_TRY(add_file(&line, found));
    LR_TRY(add_kind(&line, found));
    for (size_t i = 0; i < count; i++) {
        const char *first = columns[0].number > 0 ? ": columns " : ": keys ";
        LR_TRY(lr_builder_format(&line, "%s", i == 0 ? first : ", "));
        LR_TRY(add_column(&line, &columns[i]));
    }
    LR_TRY(add_encoding(&line, found));
    lr_log(context, LLMREC_LOG_INFO, "data", "%s", line.text);
done:
    lr_free(context, line.text);
    return status;
}
