/* SPDX-License-Identifier: Apache-2.0 */
/* Loads a dataset and prints its contents:
 *
 *   inspect INTERACTIONS [ITEMS] */
#include <llmrec/llmrec.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static void must(llmrec_status status)
{
    if (status == LLMREC_OK) return;
    fprintf(stderr, "inspect: %s\n", llmrec_last_error());
    exit(EXIT_FAILURE);
}

static void print_quantiles(const char *what, double mean, const double quantiles[5])
{
    printf("%-16s mean %.2f; minimum %g, quartiles %g %g %g, maximum %g\n", what, mean, quantiles[0], quantiles[1],
           quantiles[2], quantiles[3], quantiles[4]);
}

static void print_statistics(const llmrec_dataset *dataset)
{
    llmrec_dataset_statistics s = {.size = sizeof s};
    must(llmrec_dataset_describe(dataset, &s));
    printf("sessions         %" PRId64 "\nitems            %" PRId64 " (%" PRId64 " with rows)\n", s.sessions, s.items,
           s.items_seen);
    printf("rows             %" PRId64 " (%.4f %% of all pairs)\n", s.rows, 100 * s.density);
    printf("time ties        %" PRId64 "\n", s.time_ties);
    print_quantiles("session length", s.length_mean, s.length_quantiles);
    print_quantiles("item popularity", s.popularity_mean, s.popularity_quantiles);
}

static void print_columns(const llmrec_dataset *dataset)
{
    const int64_t title = llmrec_dataset_title_column(dataset);
    printf("text columns    ");
    for (int64_t i = 0; i < llmrec_dataset_columns(dataset); i++)
        printf(" %s%s", llmrec_dataset_column_name(dataset, i), i == title ? " (the title)" : "");
    printf("\n");
}

/* Prints the first session, item by item. */
static void print_session(const llmrec_dataset *dataset)
{
    int64_t offsets[2] = {0, 0};
    size_t length = 0;
    int64_t rows = 0;
    const char *text = NULL;
    const int64_t title = llmrec_dataset_title_column(dataset);
    if (llmrec_dataset_sessions(dataset) == 0) return;
    llmrec_dataset_copy_sessions(dataset, 0, 1, offsets, NULL, NULL, 0, &rows); /* asks for the size */
    int32_t *items = malloc(((size_t)rows + 1) * sizeof *items);
    if (items == NULL) exit(EXIT_FAILURE);
    must(llmrec_dataset_copy_sessions(dataset, 0, 1, offsets, items, NULL, rows, &rows));
    must(llmrec_dataset_session_id(dataset, 0, &text, &length));
    printf("\nsession %.*s\n", (int)length, text);
    for (int64_t i = 0; i < rows; i++) {
        must(llmrec_dataset_item_id(dataset, items[i], &text, &length));
        printf("  %.*s", (int)length, text);
        if (title >= 0) {
            must(llmrec_dataset_item_text(dataset, items[i], title, &text, &length));
            printf("  %.*s", (int)length, text);
        }
        printf("\n");
    }
    free(items);
}

int main(int count, char **words)
{
    llmrec_context *context = NULL;
    llmrec_dataset *dataset = NULL;
    if (count < 2 || count > 3) {
        fprintf(stderr, "usage: inspect INTERACTIONS [ITEMS]\n");
        return 2;
    }
    must(llmrec_context_create(NULL, &context));
    must(llmrec_dataset_load(context, words[1], count == 3 ? words[2] : NULL, NULL, &dataset));
    print_statistics(dataset);
    if (count == 3) print_columns(dataset);
    print_session(dataset);
    llmrec_dataset_free(dataset);
    llmrec_context_free(context);
    return 0;
}
