/* SPDX-License-Identifier: Apache-2.0 */
/* The client's callbacks, a small data set, and what each struct needs before use (grown_client.c). */
#ifndef TESTS_ABI_GROWN_WORLD_H
#define TESTS_ABI_GROWN_WORLD_H

#include <unistd.h>

#include "grown_basics.h"

/* --- events ------------------------------------------------------------------------------------------------------- */

typedef struct seen {
    const char *structure;
    char text[TEXT]; /* values of the latest struct */
} seen;

static seen log_seen = {.structure = "llmrec_log_event"}, progress_seen = {.structure = "llmrec_progress_event"},
            completion_seen = {.structure = "llmrec_completion"}, rank_seen = {.structure = "llmrec_rank_request"},
            score_seen = {.structure = "llmrec_score_request"};

static void see(seen *to, const void *event)
{
    const structure *s = structure_named(to->structure);
    size_t size;
    memcpy(&size, event, sizeof size);
    if (any_growth ? size < s->own : size != s->today + growth)
        FAULT("%s: size is %zu; wanted the library's, %zu", s->name, size, s->today + growth);
    describe(to->text, sizeof to->text, s, "callback", event);
}

static llmrec_status on_log(const llmrec_log_event *event, void *user)
{
    (void)user;
    see(&log_seen, event);
    return LLMREC_OK;
}

static llmrec_status on_progress(const llmrec_progress_event *event, void *user)
{
    (void)user;
    see(&progress_seen, event);
    return LLMREC_OK;
}

static llmrec_status on_complete(const llmrec_completion *completion, void *user)
{
    (void)user;
    see(&completion_seen, completion);
    for (int64_t i = 0; i < completion->count; i++) {
        const llmrec_chat_request *request = completion->requests[i];
        if (strncmp(request->messages[0].role, "user", 4) != 0 && strncmp(request->messages[0].role, "system", 6) != 0)
            FAULT("llmrec_completion: the role of request %d is %s", (int)i, request->messages[0].role);
        MUST(llmrec_completion_answer(completion, i, "A", SIZE_MAX));
    }
    return LLMREC_OK;
}

static llmrec_status on_rank(const llmrec_rank_request *request, void *user)
{
    (void)user;
    see(&rank_seen, request);
    return LLMREC_OK; /* empty lists */
}

static llmrec_status on_score(const llmrec_score_request *request, void *user)
{
    (void)user;
    see(&score_seen, request);
    return LLMREC_OK;
}

/* --- a small world ------------------------------------------------------------------------------------------------ */

enum { ITEMS = 6, SESSIONS = 8, LENGTH = 4, ROWS = SESSIONS * LENGTH, DIM = 2 };

static struct {
    llmrec_context *context;
    llmrec_dataset *dataset, *train, *test;
    llmrec_embedding *table, *aligned;
    llmrec_recommender *popular, *similar;
    llmrec_encoder *encoder;
    llmrec_text_encoder *text_encoder;
    llmrec_llm *llm;
    llmrec_report *report, *other;
    int64_t sessions[ROWS], items[ROWS];
    double times[ROWS];
} world;

static const int64_t numbers[ITEMS] = {10, 11, 12, 13, 14, 15};
static const char *const ids[ITEMS] = {"10", "11", "12", "13", "14", "15"};
static const char *const column[] = {"title"};
static const char *const titles[ITEMS] = {"a", "b", "c", "a b", "b c", "c a"};
static const float values[ITEMS * DIM] = {0, 1, 1, 0, 2, 1, 3, 1, 1, 4, 2, 5};
static const char examples[] = "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}\n";

static void write_examples(const char *path)
{
    FILE *file = fopen(path, "w");
    must(file != NULL && fputs(examples, file) >= 0 && fclose(file) == 0, path);
}

static llmrec_encoder *new_encoder(const void *given)
{
    llmrec_encoder_options options;
    llmrec_encoder *made = NULL;
    MUST(llmrec_encoder_options_init(&options, sizeof options));
    options.dim = 4;
    options.layers = options.heads = 1;
    options.max_length = 8;
    MUST(llmrec_encoder_create(world.dataset, given == NULL ? &options : given, &made));
    return made;
}

static llmrec_train_options short_training(void)
{
    llmrec_train_options options;
    MUST(llmrec_train_options_init(&options, sizeof options));
    options.epochs = 1;
    return options;
}

static void make_data(void)
{
    llmrec_split_options split;
    for (int i = 0; i < ROWS; i++) {
        world.sessions[i] = i / LENGTH;
        world.items[i] = 10 + (i * i + i / LENGTH) % ITEMS;
        world.times[i] = i;
    }
    const llmrec_interactions rows = {.size = sizeof rows,
                                      .rows = ROWS,
                                      .session_numbers = world.sessions,
                                      .item_numbers = world.items,
                                      .times = world.times};
    const llmrec_items items = {
        .size = sizeof items, .rows = ITEMS, .numbers = numbers, .columns = 1, .column_names = column, .texts = titles};
    llmrec_dataset_options options;
    MUST(llmrec_dataset_options_init(&options, sizeof options));
    options.catalog = LLMREC_CATALOG_ALL;
    MUST(llmrec_dataset_create(world.context, &rows, &items, &options, &world.dataset));
    MUST(llmrec_split_options_init(&split, sizeof split));
    split.test_fraction = .4;
    split.drop_untrained = 0;
    MUST(llmrec_dataset_split(world.dataset, &split, LLMREC_PART_TRAIN, &world.train));
    MUST(llmrec_dataset_split(world.dataset, &split, LLMREC_PART_TEST, &world.test));
}

static void make_world(void)
{
    llmrec_context_options options;
    const llmrec_train_options training = short_training();
    MUST(llmrec_context_options_init(&options, sizeof options));
    options.threads = 1;
    options.log = on_log;
    options.progress = on_progress;
    MUST(llmrec_context_create(&options, &world.context));
    make_data();
    MUST(llmrec_embedding_create(world.context, values, ITEMS, DIM, ids, NULL, NULL, &world.table));
    MUST(llmrec_embedding_align(world.table, world.dataset, 0, NULL, &world.aligned));
    MUST(llmrec_recommender_create_popularity(world.train, &world.popular));
    MUST(llmrec_recommender_create_similarity(world.aligned, NULL, &world.similar));
    MUST(llmrec_evaluate(world.popular, world.train, world.test, NULL, &world.report));
    MUST(llmrec_evaluate(world.similar, world.train, world.test, NULL, &world.other));
    MUST(llmrec_text_encoder_load(world.context, model_directory, NULL, &world.text_encoder));
    MUST(llmrec_llm_create_callback(world.context, on_complete, NULL, 1, &world.llm));
    world.encoder = new_encoder(NULL);
    MUST(llmrec_encoder_train(world.encoder, world.train, world.test, &training));
}

static void free_world(void)
{
    llmrec_report_free(world.report);
    llmrec_report_free(world.other);
    llmrec_encoder_free(world.encoder);
    llmrec_llm_free(world.llm);
    llmrec_text_encoder_free(world.text_encoder);
    llmrec_recommender_free(world.popular);
    llmrec_recommender_free(world.similar);
    llmrec_embedding_free(world.table);
    llmrec_embedding_free(world.aligned);
    llmrec_dataset_free(world.train);
    llmrec_dataset_free(world.test);
    llmrec_dataset_free(world.dataset);
    llmrec_context_free(world.context);
}

/* An unused name for files and server paths. */
static const char *fresh(const char *format)
{
    static char names[8][128];
    static unsigned next;
    char *name = names[next % 8];
    snprintf(name, sizeof names[0], format, (int)getpid(), (int)next++);
    return name;
}

/* --- preparing a struct for use ----------------------------------------------------------------------------------- */

static const char *endpoint_url(const char *behavior)
{
    static char whole[8][256];
    static unsigned next;
    char *text = whole[next++ % 8];
    snprintf(text, sizeof whole[0], "%s/%s/v1", url, behavior);
    return text;
}

static void fill(const char *name, void *given)
{
#define IS(structure)                                                                                                  \
    for (structure *s = strcmp(name, #structure) == 0 ? (structure *)given : NULL; s != NULL; s = NULL)
    IS(llmrec_interactions)
    {
        s->rows = ROWS;
        s->session_numbers = world.sessions;
        s->item_numbers = world.items;
    }
    IS(llmrec_items)
    {
        s->rows = ITEMS;
        s->numbers = numbers;
    }
    IS(llmrec_encoder_options)
    {
        s->dim = 4;
        s->layers = s->heads = 1;
        s->max_length = 8;
    }
    IS(llmrec_train_options) s->epochs = 1;
    IS(llmrec_init_items_options)
    {
        s->mode = LLMREC_INIT_ITEMS_ADAPTER;
        s->scale_std = .02;
    }
    IS(llmrec_endpoint_options)
    {
        s->url = endpoint_url(fresh("tuning::%d.%d"));
        s->model = "m";
    }
    IS(llmrec_chat_request)
    {
        static const llmrec_message message = {"user", "a"};
        s->messages = &message;
        s->message_count = 1;
    }
    IS(llmrec_recommender_parts)
    {
        s->llm = world.llm;
        s->dataset = world.dataset;
        s->first_stage = world.popular;
        s->recommenders = (const llmrec_recommender *const *)&world.popular;
        s->recommender_count = 1;
    }
    IS(llmrec_custom_strategy)
    {
        s->name = "mine";
        s->items = ITEMS;
        s->rank = on_rank;
        s->score = on_score;
    }
    IS(llmrec_prompt_options) s->candidates = 3;
    IS(llmrec_fine_tuning_data_options) s->training = fresh("rows.%d.%d.jsonl");
    IS(llmrec_fine_tuning_options)
    {
        write_examples("examples.jsonl");
        s->training = "examples.jsonl";
        s->state = fresh("state.%d.%d.json");
    }
#undef IS
}

/* A filled struct of the client's size for another parameter of a function. `slot` separates two of them. */
static void *filled(const char *name, int slot)
{
    static uint64_t rooms[4][64];
    const structure *s = structure_named(name);
    void *given = rooms[slot];
    memset(given, 0, sizeof rooms[0]);
    memcpy(given, &s->own, sizeof s->own);
    for (size_t i = 0; i < initializer_count; i++)
        if (strcmp(initializers[i].structure, name) == 0) {
            must(initializers[i].call(given, s->own) == LLMREC_OK, initializers[i].function);
            break;
        }
    fill(name, given);
    return given;
}

#endif
