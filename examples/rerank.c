/* SPDX-License-Identifier: Apache-2.0 */
/* Ranks the recommendations for one session by a language model behind an OpenAI-compatible server:
 *
 *   rerank URL INTERACTIONS ITEMS ID...
 *
 * Prints the popular items, the same items ranked by the model, and the cost. The environment variable LLMREC_KEY is
 * the key, and LLMREC_MODEL the name of the model. */
#include <llmrec/llmrec.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "usage.h"

enum { WANTED = 10 };

static const char usage[] = "usage: rerank URL INTERACTIONS ITEMS ID...\n"
                            "Ranks the popular items for a session of item ids by the model behind URL.\n"
                            "LLMREC_KEY is the server's key, LLMREC_MODEL the model's name.\n";

static void must(llmrec_status status)
{
    if (status == LLMREC_OK) return;
    fprintf(stderr, "rerank: %s\n", llmrec_last_error());
    exit(EXIT_FAILURE);
}

static llmrec_llm *connect(llmrec_context *context, const char *url)
{
    llmrec_endpoint_options options;
    llmrec_llm *llm = NULL;
    must(llmrec_endpoint_options_init(&options, sizeof options));
    options.url = url;
    options.key = getenv("LLMREC_KEY");
    options.model = getenv("LLMREC_MODEL");
    must(llmrec_llm_create_endpoint(context, &options, &llm));
    return llm;
}

/* Prints the list of the session, and its source. */
static void show(const char *heading, const llmrec_recommender *recommender, const llmrec_dataset *dataset, char **ids,
                 int64_t length)
{
    const int64_t offsets[2] = {0, length};
    int64_t grounding[LLMREC_GROUNDING_COUNT];
    int32_t items[WANTED], found = 0, *session = malloc((size_t)length * sizeof *session);
    if (session == NULL) exit(EXIT_FAILURE);
    must(llmrec_recommender_find_items(recommender, (const char *const *)ids, NULL, length, session));
    must(llmrec_recommend_grounded(recommender, offsets, session, 1, WANTED, NULL, items, NULL, &found, grounding,
                                   LLMREC_GROUNDING_COUNT));
    free(session);
    printf("%s%s\n", heading,
           grounding[LLMREC_GROUNDING_FAILED] ? " (the model failed: this is the first stage's order)" : "");
    for (int32_t i = 0; i < found; i++) {
        const char *title = NULL;
        size_t bytes = 0;
        must(llmrec_dataset_item_text(dataset, items[i], llmrec_dataset_title_column(dataset), &title, &bytes));
        printf("%2d. %.*s\n", i + 1, (int)bytes, title);
    }
}

static void print_cost(const llmrec_llm *llm)
{
    llmrec_usage spent = {.size = sizeof spent};
    must(llmrec_llm_usage(llm, &spent));
    printf("%" PRId64 " requests, %" PRId64 " + %" PRId64 " tokens, %.2f s\n", spent.requests, spent.prompt_tokens,
           spent.completion_tokens, spent.seconds);
}

int main(int count, char **words)
{
    llmrec_context *context = NULL;
    llmrec_dataset *dataset = NULL;
    llmrec_recommender *popular = NULL, *prompt = NULL;
    llmrec_prompt_options options;
    check_usage(count, words, 4, 0, usage);
    must(llmrec_context_create(NULL, &context));
    must(llmrec_dataset_load(context, words[2], words[3], NULL, &dataset));
    must(llmrec_recommender_create_popularity(dataset, &popular));
    llmrec_llm *llm = connect(context, words[1]);
    const llmrec_recommender_parts parts = {
        .size = sizeof parts, .llm = llm, .dataset = dataset, .first_stage = popular};
    must(llmrec_prompt_options_init(&options, sizeof options));
    options.candidates = WANTED;
    must(llmrec_recommender_create_prompt(&parts, &options, &prompt));
    show("popular", popular, dataset, words + 4, count - 4);
    show("ranked by the model", prompt, dataset, words + 4, count - 4);
    print_cost(llm);
    llmrec_recommender_free(prompt);
    llmrec_recommender_free(popular);
    llmrec_llm_free(llm);
    llmrec_dataset_free(dataset);
    llmrec_context_free(context);
    return 0;
}
