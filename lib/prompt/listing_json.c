/* SPDX-License-Identifier: Apache-2.0 */
/* Reads replies in JSON: an array, an object that contains one, or the begin of either if the reply was cut off. */
#include <jansson.h>
#include <string.h>

#include "prompt/labels.h"
#include "prompt/listing.h"

static llmrec_status add_text(lr_listing *reply, const lr_reading *reading, const char *text, size_t length)
{
    const int32_t label = lr_label_find(text, length, reading->labels);
    const lr_listed entry = {.label = label, .name = label >= 0 ? length : 0};
    return lr_listing_add(reply, reading, entry, (lr_span){text, length});
}

/* The text that an object names: its label, or its name, else its first string. */
static const json_t *name_of(const json_t *object)
{
    static const char *const keys[] = {"label", "name", "title", "item", "movie", "product"};
    const char *key;
    json_t *value;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const json_t *found = json_object_get(object, keys[i]);
        if (json_is_string(found)) return found;
    }
    json_object_foreach((json_t *)(uintptr_t)object, key, value) if (json_is_string(value)) return value;
    return NULL;
}

static llmrec_status add_array(lr_listing *reply, const lr_reading *reading, const json_t *array)
{
    for (size_t i = 0; i < json_array_size(array); i++) {
        const json_t *value = json_array_get(array, i);
        if (json_is_object(value)) value = name_of(value);
        if (json_is_string(value))
            LR_RETURN_IF(add_text(reply, reading, json_string_value(value), json_string_length(value)));
    }
    return LLMREC_OK;
}

static llmrec_status add_value(lr_listing *reply, const lr_reading *reading, const json_t *value)
{
    const char *key;
    json_t *member;
    if (json_is_array(value)) return add_array(reply, reading, value);
    json_object_foreach((json_t *)(uintptr_t)value, key,
                        member) if (json_is_array(member)) return add_array(reply, reading, member);
    const json_t *name = name_of(value);
    return name == NULL ? LLMREC_OK : add_text(reply, reading, json_string_value(name), json_string_length(name));
}

/* Length of the JSON string at `text`, including its quotes; 0 if it has no end. */
static size_t string_bytes(const char *text, size_t left)
{
    for (size_t at = 1; at < left && text[at] != '\n'; at++) {
        if (text[at] == '\\') at++;
        else if (text[at] == '"') return at + 1;
    }
    return 0;
}

/* Appends the strings of an array that was cut off or is invalid JSON: all strings except keys, in order. */
static llmrec_status add_broken(lr_listing *reply, const lr_reading *reading, lr_span text)
{
    const char *array = memchr(text.text, '[', text.length);
    if (array == NULL) return LLMREC_OK;
    for (size_t at = (size_t)(array - text.text); at < text.length;) {
        const size_t bytes = text.text[at] == '"' ? string_bytes(text.text + at, text.length - at) : 0;
        size_t after = at + bytes;
        while (after < text.length && text.text[after] == ' ') after++;
        const bool key = after < text.length && text.text[after] == ':';
        json_t *value = bytes == 0 || key ? NULL : json_loadb(text.text + at, bytes, JSON_DECODE_ANY, NULL);
        const llmrec_status status =
            value == NULL ? LLMREC_OK : add_text(reply, reading, json_string_value(value), json_string_length(value));
        json_decref(value);
        LR_RETURN_IF(status);
        at += bytes > 0 ? bytes : 1;
    }
    return LLMREC_OK;
}

/* The begin of the JSON: the first line that begins with a bracket, or with a brace; SIZE_MAX: there is none. */
static size_t json_begin(lr_span text)
{
    bool fresh = true; /* only blanks in this line so far */
    for (size_t at = 0; at < text.length; at++) {
        const char c = text.text[at];
        if (fresh && (c == '[' || c == '{')) return at;
        if (c == '\n') fresh = true;
        else if (c != ' ' && c != '\t' && c != '\r') fresh = false;
    }
    return SIZE_MAX;
}

llmrec_status lr_listing_json(lr_listing *reply, const lr_reading *reading, lr_span text)
{
    const size_t begin = json_begin(text);
    if (begin == SIZE_MAX) return LLMREC_OK;
    const lr_span rest = {text.text + begin, text.length - begin};
    json_t *value = json_loadb(rest.text, rest.length, JSON_DISABLE_EOF_CHECK, NULL);
    const llmrec_status status = value != NULL ? add_value(reply, reading, value) : add_broken(reply, reading, rest);
    json_decref(value);
    return status;
}
