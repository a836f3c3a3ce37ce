/* SPDX-License-Identifier: Apache-2.0 */
/* A client that calls every public function that takes a size-first struct (grow.py builds and runs it):
 *
 *     grown_client GROWTH URL MODEL_DIRECTORY
 *
 * GROWTH is how many bytes the library's structs are longer than those that grow_structs.h describes: 0, 8, or "any"
 * for a later library. The client's own structs may be longer too: that depends on the headers it was compiled against.
 * It prints one line for each fault, "fault: ...", and one for each value that it met, "value: STRUCT FUNCTION FIELD
 * VALUE"; grow.py compares the values of different builds.
 *
 * Every valid struct lies at the end of a page, before a page that must not be touched: a library that reads or writes
 * beyond the given size crashes here. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "llmrec/llmrec.h"

enum { PAGE = 1 << 16, TEXT = 1 << 14, FILL = 0xA5 };

typedef struct field {
    const char *name;
    size_t offset, count;
    char kind; /* i: int64_t, z: size_t, d: double, s: text, p: other pointers */
    int volatile_value;
} field;

typedef struct structure {
    const char *name;
    size_t own, today; /* bytes: in this client's headers, and in today's */
    const field *fields;
    size_t field_count;
} structure;

typedef struct initializer {
    const char *structure, *function;
    llmrec_status (*call)(void *options, size_t size);
} initializer;

typedef struct pair { /* a function with a parameter that is such a struct */
    const char *structure, *function;
    int output;
} pair;

/* structures[], initializers[] and pairs[], each with its _count: generated from the public headers. */
#include "grow_structs.h"

static size_t growth;
static int any_growth;
static const char *url, *model_directory;

/* --- faults, values, memory -------------------------------------------------------------------------------------- */

#define FAULT(...) (printf("fault: " __VA_ARGS__), putchar('\n'))

static void must(int held, const char *what)
{
    if (held) return;
    FAULT("%s: %s", what, llmrec_last_error());
    fflush(stdout);
    _Exit(1);
}

#define MUST(call) must((call) == LLMREC_OK, #call)

static const structure *structure_named(const char *name)
{
    for (size_t i = 0; i < structure_count; i++)
        if (strcmp(structures[i].name, name) == 0) return &structures[i];
    must(0, name);
    return NULL;
}

/* `size` bytes before a page that must not be touched, filled with FILL. */
static void *place(size_t size)
{
    static unsigned char *page;
    if (page == NULL) {
        page = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        must(page != MAP_FAILED && mprotect(page + PAGE, PAGE, PROT_NONE) == 0, "mmap");
    }
    memset(page, FILL, PAGE);
    return page + PAGE - size;
}

static int all_are(const void *bytes, size_t first, size_t end, unsigned char value)
{
    for (size_t i = first; i < end; i++)
        if (((const unsigned char *)bytes)[i] != value) return 0;
    return 1;
}

static int value_as_text(char *text, size_t room, const field *f, const void *at)
{
    int64_t whole;
    double number;
    const char *string;
    memcpy(&whole, at, sizeof whole);
    memcpy(&number, at, sizeof number);
    memcpy(&string, at, sizeof string);
    if (f->volatile_value) return snprintf(text, room, " %s", number >= 0 ? "some" : "none");
    if (f->kind == 'd') return snprintf(text, room, " %.5g", number);
    if (f->kind == 's') return snprintf(text, room, " %s", string == NULL ? "NULL" : string);
    if (f->kind == 'p') return snprintf(text, room, " %s", string == NULL ? "NULL" : "set");
    return snprintf(text, room, " %lld", (long long)whole);
}

/* The values of a struct as lines of text, but for its size. */
static void describe(char *text, size_t room, const structure *s, const char *function, const void *bytes)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 1; i < s->field_count; i++) {
        const field *f = &s->fields[i];
        used += (size_t)snprintf(text + used, room - used, "value: %s %s %s", s->name, function, f->name);
        for (size_t j = 0; j < f->count; j++)
            used += (size_t)value_as_text(text + used, room - used, f, (const char *)bytes + f->offset + 8 * j);
        used += (size_t)snprintf(text + used, room - used, "\n");
        must(used < room, "room for values");
    }
}

static void print_values(const structure *s, const char *function, const void *bytes)
{
    static char text[TEXT];
    describe(text, sizeof text, s, function, bytes);
    fputs(text, stdout);
}

/* --- events ------------------------------------------------------------------------------------------------------- */

typedef struct seen {
    const char *structure;
    char text[TEXT]; /* the values of the latest one */
} seen;

static seen log_seen = {.structure = "llmrec_log_event"}, progress_seen = {.structure = "llmrec_progress_event"},
            completion_seen = {.structure = "llmrec_completion"};

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

/* --- a small world ------------------------------------------------------------------------------------------------ */

enum { ITEMS = 6, SESSIONS = 8, LENGTH = 4, ROWS = SESSIONS * LENGTH, DIM = 2 };

static struct {
    llmrec_context *context;
    llmrec_dataset *dataset, *train, *test;
    llmrec_embedding *table, *aligned;
    llmrec_recommender *popular;
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
    llmrec_recommender *similar = NULL;
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
    MUST(llmrec_recommender_create_similarity(world.aligned, NULL, &similar));
    MUST(llmrec_evaluate(world.popular, world.train, world.test, NULL, &world.report));
    MUST(llmrec_evaluate(similar, world.train, world.test, NULL, &world.other));
    llmrec_recommender_free(similar);
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
    llmrec_embedding_free(world.table);
    llmrec_embedding_free(world.aligned);
    llmrec_dataset_free(world.train);
    llmrec_dataset_free(world.test);
    llmrec_dataset_free(world.dataset);
    llmrec_context_free(world.context);
}

/* A name for files and server paths that nobody has used. */
static const char *fresh(const char *format)
{
    static char names[8][128];
    static unsigned next;
    char *name = names[next % 8];
    snprintf(name, sizeof names[0], format, (int)getpid(), (int)next++);
    return name;
}

/* --- what a struct needs before it can be used -------------------------------------------------------------------- */

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
    IS(llmrec_prompt_parts)
    {
        s->llm = world.llm;
        s->dataset = world.dataset;
        s->first_stage = world.popular;
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

/* A filled struct of the client's size for another parameter of a function; `slot` tells two apart. */
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

/* --- one valid use of each function ------------------------------------------------------------------------------- */

#define USE(name) static llmrec_status name(void *given)
#define MAKES(type, call)                                                                                              \
    type *made = NULL;                                                                                                 \
    const llmrec_status status = call;                                                                                 \
    type##_free(made);                                                                                                 \
    return status

USE(context_create)
{
    MAKES(llmrec_context, llmrec_context_create(given, &made));
}

USE(dataset_load)
{
    FILE *file = fopen("rows.csv", "w");
    must(file != NULL && fputs("user,item,time\n1,a,1\n1,b,2\n2,a,3\n", file) >= 0 && fclose(file) == 0, "rows.csv");
    MAKES(llmrec_dataset, llmrec_dataset_load(world.context, "rows.csv", NULL, given, &made));
}

USE(dataset_create_options)
{
    void *rows = filled("llmrec_interactions", 0);
    MAKES(llmrec_dataset, llmrec_dataset_create(world.context, rows, NULL, given, &made));
}

USE(dataset_create_interactions)
{
    MAKES(llmrec_dataset, llmrec_dataset_create(world.context, given, NULL, NULL, &made));
}

USE(dataset_create_items)
{
    void *rows = filled("llmrec_interactions", 0);
    MAKES(llmrec_dataset, llmrec_dataset_create(world.context, rows, given, NULL, &made));
}

USE(dataset_split)
{
    MAKES(llmrec_dataset, llmrec_dataset_split(world.dataset, given, LLMREC_PART_TEST, &made));
}

USE(dataset_describe)
{
    return llmrec_dataset_describe(world.dataset, given);
}

USE(embedding_create)
{
    MAKES(llmrec_embedding, llmrec_embedding_create(world.context, values, ITEMS, DIM, NULL, NULL, given, &made));
}

USE(embedding_load)
{
    MUST(llmrec_embedding_save(world.table, "table.npy"));
    MAKES(llmrec_embedding, llmrec_embedding_load(world.context, "table.npy", given, &made));
}

USE(embedding_align)
{
    MAKES(llmrec_embedding, llmrec_embedding_align(world.table, world.dataset, 0, given, &made));
}

USE(reducer_fit)
{
    MAKES(llmrec_reducer, llmrec_reducer_fit(world.table, given, &made));
}

USE(text_encoder_open)
{
    MAKES(llmrec_text_encoder, llmrec_text_encoder_load(world.context, model_directory, given, &made));
}

USE(text_encoder_encode_items)
{
    MAKES(llmrec_embedding, llmrec_text_encoder_encode_items(world.text_encoder, world.dataset, given, &made));
}

USE(encoder_create)
{
    MAKES(llmrec_encoder, llmrec_encoder_create(world.dataset, given, &made));
}

USE(encoder_get_options)
{
    return llmrec_encoder_get_options(world.encoder, given);
}

USE(encoder_init_items)
{
    llmrec_encoder *encoder = new_encoder(NULL);
    const llmrec_status status = llmrec_encoder_init_items(encoder, world.aligned, given);
    llmrec_encoder_free(encoder);
    return status;
}

USE(encoder_train)
{
    llmrec_encoder *encoder = new_encoder(NULL);
    const llmrec_status status = llmrec_encoder_train(encoder, world.train, NULL, given);
    llmrec_encoder_free(encoder);
    return status;
}

USE(encoder_get_train_options)
{
    return llmrec_encoder_get_train_options(world.encoder, given);
}

USE(encoder_epoch)
{
    return llmrec_encoder_epoch(world.encoder, 0, given);
}

USE(llm_create_endpoint)
{
    MAKES(llmrec_llm, llmrec_llm_create_endpoint(world.context, given, &made));
}

USE(llm_chat)
{
    const llmrec_chat_request *request = given;
    MAKES(llmrec_replies, llmrec_llm_chat(world.llm, &request, 1, &made));
}

USE(llm_usage)
{
    return llmrec_llm_usage(world.llm, given);
}

USE(text_encoder_usage)
{
    return llmrec_text_encoder_usage(world.text_encoder, given);
}

USE(text_encoder_create_endpoint)
{
    ((llmrec_endpoint_options *)given)->url = endpoint_url("good");
    MAKES(llmrec_text_encoder, llmrec_text_encoder_create_endpoint(world.context, given, NULL, &made));
}

USE(text_encoder_create_endpoint_embeddings)
{
    llmrec_endpoint_options *endpoint = filled("llmrec_endpoint_options", 0);
    endpoint->url = endpoint_url("good");
    MAKES(llmrec_text_encoder, llmrec_text_encoder_create_endpoint(world.context, endpoint, given, &made));
}

USE(recommender_create_similarity)
{
    MAKES(llmrec_recommender, llmrec_recommender_create_similarity(world.table, given, &made));
}

USE(recommender_create_prompt)
{
    void *parts = filled("llmrec_prompt_parts", 0);
    MAKES(llmrec_recommender, llmrec_recommender_create_prompt(parts, given, &made));
}

USE(recommender_create_prompt_parts)
{
    void *options = filled("llmrec_prompt_options", 0);
    MAKES(llmrec_recommender, llmrec_recommender_create_prompt(given, options, &made));
}

static const int64_t offsets[] = {0, 2};
static const int32_t session[] = {0, 1};

USE(recommend)
{
    int32_t recommended[2], count;
    return llmrec_recommend(world.popular, offsets, session, 1, 2, given, recommended, NULL, &count);
}

USE(recommend_ids)
{
    int32_t recommended[2], count;
    return llmrec_recommend_ids(world.popular, offsets, ids, NULL, 1, 2, given, recommended, NULL, &count, NULL);
}

USE(session_recommend)
{
    llmrec_session *live = NULL;
    int32_t recommended[2], count;
    MUST(llmrec_session_create(world.popular, &live));
    MUST(llmrec_session_append(live, session, 2));
    const llmrec_status status = llmrec_session_recommend(live, 2, given, recommended, NULL, &count);
    llmrec_session_free(live);
    return status;
}

USE(fine_tuning_write_prompt)
{
    void *parts = filled("llmrec_prompt_parts", 0), *options = filled("llmrec_fine_tuning_data_options", 1);
    return llmrec_fine_tuning_write(parts, given, options, NULL);
}

USE(fine_tuning_write_parts)
{
    void *options = filled("llmrec_fine_tuning_data_options", 1);
    return llmrec_fine_tuning_write(given, filled("llmrec_prompt_options", 0), options, NULL);
}

USE(fine_tuning_write_options)
{
    void *parts = filled("llmrec_prompt_parts", 0);
    return llmrec_fine_tuning_write(parts, filled("llmrec_prompt_options", 1), given, NULL);
}

USE(fine_tuning_write_info)
{
    void *parts = filled("llmrec_prompt_parts", 0), *prompt = filled("llmrec_prompt_options", 1);
    return llmrec_fine_tuning_write(parts, prompt, filled("llmrec_fine_tuning_data_options", 2), given);
}

USE(fine_tuning_start_endpoint)
{
    void *options = filled("llmrec_fine_tuning_options", 0);
    MAKES(llmrec_fine_tuning, llmrec_fine_tuning_start(world.context, given, options, &made));
}

USE(fine_tuning_start_options)
{
    void *endpoint = filled("llmrec_endpoint_options", 0);
    MAKES(llmrec_fine_tuning, llmrec_fine_tuning_start(world.context, endpoint, given, &made));
}

static llmrec_fine_tuning *new_job(void)
{
    llmrec_fine_tuning *job = NULL;
    void *endpoint = filled("llmrec_endpoint_options", 0), *options = filled("llmrec_fine_tuning_options", 1);
    MUST(llmrec_fine_tuning_start(world.context, endpoint, options, &job));
    return job;
}

/* Texts in the result belong to the job: it stays until they are printed. */
static llmrec_fine_tuning *job;

static llmrec_fine_tuning *next_job(void)
{
    llmrec_fine_tuning_free(job);
    return job = new_job();
}

USE(fine_tuning_look)
{
    return llmrec_fine_tuning_look(next_job(), given);
}

USE(fine_tuning_follow)
{
    return llmrec_fine_tuning_follow(next_job(), .01, given);
}

USE(fine_tuning_cancel)
{
    return llmrec_fine_tuning_cancel(next_job(), given);
}

USE(evaluate)
{
    MAKES(llmrec_report, llmrec_evaluate(world.popular, world.train, world.test, given, &made));
}

USE(evaluate_lists)
{
    MAKES(llmrec_report,
          llmrec_evaluate_lists(world.context, 1, ITEMS, offsets, session, NULL, offsets, session, given, &made));
}

USE(report_compare)
{
    return llmrec_report_compare(world.report, world.other, LLMREC_METRIC_MRR, 10, given);
}

typedef struct use {
    const char *structure, *function;
    llmrec_status (*call)(void *given);
    int http; /* talks to a server */
} use;

/* Every function with such a parameter; a new one fails the test until it stands here. */
static const use uses[] = {
    {"llmrec_context_options", "llmrec_context_create", context_create, 0},
    {"llmrec_dataset_options", "llmrec_dataset_load", dataset_load, 0},
    {"llmrec_dataset_options", "llmrec_dataset_create", dataset_create_options, 0},
    {"llmrec_interactions", "llmrec_dataset_create", dataset_create_interactions, 0},
    {"llmrec_items", "llmrec_dataset_create", dataset_create_items, 0},
    {"llmrec_split_options", "llmrec_dataset_split", dataset_split, 0},
    {"llmrec_dataset_statistics", "llmrec_dataset_describe", dataset_describe, 0},
    {"llmrec_embedding_options", "llmrec_embedding_create", embedding_create, 0},
    {"llmrec_embedding_options", "llmrec_embedding_load", embedding_load, 0},
    {"llmrec_alignment", "llmrec_embedding_align", embedding_align, 0},
    {"llmrec_reducer_options", "llmrec_reducer_fit", reducer_fit, 0},
    {"llmrec_text_encoder_options", "llmrec_text_encoder_load", text_encoder_open, 0},
    {"llmrec_encode_items_options", "llmrec_text_encoder_encode_items", text_encoder_encode_items, 0},
    {"llmrec_encoder_options", "llmrec_encoder_create", encoder_create, 0},
    {"llmrec_encoder_options", "llmrec_encoder_get_options", encoder_get_options, 0},
    {"llmrec_init_items_options", "llmrec_encoder_init_items", encoder_init_items, 0},
    {"llmrec_train_options", "llmrec_encoder_train", encoder_train, 0},
    {"llmrec_train_options", "llmrec_encoder_get_train_options", encoder_get_train_options, 0},
    {"llmrec_epoch", "llmrec_encoder_epoch", encoder_epoch, 0},
    {"llmrec_endpoint_options", "llmrec_llm_create_endpoint", llm_create_endpoint, 1},
    {"llmrec_endpoint_options", "llmrec_text_encoder_create_endpoint", text_encoder_create_endpoint, 1},
    {"llmrec_endpoint_options", "llmrec_fine_tuning_start", fine_tuning_start_endpoint, 1},
    {"llmrec_chat_request", "llmrec_llm_chat", llm_chat, 0},
    {"llmrec_usage", "llmrec_llm_usage", llm_usage, 0},
    {"llmrec_usage", "llmrec_text_encoder_usage", text_encoder_usage, 0},
    {"llmrec_embeddings_options", "llmrec_text_encoder_create_endpoint", text_encoder_create_endpoint_embeddings, 1},
    {"llmrec_similarity_options", "llmrec_recommender_create_similarity", recommender_create_similarity, 0},
    {"llmrec_prompt_options", "llmrec_recommender_create_prompt", recommender_create_prompt, 0},
    {"llmrec_prompt_options", "llmrec_fine_tuning_write", fine_tuning_write_prompt, 0},
    {"llmrec_prompt_parts", "llmrec_recommender_create_prompt", recommender_create_prompt_parts, 0},
    {"llmrec_prompt_parts", "llmrec_fine_tuning_write", fine_tuning_write_parts, 0},
    {"llmrec_recommend_options", "llmrec_recommend", recommend, 0},
    {"llmrec_recommend_options", "llmrec_recommend_ids", recommend_ids, 0},
    {"llmrec_recommend_options", "llmrec_session_recommend", session_recommend, 0},
    {"llmrec_fine_tuning_data_options", "llmrec_fine_tuning_write", fine_tuning_write_options, 0},
    {"llmrec_fine_tuning_data_info", "llmrec_fine_tuning_write", fine_tuning_write_info, 0},
    {"llmrec_fine_tuning_options", "llmrec_fine_tuning_start", fine_tuning_start_options, 1},
    {"llmrec_fine_tuning_info", "llmrec_fine_tuning_look", fine_tuning_look, 1},
    {"llmrec_fine_tuning_info", "llmrec_fine_tuning_follow", fine_tuning_follow, 1},
    {"llmrec_fine_tuning_info", "llmrec_fine_tuning_cancel", fine_tuning_cancel, 1},
    {"llmrec_evaluation_options", "llmrec_evaluate", evaluate, 0},
    {"llmrec_evaluation_options", "llmrec_evaluate_lists", evaluate_lists, 0},
    {"llmrec_comparison", "llmrec_report_compare", report_compare, 0},
};

/* --- the checks --------------------------------------------------------------------------------------------------- */

static size_t known_to_library(const structure *s)
{
    return s->today + growth;
}

/* Sizes that no version ever had: none, a size alone, half fields, and more than any struct. */
static size_t bad_size(const structure *s, size_t index)
{
    const size_t sizes[] = {0, 8, 12, s->today - 4, s->today + 4, s->today + 12, 4104, SIZE_MAX};
    return index < sizeof sizes / sizeof *sizes ? sizes[index] : 1;
}

#define EACH_BAD_SIZE(i, s) for (size_t i = 0; bad_size(s, i) != 1; i++)

static void expect_abi_error(const structure *s, const char *function, size_t size, llmrec_status status)
{
    if (status != LLMREC_ERR_ABI)
        FAULT("%s: %s with size %zu gives %s", s->name, function, size, llmrec_status_name(status));
    else if (strstr(llmrec_last_error(), s->name) == NULL)
        FAULT("%s: %s: not named in \"%s\"", s->name, function, llmrec_last_error());
}

static void check_initializer(const initializer *init)
{
    const structure *s = structure_named(init->structure);
    unsigned char *given = place(s->own);
    if (init->call(given, s->own) != LLMREC_OK) FAULT("%s: %s: %s", s->name, init->function, llmrec_last_error());
    else {
        if (memcmp(given, &s->own, sizeof s->own) != 0) FAULT("%s: %s sets another size", s->name, init->function);
        if (!all_are(given, s->today, s->own, 0)) FAULT("%s: %s leaves a tail", s->name, init->function);
        print_values(s, init->function, given);
    }
    EACH_BAD_SIZE(i, s)
    {
        given = place(PAGE);
        expect_abi_error(s, init->function, bad_size(s, i), init->call(given, bad_size(s, i)));
        if (!all_are(given, 0, PAGE, FILL))
            FAULT("%s: %s writes for size %zu", s->name, init->function, bad_size(s, i));
    }
}

static void check_output(const structure *s, const use *u)
{
    unsigned char *given = place(s->own);
    memcpy(given, &s->own, sizeof s->own);
    if (u->call(given) != LLMREC_OK) FAULT("%s: %s: %s", s->name, u->function, llmrec_last_error());
    else {
        if (memcmp(given, &s->own, sizeof s->own) != 0) FAULT("%s: %s changes the size", s->name, u->function);
        if (!all_are(given, s->today, s->own, 0)) FAULT("%s: %s leaves a tail", s->name, u->function);
        print_values(s, u->function, given);
    }
    EACH_BAD_SIZE(i, s)
    {
        const size_t size = bad_size(s, i);
        given = place(PAGE);
        memcpy(given, &size, sizeof size);
        expect_abi_error(s, u->function, size, u->call(given));
        if (memcmp(given, &size, sizeof size) != 0 || !all_are(given, sizeof size, PAGE, FILL))
            FAULT("%s: %s writes for size %zu", s->name, u->function, size);
    }
}

/* In `room` bytes before the page that must not be touched. */
static void *valid_input(const structure *s, size_t room)
{
    return memcpy(place(room), filled(s->name, 3), s->own);
}

static void check_input(const structure *s, const use *u)
{
    unsigned char *given = valid_input(s, s->own);
    if (u->call(given) != LLMREC_OK) FAULT("%s: %s: %s", s->name, u->function, llmrec_last_error());
    if (s->own > known_to_library(s)) {
        given = valid_input(s, s->own);
        given[s->own - 1] = 1;
        expect_abi_error(s, u->function, s->own, u->call(given));
    }
    EACH_BAD_SIZE(i, s)
    {
        const size_t size = bad_size(s, i);
        given = valid_input(s, PAGE);
        memcpy(given, &size, sizeof size);
        expect_abi_error(s, u->function, size, u->call(given));
    }
}

static void check_pair(const pair *p)
{
    for (size_t i = 0; i < sizeof uses / sizeof *uses; i++) {
        const use *u = &uses[i];
        if (strcmp(u->structure, p->structure) != 0 || strcmp(u->function, p->function) != 0) continue;
        if (u->http && !llmrec_supports("http")) return;
        (p->output ? check_output : check_input)(structure_named(p->structure), u);
        return;
    }
    FAULT("%s: %s has no entry in tests/abi/grown_client.c", p->structure, p->function);
}

int main(int count, char **arguments)
{
    must(count == 4, "grown_client GROWTH URL MODEL_DIRECTORY");
    setvbuf(stdout, NULL, _IOLBF, 0);
    any_growth = strcmp(arguments[1], "any") == 0;
    growth = strtoul(arguments[1], NULL, 10);
    url = arguments[2];
    model_directory = arguments[3];
    for (size_t i = 0; i < initializer_count; i++) {
        printf("at: %s\n", initializers[i].function);
        check_initializer(&initializers[i]);
    }
    make_world();
    for (size_t i = 0; i < pair_count; i++) {
        printf("at: %s %s\n", pairs[i].structure, pairs[i].function);
        check_pair(&pairs[i]);
    }
    const seen *const events[] = {&log_seen, &progress_seen, &completion_seen};
    for (size_t i = 0; i < sizeof events / sizeof *events; i++) fputs(events[i]->text, stdout);
    llmrec_fine_tuning_free(job);
    free_world();
    puts("at: the end");
    return 0;
}
