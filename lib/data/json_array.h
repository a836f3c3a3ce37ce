/* SPDX-License-Identifier: Apache-2.0 */
/* Turns a JSON array of objects into JSON lines, in place. */
#ifndef LR_DATA_JSON_ARRAY_H
#define LR_DATA_JSON_ARRAY_H

#include <stdbool.h>
#include <stddef.h>

/* Where in the array the text read so far ends. Begins with zeros. */
typedef struct lr_json_array {
    size_t depth; /* of brackets and braces; 1 between the objects */
    bool inside_string, escaped;
} lr_json_array;

/* Rewrites the next text[length] of the array: its brackets become blanks, each comma between objects a newline, and
 * each newline between or in objects a blank. At the array's end, depth is 0. */
void lr_json_array_lines(lr_json_array *array, char *text, size_t length);

#endif
