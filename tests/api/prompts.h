/* SPDX-License-Identifier: Apache-2.0 */
/* A world of films for prompt recommenders, and test functions as the model. */
#ifndef TESTS_API_PROMPTS_H
#define TESTS_API_PROMPTS_H

#include "../support.h"

#include <ctype.h>
#include <stdbool.h>

enum { ITEMS = 40, K = 10, MOST = 64, G = LLMREC_GROUNDING_COUNT };

/* --- models ------------------------------------------------------------------------------------------------------- */

/* A menu as the model sees it. */
typedef struct menu {
    char label[MOST][4];
    int film[MOST];
    size_t count;
} menu;

/* What a model received, and what it answers. */
typedef struct model {
    void (*answer)(struct model *self, const char *user, char *text, size_t room);
    char system[1 << 13], user[1 << 15]; /* of the latest request */
    char schema[1 << 12];
    int64_t requests, samples, fail_from;
    bool reports;            /* answer with log-probabilities: the labels, by film */
    int64_t most, asked_for; /* maximum number of alternatives; 0: as many as the latest request asks for */
} model;

static inline menu read_menu(const char *user)
{
    menu found = {.count = 0};
    const char *line = strstr(user, "<candidates>\n");
    for (line = line == NULL ? "" : strchr(line, '\n') + 1; isupper((unsigned char)*line) && found.count < MOST;) {
        const char *film = strstr(line, "Film "), *end = strchr(line, '\n');
        const size_t length = strcspn(line, ".");
        memcpy(found.label[found.count], line, length);
        found.label[found.count][length] = '\0';
        found.film[found.count++] = film != NULL && film < end ? atoi(film + 5) : -1;
        line = end + 1;
    }
    return found;
}

static inline void add(char *text, size_t room, const char *piece)
{
    const size_t used = strlen(text);
    snprintf(text + used, room - used, "%s", piece);
}

/* Ranks films by number, highest first. */
static inline void oracle(model *self, const char *user, char *text, size_t room)
{
    menu m = read_menu(user);
    (void)self;
    for (size_t put = 0; put < m.count; put++) {
        size_t best = 0;
        for (size_t i = 1; i < m.count; i++)
            if (m.film[i] > m.film[best]) best = i;
        m.film[best] = -2;
        add(text, room, put > 0 ? ", " : "");
        add(text, room, m.label[best]);
    }
}

/* Answers one label: the film with the highest number. */
static inline void oracle_letter(model *self, const char *user, char *text, size_t room)
{
    oracle(self, user, text, room);
    text[strcspn(text, ",")] = '\0';
}

/* Always prefers the first position. */
static inline void first_is_best(model *self, const char *user, char *text, size_t room)
{
    const menu m = read_menu(user);
    (void)self;
    for (size_t i = 0; i < m.count; i++) {
        add(text, room, i > 0 ? ", " : "");
        add(text, room, m.label[i]);
    }
}

static inline void first_letter(model *self, const char *user, char *text, size_t room)
{
    (void)self;
    (void)user;
    add(text, room, "A");
}

static inline void says_nothing(model *self, const char *user, char *text, size_t room)
{
    (void)self;
    (void)user;
    (void)room;
    text[0] = '\0';
}

/* Names films: one misspelled, one twice, one unknown. */
static inline void names_some(model *self, const char *user, char *text, size_t room)
{
    (void)self;
    (void)user;
    add(text, room, "Sure!\n1. Film 7 (1997)\n2. FILM 3  (1993)\n3. Film 7 (1997)\n4. No Such Film\n");
}

static inline void names_one(model *self, const char *user, char *text, size_t room)
{
    static const char *const names[] = {"Film 9 (1999)", "Film 9 (1999)", "**Film 5 (1995)**", "Nothing Real"};
    (void)user;
    add(text, room, names[self->samples++ % 4]);
}

/* Probabilities rise with the film's number; the first position gets a bonus. */
static inline void report_alternatives(const model *self, const llmrec_completion *completion, int64_t request,
                                       const char *user)
{
    const menu m = read_menu(user);
    const int64_t most = self->most > 0 ? self->most : self->asked_for;
    const char *texts[MOST + 1] = {"The"}, *kept[MOST + 1];
    double logprobs[MOST + 1] = {-1}, kept_logprobs[MOST + 1];
    size_t count = 0;
    for (size_t i = 0; i < m.count; i++) {
        texts[i + 1] = m.label[i];
        logprobs[i + 1] = .5 * m.film[i] + (i == 0 ? 1.5 : 0) - 30;
    }
    for (size_t i = 0; i <= m.count; i++) {
        int64_t likelier = 0;
        for (size_t j = 0; j <= m.count; j++) likelier += logprobs[j] > logprobs[i];
        if (likelier >= most) continue;
        kept[count] = texts[i];
        kept_logprobs[count++] = logprobs[i];
    }
    assert_ok(llmrec_completion_alternatives(completion, request, kept, kept_logprobs, count));
}

static inline llmrec_status complete(const llmrec_completion *completion, void *user)
{
    model *self = user;
    for (int64_t i = 0; i < completion->count; i++) {
        const llmrec_chat_request *request = completion->requests[i];
        const char *question = request->messages[request->message_count - 1].content;
        char text[1 << 12];
        if (self->fail_from > 0 && self->requests >= self->fail_from) return LLMREC_ERR_CALLBACK;
        self->requests++;
        snprintf(self->system, sizeof self->system, "%s",
                 request->message_count > 1 ? request->messages[0].content : "");
        snprintf(self->user, sizeof self->user, "%s", question);
        snprintf(self->schema, sizeof self->schema, "%s", request->json_schema == NULL ? "" : request->json_schema);
        for (int64_t sample = 0; sample < request->samples; sample++) {
            text[0] = '\0';
            self->answer(self, question, text, sizeof text);
            assert_ok(llmrec_completion_answer(completion, i, text, SIZE_MAX));
            self->asked_for = request->top_logprobs;
            if (self->reports && self->asked_for > 0) report_alternatives(self, completion, i, question);
        }
    }
    return LLMREC_OK;
}

/* --- the world ---------------------------------------------------------------------------------------------------- */

typedef struct world {
    llmrec_context *context;
    llmrec_dataset *dataset;
    llmrec_recommender *popular;
    llmrec_embedding *table;
    llmrec_llm *llm;
    model model;
} world;

/* Item i is "Film i (1990+i)" and has ITEMS-i rows; `titles` replace the first titles. */
static inline world *begin_in(llmrec_context *context, void (*answer)(model *, const char *, char *, size_t),
                              const char *const *titles)
{
    static int64_t sessions[ITEMS * ITEMS], items[ITEMS * ITEMS], numbers[ITEMS];
    static char names[ITEMS][64];
    const char *texts[ITEMS];
    static const char *const column[] = {"title"};
    world *w = calloc(1, sizeof *w);
    size_t rows = 0;
    assert_non_null(w);
    w->context = context;
    w->model.answer = answer;
    for (int i = 0; i < ITEMS; i++) {
        numbers[i] = 100 + i;
        snprintf(names[i], sizeof names[i], "Film %d (%d)", i, 1990 + i);
        texts[i] = titles != NULL && i < 5 ? titles[i] : names[i];
        for (int j = i; j < ITEMS; j++, rows++) {
            sessions[rows] = j;
            items[rows] = numbers[i];
        }
    }
    const llmrec_interactions all = {
        .size = sizeof all, .rows = rows, .session_numbers = sessions, .item_numbers = items};
    const llmrec_items about = {
        .size = sizeof about, .rows = ITEMS, .numbers = numbers, .columns = 1, .column_names = column, .texts = texts};
    float values[ITEMS * 2];
    for (int i = 0; i < ITEMS; i++) {
        values[2 * i] = (float)i;
        values[2 * i + 1] = 10;
    }
    assert_ok(llmrec_dataset_create(w->context, &all, &about, NULL, &w->dataset));
    assert_ok(llmrec_recommender_create_popularity(w->dataset, &w->popular));
    assert_ok(llmrec_embedding_create(w->context, values, ITEMS, 2, NULL, NULL, NULL, &w->table));
    assert_ok(llmrec_llm_create_callback(w->context, complete, &w->model, 16, &w->llm));
    return w;
}

static inline world *begin(int64_t threads, void (*answer)(model *, const char *, char *, size_t),
                           const char *const *titles)
{
    return begin_in(context_with(threads), answer, titles);
}

static inline void end(world *w)
{
    llmrec_llm_free(w->llm);
    llmrec_embedding_free(w->table);
    llmrec_recommender_free(w->popular);
    llmrec_dataset_free(w->dataset);
    llmrec_context_free(w->context);
    free(w);
}

static inline llmrec_prompt_options options_of(int64_t form)
{
    llmrec_prompt_options options;
    assert_ok(llmrec_prompt_options_init(&options, sizeof options));
    options.form = form;
    options.noun = "film";
    options.nouns = "films";
    return options;
}

static inline llmrec_recommender *prompt(world *w, const llmrec_prompt_options *options)
{
    const llmrec_recommender_parts parts = {
        .size = sizeof parts, .llm = w->llm, .dataset = w->dataset, .first_stage = w->popular, .embedding = w->table};
    llmrec_recommender *recommender = NULL;
    assert_ok(llmrec_recommender_create_prompt(&parts, options, &recommender));
    return recommender;
}

/* The list of one session, and its grounding counts. */
static inline int32_t recommend(const llmrec_recommender *recommender, const int32_t *items, size_t count,
                                int32_t *list, int64_t *grounding)
{
    const int64_t offsets[] = {0, (int64_t)count};
    llmrec_recommend_options options;
    float scores[K];
    int32_t got = -1;
    assert_ok(llmrec_recommend_options_init(&options, sizeof options));
    assert_ok(llmrec_recommend_grounded(recommender, offsets, items, 1, K, &options, list, scores, &got, grounding, G));
    for (int32_t i = 1; i < got; i++) assert_true(scores[i] < scores[i - 1]);
    return got;
}

#endif
