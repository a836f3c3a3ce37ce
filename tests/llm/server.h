/* SPDX-License-Identifier: Apache-2.0 */
/* The tests' own server (server.py) as a child process, and models that ask it. */
#ifndef TESTS_LLM_SERVER_H
#define TESTS_LLM_SERVER_H

#include "../shared_context.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/wait.h>

static const char KEY[] = "sk-test-0123456789abcdef";

static int server_port, server_secure_port;
static pid_t server_process;
static int server_input;

static inline const char *test_root(void)
{
    const char *root = getenv("LLMREC_TEST_ROOT");
    return root == NULL ? "." : root;
}

static inline const char *test_file(const char *name)
{
    static char paths[4][512];
    static unsigned next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/tests/%s", test_root(), name);
    return path;
}

static inline void run_server(int input, int output)
{
    const char *const arguments[] = {"python3",
                                     "-B",
                                     test_file("llm/server.py"),
                                     test_file("data/tls_certificate.pem"),
                                     test_file("data/tls_key.pem"),
                                     NULL};
    dup2(input, 0);
    dup2(output, 1);
    for (int i = 3; i < 64; i++) close(i);
    execvp(arguments[0], (char *const *)(uintptr_t)arguments);
    _exit(127);
}

/* Setup of a group with its own context. */
static inline int start_server(void **state)
{
    int to[2], from[2];
    char line[64] = "";
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    if (pipe(to) != 0 || pipe(from) != 0) return -1;
    server_process = fork();
    if (server_process == 0) run_server(to[0], from[1]);
    close(to[0]);
    close(from[1]);
    server_input = to[1];
    FILE *said = fdopen(from[0], "r");
    const bool read = fgets(line, sizeof line, said) != NULL;
    fclose(said);
    return read && sscanf(line, "%d %d", &server_port, &server_secure_port) == 2 ? 0 : -1;
}

/* Setup of most groups: server and context. */
static inline int begin(void **state)
{
    make_context(state);
    return start_server(state);
}

/* Teardown of a group. */
static inline int finish(void **state)
{
    close(server_input); /* the server ends when its input closes */
    waitpid(server_process, NULL, 0);
    return drop_context(state);
}

/* Reads a count of the server for "/WHAT/v1/chat/completions" or another path. */
static inline long counted_at(const char *path, const char *name)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)server_port)};
    char request[512], answer[1024] = "";
    size_t length = 0;
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    const int connection = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(connection, (struct sockaddr *)&address, sizeof address), 0);
    const int size = snprintf(request, sizeof request, "GET /count%s HTTP/1.1\r\n\r\n", path);
    assert_int_equal(send(connection, request, (size_t)size, 0), size);
    for (ssize_t got; (got = recv(connection, answer + length, sizeof answer - 1 - length, 0)) > 0;)
        length += (size_t)got;
    close(connection);
    snprintf(request, sizeof request, "\n%s ", name);
    const char *found = strstr(answer, request);
    if (found == NULL) fail_msg("no %s in %s", name, answer);
    return strtol(found + strlen(request), NULL, 10);
}

static inline long counted_texts(const char *what, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "/%s/v1/embeddings", what);
    return counted_at(path, name);
}

static inline long counted(const char *what, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "/%s/v1/chat/completions", what);
    return counted_at(path, name);
}

/* Options for a server with behavior WHAT, with quick retries. The text is valid for the next seven calls. */
static inline llmrec_endpoint_options endpoint_for(const char *what)
{
    static char urls[8][512];
    static unsigned next;
    llmrec_endpoint_options options;
    char *url = urls[next++ % 8];
    assert_ok(llmrec_endpoint_options_init(&options, sizeof options));
    snprintf(url, sizeof urls[0], "http://127.0.0.1:%d/%s/v1", server_port, what);
    options.url = url;
    options.model = "test-model";
    options.key = KEY;
    options.backoff = 0.01;
    options.attempts = 3;
    return options;
}

static inline llmrec_chat_request request_of(const llmrec_message *message)
{
    llmrec_chat_request request;
    assert_ok(llmrec_chat_request_init(&request, sizeof request));
    request.messages = message;
    request.message_count = 1;
    return request;
}

static inline llmrec_usage usage_of(const llmrec_llm *llm)
{
    llmrec_usage usage = {.size = sizeof usage};
    assert_ok(llmrec_llm_usage(llm, &usage));
    return usage;
}

static inline llmrec_llm *model_at(llmrec_context *where, const llmrec_endpoint_options *options)
{
    llmrec_llm *llm = NULL;
    assert_ok(llmrec_llm_create_endpoint(where, options, &llm));
    return llm;
}

/* Sends `count` requests with the texts "PREFIX 0", "PREFIX 1", ... */
static inline llmrec_status ask_many(const llmrec_llm *llm, const char *prefix, size_t count, llmrec_replies **replies)
{
    llmrec_message *messages = calloc(count, sizeof *messages);
    llmrec_chat_request *requests = calloc(count, sizeof *requests);
    const llmrec_chat_request **pointers = calloc(count, sizeof *pointers);
    char(*texts)[64] = calloc(count, sizeof *texts);
    for (size_t i = 0; i < count; i++) {
        snprintf(texts[i], sizeof texts[i], "%s %zu", prefix, i);
        messages[i] = (llmrec_message){"user", texts[i]};
        requests[i] = request_of(&messages[i]);
        pointers[i] = &requests[i];
    }
    const llmrec_status status = llmrec_llm_chat(llm, pointers, count, replies);
    free(messages);
    free(requests);
    free(pointers);
    free(texts);
    return status;
}

static inline llmrec_status ask_request(const llmrec_llm *llm, const llmrec_chat_request *request,
                                        llmrec_replies **replies)
{
    return llmrec_llm_chat(llm, &request, 1, replies);
}

static inline const char *text_of(const llmrec_replies *replies, size_t request, int64_t sample)
{
    const char *text = NULL;
    assert_ok(llmrec_replies_text(replies, request, sample, &text, NULL, NULL));
    return text;
}

/* Asks for `wanted` samples; they are ordered by seed, not by arrival. */
static inline void check_ordered_samples(const llmrec_endpoint_options *options, int64_t wanted)
{
    const llmrec_message message = {"user", "sample"};
    llmrec_chat_request request = request_of(&message);
    llmrec_replies *replies = NULL;
    llmrec_llm *llm = model_at(context, options);
    request.samples = wanted;
    request.seed = 100;
    assert_ok(ask_request(llm, &request, &replies));
    assert_int_equal(llmrec_replies_count(replies, 0), wanted);
    for (int64_t i = 0; i < wanted; i++) {
        char text[32];
        snprintf(text, sizeof text, "sample/%lld", 100 + (long long)i);
        assert_string_equal(text_of(replies, 0, i), text);
    }
    llmrec_replies_free(replies);
    llmrec_llm_free(llm);
}

#endif
