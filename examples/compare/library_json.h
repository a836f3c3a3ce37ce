/* SPDX-License-Identifier: Apache-2.0 */
/* JSON of the library as jansson values; NULL on failure. */
#ifndef COMPARE_LIBRARY_JSON_H
#define COMPARE_LIBRARY_JSON_H

#include <jansson.h>
#include <llmrec/llmrec.h>

/* All options of a struct by name. */
json_t *options_json(const char *structure, const void *options);

/* What a recommender is. */
json_t *recommender_json(const llmrec_recommender *recommender);

/* The figures of a report. */
json_t *report_json(const llmrec_report *report);

#endif
