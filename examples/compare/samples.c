/* SPDX-License-Identifier: Apache-2.0 */
/* A few sessions with titles in and titles out. */
#include <stdio.h>
#include <stdlib.h>

#include "console.h"
#include "output.h"

enum { SHOWN_BEFORE = 4, SHOWN_NEXT = 5, TITLE_WIDTH = 90 };

/* An item's title, or its id where it has none. */
static void print_item(const llmrec_dataset *dataset, int32_t item)
{
    const char *text = NULL;
    size_t length = 0;
    const int64_t column = llmrec_dataset_title_column(dataset), fallback = llmrec_dataset_columns(dataset) - 1;
    if (column >= 0 || fallback == 0)
        if (llmrec_dataset_item_text(dataset, item, column >= 0 ? column : 0, &text, &length) != LLMREC_OK) return;
    if (length == 0 && llmrec_dataset_item_id(dataset, item, &text, &length) != LLMREC_OK) return;
    console_print(stdout, text, length, TITLE_WIDTH);
    putchar('\n');
}

static void print_session(const llmrec_dataset *dataset, const int32_t *items, int64_t rows)
{
    const int64_t first = rows - 1 > SHOWN_BEFORE ? rows - 1 - SHOWN_BEFORE : 0;
    for (int64_t i = first; i < rows - 1; i++) {
        printf("  %-24s", i > first ? "" : first > 0 ? "in (the latest)" : "in");
        print_item(dataset, items[i]);
    }
    printf("  %-24s", "came next");
    print_item(dataset, items[rows - 1]);
}

static llmrec_status print_next(const compare_task *task, const compare_row *row, const int32_t *items, int64_t rows)
{
    int32_t next[SHOWN_NEXT], count = 0;
    const int64_t offsets[2] = {0, rows - 1};
    llmrec_recommend_options options;
    llmrec_status status = llmrec_recommend_options_init(&options, sizeof options);
    if (status != LLMREC_OK) return status;
    options.keep_seen = task->evaluation.keep_seen;
    status = llmrec_recommend(row->runs[0].recommender, offsets, items, 1, SHOWN_NEXT, &options, next, NULL, &count);
    for (int32_t i = 0; status == LLMREC_OK && i < count; i++) {
        printf("  %-22s%c ", i == 0 ? row->name : "", next[i] == items[rows - 1] ? '*' : ' ');
        print_item(task->dataset, next[i]);
    }
    return status;
}

static llmrec_status print_sample(const compare_task *task, const compare_row *rows, int64_t count, int64_t session)
{
    int64_t offsets[2];
    int64_t length = 0;
    const char *id = NULL;
    size_t id_length = 0;
    llmrec_status status = LLMREC_OK;
    llmrec_dataset_copy_sessions(task->evaluated, session, 1, offsets, NULL, NULL, 0, &length);
    int32_t *items = malloc(((size_t)length + 1) * sizeof *items);
    if (items == NULL) return LLMREC_ERR_MEMORY;
    status = llmrec_dataset_copy_sessions(task->evaluated, session, 1, offsets, items, NULL, length, &length);
    if (status == LLMREC_OK) status = llmrec_dataset_session_id(task->evaluated, session, &id, &id_length);
    if (status == LLMREC_OK && length > 1) {
        printf("session ");
        console_print(stdout, id, id_length, TITLE_WIDTH);
        putchar('\n');
        print_session(task->dataset, items, (int64_t)length);
        for (int64_t i = 0; status == LLMREC_OK && i < count; i++)
            status = print_next(task, &rows[i], items, (int64_t)length);
        putchar('\n');
    }
    free(items);
    return status;
}

/* Sessions spread evenly over the part, so that anyone sees the same ones again. */
llmrec_status print_samples(const compare_task *task, const compare_row *rows, int64_t count)
{
    const int64_t all = llmrec_dataset_sessions(task->evaluated), wanted = task->settings->show;
    const int64_t shown = wanted < all ? wanted : all;
    if (shown > 0) printf("Titles in, titles out (* is what came next):\n\n");
    for (int64_t i = 0; i < shown; i++) {
        const llmrec_status status = print_sample(task, rows, count, (2 * i + 1) * all / (2 * shown));
        if (status != LLMREC_OK) return status;
    }
    return LLMREC_OK;
}
