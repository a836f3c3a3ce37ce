/* SPDX-License-Identifier: Apache-2.0 */
/* Recognizes the kind of a file, its delimiter, its quotes and its header. */
#include "data/recognize.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/memory.h"
#include "core/number.h"
#include "core/text.h"
#include "data/columns.h"
#include "data/sample.h"
#include "llmrec/dataset.h"

/* --- names of delimiters ------------------------------------------------------------------------------------------ */

static const struct {
    const char *name, *text, *adjective;
} delimiters[] = {
    {"tab", "\t", "tab-separated"},  {"double_colon", "::", "::-separated"}, {"semicolon", ";", "semicolon-separated"},
    {"pipe", "|", "pipe-separated"}, {"comma", ",", "comma-separated"},      {"blank", " ", "blank-separated"},
};
enum { DELIMITERS = sizeof delimiters / sizeof *delimiters, BLANK = DELIMITERS - 1 };

const char *lr_dialect_adjective(lr_dialect dialect)
{
    for (size_t i = 0; i < DELIMITERS; i++)
        if (delimiters[i].text[0] == dialect.delimiter && delimiters[i].text[1] == dialect.second)
            return delimiters[i].adjective;
    return "delimited text";
}

/* Quotes are usual with a comma or a semicolon; with others, only if has_quotes finds them. */
static lr_dialect dialect_of(const char *text)
{
    return (lr_dialect){text[0], text[1], text[0] == ',' || text[0] == ';'};
}

static llmrec_status read_delimiter(const lr_file *file, lr_dialect *dialect)
{
    const char *given = file->delimiter;
    for (size_t i = 0; i < DELIMITERS; i++)
        if (strcmp(given, delimiters[i].name) == 0) given = delimiters[i].text;
    if (strcmp(given, "\\t") == 0) given = "\t";
    const size_t length = strlen(given);
    if (length < 1 || length > 2 || strpbrk(given, "\"\n\r") != NULL)
        return lr_fail(
            LLMREC_ERR_ARGUMENT,
            "%sdelimiter is %s; wanted comma, tab, semicolon, pipe, double_colon, blank, or one or two bytes",
            file->items ? "items_" : "", lr_quote(file->delimiter, strlen(file->delimiter)).text);
    *dialect = dialect_of(given);
    return LLMREC_OK;
}

/* --- the text ----------------------------------------------------------------------------------------------------- */

static lr_span rest_from(lr_span text, const char *at)
{
    return (lr_span){at, text.length - (size_t)(at - text.text)};
}

/* Whole lines of the sample. */
static lr_span whole_lines(const lr_source *source)
{
    lr_span text = lr_source_sample(source);
    if (lr_source_is_whole(source)) return text;
    size_t length = text.length;
    while (length > 0 && text.text[length - 1] != '\n') length--;
    return (lr_span){text.text, length > 0 ? length : text.length};
}

static lr_span skip_blanks(lr_span text)
{
    size_t at = 0;
    while (at < text.length && memchr(" \t\r\n", text.text[at], 4) != NULL) at++;
    return rest_from(text, text.text + at);
}

/* JSON: an object, or an array of objects. */
static bool is_json(lr_span text, bool *array)
{
    const lr_span first = skip_blanks(text);
    if (first.length == 0) return false;
    *array = first.text[0] == '[';
    if (!*array) return first.text[0] == '{';
    const lr_span second = skip_blanks(rest_from(first, first.text + 1));
    return second.length == 0 || second.text[0] == '{' || second.text[0] == ']';
}

/* JSON: an array of arrays. */
static bool is_list_of_lists(lr_span text)
{
    const lr_span first = skip_blanks(text);
    if (first.length < 2 || first.text[0] != '[') return false;
    const lr_span second = skip_blanks(rest_from(first, first.text + 1));
    return second.length > 0 && second.text[0] == '[';
}

/* True if lines end as on computers of long ago; JSON does not need line ends. */
static bool has_old_lines(lr_span text)
{
    bool array = false;
    const char *carriage = memchr(text.text, '\r', text.length);
    return carriage != NULL && carriage + 1 < text.text + text.length && memchr(text.text, '\n', text.length) == NULL &&
           !is_json(text, &array);
}

/* Spreadsheets write a first line that names the delimiter: sep=; */
static bool take_separator_line(lr_span *text, lr_dialect *dialect)
{
    const char *newline = memchr(text->text, '\n', text->length);
    const bool quoted = text->length > 0 && text->text[0] == '"';
    const char *at = text->text + quoted;
    if (newline == NULL || newline - at < 5 || strncasecmp(at, "sep=", 4) != 0) return false;
    const char *end = lr_line_end(at, newline);
    if (quoted && end[-1] == '"') end--;
    if (end - at != 5 || at[4] == '"') return false;
    *dialect = dialect_of((const char[]){at[4], 0, 0});
    *text = rest_from(*text, newline + 1);
    return true;
}

/* --- delimiters --------------------------------------------------------------------------------------------------- */

/* How well a dialect fits. */
typedef struct fit {
    lr_dialect dialect;
    size_t known, even, fields; /* usual names in the first row; rows with as many fields as it; its fields */
    size_t rows;
} fit;

/* True if a program wrote the quotes: around a name, around all values of a column, or with "" in them. */
static bool has_quotes(const lr_sample *sample)
{
    if (sample->faults > 0) return false;
    return sample->quoted[0] != 0 || (!sample->broken && (sample->quoted[1] != 0 || sample->escaped));
}

static fit try_dialect(lr_sample *sample, lr_dialect dialect, lr_span text)
{
    const bool usual = dialect.quoting;
    dialect.quoting = true;
    lr_sample_take(sample, dialect, text);
    if (!usual && !has_quotes(sample)) {
        const bool even = sample->faults == 0 && sample->even == sample->rows;
        dialect.quoting = false;
        lr_sample_take(sample, dialect, text);
        dialect.quoting = even && sample->even < sample->rows; /* the quotes hide delimiters or newlines */
        if (dialect.quoting) lr_sample_take(sample, dialect, text);
    }
    fit one = {dialect, 0, sample->even, sample->fields, sample->rows};
    for (size_t i = 0; sample->rows > 0 && i < sample->fields; i++)
        one.known += lr_is_usual_name(lr_sample_cell(sample, 0, i));
    return one;
}

static bool fits(const fit *one)
{
    return one->fields >= 2 && (one->known > 0 || 2 * one->even > one->rows);
}

static bool is_better(const fit *one, const fit *than)
{
    if (one->known != than->known) return one->known > than->known;
    if (one->even != than->even) return one->even > than->even;
    return one->fields > than->fields;
}

/* Finds the delimiter; comma if none divides the text. */
static bool find_delimiter(lr_sample *sample, lr_span text, lr_dialect *dialect)
{
    fit best = {.fields = 0};
    for (size_t i = 0; i < BLANK; i++) {
        const fit one = try_dialect(sample, dialect_of(delimiters[i].text), text);
        if (fits(&one) && (best.fields == 0 || is_better(&one, &best))) best = one;
    }
    *dialect = best.fields > 0 ? best.dialect : dialect_of(",");
    return best.fields > 0;
}

/* --- words -------------------------------------------------------------------------------------------------------- */

/* How many words the lines have. */
typedef struct words {
    size_t lines, least, most;
    bool single;  /* single blanks between them */
    bool repeats; /* two neighboring lines begin with the same word */
    bool counts;  /* the first words count the lines from 0 or 1, at least three */
    bool marked;  /* a word has a character of markup, tables or prose, which is no part of an id */
    bool named;   /* a word of the first line is a usual name of a column */
} words;

static bool has_mark(lr_span word)
{
    for (size_t i = 0; i < word.length; i++)
        if (memchr(",;|<>{}()\"#%=", word.text[i], 13) != NULL) return true;
    return false;
}

static words count_words(lr_sample *sample, lr_span text)
{
    words found = {.least = SIZE_MAX, .single = true, .counts = true};
    int64_t number = 0, before = 0;
    lr_sample_take(sample, dialect_of(" "), text);
    for (size_t row = 0; row < sample->rows; row++) {
        const lr_span first = lr_sample_cell(sample, row, 0);
        size_t count = 0;
        for (size_t i = 0; i < sample->counts[row]; i++) {
            const bool empty = i < LR_SAMPLE_FIELDS && lr_sample_cell(sample, row, i).length == 0;
            count += !empty;
            found.single &= !empty;
            found.marked |= i < LR_SAMPLE_FIELDS && has_mark(lr_sample_cell(sample, row, i));
            found.named |= row == 0 && lr_is_usual_name(lr_sample_cell(sample, row, i));
        }
        if (count < found.least) found.least = count;
        if (count > found.most) found.most = count;
        const lr_span previous = row > 0 ? lr_sample_cell(sample, row - 1, 0) : (lr_span){NULL, 0};
        found.repeats |=
            row > 0 && first.length == previous.length && memcmp(first.text, previous.text, first.length) == 0;
        const bool is_number = lr_parse_int64(first.text, first.length, &number);
        found.counts &= is_number && (row == 0 ? number == 0 || number == 1 : number == before + 1);
        before = number;
    }
    found.lines = sample->rows;
    found.counts &= found.lines >= 3;
    return found;
}

/* True for rows of a table with blanks between the columns; else each line is a sequence. */
static bool are_rows(const lr_sample *sample, const words *found)
{
    size_t session = 0, item = 0, time = 0;
    if (!found->single || found->least != found->most || found->least < 2) return false;
    if (found->named) return true;
    if (found->most > 5) return false;
    if (found->repeats) return true;
    lr_sample_guess(sample, &session, &item, &time);
    return sample->fields > 3 && time != SIZE_MAX && !lr_sample_has_moments(sample, 0);
}

/* Text of words: rows, or sequences. */
static llmrec_status settle_words(const lr_file *file, lr_sample *sample, lr_span text, lr_recognized *found)
{
    const words all = count_words(sample, text);
    found->dialect = dialect_of(" ");
    found->format = LLMREC_FORMAT_CSV;
    if (are_rows(sample, &all)) return LLMREC_OK;
    if (all.most == 1) {
        found->dialect = dialect_of(",");
        return LLMREC_OK;
    }
    if (all.least == 2 && all.most == 2 && all.lines > 1)
        return lr_fail(LLMREC_ERR_FORMAT,
                       "%s: every line has two words; set format to sequences or sequences_with_id if each line is a "
                       "session, or delimiter to blank if each is a user and an item",
                       file->path);
    if (all.named)
        return lr_fail(
            LLMREC_ERR_FORMAT,
            "%s:1: names of columns, with several blanks between columns or rows of other lengths; wanted one "
            "delimiter, or set format to sequences",
            file->path);
    if (all.marked)
        return lr_fail(
            LLMREC_ERR_FORMAT,
            "%s: neither rows nor ids with blanks between them; set delimiter if it is a table (without lines "
            "before its header), or format to sequences or sequences_with_id",
            file->path);
    found->format = all.counts ? LLMREC_FORMAT_SEQUENCES_WITH_ID : LLMREC_FORMAT_SEQUENCES;
    return LLMREC_OK;
}

/* --- the file ----------------------------------------------------------------------------------------------------- */

/* RecBole's header: every name has a type. */
static bool is_atomic(const lr_sample *sample)
{
    static const char *const types[] = {":token", ":token_seq", ":float", ":float_seq"};
    for (size_t i = 0; i < sample->fields && i < LR_SAMPLE_FIELDS; i++) {
        const lr_span name = lr_sample_cell(sample, 0, i);
        bool typed = false;
        for (size_t j = 0; j < sizeof types / sizeof *types; j++) {
            const size_t end = strlen(types[j]);
            typed |= name.length > end && memcmp(name.text + name.length - end, types[j], end) == 0;
        }
        if (!typed) return false;
    }
    return sample->rows > 0;
}

/* Vectors as text: an id, then numbers, with blanks between them. */
static bool are_numbers(lr_sample *sample, lr_span text)
{
    lr_sample_take(sample, dialect_of(" "), text);
    for (size_t i = 1; i < sample->fields && i < LR_SAMPLE_FIELDS; i++) {
        const lr_looks looks = lr_sample_looks(sample, 0, i);
        if (looks != LR_LOOKS_INTEGER && looks != LR_LOOKS_NUMBER) return false;
    }
    return sample->fields > 1 && sample->even == sample->rows;
}

/* Recognizes text that is not JSON: its format and its dialect. */
static llmrec_status settle_text(const lr_file *file, lr_sample *sample, lr_span text, lr_recognized *found)
{
    found->format = LLMREC_FORMAT_CSV;
    if (find_delimiter(sample, text, &found->dialect)) {
        lr_sample_take(sample, found->dialect, text);
        if (found->dialect.delimiter == '\t' && is_atomic(sample)) found->format = LLMREC_FORMAT_RECBOLE;
        return LLMREC_OK;
    }
    if (!file->items) return settle_words(file, sample, text, found);
    if (are_numbers(sample, text)) found->dialect = dialect_of(" ");
    return LLMREC_OK;
}

/* The format that the caller names. */
static llmrec_status settle_given(const lr_file *file, lr_span text, lr_recognized *found)
{
    found->format = file->format == LLMREC_FORMAT_TSV ? LLMREC_FORMAT_CSV : file->format;
    if (file->format >= LLMREC_FORMAT_SEQUENCES) found->dialect = dialect_of(" ");
    else if (!found->separator_line) found->dialect = lr_dialect_of(file->format);
    if (file->format == LLMREC_FORMAT_JSONL) is_json(text, &found->array);
    return LLMREC_OK;
}

static llmrec_status settle_format(const lr_file *file, lr_sample *sample, lr_span *text, lr_recognized *found)
{
    bool array = false;
    found->format = LLMREC_FORMAT_CSV;
    if (file->format == LLMREC_FORMAT_AUTO && file->delimiter == NULL && is_json(*text, &array)) {
        found->format = LLMREC_FORMAT_JSONL;
        found->array = array;
        return LLMREC_OK;
    }
    if (file->format == LLMREC_FORMAT_AUTO && file->delimiter == NULL && is_list_of_lists(*text))
        return lr_fail(LLMREC_ERR_FORMAT,
                       "%s: a JSON array of arrays; wanted objects with names (pandas: orient=\"records\")",
                       file->path);
    found->separator_line = take_separator_line(text, &found->dialect);
    if (file->format != LLMREC_FORMAT_AUTO) LR_RETURN_IF(settle_given(file, *text, found));
    else if (file->delimiter == NULL && !found->separator_line) LR_RETURN_IF(settle_text(file, sample, *text, found));
    if (file->delimiter == NULL) return LLMREC_OK;
    LR_RETURN_IF(read_delimiter(file, &found->dialect));
    found->dialect = try_dialect(sample, found->dialect, *text).dialect;
    return LLMREC_OK;
}

static void settle_columns(const lr_file *file, lr_sample *sample, lr_span text, lr_recognized *found)
{
    found->session = found->item = found->time = SIZE_MAX;
    if (found->format == LLMREC_FORMAT_JSONL || found->format >= LLMREC_FORMAT_SEQUENCES) return;
    lr_sample_take(sample, found->dialect, text);
    if (found->format == LLMREC_FORMAT_RECBOLE) found->header = true;
    else if (file->header == LLMREC_HEADER_AUTO) found->header = lr_sample_has_header(sample);
    else found->header = file->header == LLMREC_HEADER_YES;
    if (!found->header) lr_sample_guess(sample, &found->session, &found->item, &found->time);
}

llmrec_status lr_recognize(llmrec_context *context, const lr_file *file, lr_source *source, lr_recognized *found)
{
    llmrec_status status = LLMREC_OK;
    lr_sample *sample = NULL;
    lr_span text = whole_lines(source);
    const char *member = lr_source_member(source);
    *found = (lr_recognized){.path = file->path};
    if (member != NULL) found->member = lr_quote(member, strlen(member));
    found->encoding = lr_source_encoding(source, &found->bad);
    if (lr_source_is_whole(source) && skip_blanks(text).length == 0)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: empty file; wanted rows", file->path);
    if (has_old_lines(text))
        return lr_fail(LLMREC_ERR_FORMAT, "%s: lines end in CR alone; wanted LF or CRLF", file->path);
    LR_TRY(LR_NEW(context, sample, 1));
    LR_TRY(settle_format(file, sample, &text, found));
    settle_columns(file, sample, text, found);
    if (found->array) lr_source_as_lines(source);
done:
    lr_free(context, sample);
    return status;
}
