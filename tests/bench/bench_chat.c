/* SPDX-License-Identifier: Apache-2.0 */
/* Our side of the chat benchmark. chat URL PROMPTS CONCURRENCY MAX_TOKENS FIRST sends a few prompts to warm up, then
 * PROMPTS more about films from number FIRST on, and prints seconds, processor seconds and resident kilobytes of the
 * latter. chat --serve is a server that answers at once, to measure the cost of the client; it prints its port and ends
 * with its standard input. */
#include <llmrec/llmrec.h>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static void check(llmrec_status status)
{
    if (status == LLMREC_OK) return;
    fprintf(stderr, "%s\n", llmrec_last_error());
    exit(1);
}

static double clock_of(clockid_t which)
{
    struct timespec now;
    clock_gettime(which, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* --- the client -------------------------------------------------------------------------------------------------- */

typedef struct prompts {
    char (*texts)[256];
    llmrec_message *messages;
    llmrec_chat_request *requests;
    const llmrec_chat_request **pointers;
} prompts;

static void make_prompts(prompts *p, size_t count, size_t first, int64_t max_tokens)
{
    p->texts = calloc(count, sizeof *p->texts);
    p->messages = calloc(count, sizeof *p->messages);
    p->requests = calloc(count, sizeof *p->requests);
    p->pointers = calloc(count, sizeof *p->pointers);
    for (size_t i = 0; i < count; i++) {
        snprintf(p->texts[i], sizeof p->texts[i],
                 "Someone watched film %zu. Name one film that this person may like to watch next.", first + i);
        p->messages[i] = (llmrec_message){"user", p->texts[i]};
        check(llmrec_chat_request_init(&p->requests[i], sizeof p->requests[i]));
        p->requests[i].messages = &p->messages[i];
        p->requests[i].message_count = 1;
        p->requests[i].max_tokens = max_tokens;
        p->requests[i].temperature = 0;
        p->pointers[i] = &p->requests[i];
    }
}

static void ask(const llmrec_llm *llm, const prompts *p, size_t count)
{
    llmrec_replies *replies = NULL;
    check(llmrec_llm_chat(llm, p->pointers, count, &replies));
    for (size_t i = 0; i < count; i++) check(llmrec_replies_status(replies, i, NULL));
    llmrec_replies_free(replies);
}

static int client(char **arguments)
{
    const size_t count = strtoul(arguments[2], NULL, 10), warm = strtoul(arguments[3], NULL, 10);
    llmrec_endpoint_options options;
    llmrec_context *context = NULL;
    llmrec_llm *llm = NULL;
    prompts p;
    struct rusage usage;
    check(llmrec_endpoint_options_init(&options, sizeof options));
    options.url = arguments[1];
    options.model = "bench";
    options.concurrency = atoll(arguments[3]);
    check(llmrec_context_create(NULL, &context));
    check(llmrec_llm_create_endpoint(context, &options, &llm));
    make_prompts(&p, count + warm, strtoul(arguments[5], NULL, 10), atoll(arguments[4]));
    ask(llm, &p, warm);
    p.pointers += warm;
    const double begun = clock_of(CLOCK_MONOTONIC), spent = clock_of(CLOCK_PROCESS_CPUTIME_ID);
    ask(llm, &p, count);
    getrusage(RUSAGE_SELF, &usage);
    printf("%.4f %.4f %ld\n", clock_of(CLOCK_MONOTONIC) - begun, clock_of(CLOCK_PROCESS_CPUTIME_ID) - spent,
           usage.ru_maxrss);
    llmrec_llm_free(llm);
    llmrec_context_free(context);
    return 0;
}

/* --- the server -------------------------------------------------------------------------------------------------- */

static const char answer[] =
    "{\"id\":\"x\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"bench\",\"choices\":[{\"index\":0,"
    "\"message\":"
    "{\"role\":\"assistant\",\"content\":\"1. The Film\\n2. Another Film\\n3. A Third\"},\"finish_reason\":\"stop\"}],"
    "\"usage\":{\"prompt_tokens\":20,\"completion_tokens\":16,\"total_tokens\":36}}";

/* True if buffer[length] holds a whole request: its headers and the body of the stated length. */
static int is_whole(const char *buffer, size_t length)
{
    const char *end = strstr(buffer, "\r\n\r\n");
    if (end == NULL) return 0;
    for (const char *line = buffer; line < end; line = strstr(line, "\r\n") + 2)
        if (strncasecmp(line, "content-length:", 15) == 0)
            return length >= (size_t)(end + 4 - buffer) + strtoul(line + 15, NULL, 10);
    return 1;
}

static void *serve_one(void *argument)
{
    const int connection = (int)(intptr_t)argument, yes = 1;
    char buffer[1 << 16];
    size_t length = 0;
    char whole[128 + sizeof answer];
    const int size = snprintf(whole, sizeof whole,
                              "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                              sizeof answer - 1, answer);
    setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    for (ssize_t got; (got = recv(connection, buffer + length, sizeof buffer - 1 - length, 0)) > 0;) {
        length += (size_t)got;
        buffer[length] = '\0';
        if (!is_whole(buffer, length)) continue;
        if (send(connection, whole, (size_t)size, MSG_NOSIGNAL) != size) break;
        length = 0;
    }
    close(connection);
    return NULL;
}

static void *accept_all(void *argument)
{
    const int listener = (int)(intptr_t)argument;
    for (int connection; (connection = accept(listener, NULL, NULL)) >= 0;) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, serve_one, (void *)(intptr_t)connection) == 0) pthread_detach(thread);
    }
    return NULL;
}

static int server(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    pthread_t thread;
    char byte;
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&address, size) != 0 || listen(listener, 1024) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &size) != 0 ||
        pthread_create(&thread, NULL, accept_all, (void *)(intptr_t)listener) != 0)
        return 1;
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    while (read(0, &byte, 1) > 0) {
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--serve") == 0) return server();
    if (argc == 6) return client(argv);
    fprintf(stderr, "usage: %s URL PROMPTS CONCURRENCY MAX_TOKENS FIRST | --serve\n", argv[0]);
    return 2;
}
