/* SPDX-License-Identifier: Apache-2.0 */
/* Implements llmrec/strategy.h. Lists every strategy of the library. */
#include <stdio.h>
#include <string.h>

#include "core/json.h"
#include "core/memory.h"
#include "data/dataset.h"
#include "rank/members.h"
#include "registry/strategy_table.h"

#define DECLARE(name) extern const lr_strategy_kind lr_##name##_kind;
#define ADDRESS(name) &lr_##name##_kind,
LR_STRATEGIES(DECLARE)
static const lr_strategy_kind *const kinds[] = {LR_STRATEGIES(ADDRESS)};
enum { KINDS = sizeof kinds / sizeof *kinds };

/* --- list of strategies ------------------------------------------------------------------------------------------- */

const lr_strategy_kind *lr_strategy_at(size_t index)
{
    return index < KINDS ? kinds[index] : NULL;
}

const lr_strategy_kind *lr_strategy_find(const char *strategy)
{
    for (size_t i = 0; strategy != NULL && i < KINDS; i++)
        if (strcmp(kinds[i]->name, strategy) == 0) return kinds[i];
    return NULL;
}

static llmrec_status find_kind(lr_json description, const char *strategy, const lr_strategy_kind **kind)
{
    lr_builder names = {0};
    *kind = lr_strategy_find(strategy);
    if (*kind != NULL) return LLMREC_OK;
    for (size_t i = 0; i < KINDS; i++) (void)lr_builder_format(&names, "%s%s", i == 0 ? "" : ", ", kinds[i]->name);
    const llmrec_status status =
        lr_fail(LLMREC_ERR_ARGUMENT, "%sstrategy is %s; wanted %s", lr_json_inside(description),
                lr_quote(strategy, strlen(strategy)).text, names.text == NULL ? "another" : names.text);
    lr_free(NULL, names.text);
    return status;
}

int64_t llmrec_strategy_count(void)
{
    return KINDS;
}

const char *llmrec_strategy_name(int64_t index)
{
    return index < 0 || index >= KINDS ? NULL : kinds[index]->name;
}

const char *llmrec_strategy_help(const char *strategy)
{
    const lr_strategy_kind *kind = lr_strategy_find(strategy);
    return kind == NULL ? NULL : kind->help;
}

const char *llmrec_strategy_options(const char *strategy)
{
    const lr_strategy_kind *kind = lr_strategy_find(strategy);
    return kind == NULL || kind->options == NULL ? NULL : kind->options->name;
}

int64_t llmrec_strategy_needs(const char *strategy)
{
    const lr_strategy_kind *kind = lr_strategy_find(strategy);
    return kind == NULL ? -1 : kind->needs;
}

int64_t llmrec_strategy_takes(const char *strategy)
{
    const lr_strategy_kind *kind = lr_strategy_find(strategy);
    return kind == NULL ? -1 : kind->takes;
}

/* --- reading a description ---------------------------------------------------------------------------------------- */

/* The pointers of llmrec_recommender_parts. */
typedef llmrec_recommender_parts P;
static const struct {
    const char *name;
    int64_t need;
    size_t offset;
} part_fields[] = {
    {"dataset", LLMREC_NEED_DATASET, offsetof(P, dataset)},
    {"embedding", LLMREC_NEED_EMBEDDING, offsetof(P, embedding)},
    {"encoder", LLMREC_NEED_ENCODER, offsetof(P, encoder)},
    {"llm", LLMREC_NEED_LLM, offsetof(P, llm)},
    {"first_stage", LLMREC_NEED_FIRST_STAGE, offsetof(P, first_stage)},
    {"text_encoder", LLMREC_NEED_TEXT_ENCODER, offsetof(P, text_encoder)},
    {"recommenders", LLMREC_NEED_RECOMMENDERS, offsetof(P, recommenders)},
};
enum { PARTS = sizeof part_fields / sizeof *part_fields };

/* Drops the parts that the description has as null. Fails if a part is missing that the strategy needs, or that the
 * description has. */
static llmrec_status settle_parts(const lr_strategy_kind *kind, lr_json description, llmrec_recommender_parts *parts)
{
    static const void *const none = NULL;
    const lr_json described = lr_json_member(description, "parts");
    for (size_t i = 0; i < PARTS; i++) {
        const json_t *member = json_object_get(described.value, part_fields[i].name);
        const bool named = member != NULL && !json_is_null(member) && (kind->takes & part_fields[i].need) != 0;
        char *field = (char *)parts + part_fields[i].offset;
        if (json_is_null(member)) memcpy(field, &none, sizeof none);
        if (memcmp(field, &none, sizeof none) != 0) continue;
        if ((kind->needs & part_fields[i].need) != 0)
            return lr_fail(LLMREC_ERR_ARGUMENT, "parts.%s is NULL; the strategy %s needs it", part_fields[i].name,
                           kind->name);
        if (named)
            return lr_fail(LLMREC_ERR_ARGUMENT, "parts.%s is NULL; the description has this part", part_fields[i].name);
    }
    const json_t *list = lr_json_member(described, "recommenders").value;
    if (json_is_array(list) && parts->recommenders != NULL &&
        (int64_t)json_array_size(list) != parts->recommender_count)
        return lr_fail(LLMREC_ERR_ARGUMENT, "parts.recommender_count is %lld; the description has %zu recommenders",
                       (long long)parts->recommender_count, json_array_size(list));
    return LLMREC_OK;
}

static llmrec_status unknown_part(lr_json description, const char *name)
{
    lr_builder names = {0};
    for (size_t i = 0; i < PARTS; i++) (void)lr_builder_format(&names, "%s%s", i == 0 ? "" : ", ", part_fields[i].name);
    const llmrec_status status =
        lr_fail(LLMREC_ERR_FORMAT, "%s: %sparts: unknown part %s; wanted %s", description.path,
                lr_json_inside(description), lr_quote(name, strlen(name)).text, names.text == NULL ? "" : names.text);
    lr_free(NULL, names.text);
    return status;
}

static llmrec_status check_parts(lr_json description)
{
    const lr_json parts = lr_json_member(description, "parts");
    const char *name;
    json_t *value;
    if (parts.value != NULL && !json_is_object(parts.value))
        return lr_fail(LLMREC_ERR_FORMAT, "%s: %sparts is %s; wanted an object", parts.path, lr_json_inside(parts),
                       lr_json_show(parts.value).text);
    json_object_foreach((json_t *)(uintptr_t)parts.value, name, value)
    {
        size_t i = 0;
        while (i < PARTS && strcmp(part_fields[i].name, name) != 0) i++;
        if (i == PARTS) return unknown_part(description, name);
    }
    return LLMREC_OK;
}

/* Rejects members that a description does not have. */
static llmrec_status check_members(lr_json description)
{
    static const char *const known[] = {"kind",  "strategy",           "name", "items", "preset", "options",
                                        "parts", "items_with_vectors", "dim"};
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)description.value, name, value)
    {
        size_t i = 0;
        while (i < sizeof known / sizeof *known && strcmp(known[i], name) != 0) i++;
        if (i == sizeof known / sizeof *known)
            return lr_fail(LLMREC_ERR_FORMAT, "%s: %sunknown member %s; wanted strategy, preset, options, parts",
                           description.path, lr_json_inside(description), lr_quote(name, strlen(name)).text);
    }
    return check_parts(description);
}

/* Sets the defaults, then the preset, then the options. Later values replace earlier ones. */
static llmrec_status read_options(const lr_strategy_kind *kind, lr_json description, void *full)
{
    const lr_json given = lr_json_member(description, "options");
    const char *preset = NULL;
    LR_RETURN_IF(lr_json_text(description, "preset", &preset));
    if (kind->options == NULL) {
        if (given.value == NULL && preset == NULL) return LLMREC_OK;
        return lr_fail(LLMREC_ERR_FORMAT, "%s: %s%s is set; the strategy %s has no options", description.path,
                       lr_json_inside(description), preset == NULL ? "options" : "preset", kind->name);
    }
    if (preset == NULL) LR_RETURN_IF(lr_options_init(kind->options, full, kind->options->size));
    else if (lr_options_preset(kind->options, full, kind->options->size, preset) != LLMREC_OK)
        return lr_fail(LLMREC_ERR_ARGUMENT, "%s%s", lr_json_inside(description), llmrec_last_error());
    return given.value == NULL ? LLMREC_OK : lr_options_parse(kind->options, given, full);
}

/* --- creation ----------------------------------------------------------------------------------------------------- */

/* Recommenders may be in each other, this deep. PATH bytes are enough for the path to the deepest one. */
enum { DEEPEST = 4, PATH = 128 };

/* The recommenders that the description contains and the caller did not pass. */
typedef struct inner {
    llmrec_recommender *first_stage; /* NULL: none */
    llmrec_recommender *list[LR_MEMBERS];
    int64_t count;
} inner;

static void inner_free(inner *made)
{
    llmrec_recommender_free(made->first_stage);
    for (int64_t i = 0; i < made->count; i++) llmrec_recommender_free(made->list[i]);
}

static llmrec_status make(const llmrec_recommender_parts *parts, lr_json description, size_t depth,
                          llmrec_recommender **recommender);

/* Creates the recommender that is described by `value`, at `place` of the parts of `outer`. */
static llmrec_status make_inner(const llmrec_recommender_parts *parts, lr_json outer, const json_t *value,
                                const char *place, size_t depth, llmrec_recommender **made)
{
    char inside[PATH];
    if (depth == DEEPEST)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: more than %d recommenders in each other", outer.path, DEEPEST);
    if (!json_is_object(value))
        return lr_fail(LLMREC_ERR_FORMAT, "%s: %sparts.%s is %s; wanted a JSON object", outer.path,
                       lr_json_inside(outer), place, lr_json_show(value).text);
    snprintf(inside, sizeof inside, "%sparts.%s.", lr_json_inside(outer), place);
    return make(parts, (lr_json){outer.path, value, inside}, depth + 1, made);
}

static llmrec_status make_list(const llmrec_recommender_parts *parts, lr_json outer, const json_t *described,
                               size_t depth, inner *made)
{
    char place[40];
    if (!json_is_array(described) || json_array_size(described) > LR_MEMBERS)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: %sparts.recommenders is %s; wanted an array of at most %d", outer.path,
                       lr_json_inside(outer), lr_json_show(described).text, LR_MEMBERS);
    for (size_t i = 0; i < json_array_size(described); i++) {
        snprintf(place, sizeof place, "recommenders[%zu]", i);
        LR_RETURN_IF(make_inner(parts, outer, json_array_get(described, i), place, depth, &made->list[i]));
        made->count++;
    }
    return LLMREC_OK;
}

/* Creates them, and adds them to the parts. */
static llmrec_status make_recommenders(const lr_strategy_kind *kind, lr_json description, size_t depth,
                                       llmrec_recommender_parts *parts, inner *made)
{
    const llmrec_recommender_parts given = *parts;
    const lr_json described = lr_json_member(description, "parts");
    const json_t *first_stage = lr_json_member(described, "first_stage").value;
    const json_t *list = lr_json_member(described, "recommenders").value;
    if (given.first_stage == NULL && (kind->takes & LLMREC_NEED_FIRST_STAGE) != 0 && first_stage != NULL) {
        LR_RETURN_IF(make_inner(&given, description, first_stage, "first_stage", depth, &made->first_stage));
        parts->first_stage = made->first_stage;
    }
    if (given.recommenders == NULL && (kind->takes & LLMREC_NEED_RECOMMENDERS) != 0 && list != NULL) {
        LR_RETURN_IF(make_list(&given, description, list, depth, made));
        parts->recommenders = (const llmrec_recommender *const *)made->list;
        parts->recommender_count = made->count;
    }
    return LLMREC_OK;
}

static llmrec_status make(const llmrec_recommender_parts *given, lr_json description, size_t depth,
                          llmrec_recommender **recommender)
{
    _Alignas(max_align_t) unsigned char options[LR_OPTIONS_LARGEST];
    const lr_strategy_kind *kind = NULL;
    const char *strategy = NULL;
    llmrec_recommender_parts parts = *given;
    inner made = {0};
    llmrec_status status = LLMREC_OK;
    LR_TRY(check_members(description));
    LR_TRY(lr_json_text(description, "strategy", &strategy));
    LR_CHECK(strategy != NULL, LLMREC_ERR_FORMAT, "%s: %sstrategy is missing", description.path,
             lr_json_inside(description));
    LR_TRY(find_kind(description, strategy, &kind));
    LR_TRY(read_options(kind, description, options));
    LR_TRY(make_recommenders(kind, description, depth, &parts, &made));
    LR_TRY(settle_parts(kind, description, &parts));
    LR_TRY(kind->create(&parts, kind->options == NULL ? NULL : options, recommender));
    if (parts.dataset != NULL) lr_recommender_take_titles(*recommender, lr_dataset_item_ids(parts.dataset));
done:
    inner_free(&made);
    return status;
}

/* Reads a description as JSON. Also accepts a plain name. */
static llmrec_status read_description(const char *description, json_t **root)
{
    json_error_t error;
    const char *first = description + strspn(description, " \t\r\n");
    *root = *first == '{' ? json_loads(description, JSON_REJECT_DUPLICATES, &error)
                          : json_pack("{s:s}", "strategy", description);
    if (*root != NULL) return LLMREC_OK;
    if (*first != '{')
        return lr_fail(LLMREC_ERR_ARGUMENT, "description is %s; wanted a strategy or JSON",
                       lr_quote(description, strlen(description)).text);
    return lr_fail(LLMREC_ERR_FORMAT, "description is not valid JSON: %s", error.text);
}

llmrec_status llmrec_recommender_create(const llmrec_recommender_parts *given, const char *description,
                                        llmrec_recommender **recommender)
{
    llmrec_recommender_parts parts;
    json_t *root = NULL;
    llmrec_status status = LLMREC_OK;
    LR_NEED(description, recommender);
    LR_RETURN_IF(lr_parts_read(given, &parts));
    LR_TRY(read_description(description, &root));
    LR_TRY(make(&parts, (lr_json){.path = "description", .value = root}, 0, recommender));
done:
    json_decref(root);
    return status;
}
