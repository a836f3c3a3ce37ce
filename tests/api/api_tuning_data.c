/* SPDX-License-Identifier: Apache-2.0 */
/* Examples for fine-tuning a model: every row byte by byte, sessions without rows, and files that are complete or
 * unchanged. */
#include "../support.h"

#include <stdbool.h>
#include <sys/stat.h>

enum { ITEMS = 6, MOST_ROWS = 64, ROOM = 1 << 14 };

static const char *const plain[ITEMS] = {"Alien", "Babe", "Casablanca", "Die \"Hard\"", "Evita", "Fargo"};

/* A shop where item i has ITEMS - i sessions of its own, which makes it the i-th most popular, and the sessions of a
 * test. */
typedef struct world {
    llmrec_context *context;
    llmrec_dataset *dataset;
    llmrec_recommender *popular;
    llmrec_embedding *table;
    int64_t sessions; /* of the test */
} world;

typedef struct session {
    int items[12]; /* ends with -1 */
} session;

static size_t add_rows(const session *sessions, size_t count, int64_t *ids, int64_t *items)
{
    size_t rows = 0;
    int64_t id = 0;
    for (int round = 0; round < ITEMS; round++)
        for (int i = 0; i + round < ITEMS; i++, rows++, id++) {
            ids[rows] = id;
            items[rows] = 10 + i;
        }
    for (size_t s = 0; s < count; s++, id++)
        for (int i = 0; sessions[s].items[i] >= 0; i++, rows++) {
            ids[rows] = id;
            items[rows] = 10 + sessions[s].items[i];
        }
    return rows;
}

static world begin(const char *const *titles, const session *sessions, size_t count, llmrec_context *context)
{
    static const int64_t numbers[ITEMS] = {10, 11, 12, 13, 14, 15};
    static const char *const column[] = {"title"};
    static const float values[2 * ITEMS] = {0, 0, 1, 0, 2, 0, 10, 0, 11, 0, 20, 0};
    int64_t ids[MOST_ROWS], items[MOST_ROWS];
    world w = {.context = context == NULL ? context_with(1) : context, .sessions = (int64_t)count};
    const llmrec_interactions all = {.size = sizeof all,
                                     .rows = add_rows(sessions, count, ids, items),
                                     .session_numbers = ids,
                                     .item_numbers = items};
    const llmrec_items about = {
        .size = sizeof about, .rows = ITEMS, .numbers = numbers, .columns = 1, .column_names = column, .texts = titles};
    assert_ok(llmrec_dataset_create(w.context, &all, &about, NULL, &w.dataset));
    assert_ok(llmrec_recommender_create_popularity(w.dataset, &w.popular));
    assert_ok(llmrec_embedding_create(w.context, values, ITEMS, 2, NULL, NULL, NULL, &w.table));
    return w;
}

static void end(world *w)
{
    llmrec_embedding_free(w->table);
    llmrec_recommender_free(w->popular);
    llmrec_dataset_free(w->dataset);
    llmrec_context_free(w->context);
}

static llmrec_recommender_parts parts_of(const world *w)
{
    return (llmrec_recommender_parts){.size = sizeof(llmrec_recommender_parts),
                                      .dataset = w->dataset,
                                      .first_stage = w->popular,
                                      .embedding = w->table};
}

static llmrec_prompt_options preset(const char *name)
{
    llmrec_prompt_options options;
    assert_ok(llmrec_prompt_options_preset(&options, sizeof options, name));
    options.noun = "film";
    options.nouns = "films";
    options.candidates = options.count = 3;
    options.clusters = 3;
    return options;
}

static llmrec_fine_tuning_data_options data_options(int64_t format)
{
    llmrec_fine_tuning_data_options options;
    assert_ok(llmrec_fine_tuning_data_options_init(&options, sizeof options));
    options.format = format;
    options.training = scratch("training.jsonl");
    return options;
}

static const char *text_of(const char *path)
{
    static char text[ROOM];
    size_t size = 0;
    unsigned char *bytes = read_bytes(path, &size);
    assert_true(size < sizeof text);
    memcpy(text, bytes, size);
    text[size] = '\0';
    free(bytes);
    return text;
}

static bool exists(const char *name)
{
    struct stat about;
    return stat(scratch(name), &about) == 0;
}

/* --- rows --------------------------------------------------------------------------------------------------------- */

static const char *row_of(const world *w, const llmrec_prompt_options *prompt, int64_t format)
{
    const llmrec_recommender_parts parts = parts_of(w);
    const llmrec_fine_tuning_data_options options = data_options(format);
    assert_ok(llmrec_fine_tuning_write(&parts, prompt, &options, NULL));
    return text_of(options.training);
}

/* As in Harte et al. 2023. */
static void the_seed_papers_rows_are_as_published(void **state)
{
    static const session one = {{4, 3, 1, -1}};
    world w = begin(plain, &one, 1, NULL);
    llmrec_prompt_options prompt = preset("harte2023");
    (void)state;
    assert_string_equal(row_of(&w, &prompt, LLMREC_ROW_FORMAT_COMPLETION),
                        "{\"prompt\":\"1. Evita \\n2. Die \\\"Hard\\\" \\n \\n\\n###\\n\\n\","
                        "\"completion\":\" Babe ###\"}\n");
    prompt.history_characters = 10;
    prompt.history = 1;
    assert_string_equal(row_of(&w, &prompt, LLMREC_ROW_FORMAT_CHAT),
                        "{\"messages\":[{\"role\":\"user\",\"content\":\"1. Die \\\"Hard\\\" \\n \\n\\n###\\n\\n\"},"
                        "{\"role\":\"assistant\",\"content\":\"Babe\"}]}\n");
    end(&w);
}

#define USER  "{\"role\":\"user\",\"content\":\""
#define REPLY "\"},{\"role\":\"assistant\",\"content\":\""

/* As in Boz et al. 2024. */
static void each_task_has_its_answer(void **state)
{
    static const session moved = {{4, 3, 1, -1}}, inserted = {{4, 3, 5, -1}};
    static const struct {
        const char *preset;
        const session *session;
        const char *row_ends; /* the row from the user's message on, or its end */
    } cases[] = {
        {"boz2024-genitem", &moved, USER "The user's films:\\nEvita\\nDie \\\"Hard\\\"" REPLY "Babe\"}]}\n"},
        {"boz2024-genlist", &moved,
         USER
         "The list stands between BEGIN and END.\\nBEGIN\\nEvita\\nDie \\\"Hard\\\"\\nEND\\n" REPLY
         "The list, the best first, stands between BEGIN and END.\\nBEGIN\\n1. Babe\\n2. Alien\\n3. Casablanca\\n\\n"
         "END\\n\"}]}\n"},
        {"boz2024-genlist", &inserted, "BEGIN\\n1. Fargo\\n2. Alien\\n3. Babe\\n\\nEND\\n\"}]}\n"},
        {"boz2024-rank", &moved, "Rank the 3 available films." REPLY "1. Babe\\n2. Alien\\n3. Casablanca\\n\"}]}\n"},
        {"boz2024-rank", &inserted, "Rank the 3 available films." REPLY "1. Fargo\\n2. Alien\\n3. Babe\\n\"}]}\n"},
        /* clusters: 0 1 2, 3 4 and 5; 0, 3 and 5 are shown, and 3 was seen */
        {"boz2024-classify", &moved, "Give 3, only of the available films." REPLY "1. Alien\\n2. Fargo\\n\"}]}\n"},
        {"boz2024-classify", &inserted, "Give 3, only of the available films." REPLY "1. Fargo\\n2. Alien\\n\"}]}\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        world w = begin(plain, cases[i].session, 1, NULL);
        const llmrec_prompt_options prompt = preset(cases[i].preset);
        const char *row = row_of(&w, &prompt, LLMREC_ROW_FORMAT_CHAT);
        const size_t length = strlen(row), wanted = strlen(cases[i].row_ends);
        assert_true(strncmp(row, "{\"messages\":[{\"role\":\"system\",\"content\":\"", 41) == 0);
        if (length < wanted || strcmp(row + length - wanted, cases[i].row_ends) != 0)
            fail_msg("%s: %s does not end in %s", cases[i].preset, row, cases[i].row_ends);
        end(&w);
    }
}

static void pairs_of_texts_join_the_messages(void **state)
{
    static const session one = {{4, 3, 1, -1}};
    world w = begin(plain, &one, 1, NULL);
    llmrec_prompt_options prompt = preset("boz2024-genitem");
    (void)state;
    prompt.system = "Name a {noun}.";
    assert_string_equal(row_of(&w, &prompt, LLMREC_ROW_FORMAT_INPUT_OUTPUT),
                        "{\"input_text\":\"Name a film.\\nThe user's films:\\nEvita\\nDie \\\"Hard\\\"\","
                        "\"output_text\":\"Babe\"}\n");
    assert_string_equal(row_of(&w, &prompt, LLMREC_ROW_FORMAT_COMPLETION),
                        "{\"prompt\":\"Name a film.\\n\\nThe user's films:\\nEvita\\nDie \\\"Hard\\\"\","
                        "\"completion\":\" Babe ###\"}\n");
    end(&w);
}

/* The label of a name in the row's menu. */
static char label_in(const char *row, const char *name)
{
    char entry[64];
    snprintf(entry, sizeof entry, ". \\\"%s\\\"\\n", name);
    const char *found = strstr(row, entry);
    assert_non_null(found);
    return found[-1];
}

static void our_own_form_is_answered_in_labels(void **state)
{
    static const session one = {{4, 3, 5, -1}};
    world w = begin(plain, &one, 1, NULL);
    llmrec_prompt_options prompt = preset("default");
    char wanted[96];
    (void)state;
    for (int json = 0; json < 2; json++) {
        prompt.structure = json ? LLMREC_STRUCTURE_AUTO : LLMREC_STRUCTURE_NONE;
        const char *row = row_of(&w, &prompt, LLMREC_ROW_FORMAT_CHAT);
        const char f = label_in(row, "Fargo"), a = label_in(row, "Alien"), b = label_in(row, "Babe");
        snprintf(wanted, sizeof wanted,
                 json ? "\"content\":\"{\\\"ranking\\\": [\\\"%c\\\", \\\"%c\\\", \\\"%c\\\"]}\"}]}\n"
                      : "\"content\":\"%c, %c, %c\"}]}\n",
                 f, a, b);
        assert_non_null(strstr(row, wanted));
    }
    for (int scoring = LLMREC_SCORING_LETTERS; scoring <= LLMREC_SCORING_PAIRWISE; scoring++) {
        prompt.scoring = scoring;
        const char *row = row_of(&w, &prompt, LLMREC_ROW_FORMAT_CHAT);
        snprintf(wanted, sizeof wanted, "\"content\":\"%c\"}]}\n", label_in(row, "Fargo"));
        assert_non_null(strstr(row, wanted));
        assert_int_equal(strstr(row, "\\nC. ") != NULL, scoring == LLMREC_SCORING_LETTERS);
    }
    end(&w);
}

/* --- same question as the recommender ----------------------------------------------------------------------------- */

typedef struct heard {
    char messages[ROOM]; /* of the first request, as at the start of a row */
} heard;

static void add_json(char *out, const char *text)
{
    size_t used = strlen(out);
    for (; *text != '\0'; text++) {
        assert_true(used + 3 < ROOM);
        if (*text == '"' || *text == '\\' || *text == '\n') out[used++] = '\\';
        out[used++] = *text == '\n' ? 'n' : *text;
    }
    out[used] = '\0';
}

static llmrec_status hear(const llmrec_completion *completion, void *user)
{
    heard *h = user;
    for (int64_t i = 0; i < completion->count; i++) {
        const llmrec_chat_request *request = completion->requests[i];
        if (h->messages[0] == '\0') {
            strcpy(h->messages, "{\"messages\":[");
            for (int64_t j = 0; j < request->message_count; j++) {
                strcat(strcat(strcat(h->messages, "{\"role\":\""), request->messages[j].role), "\",\"content\":\"");
                add_json(h->messages, request->messages[j].content);
                strcat(h->messages, "\"},");
            }
        }
        for (int64_t j = 0; j < request->samples; j++)
            assert_ok(llmrec_completion_answer(completion, i, "A", SIZE_MAX));
    }
    return LLMREC_OK;
}

/* The answer is the first item of the first stage, so that menus with the answer are the same too. */
static void training_text_is_inference_text(void **state)
{
    static const char *const names[] = {
        "default",          "harte2023", "boz2024-genitem", "boz2024-genlist",    "boz2024-rank",
        "boz2024-classify", "llmrank",   "llmrank-recency", "llmrank-in-context", "letters"};
    static const session one = {{4, 3, 1, 0, -1}};
    static const int32_t items[] = {4, 3, 1};
    static const int64_t offsets[] = {0, 3};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        world w = begin(plain, &one, 1, NULL);
        heard h = {.messages = ""};
        int32_t list[3], count = 0;
        llmrec_recommender *recommender = NULL;
        llmrec_recommender_parts parts = parts_of(&w);
        llmrec_prompt_options prompt = preset(names[i]);
        llmrec_llm *llm = NULL;
        prompt.seed = 9;
        assert_ok(llmrec_llm_create_callback(w.context, hear, &h, 4, &llm));
        parts.llm = llm;
        assert_ok(llmrec_recommender_create_prompt(&parts, &prompt, &recommender));
        assert_ok(llmrec_recommend(recommender, offsets, items, 1, 3, NULL, list, NULL, &count));
        const char *row = row_of(&w, &prompt, LLMREC_ROW_FORMAT_CHAT);
        if (strncmp(row, h.messages, strlen(h.messages)) != 0)
            fail_msg("%s: row %s, asked %s", names[i], row, h.messages);
        llmrec_recommender_free(recommender);
        llmrec_llm_free(llm);
        end(&w);
    }
}

/* --- sessions without a row --------------------------------------------------------------------------------------- */

static void sessions_without_a_row_are_counted(void **state)
{
    static const char *const titles[ITEMS] = {"Alien", "Babe", " \n", "###", "Evita", "x ### y"};
    static const session sessions[] = {
        {{0, 1, 4, -1}}, {{0, 1, -1}},    {{0, 2, 4, -1}}, {{4, 1, 4, -1}},
        {{0, 1, 5, -1}}, {{5, 4, 1, -1}}, {{0, 1, 3, -1}}, {{3, 1, 0, 3, 0, 3, 0, 3, 4, -1}}};
    enum { SINGLE = ITEMS * (ITEMS + 1) / 2 };
    world w = begin(titles, sessions, 8, NULL);
    const llmrec_recommender_parts parts = parts_of(&w);
    const llmrec_prompt_options prompt = preset("boz2024-genitem");
    llmrec_fine_tuning_data_options options = data_options(LLMREC_ROW_FORMAT_CHAT);
    llmrec_fine_tuning_data_info info = {.size = sizeof info};
    (void)state;
    options.token_limit = 70;
    assert_ok(llmrec_fine_tuning_write(&parts, &prompt, &options, &info));
    assert_int_equal(info.too_short, SINGLE + 1);
    assert_int_equal(info.unnamed, 1);
    assert_int_equal(info.repeated, 1);
    assert_int_equal(info.unreadable, 2); /* text with "###" would end an answer */
    assert_int_equal(info.too_long, 1);
    assert_int_equal(info.training_rows, 2);
    assert_int_equal(info.validation_rows, 0);
    assert_true(info.longest_row <= 70 && info.longest_row > 40);
    assert_true(info.training_tokens <= 2 * info.longest_row);
    assert_int_equal(info.training_bytes, strlen(text_of(options.training)));
    options.min_history = 1;
    options.token_limit = 0;
    assert_ok(llmrec_fine_tuning_write(&parts, &prompt, &options, &info));
    assert_int_equal(info.too_short, SINGLE);
    assert_int_equal(info.too_long, 0);
    assert_int_equal(info.training_rows, 4);
    options.rows = 3;
    assert_ok(llmrec_fine_tuning_write(&parts, &prompt, &options, &info));
    assert_int_equal(info.training_rows, 3);
    end(&w);
}

/* --- files -------------------------------------------------------------------------------------------------------- */

static const session five[] = {{{4, 3, 1, -1}}, {{4, 3, 5, -1}}, {{0, 1, 2, -1}}, {{5, 1, 2, -1}}, {{3, 0, 4, -1}}};

static void rows_go_to_two_files(void **state)
{
    world w = begin(plain, five, 5, NULL);
    const llmrec_recommender_parts parts = parts_of(&w);
    const llmrec_prompt_options prompt = preset("boz2024-rank");
    llmrec_fine_tuning_data_options options = data_options(LLMREC_ROW_FORMAT_CHAT);
    llmrec_fine_tuning_data_info info = {.size = sizeof info}, again = {.size = sizeof again};
    (void)state;
    options.validation = scratch("validation.jsonl");
    assert_ok(llmrec_fine_tuning_write(&parts, &prompt, &options, &info));
    assert_int_equal(info.validation_rows, 1);
    assert_int_equal(info.training_rows, 4);
    char *before = strdup(text_of(options.training));
    assert_null(strstr(before, text_of(options.validation)));
    assert_ok(llmrec_fine_tuning_write(&parts, &prompt, &options, &again));
    assert_memory_equal(&info, &again, sizeof info);
    assert_string_equal(before, text_of(options.training));
    options.seed = 1;
    assert_ok(llmrec_fine_tuning_write(&parts, &prompt, &options, &again));
    assert_string_not_equal(before, text_of(options.training));
    options.validation_rows = 2;
    assert_ok(llmrec_fine_tuning_write(&parts, &prompt, &options, &info));
    assert_int_equal(info.validation_rows, 2);
    assert_int_equal(info.training_rows, 3);
    free(before);
    end(&w);
}

static void both_files_are_new_or_neither(void **state)
{
    world w = begin(plain, five, 5, NULL);
    const llmrec_recommender_parts parts = parts_of(&w);
    const llmrec_prompt_options prompt = preset("boz2024-genitem");
    llmrec_fine_tuning_data_options options = data_options(LLMREC_ROW_FORMAT_CHAT);
    llmrec_fine_tuning_data_info info = {.size = sizeof info, .training_rows = -7};
    (void)state;
    options.validation = scratch("folder");
    assert_int_equal(mkdir(options.validation, 0700), 0); /* a directory, which no file can replace */
    write_text(options.training, "old\n");
    assert_failure(llmrec_fine_tuning_write(&parts, &prompt, &options, &info), LLMREC_ERR_IO, "folder");
    assert_string_equal(text_of(options.training), "old\n");
    unlink(options.training);
    assert_failure(llmrec_fine_tuning_write(&parts, &prompt, &options, &info), LLMREC_ERR_IO, "folder");
    assert_false(exists("training.jsonl"));
    rmdir(options.validation);
    options.byte_limit = 300;
    assert_failure(llmrec_fine_tuning_write(&parts, &prompt, &options, &info), LLMREC_ERR_SHAPE, "training.jsonl",
                   "byte_limit, 300", "row 2");
    options.byte_limit = 1 << 20;
    options.validation_rows = 5;
    assert_failure(llmrec_fine_tuning_write(&parts, &prompt, &options, &info), LLMREC_ERR_SHAPE, "no row for training",
                   "of 26 sessions 21 are too short", "0 are for training, 5 for validation");
    options.validation_rows = 0;
    options.rows = 2;
    assert_failure(llmrec_fine_tuning_write(&parts, &prompt, &options, &info), LLMREC_ERR_SHAPE,
                   "no row for validation");
    assert_false(exists("training.jsonl") || exists("folder"));
    assert_int_equal(info.training_rows, -7);
    end(&w);
}

static llmrec_status stop(const llmrec_progress_event *event, void *user)
{
    (void)user;
    if (strcmp(event->stage, "fine-tuning data") != 0) return LLMREC_OK;
    assert_string_equal(event->unit, "sessions");
    assert_int_equal(event->total, 5);
    return LLMREC_ERR_CANCELED;
}

static void writing_can_be_canceled(void **state)
{
    llmrec_context_options how = context_options(1);
    how.progress = stop;
    world w = begin(plain, five, 5, context_like(&how));
    const llmrec_recommender_parts parts = parts_of(&w);
    const llmrec_prompt_options prompt = preset("boz2024-genitem");
    const llmrec_fine_tuning_data_options options = data_options(LLMREC_ROW_FORMAT_CHAT);
    (void)state;
    unlink(options.training);
    assert_int_equal(llmrec_fine_tuning_write(&parts, &prompt, &options, NULL), LLMREC_ERR_CANCELED);
    assert_false(exists("training.jsonl"));
    end(&w);
}

/* --- errors ------------------------------------------------------------------------------------------------------- */

static void wrong_options_are_told(void **state)
{
    world w = begin(plain, five, 5, NULL);
    llmrec_recommender_parts parts = parts_of(&w);
    llmrec_prompt_options prompt = preset("boz2024-genlist"), fenced = preset("default");
    llmrec_fine_tuning_data_options options = data_options(LLMREC_ROW_FORMAT_COMPLETION);
    llmrec_fine_tuning_data_info info = {.size = 4};
    (void)state;
    assert_failure(llmrec_fine_tuning_write(&parts, &fenced, &options, NULL), LLMREC_ERR_ARGUMENT, "COMPLETION",
                   "LINES");
    assert_failure(llmrec_fine_tuning_write(&parts, &prompt, &options, &info), LLMREC_ERR_ABI, "size is 4");
    assert_failure(llmrec_fine_tuning_write(NULL, &prompt, &options, NULL), LLMREC_ERR_ARGUMENT, "parts is NULL");
    parts.first_stage = NULL;
    assert_failure(llmrec_fine_tuning_write(&parts, &prompt, &options, NULL), LLMREC_ERR_ARGUMENT, "GENLIST");
    prompt.style = LLMREC_STYLE_NUMBERED;
    assert_failure(llmrec_fine_tuning_write(&parts, &prompt, &options, NULL), LLMREC_ERR_ARGUMENT, "style is numbered");
    options.validation_share = 1;
    assert_failure(llmrec_fine_tuning_write(&parts, &prompt, &options, NULL), LLMREC_ERR_ARGUMENT,
                   "validation_share is 1");
    options.format = 3;
    assert_failure(llmrec_fine_tuning_write(&parts, &prompt, &options, NULL), LLMREC_ERR_ARGUMENT, "format is 3");
    options.format = LLMREC_ROW_FORMAT_CHAT;
    options.validation_share = .2;
    options.validation = options.training;
    assert_failure(llmrec_fine_tuning_write(&parts, &prompt, &options, NULL), LLMREC_ERR_ARGUMENT, "two files");
    options.training = NULL;
    assert_failure(llmrec_fine_tuning_write(&parts, &prompt, &options, NULL), LLMREC_ERR_ARGUMENT, "training is NULL");
    options = data_options(LLMREC_ROW_FORMAT_CHAT);
    options.training = "/nowhere/at/all";
    prompt = preset("harte2023");
    assert_failure(llmrec_fine_tuning_write(&parts, &prompt, &options, NULL), LLMREC_ERR_IO, "/nowhere/at/all");
    end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_seed_papers_rows_are_as_published),
        cmocka_unit_test(each_task_has_its_answer),
        cmocka_unit_test(pairs_of_texts_join_the_messages),
        cmocka_unit_test(our_own_form_is_answered_in_labels),
        cmocka_unit_test(training_text_is_inference_text),
        cmocka_unit_test(sessions_without_a_row_are_counted),
        cmocka_unit_test(rows_go_to_two_files),
        cmocka_unit_test(both_files_are_new_or_neither),
        cmocka_unit_test(writing_can_be_canceled),
        cmocka_unit_test(wrong_options_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, remove_scratch);
}
