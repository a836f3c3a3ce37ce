/* SPDX-License-Identifier: Apache-2.0 */
/* Finds questions whose answers are useless and asks them again in other words. This code does not know the session's
 * next item. */
#include "core/log.h"
#include "core/memory.h"
#include "llm/replies.h"
#include "prompt/prompter.h"

/* What is needed to read an answer. */
typedef struct judge {
    lr_asking *asking;
    lr_reader reader;
    double *mass; /* [choices of the largest menu] */
} judge;

static bool anything(const void *user, int32_t item)
{
    (void)user;
    (void)item;
    return true;
}

/* Whether the reply names an item. If unknown names are replaced by their nearest items, any name is enough. */
static llmrec_status names_items(judge *j, bool *useful)
{
    const lr_prompter *p = j->asking->prompter;
    const lr_list list = {.allowed = anything};
    *useful = j->reader.listing.count > 0 && p->table != NULL && p->text_encoder != NULL;
    for (size_t i = 0; i < j->reader.listing.count && !*useful; i++) {
        int32_t item = -1;
        LR_RETURN_IF(lr_ground_in_catalog(&p->names, &list, lr_listing_text(&j->reader.listing, i), &item));
        *useful = item >= 0;
    }
    return LLMREC_OK;
}

static llmrec_status names_of_menu(judge *j, const lr_prompt_about *about, bool *useful)
{
    const lr_menu menu = lr_reader_menu(&j->reader, about->menu, about->choices);
    *useful = false;
    for (size_t i = 0; i < j->reader.listing.count && !*useful; i++) {
        int32_t place = -1;
        int how = LR_GROUNDED_HALLUCINATED;
        LR_RETURN_IF(lr_ground_in_menu(&menu, &j->reader.listing, i, &place, &how));
        *useful = place >= 0;
    }
    return LLMREC_OK;
}

static llmrec_status is_useful(judge *j, size_t at, bool *useful)
{
    const lr_prompter *p = j->asking->prompter;
    const lr_kind *kind = lr_kind_of(p->phrasing.kind);
    const lr_prompt_about *about = &j->asking->questions[at].about;
    const lr_span text = lr_asking_text(j->asking, at, 0);
    *useful = kind->letter && lr_asking_letters(j->asking, at, j->mass);
    if (*useful) return LLMREC_OK;
    LR_RETURN_IF(lr_reader_read(&j->reader, text, about->choices, lr_prompter_entries(p, about->choices)));
    return kind->menu ? names_of_menu(j, about, useful) : names_items(j, useful);
}

/* Finds questions that have an answer, but a useless one. */
static llmrec_status find_useless(judge *j, size_t *which, size_t *count)
{
    *count = 0;
    for (size_t i = 0; i < j->asking->count; i++) {
        bool useful = false;
        if (lr_asking_samples(j->asking, i) == 0) continue;
        LR_RETURN_IF(is_useful(j, i, &useful));
        if (!useful) which[(*count)++] = i;
    }
    return LLMREC_OK;
}

/* Replaces the useless answers by the new answers that succeeded. */
static void take(lr_asking *asking, const size_t *which, size_t count, const llmrec_replies *replies)
{
    for (size_t i = 0; i < count; i++) {
        lr_question *question = &asking->questions[which[i]];
        question->asked++;
        if (replies->replies[i].count == 0) continue;
        question->replies = replies;
        question->place = i;
    }
}

static llmrec_status ask_again(judge *j, size_t *which)
{
    lr_asking *asking = j->asking;
    const lr_prompter *p = asking->prompter;
    size_t count = 1;
    for (size_t turn = 1; turn < (size_t)p->options.asks && count > 0; turn++) {
        LR_RETURN_IF(find_useless(j, which, &count));
        if (count == 0) return LLMREC_OK;
        lr_log(p->context, LLMREC_LOG_INFO, "rank", "%zu of %zu answers gave nothing of use; asked again", count,
               asking->count);
        LR_RETURN_IF(lr_asking_send(asking, which, count, turn, &asking->kept[turn]));
        take(asking, which, count, asking->kept[turn]);
    }
    return LLMREC_OK;
}

llmrec_status lr_asking_again(lr_asking *asking)
{
    llmrec_context *context = asking->prompter->context;
    judge j = {.asking = asking};
    size_t choices = 1, *which = NULL;
    llmrec_status status = LLMREC_OK;
    if (lr_kind_of(asking->prompter->phrasing.kind)->sampled)
        return LLMREC_OK; /* several samples are already several attempts */
    for (size_t i = 0; i < asking->count; i++)
        if (asking->questions[i].about.choices > choices) choices = asking->questions[i].about.choices;
    LR_TRY(lr_reader_begin(asking->prompter, choices, &j.reader));
    LR_TRY(LR_NEW(context, j.mass, choices));
    LR_TRY(LR_NEW(context, which, asking->count));
    LR_TRY(ask_again(&j, which));
done:
    lr_reader_clear(&j.reader);
    lr_free(context, j.mass);
    lr_free(context, which);
    return status;
}
