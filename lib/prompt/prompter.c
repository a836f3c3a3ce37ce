/* SPDX-License-Identifier: Apache-2.0 */
/* Builds a prompt recommender from its parts and options. */
#include "prompt/prompter.h"

#include <string.h>

#include "core/memory.h"
#include "core/options.h"
#include "core/store.h"
#include "embed/text_encoder.h"
#include "llm/llm.h"
#include "prompt/prompt_options.h"

void lr_prompter_free(void *self)
{
    lr_prompter *p = self;
    if (p == NULL) return;
    llmrec_context *context = p->context;
    for (size_t i = 0; i < sizeof p->words / sizeof *p->words; i++) lr_free(context, p->words[i]);
    lr_names_clear(&p->names);
    if (p->search.context != NULL) lr_search_free(&p->search);
    lr_free(context, p->menu);
    lr_free(context, p->centers);
    llmrec_llm_free(p->llm);
    llmrec_recommender_free(p->first_stage);
    llmrec_embedding_free(p->table);
    llmrec_text_encoder_free(p->text_encoder);
    lr_free(context, p);
}

static llmrec_status read_parts(const llmrec_recommender_parts *given, bool asks, llmrec_recommender_parts *parts)
{
    LR_RETURN_IF(lr_parts_read(given, parts));
    if (asks && parts->llm == NULL) return lr_fail(LLMREC_ERR_ARGUMENT, "parts.llm is NULL");
    if (parts->dataset == NULL) return lr_fail(LLMREC_ERR_ARGUMENT, "parts.dataset is NULL");
    return LLMREC_OK;
}

static llmrec_status check_items(const char *whose, size_t items, const llmrec_dataset *dataset)
{
    const size_t wanted = lr_dataset_items(dataset);
    if (items == wanted) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_SHAPE, "%s has %zu items; wanted the data set's %zu", whose, items, wanted);
}

/* Checks that the parts can be combined, and that the form has all parts it needs. */
static llmrec_status check_parts(const llmrec_recommender_parts *parts, const lr_form *form)
{
    if (form->first_stage != NULL && parts->first_stage == NULL)
        return lr_fail(LLMREC_ERR_ARGUMENT, "parts.first_stage is NULL; %s", form->first_stage);
    if (form->embedding != NULL && parts->embedding == NULL)
        return lr_fail(LLMREC_ERR_ARGUMENT, "parts.embedding is NULL; %s", form->embedding);
    if (parts->first_stage != NULL)
        LR_RETURN_IF(check_items("parts.first_stage", parts->first_stage->items, parts->dataset));
    if (parts->embedding != NULL) LR_RETURN_IF(check_items("parts.embedding", parts->embedding->rows, parts->dataset));
    if (parts->text_encoder == NULL || parts->embedding == NULL) return LLMREC_OK;
    const size_t dim = parts->text_encoder->dim, wanted = parts->embedding->dim;
    if (dim == wanted) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_SHAPE, "parts.text_encoder makes vectors of dim %zu; wanted the table's %zu", dim,
                   wanted);
}

/* Copies the options' texts into the prompter. */
static llmrec_status keep_words(lr_prompter *p)
{
    const char **words[] = {&p->options.noun, &p->options.nouns, &p->options.column, &p->options.system,
                            &p->options.user};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (*words[i] == NULL) continue;
        LR_RETURN_IF(lr_copy_text(p->context, *words[i], strlen(*words[i]), &p->words[i]));
        *words[i] = p->words[i];
    }
    p->phrasing = lr_prompt_options_phrasing(&p->options);
    return LLMREC_OK;
}

static llmrec_status find_column(const llmrec_dataset *dataset, const char *name, int64_t *column)
{
    *column = name == NULL ? llmrec_dataset_title_column(dataset) : llmrec_dataset_find_column(dataset, name);
    if (*column >= 0) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_ARGUMENT, "column: the data set has no text column %s",
                   name == NULL ? "that is a title" : lr_quote(name, strlen(name)).text);
}

static void hold_parts(const llmrec_recommender_parts *parts, lr_prompter *p)
{
    if (parts->llm != NULL) p->llm = lr_llm_hold(parts->llm);
    if (parts->first_stage != NULL)
        p->first_stage = lr_recommender_hold((llmrec_recommender *)(uintptr_t)parts->first_stage);
    if (parts->embedding != NULL) p->table = lr_embedding_hold(parts->embedding);
    if (parts->text_encoder != NULL) p->text_encoder = lr_text_encoder_hold(parts->text_encoder);
}

llmrec_status lr_prompter_begin(llmrec_context *context, const llmrec_prompt_options *options, lr_prompter **prompter)
{
    lr_prompter *fresh = NULL;
    llmrec_status status = LLMREC_OK;
    LR_TRY(LR_NEW_ZERO(context, fresh, 1));
    fresh->context = fresh->names.context = context;
    fresh->options = *options;
    fresh->form = lr_form_of(options);
    LR_TRY(keep_words(fresh));
    *prompter = fresh;
    fresh = NULL;
done:
    lr_prompter_free(fresh);
    return status;
}

llmrec_status lr_prompter_ready(lr_prompter *p)
{
    if (p->llm == NULL) return LLMREC_OK; /* without a model there are no answers to look up */
    if (p->options.user == NULL && lr_llm_completes(p->llm))
        p->phrasing.cue = lr_wording_cue(p->phrasing.kind, p->phrasing.style);
    return p->table == NULL ? LLMREC_OK : lr_search_make(p->context, p->table, LLMREC_MEASURE_COSINE, &p->search);
}

static llmrec_status make(const llmrec_recommender_parts *parts, const llmrec_prompt_options *options,
                          lr_prompter **made)
{
    llmrec_context *context = lr_dataset_context(parts->dataset);
    lr_prompter *fresh = NULL;
    int64_t column = -1;
    llmrec_status status = LLMREC_OK;
    LR_TRY(lr_prompter_begin(context, options, &fresh));
    LR_TRY(find_column(parts->dataset, fresh->options.column, &column));
    LR_TRY(lr_names_make(parts->dataset, column, (size_t)options->title_length, &fresh->names));
    hold_parts(parts, fresh);
    LR_TRY(lr_prompter_ready(fresh));
    if (fresh->form->prepare != NULL) LR_TRY(fresh->form->prepare(fresh, parts->dataset));
    *made = fresh;
    fresh = NULL;
done:
    lr_prompter_free(fresh);
    return status;
}

llmrec_status lr_prompter_make(const llmrec_recommender_parts *given_parts, const llmrec_prompt_options *given,
                               bool asks, lr_prompter **prompter)
{
    llmrec_prompt_options options;
    llmrec_recommender_parts parts;
    LR_RETURN_IF(read_parts(given_parts, asks, &parts));
    LR_RETURN_IF(lr_prompt_options_read(given, &options));
    LR_RETURN_IF(check_parts(&parts, lr_form_of(&options)));
    return make(&parts, &options, prompter);
}

uint64_t lr_prompter_seed(const lr_prompter *prompter, const int32_t *items, size_t count)
{
    return lr_checksum(items, count * sizeof *items) + (uint64_t)prompter->options.seed;
}

size_t lr_prompter_listed(const lr_prompter *prompter)
{
    const llmrec_prompt_options *options = &prompter->options;
    const lr_form *form = prompter->form;
    return (size_t)(form->candidates == NULL ? options->count : form->candidates(options));
}

void lr_prompter_shuffle(lr_rng *rng, const int32_t *items, size_t count, int32_t *shuffled)
{
    for (size_t i = 0; i < count; i++) {
        const size_t j = (size_t)lr_rng_below(rng, i + 1);
        shuffled[i] = shuffled[j];
        shuffled[j] = items[i];
    }
}
