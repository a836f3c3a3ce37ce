/* SPDX-License-Identifier: Apache-2.0 */
/* Recommends from the one file of a saved recommender, as `train` writes it, for a session given as item ids, oldest
 * first, or for one a line of standard input, its ids between blanks:
 *
 *   serve RECOMMENDER ID...
 *   serve RECOMMENDER < SESSIONS
 *
 * Each session gets lines of score, id and title, best first, and an empty line. Unknown ids are reported and skipped.
 */
#include <llmrec/llmrec.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "usage.h"

enum { WANTED = 5, LONGEST_LINE = 1 << 16 };

static const char usage[] = "usage: serve RECOMMENDER ID...\n"
                            "       serve RECOMMENDER < SESSIONS\n"
                            "Recommends from a saved recommender for a session of item ids, oldest first,\n"
                            "or for each line of standard input, its ids between blanks.\n";

static void must(llmrec_status status)
{
    if (status == LLMREC_OK) return;
    fprintf(stderr, "serve: %s\n", llmrec_last_error());
    exit(EXIT_FAILURE);
}

static void recommend(const llmrec_recommender *recommender, const char *const *ids, int64_t length)
{
    const int64_t offsets[2] = {0, length};
    int32_t items[WANTED], found = 0;
    float scores[WANTED];
    must(llmrec_recommend_ids(recommender, offsets, ids, NULL, 1, WANTED, NULL, items, scores, &found, NULL));
    for (int32_t i = 0; i < found; i++) {
        const char *id = NULL, *title = NULL;
        size_t id_length = 0, title_length = 0;
        must(llmrec_recommender_item_id(recommender, items[i], &id, &id_length));
        must(llmrec_recommender_item_title(recommender, items[i], &title, &title_length));
        printf("%.9g  %.*s%s%.*s\n", (double)scores[i], (int)id_length, id, title_length > 0 ? "  " : "",
               (int)title_length, title);
    }
    printf("\n");
    fflush(stdout);
}

static void recommend_lines(const llmrec_recommender *recommender)
{
    static char line[LONGEST_LINE];
    static const char *ids[LONGEST_LINE / 2];
    while (fgets(line, sizeof line, stdin) != NULL) {
        int64_t length = 0;
        for (char *id = strtok(line, " \t\r\n"); id != NULL; id = strtok(NULL, " \t\r\n")) ids[length++] = id;
        recommend(recommender, ids, length);
    }
}

/* Prints the library's warnings about unknown ids. */
static llmrec_status show_log(const llmrec_log_event *event, void *user)
{
    (void)user;
    fprintf(stderr, "serve: %s\n", event->message);
    return LLMREC_OK;
}

int main(int count, char **words)
{
    llmrec_context_options options;
    llmrec_context *context = NULL;
    llmrec_recommender *recommender = NULL;
    check_usage(count, words, 1, 0, usage);
    must(llmrec_context_options_init(&options, sizeof options));
    options.log = show_log;
    must(llmrec_context_create(&options, &context));
    must(llmrec_recommender_open(context, words[1], NULL, &recommender));
    if (count > 2) recommend(recommender, (const char *const *)(words + 2), count - 2);
    else recommend_lines(recommender);
    llmrec_recommender_free(recommender);
    llmrec_context_free(context);
    return 0;
}
