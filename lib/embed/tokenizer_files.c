/* SPDX-License-Identifier: Apache-2.0 */
#include "embed/tokenizer_files.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "core/json.h"
#include "core/memory.h"
#include "core/text.h"

enum { MAX_FILE = 64 << 20, MAX_CONFIG = 4 << 20, UNSET = -1 };

/* Settings read from the files so far. */
typedef struct reading {
    llmrec_context *context;
    int64_t vocabulary; /* rows of the model's word embeddings */
    bool from_text;     /* the vocabulary was read from vocab.txt */
    bool split_ideographs, lower_case;
    int strip_accents; /* UNSET: same as lower_case */
    int64_t word_limit;
    lr_wordpiece *pieces;
} reading;

/* A token and its source: a line of a text file, or an object (line 0). */
typedef struct entry {
    const char *path, *token;
    size_t line, length;
    int64_t id;
} entry;

static llmrec_status bad_token(const entry *e, const char *wanted)
{
    char line[24] = "";
    if (e->line > 0) snprintf(line, sizeof line, ":%zu", e->line);
    return lr_fail(LLMREC_ERR_FORMAT, "%s%s: token %s has id %lld; wanted %s", e->path, line,
                   lr_quote(e->token, e->length).text, (long long)e->id, wanted);
}

static llmrec_status add_token(const reading *r, const entry *e)
{
    char ids[48];
    snprintf(ids, sizeof ids, "0 to %lld, as in config.json", (long long)r->vocabulary - 1);
    if (lr_utf8_valid(e->token, e->length) < e->length) return bad_token(e, "UTF-8");
    if (memchr(e->token, 0, e->length) != NULL) return bad_token(e, "no NUL byte in it");
    if (e->id < 0 || e->id >= r->vocabulary) return bad_token(e, ids);
    lr_wordpiece_add(r->pieces, e->token, e->length, (int32_t)e->id);
    return LLMREC_OK;
}

/* Reads one token per line. Its id is the number of the line, from 0. */
static llmrec_status read_lines(reading *r, const char *path, const char *text, size_t size)
{
    int64_t id = 0;
    for (size_t at = 0; at < size; id++) {
        const char *token = text + at, *end = memchr(token, '\n', size - at);
        size_t length = end == NULL ? size - at : (size_t)(end - token);
        at += length + 1;
        if (length > 0 && token[length - 1] == '\r') length--;
        LR_RETURN_IF(add_token(r, &(entry){path, token, (size_t)id + 1, length, id}));
    }
    return LLMREC_OK;
}

static llmrec_status read_vocabulary_text(reading *r, const char *path)
{
    llmrec_status status = LLMREC_OK;
    char *text = NULL;
    size_t size = 0;
    r->from_text = true;
    LR_TRY(lr_file_read(r->context, path, MAX_FILE, &text, &size));
    LR_TRY(lr_wordpiece_create(r->context, size, &r->pieces));
    LR_TRY(read_lines(r, path, text, size));
done:
    lr_free(r->context, text);
    return status;
}

static llmrec_status read_vocabulary_object(reading *r, lr_json vocabulary)
{
    const char *token;
    json_t *value;
    json_t *object = (json_t *)(uintptr_t)vocabulary.value; /* jansson iterates only over objects that are not const */
    size_t letters = 0;
    json_object_foreach(object, token, value) letters += strlen(token);
    LR_RETURN_IF(lr_wordpiece_create(r->context, letters, &r->pieces));
    json_object_foreach(object, token, value)
    {
        const int64_t id = json_is_integer(value) ? json_integer_value(value) : -1;
        LR_RETURN_IF(add_token(r, &(entry){vocabulary.path, token, 0, strlen(token), id}));
    }
    return LLMREC_OK;
}

/* Checks that the `type` of a part of tokenizer.json is the supported one. */
static llmrec_status check_type(lr_json file, const char *part, const char *wanted)
{
    const char *type = "none";
    LR_RETURN_IF(lr_json_text(lr_json_member(file, part), "type", &type));
    if (strcmp(type, wanted) == 0) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_UNSUPPORTED, "%s: %s is %s; only %s is supported", file.path, part,
                   lr_quote(type, strlen(type)).text, wanted);
}

static llmrec_status read_model(reading *r, lr_json file)
{
    const lr_json model = lr_json_member(file, "model"), vocabulary = lr_json_member(model, "vocab");
    const char *prefix = "##";
    LR_RETURN_IF(check_type(file, "model", "WordPiece"));
    LR_RETURN_IF(lr_json_integer(model, "max_input_chars_per_word", 1, LR_WORD_MAX, &r->word_limit));
    LR_RETURN_IF(lr_json_text(model, "continuing_subword_prefix", &prefix));
    if (strcmp(prefix, "##") != 0)
        return lr_fail(LLMREC_ERR_UNSUPPORTED, "%s: continuing_subword_prefix is %s; only ## is supported", file.path,
                       lr_quote(prefix, strlen(prefix)).text);
    if (!json_is_object(vocabulary.value))
        return lr_fail(LLMREC_ERR_FORMAT, "%s: model has no object \"vocab\"", file.path);
    return read_vocabulary_object(r, vocabulary);
}

static llmrec_status read_strip_accents(lr_json object, int *strip_accents)
{
    bool strip = *strip_accents == 1;
    LR_RETURN_IF(lr_json_bool(object, "strip_accents", &strip));
    if (lr_json_member(object, "strip_accents").value != NULL) *strip_accents = strip ? 1 : 0;
    return LLMREC_OK;
}

static llmrec_status read_normalizer(reading *r, lr_json file)
{
    const lr_json normalizer = lr_json_member(file, "normalizer");
    bool clean = true;
    LR_RETURN_IF(check_type(file, "normalizer", "BertNormalizer"));
    LR_RETURN_IF(lr_json_bool(normalizer, "clean_text", &clean));
    if (!clean) return lr_fail(LLMREC_ERR_UNSUPPORTED, "%s: clean_text is false; only true is supported", file.path);
    LR_RETURN_IF(lr_json_bool(normalizer, "handle_chinese_chars", &r->split_ideographs));
    LR_RETURN_IF(lr_json_bool(normalizer, "lowercase", &r->lower_case));
    return read_strip_accents(normalizer, &r->strip_accents);
}

/* Checks the tokens that are searched in the text first. Special tokens are ignored in texts; other added tokens are
 * not supported. */
static llmrec_status check_added(lr_json file)
{
    const lr_json added = lr_json_member(file, "added_tokens");
    size_t index;
    const json_t *value;
    json_array_foreach(added.value, index, value)
    {
        const lr_json token = {.path = file.path, .value = value};
        const char *content = "";
        bool special = false;
        LR_RETURN_IF(lr_json_bool(token, "special", &special));
        LR_RETURN_IF(lr_json_text(token, "content", &content));
        if (!special)
            return lr_fail(LLMREC_ERR_UNSUPPORTED,
                           "%s: added token %s is not special; only special tokens are supported", file.path,
                           lr_quote(content, strlen(content)).text);
    }
    return LLMREC_OK;
}

static llmrec_status read_tokenizer(reading *r, lr_json file)
{
    LR_RETURN_IF(read_normalizer(r, file));
    LR_RETURN_IF(check_type(file, "pre_tokenizer", "BertPreTokenizer"));
    LR_RETURN_IF(check_added(file));
    return read_model(r, file);
}

/* A vocab.txt does not name its tokenizer class. */
static llmrec_status check_class(const reading *r, lr_json file)
{
    const char *class = "BertTokenizer";
    LR_RETURN_IF(lr_json_text(file, "tokenizer_class", &class));
    if (!r->from_text || strcmp(class, "BertTokenizer") == 0 || strcmp(class, "BertTokenizerFast") == 0)
        return LLMREC_OK;
    return lr_fail(LLMREC_ERR_UNSUPPORTED, "%s: tokenizer_class is %s; only BertTokenizer is supported", file.path,
                   lr_quote(class, strlen(class)).text);
}

static llmrec_status read_config(reading *r, lr_json file)
{
    LR_RETURN_IF(check_class(r, file));
    LR_RETURN_IF(lr_json_bool(file, "do_lower_case", &r->lower_case));
    LR_RETURN_IF(lr_json_bool(file, "tokenize_chinese_chars", &r->split_ideographs));
    return read_strip_accents(file, &r->strip_accents);
}

/* Reads the separate lowercasing step before the tokenizer. The tokenizer still decides about accents. */
static llmrec_status read_sentence_config(reading *r, lr_json file)
{
    bool lower_case = false;
    LR_RETURN_IF(lr_json_bool(file, "do_lower_case", &lower_case));
    if (r->strip_accents == UNSET) r->strip_accents = r->lower_case ? 1 : 0;
    r->lower_case = r->lower_case || lower_case;
    return LLMREC_OK;
}

static llmrec_status read_json(reading *r, const char *path, size_t limit,
                               llmrec_status (*read)(reading *r, lr_json file))
{
    json_t *root = NULL;
    LR_RETURN_IF(lr_json_read(r->context, path, limit, &root));
    const llmrec_status status = read(r, (lr_json){.path = path, .value = root});
    json_decref(root);
    return status;
}

static llmrec_status read_tokenizer_file(reading *r, const char *path)
{
    return read_json(r, path, MAX_FILE, read_tokenizer);
}

static llmrec_status read_config_file(reading *r, const char *path)
{
    return read_json(r, path, MAX_CONFIG, read_config);
}

static llmrec_status read_sentence_file(reading *r, const char *path)
{
    return read_json(r, path, MAX_CONFIG, read_sentence_config);
}

typedef llmrec_status (*read_fn)(reading *r, const char *path);

/* Reads directory/name with `read`, if the file exists. */
static llmrec_status read_file(reading *r, const char *directory, const char *name, read_fn read, bool *there)
{
    llmrec_status status = LLMREC_OK;
    lr_builder path = {.context = r->context};
    LR_TRY(lr_builder_format(&path, "%s/%s", directory, name));
    *there = access(path.text, F_OK) == 0;
    if (*there) LR_TRY(read(r, path.text));
done:
    lr_free(r->context, path.text);
    return status;
}

static llmrec_status read_files(reading *r, const char *directory)
{
    bool there = false;
    LR_RETURN_IF(read_file(r, directory, "tokenizer.json", read_tokenizer_file, &there));
    if (!there) LR_RETURN_IF(read_file(r, directory, "vocab.txt", read_vocabulary_text, &there));
    if (!there)
        return lr_fail(LLMREC_ERR_UNSUPPORTED,
                       "%s: neither tokenizer.json nor vocab.txt exists; only WordPiece "
                       "vocabularies are supported",
                       directory);
    LR_RETURN_IF(read_file(r, directory, "tokenizer_config.json", read_config_file, &there));
    return read_file(r, directory, "sentence_bert_config.json", read_sentence_file, &there);
}

static llmrec_status find_special(const reading *r, const char *directory, const char *token, int32_t *id)
{
    *id = lr_wordpiece_find(r->pieces, token);
    if (*id >= 0) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_FORMAT, "%s: the vocabulary has no token %s", directory, token);
}

llmrec_status lr_tokenizer_read(llmrec_context *context, const char *directory, int64_t vocabulary,
                                lr_tokenizer_settings *settings)
{
    llmrec_status status = LLMREC_OK;
    lr_tokenizer_settings found = {0};
    reading r = {.context = context, .vocabulary = vocabulary, .split_ideographs = true, .lower_case = true};
    r.strip_accents = UNSET;
    r.word_limit = 100;
    LR_TRY(read_files(&r, directory));
    LR_TRY(find_special(&r, directory, "[CLS]", &found.first));
    LR_TRY(find_special(&r, directory, "[SEP]", &found.last));
    LR_TRY(find_special(&r, directory, "[UNK]", &found.unknown));
    found.pieces = r.pieces;
    found.word_limit = (size_t)r.word_limit;
    found.split_ideographs = r.split_ideographs;
    found.lower_case = r.lower_case;
    found.strip_accents = r.strip_accents == UNSET ? r.lower_case : r.strip_accents == 1;
    *settings = found;
    r.pieces = NULL;
done:
    lr_wordpiece_free(r.pieces);
    return status;
}
