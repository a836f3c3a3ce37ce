/* SPDX-License-Identifier: Apache-2.0 */
#include "llm/said.h"

#include <string.h>

enum {
    READ = 64 << 10, /* longer bodies are not error messages */
    KEPT = 4096      /* bytes of a message that are examined */
};

static json_t *parse(const char *body, size_t length)
{
    return body == NULL || length > READ ? NULL : json_loadb(body, length, 0, NULL);
}

/* Finds the message in {"error": {"message": ...}}, {"error": "..."}, {"message": ...} or {"detail": ...}; else
 * NULL. */
static const char *message_of(const json_t *root)
{
    const json_t *error = json_object_get(root, "error");
    if (json_is_object(error)) error = json_object_get(error, "message");
    if (!json_is_string(error)) error = json_object_get(root, "message");
    if (!json_is_string(error)) error = json_object_get(root, "detail");
    return json_string_value(error);
}

/* Copies as many complete characters as fit; control characters become blanks. */
static void copy_clean(const char *text, size_t length, char said[LR_SAID_SIZE])
{
    static const char ellipsis[] = "...\"";
    size_t at = 0, used = 0;
    said[used++] = '"';
    while (at < length && used + 4 + sizeof ellipsis <= LR_SAID_SIZE) {
        const uint32_t code = lr_utf8_next(text, length, &at);
        if (code < ' ' || (code >= 0x7f && code < 0xA0)) said[used++] = ' ';
        else if (code == 0xFFFD) said[used++] = '?';
        else used += lr_utf8_put(code, said + used);
    }
    const char *end = at < length ? ellipsis : "\"";
    memcpy(said + used, end, strlen(end) + 1);
}

void lr_said(const lr_endpoint *endpoint, const char *body, size_t length, char said[LR_SAID_SIZE])
{
    char text[KEPT];
    json_t *root = parse(body, length);
    const char *message = message_of(root);
    if (message != NULL) length = strlen(message);
    else message = body;
    said[0] = '\0';
    if (message != NULL && length > 0) {
        const size_t kept = length < KEPT ? length : KEPT;
        memcpy(text, message, kept); /* the key may have been hidden by JSON escapes */
        lr_endpoint_mask(endpoint, text, kept);
        copy_clean(text, kept, said);
    }
    json_decref(root);
}

bool lr_said_is_final(const char *body, size_t length)
{
    static const char *const members[] = {"code", "type"};
    json_t *root = parse(body, length);
    const json_t *error = json_object_get(root, "error");
    bool final = false;
    for (size_t i = 0; i < 2; i++) {
        const char *value = json_string_value(json_object_get(error, members[i]));
        final = final || (value != NULL && strcmp(value, "insufficient_quota") == 0);
    }
    json_decref(root);
    return final;
}
