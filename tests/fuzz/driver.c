/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a fuzz target without libFuzzer: on its seeds, on many damaged copies of each (always the same ones), and on the
 * files given as arguments, for example findings of libFuzzer. `--write FOLDER` writes the seeds for libFuzzer. */
#include "target.h"

enum { MUTANTS = 250, MOST_SEEDS = 64, CHANGES = 4 };

static struct {
    uint8_t *bytes;
    size_t size;
} seeds[MOST_SEEDS];
static size_t seed_count;
static uint64_t random_state = 88172645463325252u;

static uint64_t next_random(uint64_t below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state % below;
}

static void keep_seed(const void *bytes, size_t size)
{
    if (seed_count == MOST_SEEDS) abort();
    seeds[seed_count].bytes = malloc(size + 1);
    if (seeds[seed_count].bytes == NULL) abort();
    memcpy(seeds[seed_count].bytes, bytes, size);
    seeds[seed_count++].size = size;
}

/* One change: a bit, a special byte of some format, a number at its limit, a cut, or a repeated piece. */
static size_t change(uint8_t *bytes, size_t size, size_t room)
{
    static const char marks[] = "\"',\t\n\r\\{}[]:0-9.eE\xff\xc3";
    static const uint64_t edges[] = {0, 1, UINT64_MAX, INT64_MAX, 0x80000000u, 0x7fffffffu, 1ull << 40};
    if (size < 2) return size;
    const size_t at = 1 + next_random(size - 1), left = size - at;
    switch (next_random(6)) {
    case 0: bytes[at] ^= (uint8_t)(1 << next_random(8)); break;
    case 1: bytes[at] = (uint8_t)marks[next_random(sizeof marks)]; break;
    case 2: bytes[at] = (uint8_t)next_random(256); break;
    case 3: memcpy(bytes + at, &edges[next_random(7)], left < 8 ? left : 8); break;
    case 4: return next_random(4) == 0 ? at : size;
    default: {
        const size_t length = next_random(left < room - size ? left : room - size) + (room > size);
        memmove(bytes + at + length, bytes + at, left);
        return size + length;
    }
    }
    return size;
}

static void run_mutants(const uint8_t *bytes, size_t size)
{
    const size_t room = size * 2 + 64;
    for (int i = 0; i < MUTANTS; i++) {
        uint8_t *mutant = calloc(room, 1); /* a separate allocation, so that reads beyond its end are found */
        if (mutant == NULL) abort();
        memcpy(mutant, bytes, size);
        size_t length = size;
        for (uint64_t j = 0; j <= next_random(CHANGES); j++) length = change(mutant, length, room);
        uint8_t *exact = malloc(length + (length == 0));
        if (exact == NULL) abort();
        memcpy(exact, mutant, length);
        LLVMFuzzerTestOneInput(exact, length);
        free(exact);
        free(mutant);
    }
}

static void run_file(const char *path)
{
    static uint8_t bytes[1 << 20];
    FILE *file = fopen(path, "rb");
    if (file == NULL) abort();
    const size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    LLVMFuzzerTestOneInput(bytes, size);
}

static void write_seeds(const char *folder)
{
    for (size_t i = 0; i < seed_count; i++) {
        char path[512];
        snprintf(path, sizeof path, "%s/seed%zu", folder, i);
        FILE *file = fopen(path, "wb");
        if (file == NULL) abort();
        fwrite(seeds[i].bytes, 1, seeds[i].size, file);
        fclose(file);
    }
}

int main(int argc, char **argv)
{
    fuzz_seeds(keep_seed);
    if (argc == 3 && strcmp(argv[1], "--write") == 0) write_seeds(argv[2]);
    else if (argc > 1)
        for (int i = 1; i < argc; i++) run_file(argv[i]);
    else printf("1..%zu\n", seed_count);
    for (size_t i = 0; i < seed_count; i++) {
        if (argc == 1) {
            LLVMFuzzerTestOneInput(seeds[i].bytes, seeds[i].size);
            run_mutants(seeds[i].bytes, seeds[i].size);
            printf("ok %zu - seed %zu and %d damaged copies\n", i + 1, i, (int)MUTANTS);
            fflush(stdout);
        }
        free(seeds[i].bytes);
    }
    llmrec_context_free(fuzz_context());
    return 0;
}
