/* SPDX-License-Identifier: Apache-2.0 */
/* Steps that write examples for fine-tuning a model: two files each. */
#include "path.h"

static llmrec_status write_examples(const path_world *world, int64_t form, const char *training)
{
    llmrec_fine_tuning_data_options options;
    llmrec_prompt_options prompt;
    const llmrec_recommender_parts parts = {.size = sizeof parts,
                                            .dataset = world->made[LOAD_CSV].dataset,
                                            .first_stage = world->made[SIMILARITY].recommender,
                                            .embedding = world->made[ENCODE_ITEMS].embedding};
    assert_ok(llmrec_prompt_options_init(&prompt, sizeof prompt));
    assert_ok(llmrec_fine_tuning_data_options_init(&options, sizeof options));
    prompt.form = form;
    prompt.clusters = prompt.count = 3;
    prompt.answer = LLMREC_ANSWER_NAMES;
    options.training = path_file(training);
    options.validation = path_file("validation.jsonl");
    return llmrec_fine_tuning_write(&parts, &prompt, &options, NULL);
}

llmrec_status path_write_listed(path_world *world, path_handle *made)
{
    (void)made;
    return write_examples(world, LLMREC_PROMPT_GENLIST, "listed.jsonl");
}

llmrec_status path_write_ranked(path_world *world, path_handle *made)
{
    (void)made;
    return write_examples(world, LLMREC_PROMPT_RANK, "ranked.jsonl");
}

llmrec_status path_write_chosen(path_world *world, path_handle *made)
{
    (void)made;
    return write_examples(world, LLMREC_PROMPT_CLASSIFY, "chosen.jsonl");
}
