/* SPDX-License-Identifier: Apache-2.0 */
/* A JSON array of objects as JSON lines. Only strings and brackets are followed: the parser of the lines checks the
 * rest. */
#include "data/json_array.h"

/* The byte that replaces `byte` outside of strings. */
static char replace(lr_json_array *array, char byte)
{
    switch (byte) {
    case '"': array->inside_string = true; return byte;
    case '[':
    case '{': return array->depth++ == 0 ? ' ' : byte;
    case ']':
    case '}':
        if (array->depth == 0 || (array->depth == 1 && byte == '}')) return byte;
        return --array->depth == 0 ? ' ' : byte;
    case ',': return array->depth == 1 ? '\n' : byte;
    case '\n':
    case '\r': return ' ';
    default: return byte;
    }
}

void lr_json_array_lines(lr_json_array *array, char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (!array->inside_string) {
            text[i] = replace(array, text[i]);
        } else if (array->escaped) {
            array->escaped = false;
        } else {
            array->escaped = text[i] == '\\';
            array->inside_string = text[i] != '"';
        }
    }
}
