/* SPDX-License-Identifier: Apache-2.0 */
#include "llm/endpoint.h"

#include <string.h>
#include <strings.h>

#include "core/context.h"
#include "core/description.h"
#include "core/log.h"
#include "core/memory.h"
#include "llm/llm_options.h"
#include "llm/transport.h"

enum { LEAST_SECRET = 8 }; /* shorter keys are words such as "none": masking them would only damage messages */

/* --- checks -------------------------------------------------------------------------------------------------- */

/* Control characters would allow a text to end a header or an address and to add another. */
static bool has_control(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f) return true;
    return false;
}

/* Checks the options that may hold secrets. Messages do not quote the key, values of headers, or text before "@". */
static llmrec_status check_secrets(const llmrec_endpoint_options *o)
{
    if (o->key != NULL && (o->key[0] == '\0' || has_control(o->key)))
        return lr_fail(LLMREC_ERR_ARGUMENT, "key is empty or has a control character; wanted NULL or one line of text");
    if (o->headers == NULL && o->header_count > 0)
        return lr_fail(LLMREC_ERR_ARGUMENT, "headers is NULL; wanted %lld lines", (long long)o->header_count);
    for (int64_t i = 0; i < o->header_count; i++) {
        const char *colon = o->headers[i] == NULL ? NULL : strchr(o->headers[i], ':');
        if (colon == NULL || colon == o->headers[i] || has_control(o->headers[i]))
            return lr_fail(LLMREC_ERR_ARGUMENT, "headers[%lld] is not of the form \"Name: value\" on one line",
                           (long long)i);
    }
    return LLMREC_OK;
}

static llmrec_status check_url(const char *url)
{
    if (url == NULL) return lr_fail(LLMREC_ERR_ARGUMENT, "url is NULL; wanted a base URL such as https://host/v1");
    const bool plain = strncasecmp(url, "http://", 7) == 0;
    const char *host = url + (plain ? 7 : 8);
    if (!plain && strncasecmp(url, "https://", 8) != 0)
        return lr_fail(LLMREC_ERR_ARGUMENT, "url is %s; wanted http:// or https:// at its start",
                       strchr(url, '@') != NULL ? "not shown, since it has a user name"
                                                : lr_quote(url, strcspn(url, "?#")).text);
    const size_t length = strcspn(host, "/?#");
    if (memchr(host, '@', length) != NULL)
        return lr_fail(LLMREC_ERR_ARGUMENT, "url has a user name before its host; wanted `key` or `headers` instead");
    if (length == 0 || has_control(url) || strpbrk(url, " #\"<>") != NULL)
        return lr_fail(LLMREC_ERR_ARGUMENT, "url is %s; wanted a host, and no blanks or fragment",
                       lr_quote(url, strcspn(url, "?#")).text);
    return LLMREC_OK;
}

static bool is_this_machine(const char *url)
{
    static const char *const hosts[] = {"localhost", "127.", "[::1]"};
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)
        if (strncasecmp(url + 7, hosts[i], strlen(hosts[i])) == 0) return true;
    return false;
}

/* --- copies -------------------------------------------------------------------------------------------------- */

static llmrec_status own(lr_endpoint *endpoint, const char **text)
{
    char *copy = NULL;
    const char *given = *text;
    *text = NULL;
    if (given == NULL) return LLMREC_OK;
    LR_RETURN_IF(lr_copy_text(endpoint->context, given, strlen(given), &copy));
    *text = copy;
    return LLMREC_OK;
}

static llmrec_status own_headers(lr_endpoint *endpoint)
{
    llmrec_endpoint_options *o = &endpoint->options;
    const char *const *given = o->headers;
    const char **copies = NULL;
    o->headers = NULL;
    if (o->header_count == 0) return LLMREC_OK;
    LR_RETURN_IF(LR_NEW_ZERO(endpoint->context, copies, (size_t)o->header_count));
    o->headers = copies;
    for (int64_t i = 0; i < o->header_count; i++) {
        const char *text = given[i];
        LR_RETURN_IF(own(endpoint, &text));
        copies[i] = text;
    }
    return LLMREC_OK;
}

/* Replaces each pointer by a copy or NULL, so that after a failure all pointers belong to the endpoint. */
static llmrec_status own_texts(lr_endpoint *endpoint)
{
    llmrec_endpoint_options *o = &endpoint->options;
    const char **texts[] = {&o->url, &o->model, &o->key, &o->body, &o->authorities, &o->journal, &o->proxy};
    llmrec_status status = own_headers(endpoint);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (status == LLMREC_OK) status = own(endpoint, texts[i]);
        else *texts[i] = NULL;
    }
    return status;
}

static void disown_texts(lr_endpoint *endpoint)
{
    llmrec_endpoint_options *o = &endpoint->options;
    const char *texts[] = {o->url, o->model, o->key, o->body, o->authorities, o->journal, o->proxy};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) lr_free_secret(endpoint->context, texts[i]);
    for (int64_t i = 0; o->headers != NULL && i < o->header_count; i++)
        lr_free_secret(endpoint->context, o->headers[i]);
    lr_free(endpoint->context, (void *)(uintptr_t)o->headers);
}

static int add_piece(const char *bytes, size_t size, void *builder)
{
    return lr_builder_add(builder, bytes, size) == LLMREC_OK ? 0 : -1;
}

static llmrec_status add_member(lr_builder *members, const char *name, const json_t *value)
{
    LR_RETURN_IF(lr_builder_add(members, ",", 1));
    LR_RETURN_IF(lr_builder_json(members, name, strlen(name)));
    LR_RETURN_IF(lr_builder_add(members, ":", 1));
    if (json_dump_callback(value, add_piece, members, JSON_COMPACT | JSON_ENCODE_ANY) == 0) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_MEMORY, "memory: no room for body");
}

static llmrec_status read_body(lr_endpoint *endpoint)
{
    lr_builder members = {.context = endpoint->context};
    json_error_t error;
    const char *name;
    json_t *value;
    if (endpoint->options.body == NULL) return lr_copy_text(endpoint->context, "", 0, &endpoint->extra_text);
    endpoint->extra = json_loads(endpoint->options.body, JSON_REJECT_DUPLICATES, &error);
    if (endpoint->extra == NULL)
        return lr_fail(LLMREC_ERR_ARGUMENT, "body is not valid JSON: column %d: %s", error.column, error.text);
    if (!json_is_object(endpoint->extra)) return lr_fail(LLMREC_ERR_ARGUMENT, "body is not a JSON object");
    llmrec_status status = lr_builder_add(&members, "", 0);
    json_object_foreach(endpoint->extra, name, value)
    {
        if (status == LLMREC_OK) status = add_member(&members, name, value);
    }
    endpoint->extra_text = members.text;
    return status;
}

/* --- the handle ---------------------------------------------------------------------------------------------- */

static size_t base_length(const char *url)
{
    size_t length = strcspn(url, "?");
    while (length > 0 && url[length - 1] == '/') length--;
    return length;
}

static llmrec_status open_parts(lr_endpoint *endpoint)
{
    const llmrec_endpoint_options *o = &endpoint->options;
    LR_RETURN_IF(own_texts(endpoint));
    LR_RETURN_IF(read_body(endpoint));
    endpoint->base = base_length(o->url);
    if (o->key != NULL && strncasecmp(o->url, "http://", 7) == 0 && !is_this_machine(o->url))
        lr_log(endpoint->context, LLMREC_LOG_WARNING, "llm", "the key is sent over plain HTTP to %s",
               lr_quote(o->url, endpoint->base).text);
    return o->journal == NULL ? LLMREC_OK : lr_journal_open(endpoint->context, o->journal, &endpoint->journal);
}

static llmrec_status read_endpoint(const llmrec_endpoint_options *given, llmrec_endpoint_options *options)
{
    LR_RETURN_IF(lr_options_read(&lr_endpoint_options, given, options));
    LR_RETURN_IF(check_url(options->url));
    return check_secrets(options);
}

/* Creates an endpoint with its locks, so that lr_endpoint_close works from here on. */
static llmrec_status make(llmrec_context *context, const llmrec_endpoint_options *options, lr_endpoint **endpoint)
{
    lr_endpoint *fresh = NULL;
    LR_RETURN_IF(LR_NEW_ZERO(context, fresh, 1));
    llmrec_status status = lr_meter_init(&fresh->meter, options);
    if (status == LLMREC_OK && pthread_mutex_init(&fresh->lock, NULL) != 0) {
        lr_meter_destroy(&fresh->meter);
        status = lr_fail(LLMREC_ERR_MEMORY, "memory: no room for a lock");
    }
    if (status != LLMREC_OK) {
        lr_free(context, fresh);
        return status;
    }
    fresh->context = lr_context_hold(context);
    fresh->options = *options;
    *endpoint = fresh;
    return LLMREC_OK;
}

llmrec_status lr_endpoint_open(llmrec_context *context, const llmrec_endpoint_options *given, lr_endpoint **endpoint)
{
    llmrec_endpoint_options options;
    lr_endpoint *fresh = NULL;
    LR_RETURN_IF(read_endpoint(given, &options));
    LR_RETURN_IF(lr_transport_supported());
    LR_RETURN_IF(make(context, &options, &fresh));
    const llmrec_status status = open_parts(fresh);
    if (status == LLMREC_OK) *endpoint = fresh;
    else lr_endpoint_close(fresh);
    return status;
}

void lr_endpoint_close(lr_endpoint *endpoint)
{
    if (endpoint == NULL) return;
    llmrec_context *context = endpoint->context;
    lr_transport_free(endpoint->idle);
    lr_journal_close(endpoint->journal);
    lr_meter_destroy(&endpoint->meter);
    pthread_mutex_destroy(&endpoint->lock);
    json_decref(endpoint->extra);
    lr_free_secret(context, endpoint->extra_text);
    disown_texts(endpoint);
    lr_free(context, endpoint);
    llmrec_context_free(context);
}

llmrec_status lr_endpoint_url(const lr_endpoint *endpoint, const char *path, bool without_query, lr_builder *url)
{
    const char *whole = endpoint->options.url;
    LR_RETURN_IF(lr_builder_add(url, whole, endpoint->base));
    LR_RETURN_IF(lr_builder_add(url, path, strlen(path)));
    const char *query = whole + strcspn(whole, "?");
    if (without_query || query[0] == '\0') return LLMREC_OK;
    return lr_builder_format(url, "%c%s", strchr(path, '?') == NULL ? '?' : '&', query + 1);
}

/* Returns the number of bytes that spell `c` at the start of a text, directly or as a JSON escape; 0 if none do. */
static size_t spells(const char *text, size_t length, char c)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char code = (unsigned char)c;
    if (length > 0 && text[0] == c) return 1;
    if (length < 2 || text[0] != '\\') return 0;
    if (text[1] == c) return 2;
    const char wanted[] = {'\\', 'u', '0', '0', digits[code >> 4], digits[code & 15]};
    return length >= sizeof wanted && text[1] == 'u' && strncasecmp(text, wanted, sizeof wanted) == 0 ? sizeof wanted
                                                                                                      : 0;
}

static size_t spells_key(const char *text, size_t length, const char *key)
{
    size_t at = 0;
    for (; *key != '\0'; key++) {
        const size_t step = spells(text + at, length - at, *key);
        if (step == 0) return 0;
        at += step;
    }
    return at;
}

void lr_endpoint_mask(const lr_endpoint *endpoint, char *text, size_t length)
{
    const char *key = endpoint->options.key;
    if (key == NULL || strlen(key) < LEAST_SECRET) return;
    for (size_t at = 0; at < length; at++) {
        const size_t found = text[at] == key[0] || text[at] == '\\' ? spells_key(text + at, length - at, key) : 0;
        memset(text + at, '*', found);
        at += found > 0 ? found - 1 : 0;
    }
}

llmrec_status lr_endpoint_describe(const lr_endpoint *endpoint, const char *name, lr_builder *json)
{
    llmrec_endpoint_options shown = endpoint->options;
    lr_builder url = {.context = endpoint->context};
    llmrec_status status = LLMREC_OK;
    LR_TRY(lr_endpoint_url(endpoint, "", true, &url));
    lr_endpoint_mask(endpoint, url.text, url.length);
    shown.url = url.text;
    LR_TRY(lr_describe_options(json, name, &lr_endpoint_options, &shown));
done:
    lr_free(endpoint->context, url.text);
    return status;
}

/* --- bodies -------------------------------------------------------------------------------------------------- */

llmrec_status lr_body_begin(const lr_endpoint *endpoint, lr_builder *body)
{
    const char *model = endpoint->options.model;
    bool wanted = false;
    LR_RETURN_IF(lr_builder_add(body, "{", 1));
    if (model != NULL) LR_RETURN_IF(lr_body_member(endpoint, body, "model", &wanted));
    return wanted ? lr_builder_json(body, model, strlen(model)) : LLMREC_OK;
}

llmrec_status lr_body_member(const lr_endpoint *endpoint, lr_builder *body, const char *name, bool *wanted)
{
    *wanted = json_object_get(endpoint->extra, name) == NULL;
    return *wanted ? lr_builder_format(body, "%s\"%s\":", body->length > 1 ? "," : "", name) : LLMREC_OK;
}

llmrec_status lr_body_end(const lr_endpoint *endpoint, lr_builder *body)
{
    const char *members = endpoint->extra_text;
    const bool first = body->length == 1 && members[0] == ',';
    return lr_builder_format(body, "%s}", members + first);
}

int64_t lr_body_tokens(const lr_builder *body)
{
    size_t tokens = 0;
    lr_estimate_tokens(body->text, body->length, SIZE_MAX, &tokens);
    return (int64_t)tokens;
}
