/* SPDX-License-Identifier: Apache-2.0 */
/* What a file is, found from its first bytes, and said in one line of the log. */
#ifndef LR_DATA_RECOGNIZE_H
#define LR_DATA_RECOGNIZE_H

#include "core/text.h"
#include "data/delimited.h"
#include "data/source.h"

typedef struct lr_recognized {
    const char *path;
    lr_quoted member; /* of an archive, or empty */
    int64_t format;   /* one of llmrec_format but AUTO; CSV for text with any delimiter */
    lr_dialect dialect;
    bool header;                /* the first record is the names of the columns */
    bool array;                 /* JSON: one array */
    bool separator_line;        /* the first line is "sep=," or so, before the header */
    size_t session, item, time; /* without header: columns by what they look like, from 0, or SIZE_MAX */
    int64_t encoding;           /* one of llmrec_encoding but AUTO */
    size_t bad;                 /* the first line that is not UTF-8 or has a NUL byte, if that told the encoding */
} lr_recognized;

/* Recognizes a file from its sample; what `file` sets is taken as it is. Prepares the source for JSON arrays. FORMAT
 * for an empty file, and for one that can be read in several ways; ARGUMENT for a wrong delimiter. */
llmrec_status lr_recognize(llmrec_context *context, const lr_file *file, lr_source *source, lr_recognized *found);

/* "tab-separated" and so on. */
const char *lr_dialect_adjective(lr_dialect dialect);

/* A column that is read. */
typedef struct lr_told {
    const char *role; /* "user", "item", "time" */
    size_t number;    /* from 1; 0: a key of JSON objects */
    lr_span name;     /* empty without header */
    const char *note; /* of a time: "seconds", or NULL */
} lr_told;

/* Writes the line: read "u.data" as tab-separated without header: columns 1 user, 2 item, 4 time (seconds). */
llmrec_status lr_recognized_tell(llmrec_context *context, const lr_recognized *found, const lr_told *columns,
                                 size_t count);

#endif
