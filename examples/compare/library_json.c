/* SPDX-License-Identifier: Apache-2.0 */
#include "library_json.h"

enum { LARGEST = 1 << 20 };
static char text[LARGEST];

static json_t *parse(llmrec_status status, const size_t *length)
{
    return status == LLMREC_OK && *length < sizeof text ? json_loadb(text, *length, 0, NULL) : NULL;
}

json_t *options_json(const char *structure, const void *options)
{
    size_t length = 0;
    return parse(llmrec_options_json(structure, options, text, sizeof text, &length), &length);
}

json_t *recommender_json(const llmrec_recommender *recommender)
{
    size_t length = 0;
    return parse(llmrec_recommender_description(recommender, text, sizeof text, &length), &length);
}

json_t *report_json(const llmrec_report *report)
{
    const char *name = "";
    size_t length = 0;
    json_t *list =
        parse(llmrec_report_format(&report, &name, 1, LLMREC_LAYOUT_JSON, text, sizeof text, &length), &length);
    json_t *object = json_incref(json_array_get(list, 0));
    json_decref(list);
    return object;
}
