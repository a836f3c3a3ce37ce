/* SPDX-License-Identifier: Apache-2.0 */
/* Journals: any bytes as the file; then a record is added and must be found at the next opening. */
#include "target.h"

#include "core/memory.h"
#include "llm/journal.h"

static lr_digest digest_of(uint64_t number)
{
    return lr_digest_of(&number, sizeof number, 1);
}

static void look_for(lr_journal *journal, uint64_t number, bool must)
{
    char *bytes = NULL;
    size_t size = 0;
    fuzz_check(lr_journal_find(journal, digest_of(number), &bytes, &size));
    if (must && (bytes == NULL || size != 5 || strcmp(bytes, "added") != 0)) abort();
    lr_free(fuzz_context(), bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    lr_journal *journal = NULL;
    const char *path = fuzz_file("journal", bytes, size);
    llmrec_status status = lr_journal_open(fuzz_context(), path, &journal);
    fuzz_check(status);
    if (status == LLMREC_OK) {
        for (uint64_t i = 0; i < 4; i++) look_for(journal, i, false);
        if (lr_journal_add(journal, &(lr_entry){digest_of(9), "added", 5}, 1) != LLMREC_OK) abort();
        look_for(journal, 9, true);
        lr_journal_close(journal);
        if (lr_journal_open(fuzz_context(), path, &journal) != LLMREC_OK) abort();
        look_for(journal, 9, true);
        lr_journal_close(journal);
    }
    fuzz_forget("journal");
    return 0;
}

void fuzz_seeds(seed_fn seed)
{
    static uint8_t bytes[4096];
    lr_journal *journal = NULL;
    for (uint64_t records = 0; records < 5; records += 2) {
        const char *path = fuzz_path("seed");
        if (lr_journal_open(fuzz_context(), path, &journal) != LLMREC_OK) abort();
        for (uint64_t i = 0; i < records; i++)
            if (lr_journal_add(journal, &(lr_entry){digest_of(i), "some bytes of a record", 22}, 1) != LLMREC_OK)
                abort();
        lr_journal_close(journal);
        FILE *file = fopen(path, "rb");
        if (file == NULL) abort();
        seed(bytes, fread(bytes, 1, sizeof bytes, file));
        fclose(file);
        fuzz_forget("seed");
    }
}
