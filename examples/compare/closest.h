/* SPDX-License-Identifier: Apache-2.0 */
/* The known name that is most like a word that none is. */
#ifndef COMPARE_CLOSEST_H
#define COMPARE_CLOSEST_H

#include <stddef.h>

typedef struct compare_closest {
    const char *word;
    char name[64];
    size_t changes; /* letters to insert, remove or replace to get the name; 0: there is no name yet */
} compare_closest;

void closest_try(compare_closest *closest, const char *name);

/* Writes "; did you mean BEFORE NAME?", or nothing if no name is like the word. */
void closest_write(const compare_closest *closest, const char *before, char *text, size_t size);

#endif
