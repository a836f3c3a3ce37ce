/* SPDX-License-Identifier: Apache-2.0 */
/* A function of the host as the language model; nothing is sent over the network.
 *
 *   host_model INTERACTIONS ITEMS ID...
 *
 * Prints the question that the library asks about the session of these item ids, and the popular items in the order
 * that the function returns. This function prefers short titles; a real one would run a model inside the host. */
#include <llmrec/llmrec.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "usage.h"

enum { WANTED = 5, MOST = 20, ROOM = 256 };

static const char usage[] = "usage: host_model INTERACTIONS ITEMS ID...\n"
                            "Ranks the popular items for a session of item ids by a function of this program.\n";

static void must(llmrec_status status)
{
    if (status == LLMREC_OK) return;
    fprintf(stderr, "host_model: %s\n", llmrec_last_error());
    exit(EXIT_FAILURE);
}

/* Writes the labels of the menu lines, `A. "title"`, shortest line first. */
static void rank(const char *question, char *answer)
{
    char label[MOST];
    size_t length[MOST], count = 0;
    const char *line = strstr(question, "<candidates>\n");
    for (line = line == NULL ? NULL : strchr(line, '\n') + 1; line != NULL && *line != '<' && count < MOST;) {
        const size_t bytes = strcspn(line, "\n");
        size_t at = count++;
        for (; at > 0 && length[at - 1] > bytes; at--) {
            length[at] = length[at - 1];
            label[at] = label[at - 1];
        }
        length[at] = bytes;
        label[at] = line[0];
        line += bytes + (line[bytes] == '\n');
    }
    answer[0] = '\0';
    for (size_t i = 0; i < count; i++) snprintf(answer + strlen(answer), 4, i == 0 ? "%c" : ", %c", label[i]);
}

/* The last message of each request is the question. */
static llmrec_status complete(const llmrec_completion *completion, void *user)
{
    char answer[ROOM];
    (void)user;
    for (int64_t i = 0; i < completion->count; i++) {
        const llmrec_chat_request *request = completion->requests[i];
        const char *question = request->messages[request->message_count - 1].content;
        rank(question, answer);
        printf("%s\n\nanswer: %s\n\n", question, answer);
        const llmrec_status status = llmrec_completion_answer(completion, i, answer, SIZE_MAX);
        if (status != LLMREC_OK) return status;
    }
    return LLMREC_OK;
}

static void recommend(const llmrec_recommender *recommender, const llmrec_dataset *dataset, char **ids, int64_t length)
{
    const int64_t offsets[2] = {0, length};
    const char *title = NULL;
    size_t bytes = 0;
    int32_t items[WANTED], found = 0;
    must(llmrec_recommend_ids(recommender, offsets, (const char *const *)ids, NULL, 1, WANTED, NULL, items, NULL,
                              &found, NULL));
    for (int32_t i = 0; i < found; i++) {
        must(llmrec_dataset_item_text(dataset, items[i], llmrec_dataset_title_column(dataset), &title, &bytes));
        printf("%d. %.*s\n", i + 1, (int)bytes, title);
    }
}

int main(int count, char **words)
{
    llmrec_context *context = NULL;
    llmrec_dataset *dataset = NULL;
    llmrec_llm *llm = NULL;
    llmrec_recommender *popular = NULL, *prompt = NULL;
    check_usage(count, words, 3, 0, usage);
    must(llmrec_context_create(NULL, &context));
    must(llmrec_dataset_load(context, words[1], words[2], NULL, &dataset));
    must(llmrec_recommender_create_popularity(dataset, &popular));
    must(llmrec_llm_create_callback(context, complete, NULL, 8, &llm));
    const llmrec_recommender_parts parts = {
        .size = sizeof parts, .llm = llm, .dataset = dataset, .first_stage = popular};
    must(llmrec_recommender_create_prompt(&parts, NULL, &prompt));
    recommend(prompt, dataset, words + 3, count - 3);
    llmrec_recommender_free(prompt);
    llmrec_recommender_free(popular);
    llmrec_llm_free(llm);
    llmrec_dataset_free(dataset);
    llmrec_context_free(context);
    return 0;
}
