/* SPDX-License-Identifier: Apache-2.0 */
/* Recommends with an encoder saved by `train`, for a session of item ids, oldest first, or for one session per line of
 * standard input, with ids separated by blanks:
 *
 *   serve ENCODER ID...
 *   serve ENCODER < SESSIONS
 *
 * For each session, prints lines of score and id, best first, and an empty line. Unknown ids are reported and
 * skipped. */
#include <llmrec/llmrec.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WANTED = 5, LONGEST_LINE = 1 << 16 };

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
        const char *id = NULL;
        size_t id_length = 0;
        must(llmrec_recommender_item_id(recommender, items[i], &id, &id_length));
        printf("%.9g  %.*s\n", (double)scores[i], (int)id_length, id);
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
    llmrec_encoder *encoder = NULL;
    llmrec_recommender *recommender = NULL;
    if (count < 2) {
        fprintf(stderr, "usage: serve ENCODER ID...\n       serve ENCODER < SESSIONS\n");
        return 2;
    }
    must(llmrec_context_options_init(&options, sizeof options));
    options.log = show_log;
    must(llmrec_context_create(&options, &context));
    must(llmrec_encoder_open(context, words[1], &encoder));
    must(llmrec_recommender_create_encoder(encoder, &recommender));
    llmrec_encoder_free(encoder); /* the recommender has a copy of the weights */
    if (count > 2) recommend(recommender, (const char *const *)(words + 2), count - 2);
    else recommend_lines(recommender);
    llmrec_recommender_free(recommender);
    llmrec_context_free(context);
    return 0;
}
