/* SPDX-License-Identifier: Apache-2.0 */
/* Interface of a fuzz target, for libFuzzer or the driver here, and helpers to feed readers of files. */
#ifndef TESTS_FUZZ_TARGET_H
#define TESTS_FUZZ_TARGET_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "llmrec/llmrec.h"

/* Reads `bytes` as this target's input. Any outcome is right except a failure without a text. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Passes valid inputs to `seed`; the driver then damages them. */
typedef void (*seed_fn)(const void *bytes, size_t size);
void fuzz_seeds(seed_fn seed);

/* A path in this process's folder; valid for the next seven calls. */
static inline const char *fuzz_path(const char *name)
{
    static char folder[64], paths[8][128];
    static unsigned next;
    char *path = paths[next++ % 8];
    if (folder[0] == '\0') snprintf(folder, sizeof folder, "/tmp/llmrec_fuzz_%ld", (long)getpid());
    mkdir(folder, 0700);
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static inline const char *fuzz_file(const char *name, const void *bytes, size_t size)
{
    const char *path = fuzz_path(name);
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(bytes, 1, size, file) != size || fclose(file) != 0) abort();
    return path;
}

/* Removes a file, and the folder after its last file, so that a run leaves nothing. */
static inline void fuzz_forget(const char *name)
{
    unlink(fuzz_path(name));
    rmdir(fuzz_path(""));
}

/* A file as a seed, after the byte `mark` that selects the parser. */
static inline void fuzz_seed_file(seed_fn seed, uint8_t mark, const char *path)
{
    static uint8_t bytes[1 << 16];
    FILE *file = fopen(path, "rb");
    if (file == NULL) abort();
    bytes[0] = mark;
    const size_t size = fread(bytes + 1, 1, sizeof bytes - 1, file);
    fclose(file);
    seed(bytes, size + 1);
}

static inline void fuzz_seed_text(seed_fn seed, const char *text)
{
    seed(text, strlen(text));
}

/* A context of one thread that all inputs share. */
static inline llmrec_context *fuzz_context(void)
{
    static llmrec_context *context;
    llmrec_context_options options;
    if (context != NULL) return context;
    if (llmrec_context_options_init(&options, sizeof options) != LLMREC_OK) abort();
    options.threads = 1;
    if (llmrec_context_create(&options, &context) != LLMREC_OK) abort();
    return context;
}

/* Checks that a failure has its own text. */
static inline void fuzz_check(llmrec_status status)
{
    if (status != LLMREC_OK && strcmp(llmrec_last_error(), "context is NULL") == 0) abort();
    if (status == LLMREC_ERR_INTERNAL) abort();
    llmrec_context_create(NULL, NULL);
}

#endif
