/* SPDX-License-Identifier: Apache-2.0 */
/* Explains an item of a prompt recommender's list: the model says in one sentence why it fits the session. */
#include <string.h>

#include "core/memory.h"
#include "llm/replies.h"
#include "prompt/prompter.h"
#include "rank/explanation.h"

enum { TOKENS = 96, LONGEST = 400 }; /* of the answer; bytes kept of it */

const lr_explaining lr_by_words = {"words", "About ", " the model says: ", LR_FIGURE_NONE};

/* Asks one question, without samples or a required form. */
static llmrec_status ask(const lr_prompter *p, const lr_builder *system, const lr_builder *user,
                         llmrec_replies **replies)
{
    const llmrec_message messages[2] = {{"system", system->text}, {"user", user->text}};
    llmrec_chat_request request;
    const llmrec_chat_request *requests = &request;
    LR_RETURN_IF(llmrec_chat_request_init(&request, sizeof request));
    request.messages = messages;
    request.message_count = 2;
    request.temperature = p->options.temperature;
    request.top_p = p->options.top_p;
    request.max_tokens = TOKENS;
    return llmrec_llm_chat(p->llm, &requests, 1, replies);
}

/* Returns a sample without blanks around it, cut between characters. */
static lr_span trimmed(const lr_sample *sample)
{
    const char *text = sample->text + strspn(sample->text, " \t\r\n");
    size_t length = strlen(text);
    while (length > 0 && strchr(" \t\r\n", text[length - 1]) != NULL) length--;
    return (lr_span){text, lr_utf8_valid(text, length < LONGEST ? length : LONGEST)};
}

static llmrec_status keep_words(const lr_prompter *p, const llmrec_replies *replies, llmrec_explanation *explanation)
{
    const lr_reply *reply = &replies->replies[0];
    const llmrec_reason words = {.kind = LLMREC_REASON_WORDS, .item = -1};
    if (reply->status != LLMREC_OK) return lr_fail(reply->status, "%s", reply->message);
    const lr_span said = trimmed(&reply->samples[0]);
    LR_RETURN_IF(lr_copy_text(p->context, said.text, said.length, &explanation->words));
    return lr_explanation_add(explanation, &(lr_reason){.told = words});
}

llmrec_status lr_prompter_explain(const llmrec_recommender *recommender, const lr_explained *explained,
                                  llmrec_explanation *explanation)
{
    const lr_prompter *p = recommender->self;
    const lr_prompt_about about = {explained->items, explained->count, &explained->item, 1};
    const lr_phrasing phrasing = lr_phrasing_of_reason(&p->phrasing);
    lr_builder system = {.context = p->context}, user = {.context = p->context};
    llmrec_replies *replies = NULL;
    llmrec_status status = LLMREC_OK;
    explanation->method = &lr_by_words;
    LR_TRY(lr_prompt_write(&phrasing, &p->names, &about, &system, &user));
    LR_TRY(ask(p, &system, &user, &replies));
    LR_TRY(keep_words(p, replies, explanation));
done:
    llmrec_replies_free(replies);
    lr_free(p->context, user.text);
    lr_free(p->context, system.text);
    return status;
}
