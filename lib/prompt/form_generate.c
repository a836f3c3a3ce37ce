/* SPDX-License-Identifier: Apache-2.0 */
/* Generation forms: the model names items from its own knowledge. Each name is looked up in the catalog; a name without
 * an item is replaced by the nearest item. */
#include <string.h>

#include "core/memory.h"
#include "embed/text_encoder.h"
#include "prompt/tuning.h"

/* A name from the answers of a session. */
typedef struct named {
    size_t session;
    size_t times;
    int32_t item;        /* with that name; -1: none */
    size_t text, length; /* position in the bytes, as the model wrote it */
    size_t lookup;       /* index among the names whose neighbors are searched; SIZE_MAX: none */
} named;

/* All names of a batch; the names of one session are contiguous. */
typedef struct naming {
    lr_prompted *prompted;
    llmrec_context *context;
    lr_question *questions; /* [sessions] */
    named *names;
    size_t count, capacity;
    lr_builder bytes;
    size_t lookups, width; /* names to search, and neighbors wanted for each */
    float *vectors;        /* [lookups, dim] */
    size_t *sessions;      /* [lookups] */
    int32_t *near;         /* [lookups, width] */
    int32_t *near_counts;  /* [lookups] */
    lr_generated *generated;
    size_t generated_capacity;
    int32_t *spare; /* [k] */
    lr_reader reader;
} naming;

static void clear(naming *n)
{
    lr_free(n->context, n->questions);
    lr_free(n->context, n->names);
    lr_free(n->context, n->bytes.text);
    lr_free(n->context, n->vectors);
    lr_free(n->context, n->sessions);
    lr_free(n->context, n->near);
    lr_free(n->context, n->near_counts);
    lr_free(n->context, n->generated);
    lr_free(n->context, n->spare);
    lr_reader_clear(&n->reader);
}

static bool is_single(const naming *n)
{
    return lr_kind_of(n->prompted->prompter->phrasing.kind)->sampled;
}

/* --- names in answers --------------------------------------------------------------------------------------------- */

/* The index of the session's name, from `begin` on, with the same item or the same text; `count` if there is none. */
static size_t find_named(const naming *n, size_t begin, int32_t item, lr_span text)
{
    for (size_t i = begin; i < n->count; i++) {
        const named *known = &n->names[i];
        if (item >= 0 && known->item == item) return i;
        if (item < 0 && known->item < 0 && known->length == text.length &&
            memcmp(n->bytes.text + known->text, text.text, text.length) == 0)
            return i;
    }
    return n->count;
}

static llmrec_status add_name(naming *n, size_t session, size_t begin, lr_span text)
{
    int32_t item = -1;
    LR_RETURN_IF(lr_ground_in_catalog(&n->prompted->prompter->names, &n->prompted->lists[session], text, &item));
    const size_t known = is_single(n) ? find_named(n, begin, item, text) : n->count;
    if (known < n->count) {
        n->names[known].times++;
        return LLMREC_OK;
    }
    LR_RETURN_IF(LR_GROW(n->context, n->names, n->capacity, n->count, n->count + 1));
    n->names[n->count++] = (named){session, 1, item, n->bytes.length, text.length, SIZE_MAX};
    return lr_builder_add(&n->bytes, text.text, text.length);
}

/* Reads all samples of one question. */
static llmrec_status read_answers(naming *n, const lr_asking *asking, size_t at)
{
    const size_t session = asking->questions[at].session, begin = n->count;
    const size_t limit = lr_prompter_entries(n->prompted->prompter, 0);
    const size_t samples = lr_asking_samples(asking, at);
    n->prompted->counts[session * LR_GROUNDED + LR_GROUNDED_REQUESTS] += asking->questions[at].asked;
    for (size_t sample = 0; sample < samples; sample++) {
        LR_RETURN_IF(lr_reader_read(&n->reader, lr_asking_text(asking, at, sample), 0, limit));
        for (size_t i = 0; i < n->reader.listing.count; i++)
            LR_RETURN_IF(add_name(n, session, begin, lr_listing_text(&n->reader.listing, i)));
    }
    return LLMREC_OK;
}

static llmrec_status ask(naming *n)
{
    const lr_prompted *prompted = n->prompted;
    const lr_batch *batch = prompted->batch;
    lr_asking asking = {.prompter = prompted->prompter};
    llmrec_status status = LLMREC_OK;
    LR_TRY(LR_NEW_ZERO(n->context, n->questions, batch->sessions));
    asking.questions = n->questions;
    for (size_t i = 0; i < batch->sessions; i++)
        if (lr_prompted_asks(prompted, i))
            n->questions[asking.count++] = (lr_question){
                .about = {lr_batch_items(batch, i), lr_batch_length(batch, i), NULL, 0},
                .session = i,
                .seed = lr_prompted_seed(prompted, i),
            };
    LR_TRY(lr_asking_run(&asking));
    for (size_t i = 0; i < asking.count; i++) LR_TRY(read_answers(n, &asking, i));
done:
    lr_asking_clear(&asking);
    return status;
}

/* --- neighbors --------------------------------------------------------------------------------------------------- */

static bool is_looked_up(const naming *n, const named *name)
{
    const lr_prompter *p = n->prompted->prompter;
    return name->item < 0 ? p->text_encoder != NULL : name->times > 1;
}

/* Computes the vectors of names without an item. */
static llmrec_status encode_unknown(naming *n)
{
    const lr_prompter *p = n->prompted->prompter;
    const char **texts = NULL;
    size_t *lengths = NULL, *places = NULL, count = 0;
    float *vectors = NULL;
    llmrec_status status = LLMREC_OK;
    LR_TRY(LR_NEW(n->context, texts, n->lookups));
    LR_TRY(LR_NEW(n->context, lengths, n->lookups));
    LR_TRY(LR_NEW(n->context, places, n->lookups));
    for (size_t i = 0; i < n->count; i++) {
        if (n->names[i].lookup == SIZE_MAX || n->names[i].item >= 0) continue;
        texts[count] = n->bytes.text + n->names[i].text;
        lengths[count] = n->names[i].length;
        places[count++] = n->names[i].lookup;
    }
    if (count == 0) goto done;
    LR_TRY(lr_alloc(n->context, &vectors, count, p->table->dim * sizeof *vectors));
    LR_TRY(lr_encode_texts(p->text_encoder, texts, lengths, count, vectors));
    for (size_t i = 0; i < count; i++)
        memcpy(n->vectors + places[i] * p->table->dim, vectors + i * p->table->dim, p->table->dim * sizeof *vectors);
done:
    lr_free(n->context, (void *)(uintptr_t)texts);
    lr_free(n->context, lengths);
    lr_free(n->context, places);
    lr_free(n->context, vectors);
    return status;
}

/* The largest useful number of neighbors: the search may have to skip a whole list, its replacement items, and all
 * named items. */
static size_t width_of(const naming *n)
{
    const lr_prompter *p = n->prompted->prompter;
    const size_t named_most = is_single(n) ? (size_t)p->options.samples : p->phrasing.count;
    const size_t wanted = 2 * n->prompted->batch->k + named_most;
    return wanted < p->table->rows ? wanted : p->table->rows;
}

static llmrec_status look_up(naming *n, lr_scratch_pool *scratch)
{
    const lr_prompter *p = n->prompted->prompter;
    if (p->table == NULL) return LLMREC_OK;
    for (size_t i = 0; i < n->count; i++)
        if (is_looked_up(n, &n->names[i])) n->names[i].lookup = n->lookups++;
    if (n->lookups == 0) return LLMREC_OK;
    n->width = width_of(n);
    LR_RETURN_IF(lr_alloc(n->context, &n->vectors, n->lookups, p->table->dim * sizeof *n->vectors));
    LR_RETURN_IF(LR_NEW(n->context, n->sessions, n->lookups));
    LR_RETURN_IF(lr_alloc(n->context, &n->near, n->lookups, n->width * sizeof *n->near));
    LR_RETURN_IF(LR_NEW(n->context, n->near_counts, n->lookups));
    for (size_t i = 0; i < n->count; i++) {
        const named *name = &n->names[i];
        if (name->lookup == SIZE_MAX) continue;
        float *vector = n->vectors + name->lookup * p->table->dim;
        n->sessions[name->lookup] = name->session;
        if (name->item < 0) continue;
        const float *row = lr_embedding_row(p->table, (size_t)name->item, vector);
        if (row != vector) memcpy(vector, row, p->table->dim * sizeof *vector);
    }
    LR_RETURN_IF(encode_unknown(n));
    const lr_lookup lookup = {n->vectors, n->sessions, n->lookups, n->width, n->near, n->near_counts};
    return lr_prompted_nearest(n->prompted, scratch, &lookup);
}

/* --- lists -------------------------------------------------------------------------------------------------------- */

static lr_generated generated_of(const naming *n, const named *name)
{
    const bool known = name->lookup != SIZE_MAX;
    return (lr_generated){name->item, name->times, known ? n->near + name->lookup * n->width : NULL,
                          known ? (size_t)n->near_counts[name->lookup] : 0};
}

/* For samples: the list of the seed paper, from the names [begin, end) of one session. */
static llmrec_status list_samples(naming *n, size_t begin, size_t end)
{
    LR_RETURN_IF(LR_GROW(n->context, n->generated, n->generated_capacity, 0, end - begin));
    for (size_t i = begin; i < end; i++) n->generated[i - begin] = generated_of(n, &n->names[i]);
    lr_ground_generated(n->generated, end - begin, n->spare, &n->prompted->lists[n->names[begin].session]);
    return LLMREC_OK;
}

/* For a list: each name gives its item, in order; an unknown name gives the nearest item that is not in the list
 * yet. */
static llmrec_status list_names(naming *n, size_t begin, size_t end)
{
    lr_list *list = &n->prompted->lists[n->names[begin].session];
    for (size_t i = begin; i < end; i++) {
        const lr_span text = {n->bytes.text + n->names[i].text, n->names[i].length};
        const lr_generated name = generated_of(n, &n->names[i]);
        int32_t item = -1;
        LR_RETURN_IF(lr_ground_in_catalog(&n->prompted->prompter->names, list, text, &item));
        if (item >= 0) lr_list_put(list, item, LR_GROUNDED_EXACT);
        else list->counts[LR_GROUNDED_HALLUCINATED]++;
        for (size_t j = 0; item < 0 && j < name.near_count && list->count < list->room; j++)
            if (!lr_list_has(list, name.near[j]) && lr_list_put(list, name.near[j], LR_GROUNDED_NEAREST)) break;
    }
    return LLMREC_OK;
}

static llmrec_status rank(lr_prompted *prompted, lr_scratch_pool *scratch)
{
    llmrec_context *context = prompted->prompter->context;
    naming n = {.prompted = prompted, .context = context, .bytes.context = context};
    llmrec_status status = LLMREC_OK;
    LR_TRY(lr_reader_begin(prompted->prompter, 0, &n.reader));
    LR_TRY(lr_builder_add(&n.bytes, "", 0));
    LR_TRY(LR_NEW(context, n.spare, prompted->batch->k));
    LR_TRY(ask(&n));
    LR_TRY(look_up(&n, scratch));
    for (size_t begin = 0, end = 0; begin < n.count; begin = end) {
        while (end < n.count && n.names[end].session == n.names[begin].session) end++;
        LR_TRY(is_single(&n) ? list_samples(&n, begin, end) : list_names(&n, begin, end));
    }
done:
    clear(&n);
    return status;
}

/* --- examples ----------------------------------------------------------------------------------------------------- */

static llmrec_status answer_item(lr_example *e, const lr_tuned *tuned)
{
    lr_example_list(e, tuned, 1);
    return LLMREC_OK;
}

static llmrec_status answer_list(lr_example *e, const lr_tuned *tuned)
{
    lr_example_list(e, tuned, e->room);
    return LLMREC_OK;
}

const lr_form lr_form_genitem = {.form = LLMREC_PROMPT_GENITEM,
                                 .scoring = LR_ANY_SCORING,
                                 .strategy = LR_PROMPT_STRATEGY("prompt-genitem"),
                                 .kinds = {LR_ASK_ITEM, LR_ASK_ITEM},
                                 .rank = rank,
                                 .answer = answer_item};

const lr_form lr_form_genlist = {.form = LLMREC_PROMPT_GENLIST,
                                 .scoring = LR_ANY_SCORING,
                                 .strategy = LR_PROMPT_STRATEGY("prompt-genlist"),
                                 .kinds = {LR_ASK_ITEMS, LR_ASK_ITEMS},
                                 .rank = rank,
                                 .answer = answer_list,
                                 .tuned_first = "answers of GENLIST are made of its lists",
                                 .tuned_named = true};
