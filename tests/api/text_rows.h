/* SPDX-License-Identifier: Apache-2.0 */
/* Datasets from rows as text. Needs shared_context.h. */
#ifndef TESTS_TEXT_ROWS_H
#define TESTS_TEXT_ROWS_H

/* A dataset from rows as text: "session item time ..."; without times if `timed` is 0. */
static inline llmrec_dataset *dataset_of(const char *text, int timed, const llmrec_dataset_options *options)
{
    enum { MOST = 512 };
    static char words[MOST * 16];
    const char *sessions[MOST], *items[MOST];
    double times[MOST];
    size_t rows = 0;
    llmrec_dataset *dataset = NULL;
    snprintf(words, sizeof words, "%s", text);
    for (char *word = strtok(words, " "); word != NULL; word = strtok(NULL, " ")) {
        sessions[rows] = word;
        items[rows] = strtok(NULL, " ");
        if (timed) times[rows] = atof(strtok(NULL, " "));
        rows++;
    }
    const llmrec_interactions interactions = {.size = sizeof interactions,
                                              .rows = rows,
                                              .session_ids = sessions,
                                              .item_ids = items,
                                              .times = timed ? times : NULL};
    assert_ok(llmrec_dataset_create(context, &interactions, NULL, options, &dataset));
    return dataset;
}

#endif
