/* SPDX-License-Identifier: Apache-2.0 */
#include "recommenders.h"

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "library_json.h"

enum { LARGEST = 4096 }; /* bytes of any options struct */

/* {"strategy": ..., "options": {...}}; NULL if an option is wrong. */
static json_t *describe(const compare_row *row, int64_t seed)
{
    _Alignas(max_align_t) unsigned char options[LARGEST];
    const compare_section *section = row->strategy->section[0];
    llmrec_option_info info;
    char text[32];
    if (section == NULL) return json_pack("{s:s}", "strategy", row->strategy->library);
    llmrec_status status = options_fill(&row->options, section->name, options, sizeof options);
    snprintf(text, sizeof text, "%lld", (long long)seed);
    if (status == LLMREC_OK && option_find(section, "seed", &info))
        status = llmrec_option_set(section->structure, options, "seed", text);
    if (status == LLMREC_OK && row->strategy->form != NULL)
        status = llmrec_option_set(section->structure, options, "form", row->strategy->form);
    json_t *json = status == LLMREC_OK ? options_json(section->structure, options) : NULL;
    return json == NULL ? NULL : json_pack("{s:s, s:o}", "strategy", row->strategy->library, "options", json);
}

bool recommender_check(const compare_row *row)
{
    compare_network network;
    if (row->strategy->preset != NULL) return network_read(row, 0, &network);
    json_t *description = describe(row, 0);
    if (description == NULL) fprintf(stderr, "compare: %s: %s\n", row->name, llmrec_last_error());
    json_decref(description);
    return description != NULL;
}

/* The recommenders that a row combines; `before`: those of the train part alone. */
static void list_parts(const compare_task *task, const compare_row *row, bool before, const llmrec_recommender **list)
{
    for (int64_t i = 0; i < row->part_count; i++) {
        const compare_row *part = row_part(task->rows, task->row_count, row, i);
        list[i] = before ? row_trained(part) : part->runs[0].recommender;
    }
}

static llmrec_recommender_parts parts_of(const compare_task *task, const compare_row *row,
                                         const llmrec_dataset *dataset, const llmrec_recommender *const *list)
{
    const compare_row *first = row_first_stage(task->rows, task->row_count, row);
    return (llmrec_recommender_parts){.size = sizeof(llmrec_recommender_parts),
                                      .dataset = dataset,
                                      .embedding =
                                          row->strategy->takes & LLMREC_NEED_EMBEDDING ? task->embedding : NULL,
                                      .llm = task->llm,
                                      .first_stage = first == NULL ? NULL : first->runs[0].recommender,
                                      .text_encoder = task->text_encoder,
                                      .recommenders = row->part_count == 0 ? NULL : list,
                                      .recommender_count = row->part_count};
}

/* A blend whose weights come from the validation part. */
static llmrec_status fit_weights(compare_task *task, const compare_row *row, const llmrec_recommender_parts *parts,
                                 compare_run *run)
{
    llmrec_blend_options blend;
    llmrec_blend_fit_options fit;
    llmrec_status status = options_fill(&row->options, "blend", &blend, sizeof blend);
    if (status == LLMREC_OK) status = options_fill(&row->options, "blend-fit", &fit, sizeof fit);
    if (status != LLMREC_OK) return status;
    if (task->validation == NULL) {
        snprintf(task->error, sizeof task->error, "%s: wanted a validation part, or weights=...", row->name);
        return LLMREC_ERR_ARGUMENT;
    }
    fit.seed = run->seed;
    run->fit.size = sizeof run->fit;
    return llmrec_blend_fit(parts, task->validation, &blend, &fit, &run->fit, &run->recommender);
}

llmrec_status recommender_make(compare_task *task, const compare_row *row, compare_run *run)
{
    const llmrec_recommender *list[MAX_PARTS];
    if (row->strategy->preset != NULL) return recommender_train(task, row, run);
    list_parts(task, row, true, list);
    const llmrec_recommender_parts parts = parts_of(task, row, task->train, list);
    if (row->strategy->fits && options_given(&row->options, "blend", "weights") == NULL)
        return fit_weights(task, row, &parts, run);
    json_t *description = describe(row, run->seed);
    char *text = description == NULL ? NULL : json_dumps(description, JSON_COMPACT | JSON_REAL_PRECISION(17));
    const llmrec_status status =
        text == NULL ? LLMREC_ERR_ARGUMENT : llmrec_recommender_create(&parts, text, &run->recommender);
    free(text);
    json_decref(description);
    return status;
}

/* Makes a recommender again by its description. */
static llmrec_status make_again(const llmrec_recommender_parts *parts, const llmrec_recommender *recommender,
                                llmrec_recommender **again)
{
    size_t length = 0;
    llmrec_status status = llmrec_recommender_description(recommender, NULL, 0, &length);
    char *text = status == LLMREC_OK ? malloc(length + 1) : NULL;
    if (status == LLMREC_OK && text == NULL) return LLMREC_ERR_MEMORY;
    if (status == LLMREC_OK) status = llmrec_recommender_description(recommender, text, length + 1, NULL);
    if (status == LLMREC_OK) status = llmrec_recommender_create(parts, text, again);
    free(text);
    return status;
}

llmrec_status recommender_refit(compare_task *task, const compare_row *row, compare_run *run)
{
    const llmrec_recommender *list[MAX_PARTS];
    llmrec_recommender *again = NULL;
    llmrec_status status = LLMREC_OK;
    list_parts(task, row, false, list);
    const llmrec_recommender_parts parts = parts_of(task, row, task->refit, list);
    if (row->strategy->preset != NULL) status = recommender_retrain(task, row, run, &again);
    else status = make_again(&parts, run->recommender, &again);
    run->before = run->recommender;
    run->recommender = again;
    return status;
}
