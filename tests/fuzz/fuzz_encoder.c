/* SPDX-License-Identifier: Apache-2.0 */
/* Checkpoints and weight files of encoders: the first byte selects which. */
#include "target.h"

static llmrec_dataset *few_sessions(void)
{
    static const int64_t sessions[5] = {1, 1, 2, 2, 2}, items[5] = {10, 20, 20, 30, 10};
    const llmrec_interactions rows = {
        .size = sizeof rows, .rows = 5, .session_numbers = sessions, .item_numbers = items};
    llmrec_dataset *dataset = NULL;
    if (llmrec_dataset_create(fuzz_context(), &rows, NULL, NULL, &dataset) != LLMREC_OK) abort();
    return dataset;
}

static llmrec_encoder *small_encoder(const llmrec_dataset *dataset)
{
    llmrec_encoder_options options;
    llmrec_encoder *encoder = NULL;
    if (llmrec_encoder_options_init(&options, sizeof options) != LLMREC_OK) abort();
    options.dim = 4;
    options.layers = 1;
    options.max_length = 4;
    if (llmrec_encoder_create(dataset, &options, &encoder) != LLMREC_OK) abort();
    return encoder;
}

/* An opened encoder must give an answer. */
static void use(const llmrec_encoder *encoder)
{
    static const int64_t offsets[2] = {0, 1};
    static const int32_t session[1] = {0};
    int32_t found[1], count = 0;
    llmrec_recommender *recommender = NULL;
    fuzz_check(llmrec_recommender_create_encoder(encoder, &recommender));
    if (recommender == NULL) return;
    fuzz_check(llmrec_recommend(recommender, offsets, session, 1, 1, NULL, found, NULL, &count));
    llmrec_recommender_free(recommender);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    llmrec_encoder *encoder = NULL;
    if (size == 0) return 0;
    const char *path = fuzz_file("encoder", bytes + 1, size - 1);
    if (bytes[0] % 2 == 0) fuzz_check(llmrec_encoder_open(fuzz_context(), path, &encoder));
    else {
        llmrec_dataset *dataset = few_sessions();
        encoder = small_encoder(dataset);
        llmrec_dataset_free(dataset);
        fuzz_check(llmrec_encoder_import_weights(encoder, path));
    }
    if (encoder != NULL) use(encoder);
    llmrec_encoder_free(encoder);
    fuzz_forget("encoder");
    return 0;
}

void fuzz_seeds(seed_fn seed)
{
    llmrec_dataset *dataset = few_sessions();
    llmrec_encoder *encoder = small_encoder(dataset);
    llmrec_train_options training;
    if (llmrec_train_options_init(&training, sizeof training) != LLMREC_OK) abort();
    training.epochs = 2;
    if (llmrec_encoder_train(encoder, dataset, dataset, &training) != LLMREC_OK) abort();
    if (llmrec_encoder_save(encoder, fuzz_path("encoder")) != LLMREC_OK) abort();
    fuzz_seed_file(seed, 0, fuzz_path("encoder"));
    if (llmrec_encoder_export_weights(encoder, fuzz_path("encoder")) != LLMREC_OK) abort();
    fuzz_seed_file(seed, 1, fuzz_path("encoder"));
    fuzz_forget("encoder");
    llmrec_encoder_free(encoder);
    llmrec_dataset_free(dataset);
}
