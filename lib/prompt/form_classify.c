/* SPDX-License-Identifier: Apache-2.0 */
/* Classification form: clusters the catalog's vectors, shows the most popular item of each cluster as a menu, and lets
 * the model choose from it. */
#include <math.h>
#include <string.h>

#include "core/memory.h"
#include "math/kmeans.h"
#include "math/vector.h"
#include "prompt/tuning.h"

enum { PASSES = 100 };

/* Puts the most popular named item of each cluster into the menu, in the order of clusters. Clusters without named
 * items are skipped, and the centers of the others move up in the same way. */
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

/* Builds the prompter's menu. */
static llmrec_status make_menu(lr_prompter *p, const llmrec_dataset *dataset)
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
    lr_dataset_count_items(dataset, counts);
    represent(p, assigned, counts);
    LR_CHECK(p->menu_count > 0, LLMREC_ERR_ARGUMENT, "column: no item has a text there; a menu is made of names");
done:
    lr_free(p->context, rows);
    lr_free(p->context, assigned);
    lr_free(p->context, counts);
    return status;
}

/* Adds the items chosen by one answer to the list of its session. */
static llmrec_status take(lr_prompted *prompted, const lr_asking *asking, size_t at, lr_reader *reader)
{
    const lr_prompter *p = prompted->prompter;
    lr_list *list = &prompted->lists[asking->questions[at].session];
    list->counts[LR_GROUNDED_REQUESTS] += asking->questions[at].asked;
    if (lr_asking_samples(asking, at) == 0) return LLMREC_OK;
    const lr_menu menu = lr_reader_menu(reader, p->menu, p->menu_count);
    LR_RETURN_IF(lr_reader_read(reader, lr_asking_text(asking, at, 0), menu.count, lr_prompter_entries(p, menu.count)));
    for (size_t i = 0; i < reader->listing.count; i++) {
        int32_t place = -1;
        int how = LR_GROUNDED_HALLUCINATED;
        LR_RETURN_IF(lr_ground_in_menu(&menu, &reader->listing, i, &place, &how));
        if (place >= 0) lr_list_put(list, menu.items[place], how);
        else list->counts[how]++;
    }
    return LLMREC_OK;
}

static llmrec_status rank(lr_prompted *prompted, lr_scratch_pool *scratch)
{
    const lr_prompter *p = prompted->prompter;
    const lr_batch *batch = prompted->batch;
    lr_reader reader = {0};
    lr_asking asking = {.prompter = p};
    llmrec_status status = LLMREC_OK;
    (void)scratch;
    LR_TRY(lr_reader_begin(p, p->menu_count, &reader));
    LR_TRY(LR_NEW_ZERO(p->context, asking.questions, batch->sessions));
    for (size_t i = 0; i < batch->sessions; i++)
        if (lr_prompted_asks(prompted, i))
            asking.questions[asking.count++] = (lr_question){
                .about = {lr_batch_items(batch, i), lr_batch_length(batch, i), p->menu, p->menu_count},
                .session = i,
                .seed = lr_prompted_seed(prompted, i),
            };
    LR_TRY(lr_asking_run(&asking));
    for (size_t i = 0; i < asking.count; i++) LR_TRY(take(prompted, &asking, i, &reader));
done:
    lr_asking_clear(&asking);
    lr_free(p->context, asking.questions);
    lr_reader_clear(&reader);
    return status;
}

/* --- examples ----------------------------------------------------------------------------------------------------- */

static bool is_seen(const lr_tuned *tuned, int32_t item)
{
    for (size_t i = 0; i < tuned->count; i++)
        if (tuned->items[i] == item) return true;
    return false;
}

/* The menu's items whose cluster centers are nearest to the target's vector; for equal distances the earlier item is
 * first. */
static llmrec_status answer(lr_example *e, const lr_tuned *tuned)
{
    const lr_prompter *p = e->prompter;
    const size_t dim = p->table->dim;
    float *scratch = NULL, *distances = NULL;
    llmrec_status status = LLMREC_OK;
    e->shown = p->menu;
    e->choices = p->menu_count;
    LR_TRY(LR_NEW(p->context, scratch, dim));
    LR_TRY(LR_NEW(p->context, distances, p->menu_count));
    const float *vector = lr_embedding_row(p->table, (size_t)tuned->target, scratch);
    for (size_t i = 0; i < p->menu_count; i++)
        distances[i] = is_seen(tuned, p->menu[i]) ? INFINITY : lr_distance_squared(vector, p->centers + i * dim, dim);
    for (e->count = 0; e->count < e->room; e->count++) {
        size_t best = 0;
        for (size_t i = 1; i < p->menu_count; i++)
            if (distances[i] < distances[best]) best = i;
        if (!isfinite(distances[best])) break;
        e->answer[e->count] = p->menu[best];
        distances[best] = INFINITY;
    }
done:
    lr_free(p->context, scratch);
    lr_free(p->context, distances);
    return status;
}

const lr_form lr_form_classify = {.form = LLMREC_PROMPT_CLASSIFY,
                                  .scoring = LR_ANY_SCORING,
                                  .strategy = LR_PROMPT_STRATEGY("prompt-classify"),
                                  .kinds = {LR_ASK_PRODUCTS, LR_ASK_PRODUCTS_NAMES},
                                  .embedding = "the menu is made of clusters of it",
                                  .prepare = make_menu,
                                  .rank = rank,
                                  .answer = answer,
                                  .tuned_longer = true};
