/* SPDX-License-Identifier: Apache-2.0 */
/* The client's descriptions of structs, faults, values and memory (grown_client.c). */
#ifndef TESTS_ABI_GROWN_BASICS_H
#define TESTS_ABI_GROWN_BASICS_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "llmrec/llmrec.h"

enum { PAGE = 1 << 16, TEXT = 1 << 14, FILL = 0xA5 };

typedef struct field {
    const char *name;
    size_t offset, count;
    char kind; /* i: int64_t, z: size_t, d: double, s: text, p: other pointers */
    int volatile_value;
} field;

typedef struct structure {
    const char *name;
    size_t own, today; /* bytes in this client's headers, and in today's */
    const field *fields;
    size_t field_count;
} structure;

typedef struct initializer {
    const char *structure, *function;
    llmrec_status (*call)(void *options, size_t size);
} initializer;

typedef struct pair { /* a function and its parameter of such a struct type */
    const char *structure, *function;
    int output;
} pair;

/* structures[], initializers[] and pairs[], each with its _count; generated from the public headers. */
#include "grow_structs.h"

static size_t growth;
static int any_growth;
static const char *url, *model_directory;

/* --- faults, values, memory -------------------------------------------------------------------------------------- */

#define FAULT(...) (printf("fault: " __VA_ARGS__), putchar('\n'))

static void must(int held, const char *what)
{
    if (held) return;
    FAULT("%s: %s", what, llmrec_last_error());
    fflush(stdout);
    _Exit(1);
}

#define MUST(call) must((call) == LLMREC_OK, #call)

static const structure *structure_named(const char *name)
{
    for (size_t i = 0; i < structure_count; i++)
        if (strcmp(structures[i].name, name) == 0) return &structures[i];
    must(0, name);
    return NULL;
}

/* Returns `size` bytes, filled with FILL, directly before an inaccessible page. */
static void *place(size_t size)
{
    static unsigned char *page;
    if (page == NULL) {
        page = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        must(page != MAP_FAILED && mprotect(page + PAGE, PAGE, PROT_NONE) == 0, "mmap");
    }
    memset(page, FILL, PAGE);
    return page + PAGE - size;
}

static int all_are(const void *bytes, size_t first, size_t end, unsigned char value)
{
    for (size_t i = first; i < end; i++)
        if (((const unsigned char *)bytes)[i] != value) return 0;
    return 1;
}

static int value_as_text(char *text, size_t room, const field *f, const void *at)
{
    int64_t whole;
    double number;
    const char *string;
    memcpy(&whole, at, sizeof whole);
    memcpy(&number, at, sizeof number);
    memcpy(&string, at, sizeof string);
    if (f->volatile_value) return snprintf(text, room, " %s", number >= 0 ? "some" : "none");
    if (f->kind == 'd') return snprintf(text, room, " %.5g", number);
    if (f->kind == 's') return snprintf(text, room, " %s", string == NULL ? "NULL" : string);
    if (f->kind == 'p') return snprintf(text, room, " %s", string == NULL ? "NULL" : "set");
    return snprintf(text, room, " %lld", (long long)whole);
}

/* Writes the values of a struct, except its size, as lines of text. */
static void describe(char *text, size_t room, const structure *s, const char *function, const void *bytes)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 1; i < s->field_count; i++) {
        const field *f = &s->fields[i];
        used += (size_t)snprintf(text + used, room - used, "value: %s %s %s", s->name, function, f->name);
        for (size_t j = 0; j < f->count; j++)
            used += (size_t)value_as_text(text + used, room - used, f, (const char *)bytes + f->offset + 8 * j);
        used += (size_t)snprintf(text + used, room - used, "\n");
        must(used < room, "room for values");
    }
}

static void print_values(const structure *s, const char *function, const void *bytes)
{
    static char text[TEXT];
    describe(text, sizeof text, s, function, bytes);
    fputs(text, stdout);
}

#endif
