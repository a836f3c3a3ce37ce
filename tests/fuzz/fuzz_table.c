/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of vectors in every format: the first byte selects it. */
#include "target.h"

static const char *const names[] = {"table.npy", "table.csv", "table.safetensors", "table.h5", "table.tsv"};
enum { NAMES = sizeof names / sizeof *names };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    llmrec_embedding *table = NULL;
    if (size == 0) return 0;
    const char *name = names[bytes[0] % NAMES];
    const char *path = fuzz_file(name, bytes + 1, size - 1);
    const bool ours = strcmp(name, "table.h5") == 0;
    fuzz_check((ours ? llmrec_embedding_open : llmrec_embedding_load)(fuzz_context(), path, NULL, &table));
    llmrec_embedding_free(table);
    fuzz_forget(name);
    return 0;
}

static void seed_saved(seed_fn seed, int64_t dtype)
{
    static const float values[6] = {1, 2, 3, -4, 0.5f, 6};
    static const char *const ids[2] = {"x", "y"};
    llmrec_embedding_options options;
    llmrec_embedding *table = NULL;
    if (llmrec_embedding_options_init(&options, sizeof options) != LLMREC_OK) abort();
    options.dtype = dtype;
    if (llmrec_embedding_create(fuzz_context(), values, 2, 3, ids, NULL, &options, &table) != LLMREC_OK) abort();
    for (uint8_t i = 0; i < 4; i++) {
        if (i == 1) continue; /* text is read, not written */
        if (llmrec_embedding_save(table, fuzz_path(names[i])) != LLMREC_OK) abort();
        fuzz_seed_file(seed, i, fuzz_path(names[i]));
        fuzz_forget(names[i]);
    }
    llmrec_embedding_free(table);
}

void fuzz_seeds(seed_fn seed)
{
    fuzz_seed_text(seed, "\001id,a,b\nx,1.5,-2e3\n\"y,\",0,.25\n");
    fuzz_seed_text(seed, "\004id\ta\nx\t1\ny\t2\n");
    seed_saved(seed, LLMREC_DTYPE_FLOAT32);
    seed_saved(seed, LLMREC_DTYPE_FLOAT16);
}
