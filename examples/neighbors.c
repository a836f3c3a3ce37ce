/* SPDX-License-Identifier: Apache-2.0 */
/* Embeds titles from standard input, one per line, and finds those nearest to a given title, which need not be in the
 * input:
 *
 *   neighbors MODEL "TITLE" < TITLES
 *
 * MODEL is the directory of a sentence-transformers model. */
#include <llmrec/llmrec.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "usage.h"

enum { NEIGHBORS = 5, LONGEST_TITLE = 4096 };

static const char usage[] =
    "usage: neighbors MODEL \"TITLE\" < TITLES\n"
    "Finds the lines of standard input that are nearest to TITLE by the sentence model in the directory MODEL.\n";

static void must(llmrec_status status)
{
    if (status == LLMREC_OK) return;
    fprintf(stderr, "neighbors: %s\n", llmrec_last_error());
    exit(EXIT_FAILURE);
}

static void *grown(void *memory, size_t bytes)
{
    void *more = realloc(memory, bytes);
    if (more == NULL) exit(EXIT_FAILURE);
    return more;
}

/* Reads the lines of standard input, and appends the wanted title. */
static char **read_titles(const char *wanted, size_t *count)
{
    char line[LONGEST_TITLE], **titles = NULL;
    size_t lines = 0;
    for (;;) {
        const char *text = fgets(line, sizeof line, stdin);
        if (text != NULL) line[strcspn(line, "\r\n")] = '\0';
        else text = wanted;
        titles = grown(titles, (lines + 1) * sizeof *titles);
        titles[lines] = strcpy(grown(NULL, strlen(text) + 1), text);
        lines++;
        if (text == wanted) break;
    }
    *count = lines;
    return titles;
}

/* Returns a table of the titles' vectors. */
static llmrec_embedding *embed(llmrec_context *context, const char *model, char **titles, size_t count)
{
    llmrec_text_encoder *encoder = NULL;
    llmrec_embedding *table = NULL;
    must(llmrec_text_encoder_load(context, model, NULL, &encoder));
    const size_t dim = (size_t)llmrec_text_encoder_dim(encoder);
    float *vectors = grown(NULL, count * dim * sizeof *vectors);
    must(llmrec_text_encoder_encode(encoder, (const char *const *)titles, NULL, count, vectors));
    must(llmrec_embedding_create(context, vectors, count, dim, NULL, NULL, NULL, &table));
    free(vectors);
    llmrec_text_encoder_free(encoder);
    return table;
}

/* Prints the rows that are most similar to the last one. The session is that item alone, which is never recommended to
 * itself. */
static void print_nearest(const llmrec_embedding *table, char **titles, size_t count)
{
    llmrec_similarity_options options;
    llmrec_recommender *recommender = NULL;
    const int32_t session[1] = {(int32_t)(count - 1)};
    const int64_t offsets[2] = {0, 1};
    int32_t nearest[NEIGHBORS], found = 0;
    float scores[NEIGHBORS];
    must(llmrec_similarity_options_init(&options, sizeof options));
    options.reduce = LLMREC_REDUCE_NONE; /* cosine similarity of the model's own vectors */
    options.measure = LLMREC_MEASURE_COSINE;
    must(llmrec_recommender_create_similarity(table, &options, &recommender));
    must(llmrec_recommend(recommender, offsets, session, 1, NEIGHBORS, NULL, nearest, scores, &found));
    for (int32_t i = 0; i < found; i++) printf("%.3f  %s\n", (double)scores[i], titles[nearest[i]]);
    llmrec_recommender_free(recommender);
}

int main(int count, char **words)
{
    llmrec_context *context = NULL;
    size_t lines = 0;
    check_usage(count, words, 2, 2, usage);
    must(llmrec_context_create(NULL, &context));
    char **titles = read_titles(words[2], &lines);
    llmrec_embedding *table = embed(context, words[1], titles, lines);
    print_nearest(table, titles, lines);
    llmrec_embedding_free(table);
    llmrec_context_free(context);
    for (size_t i = 0; i < lines; i++) free(titles[i]);
    free(titles);
    return 0;
}
