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

llmrec_status recommender_make(compare_task *task, const compare_row *row, compare_run *run)
{
    if (row->strategy->preset != NULL) return recommender_train(task, row, run);
    const compare_row *first = row_first_stage(task->rows, task->row_count, row);
    const llmrec_recommender_parts parts = {.size = sizeof parts,
                                            .dataset = task->train,
                                            .embedding =
                                                row->strategy->takes & LLMREC_NEED_EMBEDDING ? task->embedding : NULL,
                                            .llm = task->llm,
                                            .first_stage = first == NULL ? NULL : first->runs[0].recommender,
                                            .text_encoder = task->text_encoder};
    json_t *description = describe(row, run->seed);
    char *text = description == NULL ? NULL : json_dumps(description, JSON_COMPACT | JSON_REAL_PRECISION(17));
    const llmrec_status status =
        text == NULL ? LLMREC_ERR_ARGUMENT : llmrec_recommender_create(&parts, text, &run->recommender);
    free(text);
    json_decref(description);
    return status;
}
