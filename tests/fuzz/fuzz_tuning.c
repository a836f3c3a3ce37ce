/* SPDX-License-Identifier: Apache-2.0 */
/* State files of fine-tuning jobs: any bytes as the file. Values read from it are safe in a URL, and values that are
 * set are found at the next opening. */
#include "target.h"

#include "llm/fine_tuning_state.h"

static const lr_digest DIGEST = {0x123456789abcdef0u, 0x0fedcba987654321u};

static void check_name(const lr_tuning_state *state, const char *member)
{
    const char *name = lr_tuning_state_text(state, member);
    if (name != NULL && (name[0] == '\0' || name[0] == '.' || strpbrk(name, "/?#%\\ \n") != NULL)) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    lr_tuning_state state = {.context = NULL};
    const char *path = fuzz_file("state.json", bytes, size);
    const llmrec_status status = lr_tuning_state_open(fuzz_context(), path, DIGEST, &state);
    fuzz_check(status);
    if (status == LLMREC_OK) {
        check_name(&state, "training");
        check_name(&state, "validation");
        check_name(&state, "job");
        if (lr_tuning_state_set(&state, "job", "ftjob-1") != LLMREC_OK) abort();
        lr_tuning_state_close(&state);
        if (lr_tuning_state_open(fuzz_context(), path, DIGEST, &state) != LLMREC_OK) abort();
        if (strcmp(lr_tuning_state_text(&state, "job"), "ftjob-1") != 0) abort();
        lr_tuning_state_close(&state);
    }
    fuzz_forget("state.json");
    return 0;
}

void fuzz_seeds(seed_fn seed)
{
    fuzz_seed_text(seed, "{\"of\": \"0fedcba987654321123456789abcdef0\", \"training\": \"file-1\", \"validation\": "
                         "\"file-2\", \"creating\": \"true\", \"job\": \"ftjob-0\"}\n");
    fuzz_seed_text(seed, "{\"of\": \"0fedcba987654321123456789abcdef0\", \"job\": \"../files/x?y\"}");
    fuzz_seed_text(seed, "{\"of\": \"another\", \"job\": \"ftjob-0\"}");
}
