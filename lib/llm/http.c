/* SPDX-License-Identifier: Apache-2.0 */
/* Implements the transport with libcurl's multi interface. */
#define _GNU_SOURCE /* explicit_bzero */
#include "llm/transport.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <curl/curl.h>

#include "core/log.h"
#include "core/memory.h"

enum { HEADER_LIMIT = 256 << 10 }; /* bytes of all header lines of an answer */

typedef enum slot_end { STILL_WELL, TOO_LONG, TOO_MANY_HEADERS, NO_MEMORY, IDLE_TOO_LONG } slot_end;

typedef struct slot {
    lr_transport *transport;
    CURL *easy;
    bool busy, ended;
    CURLcode code;
    slot_end end; /* why the library ended the transfer */
    char error[CURL_ERROR_SIZE];
    lr_builder body;
    size_t header_bytes;
    lr_hints hints;
    int64_t begun_ns, heard_ns; /* heard: time of the latest byte; 0 before the first */
    struct curl_slist *type;    /* headers of a body that is not JSON */
} slot;

struct lr_transport {
    llmrec_context *context;
    const lr_endpoint *endpoint;
    pid_t owner;
    CURLM *multi;
    struct curl_slist *headers;
    slot *slots;
    size_t count, busy;
    lr_transport *next; /* in the endpoint's list */
};

/* curl_global_init counts its users and is thread-safe, so a host may use libcurl too. The library never calls
 * curl_global_cleanup, which could break such a host. */
static pthread_once_t started = PTHREAD_ONCE_INIT;
static CURLcode start_code;

static void start_curl(void)
{
    start_code = curl_global_init(CURL_GLOBAL_DEFAULT);
}

llmrec_status lr_transport_supported(void)
{
    pthread_once(&started, start_curl);
    if (start_code == CURLE_OK) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_UNSUPPORTED, "libcurl cannot start: %s", curl_easy_strerror(start_code));
}

static llmrec_status no_room(void)
{
    return lr_fail(LLMREC_ERR_MEMORY, "memory: no room for an HTTP request");
}

/* --- what comes in ------------------------------------------------------------------------------------------- */

static size_t refuse(slot *s, slot_end end)
{
    s->end = end;
    return 0; /* fewer bytes than offered: libcurl ends the transfer */
}

static size_t take_body(char *bytes, size_t size, size_t count, void *user)
{
    slot *s = user;
    const size_t length = size * count, limit = (size_t)s->transport->endpoint->options.answer_limit;
    s->heard_ns = lr_now_ns();
    if (length > limit - s->body.length) return refuse(s, TOO_LONG);
    if (lr_builder_add(&s->body, bytes, length) != LLMREC_OK) return refuse(s, NO_MEMORY);
    return length;
}

static size_t take_header(char *line, size_t size, size_t count, void *user)
{
    slot *s = user;
    const size_t length = size * count;
    s->heard_ns = lr_now_ns();
    s->header_bytes += length;
    if (s->header_bytes > HEADER_LIMIT) return refuse(s, TOO_MANY_HEADERS);
    if (length >= 5 && memcmp(line, "HTTP/", 5) == 0)
        s->hints = lr_hints_none(); /* the headers before were of an interim answer */
    else lr_hints_read(&s->hints, line, length);
    return length;
}

/* --- making -------------------------------------------------------------------------------------------------- */

static llmrec_status add_header(lr_transport *transport, const char *line)
{
    struct curl_slist *longer = curl_slist_append(transport->headers, line);
    if (longer == NULL) return no_room();
    transport->headers = longer;
    return LLMREC_OK;
}

static llmrec_status add_authorization(lr_transport *transport)
{
    lr_builder line = {.context = transport->context};
    const char *key = transport->endpoint->options.key;
    if (key == NULL) return LLMREC_OK;
    llmrec_status status = lr_builder_format(&line, "Authorization: Bearer %s", key);
    if (status == LLMREC_OK) status = add_header(transport, line.text);
    lr_free_secret(transport->context, line.text);
    return status;
}

static llmrec_status add_headers(lr_transport *transport)
{
    const llmrec_endpoint_options *o = &transport->endpoint->options;
    LR_RETURN_IF(add_header(transport, "Accept: application/json"));
    LR_RETURN_IF(add_header(transport, "Expect:")); /* no pause before a long body */
    LR_RETURN_IF(add_authorization(transport));
    for (int64_t i = 0; i < o->header_count; i++) LR_RETURN_IF(add_header(transport, o->headers[i]));
    return LLMREC_OK;
}

static void free_headers(struct curl_slist *headers)
{
    for (struct curl_slist *node = headers; node != NULL; node = node->next)
        explicit_bzero(node->data, strlen(node->data));
    curl_slist_free_all(headers);
}

static long milliseconds(double seconds)
{
    return (long)(seconds * 1000 + 0.999);
}

/* Sets options until the first failure, which means that libcurl lacks a feature or memory. */
static CURLcode set_limits(CURL *easy, const llmrec_endpoint_options *o)
{
    CURLcode code = curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_PROXY, o->proxy == NULL ? "" : o->proxy);
    if (code == CURLE_OK)
        code = curl_easy_setopt(easy, CURLOPT_NOPROXY, ""); /* otherwise both come from the environment */
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    if (code == CURLE_OK && o->authorities != NULL) code = curl_easy_setopt(easy, CURLOPT_CAINFO, o->authorities);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(o->connect_timeout));
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, milliseconds(o->total_timeout));
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    return code;
}

static llmrec_status make_slot(lr_transport *transport, slot *s)
{
    s->transport = transport;
    s->body.context = transport->context;
    s->easy = curl_easy_init();
    if (s->easy == NULL) return no_room();
    CURLcode code = set_limits(s->easy, &transport->endpoint->options);
    if (code == CURLE_OK) code = curl_easy_setopt(s->easy, CURLOPT_WRITEFUNCTION, take_body);
    if (code == CURLE_OK) code = curl_easy_setopt(s->easy, CURLOPT_WRITEDATA, s);
    if (code == CURLE_OK) code = curl_easy_setopt(s->easy, CURLOPT_HEADERFUNCTION, take_header);
    if (code == CURLE_OK) code = curl_easy_setopt(s->easy, CURLOPT_HEADERDATA, s);
    if (code == CURLE_OK) code = curl_easy_setopt(s->easy, CURLOPT_ERRORBUFFER, s->error);
    if (code == CURLE_OK) code = curl_easy_setopt(s->easy, CURLOPT_PRIVATE, s);
    if (code == CURLE_OK) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_UNSUPPORTED, "libcurl refuses a setting: %s", curl_easy_strerror(code));
}

static llmrec_status make_parts(lr_transport *transport)
{
    transport->multi = curl_multi_init();
    if (transport->multi == NULL) return no_room();
    curl_multi_setopt(transport->multi, CURLMOPT_MAXCONNECTS, (long)transport->count);
    LR_RETURN_IF(add_headers(transport));
    LR_RETURN_IF(LR_NEW_ZERO(transport->context, transport->slots, transport->count));
    for (size_t i = 0; i < transport->count; i++) LR_RETURN_IF(make_slot(transport, &transport->slots[i]));
    return LLMREC_OK;
}

llmrec_status lr_transport_create(const lr_endpoint *endpoint, lr_transport **transport)
{
    lr_transport *fresh = NULL;
    LR_RETURN_IF(LR_NEW_ZERO(endpoint->context, fresh, 1));
    fresh->context = endpoint->context;
    fresh->endpoint = endpoint;
    fresh->owner = getpid();
    fresh->count = (size_t)endpoint->options.concurrency;
    const llmrec_status status = make_parts(fresh);
    if (status == LLMREC_OK) *transport = fresh;
    else lr_transport_free(fresh);
    return status;
}

static void free_one(lr_transport *transport)
{
    lr_transport_abort(transport);
    for (size_t i = 0; transport->slots != NULL && i < transport->count; i++) {
        curl_easy_cleanup(transport->slots[i].easy);
        lr_free(transport->context, transport->slots[i].body.text);
    }
    curl_multi_cleanup(transport->multi);
    free_headers(transport->headers);
    lr_free(transport->context, transport->slots);
    lr_free(transport->context, transport);
}

void lr_transport_free(lr_transport *transport)
{
    while (transport != NULL) {
        lr_transport *next = transport->next;
        if (transport->owner == getpid()) free_one(transport); /* after fork(), the connections belong to the parent */
        transport = next;
    }
}

llmrec_status lr_transport_take(lr_endpoint *endpoint, lr_transport **transport)
{
    pthread_mutex_lock(&endpoint->lock);
    lr_transport *kept = endpoint->idle;
    if (kept != NULL && kept->owner != getpid()) kept = endpoint->idle = NULL;
    if (kept != NULL) endpoint->idle = kept->next;
    pthread_mutex_unlock(&endpoint->lock);
    if (kept == NULL) return lr_transport_create(endpoint, transport);
    kept->next = NULL;
    *transport = kept;
    return LLMREC_OK;
}

void lr_transport_give(lr_endpoint *endpoint, lr_transport *transport)
{
    if (transport == NULL) return;
    lr_transport_abort(transport);
    pthread_mutex_lock(&endpoint->lock);
    transport->next = endpoint->idle;
    endpoint->idle = transport;
    pthread_mutex_unlock(&endpoint->lock);
}

/* --- requests ------------------------------------------------------------------------------------------------ */

static CURLcode set_method(CURL *easy, const lr_request *request)
{
    if (strcmp(request->method, "GET") == 0) return curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
    CURLcode code = curl_easy_setopt(easy, CURLOPT_POST, 1L);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->length);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body == NULL ? "" : request->body);
    return code;
}

/* Sets the content type of the body, followed by the endpoint's headers. */
static CURLcode set_headers(slot *s, const char *type)
{
    char line[160];
    snprintf(line, sizeof line, "Content-Type: %s", type == NULL ? "application/json" : type);
    s->type = curl_slist_append(NULL, line);
    if (s->type == NULL) return CURLE_OUT_OF_MEMORY;
    s->type->next = s->transport->headers;
    return curl_easy_setopt(s->easy, CURLOPT_HTTPHEADER, s->type);
}

static void drop_headers(slot *s)
{
    curl_easy_setopt(s->easy, CURLOPT_HTTPHEADER, NULL);
    if (s->type != NULL) s->type->next = NULL;
    curl_slist_free_all(s->type);
    s->type = NULL;
}

llmrec_status lr_transport_start(lr_transport *transport, size_t index, const lr_request *request)
{
    slot *s = &transport->slots[index];
    s->ended = false;
    s->end = STILL_WELL;
    s->error[0] = '\0';
    s->body.length = s->header_bytes = 0;
    s->hints = lr_hints_none();
    s->begun_ns = lr_now_ns();
    s->heard_ns = 0;
    CURLcode code = curl_easy_setopt(s->easy, CURLOPT_URL, request->url);
    if (code == CURLE_OK) code = set_method(s->easy, request);
    if (code == CURLE_OK) code = curl_easy_setopt(s->easy, CURLOPT_FRESH_CONNECT, request->once ? 1L : 0L);
    if (code == CURLE_OK) code = set_headers(s, request->type);
    if (code == CURLE_OK && curl_multi_add_handle(transport->multi, s->easy) == CURLM_OK) {
        s->busy = true;
        transport->busy++;
        return LLMREC_OK;
    }
    drop_headers(s);
    return code == CURLE_OK || code == CURLE_OUT_OF_MEMORY
               ? no_room()
               : lr_fail(LLMREC_ERR_UNSUPPORTED, "libcurl refuses a request: %s", curl_easy_strerror(code));
}

static void end_slot(slot *s, CURLcode code)
{
    if (!s->busy) return;
    curl_multi_remove_handle(s->transport->multi, s->easy);
    drop_headers(s);
    s->busy = false;
    s->ended = true;
    s->code = code;
    s->transport->busy--;
}

void lr_transport_abort(lr_transport *transport)
{
    for (size_t i = 0; transport->slots != NULL && i < transport->count; i++) {
        end_slot(&transport->slots[i], CURLE_ABORTED_BY_CALLBACK);
        transport->slots[i].ended = false;
    }
}

static void end_idle(lr_transport *transport)
{
    const int64_t now = lr_now_ns();
    const double longest = transport->endpoint->options.idle_timeout;
    for (size_t i = 0; i < transport->count; i++) {
        slot *s = &transport->slots[i];
        if (!s->busy || s->heard_ns == 0 || (double)(now - s->heard_ns) * 1e-9 <= longest) continue;
        s->end = IDLE_TOO_LONG;
        end_slot(s, CURLE_OPERATION_TIMEDOUT);
    }
}

static void collect(lr_transport *transport)
{
    int left = 0;
    for (CURLMsg *message; (message = curl_multi_info_read(transport->multi, &left)) != NULL;) {
        slot *s = NULL;
        if (message->msg != CURLMSG_DONE) continue;
        const CURLcode code = message->data.result; /* `message` is invalid once the handle is removed */
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&s);
        end_slot(s, code);
    }
}

llmrec_status lr_transport_wait(lr_transport *transport, double seconds)
{
    int running = 0;
    CURLMcode code = curl_multi_perform(transport->multi, &running);
    const bool all_under_way = code == CURLM_OK && (size_t)running == transport->busy;
    if (all_under_way) code = curl_multi_poll(transport->multi, NULL, 0, (int)milliseconds(seconds), NULL);
    if (all_under_way && code == CURLM_OK) code = curl_multi_perform(transport->multi, &running);
    if (code != CURLM_OK) return lr_fail(LLMREC_ERR_IO, "libcurl: %s", curl_multi_strerror(code));
    collect(transport);
    end_idle(transport);
    return LLMREC_OK;
}

/* --- outcomes ------------------------------------------------------------------------------------------------ */

/* Returns whether another attempt cannot help: wrong names, certificates or settings. */
static bool is_final(CURLcode code)
{
    switch (code) {
    case CURLE_OUT_OF_MEMORY:
    case CURLE_URL_MALFORMAT:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_NOT_BUILT_IN: return true;
    default: return false;
    }
}

static llmrec_status why_broken_off(const slot *s)
{
    const llmrec_endpoint_options *o = &s->transport->endpoint->options;
    switch (s->end) {
    case TOO_LONG:
        return lr_fail(LLMREC_ERR_FORMAT, "the answer is longer than answer_limit, %lld bytes",
                       (long long)o->answer_limit);
    case TOO_MANY_HEADERS:
        return lr_fail(LLMREC_ERR_FORMAT, "the answer's headers are longer than %d bytes", (int)HEADER_LIMIT);
    case NO_MEMORY: return no_room();
    default: return lr_fail(LLMREC_ERR_IO, "no byte for %g seconds within an answer", o->idle_timeout);
    }
}

/* Uses libcurl's own text: addresses and reasons, which a server cannot choose. About a proxy it may quote the option
 * with its password, so that only the kind of failure is told. */
static llmrec_status why_failed(const slot *s)
{
    if (s->end != STILL_WELL) return why_broken_off(s);
    if (s->code == CURLE_OUT_OF_MEMORY) /* also for long header lines: no server may end the call */
        return lr_fail(LLMREC_ERR_IO, "libcurl is out of memory, or a header line of the answer is too long");
    const bool told =
        s->error[0] != '\0' && s->code != CURLE_COULDNT_RESOLVE_PROXY && strstr(s->error, "proxy") == NULL;
    return lr_fail(LLMREC_ERR_IO, "%s", told ? s->error : curl_easy_strerror(s->code));
}

bool lr_transport_ended(lr_transport *transport, size_t *index, lr_outcome *outcome)
{
    size_t i = 0;
    while (i < transport->count && !transport->slots[i].ended) i++;
    if (i == transport->count) return false;
    slot *s = &transport->slots[i];
    s->ended = false;
    *index = i;
    *outcome = (lr_outcome){.bytes = s->body.text, .length = s->body.length, .hints = &s->hints};
    outcome->seconds = (double)(lr_now_ns() - s->begun_ns) * 1e-9;
    curl_easy_getinfo(s->easy, CURLINFO_RESPONSE_CODE, &outcome->http);
    if (s->body.text != NULL) {
        s->body.text[s->body.length] = '\0';
        lr_endpoint_mask(transport->endpoint, s->body.text, s->body.length);
    }
    if (s->code == CURLE_OK && s->end == STILL_WELL) return true;
    outcome->status = why_failed(s);
    outcome->again = s->end == IDLE_TOO_LONG || (s->end == STILL_WELL && !is_final(s->code));
    return true;
}
