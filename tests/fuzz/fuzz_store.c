/* SPDX-License-Identifier: Apache-2.0 */
/* Data sets and reducers as HDF5: the first byte selects which. */
#include "target.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    llmrec_dataset *dataset = NULL;
    llmrec_reducer *reducer = NULL;
    if (size == 0) return 0;
    const char *path = fuzz_file("stored.h5", bytes + 1, size - 1);
    if (bytes[0] % 2 == 0) fuzz_check(llmrec_dataset_open(fuzz_context(), path, &dataset));
    else fuzz_check(llmrec_reducer_open(fuzz_context(), path, &reducer));
    llmrec_dataset_free(dataset);
    llmrec_reducer_free(reducer);
    fuzz_forget("stored.h5");
    return 0;
}

static void seed_dataset(seed_fn seed)
{
    static const int64_t sessions[5] = {1, 1, 2, 2, 2}, items[5] = {10, 20, 20, 30, 10};
    const llmrec_interactions rows = {
        .size = sizeof rows, .rows = 5, .session_numbers = sessions, .item_numbers = items};
    llmrec_dataset *dataset = NULL;
    if (llmrec_dataset_create(fuzz_context(), &rows, NULL, NULL, &dataset) != LLMREC_OK) abort();
    if (llmrec_dataset_save(dataset, fuzz_path("stored.h5")) != LLMREC_OK) abort();
    fuzz_seed_file(seed, 0, fuzz_path("stored.h5"));
    llmrec_dataset_free(dataset);
}

static void seed_reducer(seed_fn seed)
{
    static const float values[9] = {1, 2, 3, -4, 0.5f, 6, 7, 1, 0};
    llmrec_embedding *table = NULL;
    llmrec_reducer *reducer = NULL;
    if (llmrec_embedding_create(fuzz_context(), values, 3, 3, NULL, NULL, NULL, &table) != LLMREC_OK) abort();
    if (llmrec_reducer_fit(table, NULL, &reducer) != LLMREC_OK) abort();
    if (llmrec_reducer_save(reducer, fuzz_path("stored.h5")) != LLMREC_OK) abort();
    fuzz_seed_file(seed, 1, fuzz_path("stored.h5"));
    llmrec_reducer_free(reducer);
    llmrec_embedding_free(table);
}

void fuzz_seeds(seed_fn seed)
{
    seed_dataset(seed);
    seed_reducer(seed);
    fuzz_forget("stored.h5");
}
