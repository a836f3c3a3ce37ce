/* SPDX-License-Identifier: Apache-2.0 */
/* A menu of the catalog: clusters of its vectors, each shown by its most popular item; and choosing from it. */
#include <string.h>

#include "core/memory.h"
#include "math/kmeans.h"
#include "prompt/prompter.h"

enum { PASSES = 100 };

/* The most popular named item of each cluster that has any, in the order of clusters, whose centers move up
 * likewise. */
static void represent(lr_prompter *p, const int32_t *assigned, const int64_t *counts)
{
    const size_t clusters = (size_t)p->options.clusters, dim = p->table->dim;
    for (size_t i = 0; i < clusters; i++) p->menu[i] = -1;
    for (size_t i = 0; i < p->table->rows; i++) {
        int32_t *chosen = &p->menu[assigned[i]];
        if (!lr_names_has(&p->names, i)) continue;
        if (*chosen < 0 || counts[i] > counts[*chosen]) *chosen = (int32_t)i;
    }
    for (size_t i = 0; i < clusters; i++) {
        if (p->menu[i] < 0) continue;
        memmove(p->centers + p->menu_count * dim, p->centers + i * dim, dim * sizeof *p->centers);
        p->menu[p->menu_count++] = p->menu[i];
    }
}

llmrec_status lr_prompt_menu(lr_prompter *p, const llmrec_dataset *dataset)
{
    const llmrec_embedding *table = p->table;
    const size_t clusters = (size_t)p->options.clusters;
    float *rows = NULL;
    int32_t *assigned = NULL;
    int64_t *counts = NULL;
    llmrec_status status = LLMREC_OK;
    LR_CHECK(clusters <= table->rows, LLMREC_ERR_ARGUMENT, "clusters is %zu; wanted at most the %zu items", clusters,
             table->rows);
    LR_TRY(LR_NEW(p->context, p->menu, clusters));
    LR_TRY(lr_alloc(p->context, &rows, table->rows, table->dim * sizeof *rows));
    LR_TRY(lr_alloc(p->context, &p->centers, clusters, table->dim * sizeof *p->centers));
    LR_TRY(LR_NEW(p->context, assigned, table->rows));
    LR_TRY(LR_NEW(p->context, counts, table->rows));
    LR_TRY(llmrec_embedding_copy_rows(table, 0, (int64_t)table->rows, rows));
    const lr_kmeans_plan plan = {rows, table->rows, table->dim, clusters, (uint64_t)p->options.seed, PASSES};
    LR_TRY(lr_kmeans(p->context, &plan, p->centers, assigned));
    LR_TRY(llmrec_dataset_item_counts(dataset, counts));
    represent(p, assigned, counts);
    LR_CHECK(p->menu_count > 0, LLMREC_ERR_ARGUMENT, "column: no item has a text there; a menu is made of names");
done:
    lr_free(p->context, rows);
    lr_free(p->context, assigned);
    lr_free(p->context, counts);
    return status;
}

/* What one answer chose goes into its session's list. */
static llmrec_status take(lr_prompted *prompted, const lr_asking *asking, size_t at, const lr_menu *menu,
                          lr_listing *listing)
{
    const lr_prompter *p = prompted->prompter;
    lr_list *list = &prompted->lists[asking->questions[at].session];
    lr_span text = {"", 0};
    list->counts[LR_GROUNDED_REQUESTS] += asking->questions[at].asked;
    if (lr_asking_samples(asking, at) == 0) return LLMREC_OK;
    LR_RETURN_IF(lr_asking_text(asking, at, 0, &text));
    memset(menu->chosen, 0, menu->count * sizeof *menu->chosen);
    const size_t labels = lr_kind_has_labels(p->form.kind) ? menu->count : 0;
    LR_RETURN_IF(lr_prompted_read(p, text, labels, p->form.count, listing));
    for (size_t i = 0; i < listing->count; i++) {
        int32_t place = -1;
        int how = LR_GROUNDED_HALLUCINATED;
        LR_RETURN_IF(lr_ground_in_menu(menu, listing, i, &place, &how));
        if (place >= 0) lr_list_put(list, menu->items[place], how);
        else list->counts[how]++;
    }
    return LLMREC_OK;
}

llmrec_status lr_prompt_classify(lr_prompted *prompted)
{
    const lr_prompter *p = prompted->prompter;
    const lr_batch *batch = prompted->batch;
    lr_likeness likeness = {.context = p->context};
    lr_listing listing = {.bytes.context = p->context};
    lr_menu menu = {&p->names, {p->options.likeness, p->options.parity != 0}, p->menu, p->menu_count, NULL, &likeness};
    lr_asking asking = {.prompter = p};
    llmrec_status status = LLMREC_OK;
    LR_TRY(LR_NEW(p->context, menu.chosen, p->menu_count));
    LR_TRY(LR_NEW_ZERO(p->context, asking.questions, batch->sessions));
    for (size_t i = 0; i < batch->sessions; i++)
        if (lr_prompted_asks(prompted, i))
            asking.questions[asking.count++] = (lr_question){
                .about = {lr_batch_items(batch, i), lr_batch_length(batch, i), p->menu, p->menu_count},
                .session = i,
                .seed = lr_prompted_seed(prompted, i),
            };
    LR_TRY(lr_asking_run(&asking));
    for (size_t i = 0; i < asking.count; i++) LR_TRY(take(prompted, &asking, i, &menu, &listing));
done:
    lr_asking_clear(&asking);
    lr_free(p->context, asking.questions);
    lr_free(p->context, menu.chosen);
    lr_likeness_clear(&likeness);
    lr_listing_clear(&listing);
    return status;
}
