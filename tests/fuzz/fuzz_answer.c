/* SPDX-License-Identifier: Apache-2.0 */
/* Server responses: the first byte selects the parser. */
#include "target.h"

#include "core/memory.h"
#include "llm/answer.h"
#include "llm/retry.h"
#include "llm/said.h"
#include "llm/vectors.h"

enum { CHAT, EMBEDDINGS, HEADERS, ERROR_TEXT, KINDS };

static lr_endpoint *an_endpoint(void)
{
    static lr_endpoint endpoint;
    endpoint.context = fuzz_context();
    endpoint.options.answer_limit = 1 << 16;
    endpoint.options.key = "sk-fuzz-secret";
    return &endpoint;
}

/* Calls every function on replies, so that all that they point to is read. */
static void walk(const llmrec_replies *replies)
{
    const char *text = NULL, *finish = NULL, *texts[4];
    double logprobs[4];
    size_t length = 0;
    int64_t count = 0;
    for (int64_t i = 0; i < llmrec_replies_count(replies, 0); i++) {
        if (llmrec_replies_text(replies, 0, i, &text, &length, &finish) != LLMREC_OK) abort();
        if (strlen(text) > length || strlen(finish) > (1 << 16)) abort();
        for (int64_t t = 0; t < llmrec_replies_tokens(replies, 0, i); t++) {
            if (llmrec_replies_alternatives(replies, 0, i, t, texts, logprobs, 4, &count) != LLMREC_OK) abort();
            for (int64_t a = 0; a < count && a < 4; a++)
                if (strlen(texts[a]) > (1 << 16) || (a > 0 && logprobs[a] > logprobs[a - 1])) abort();
        }
    }
}

static void read_chat(const char *bytes, size_t size)
{
    llmrec_replies *replies = NULL;
    json_t *root = NULL;
    bool again = false;
    if (lr_replies_create(fuzz_context(), 1, &replies) != LLMREC_OK) abort();
    llmrec_status status = lr_answer_parse(an_endpoint(), bytes, size, &root, &again);
    fuzz_check(status);
    if (status == LLMREC_OK) {
        status = lr_answer_samples(replies, 0, root, 3);
        fuzz_check(status);
        if (status != LLMREC_OK && llmrec_replies_count(replies, 0) != 0) abort();
        const lr_tokens tokens = lr_answer_tokens(root);
        if (tokens.prompt < 0 || tokens.completion < 0) abort();
    }
    walk(replies);
    json_decref(root);
    llmrec_replies_free(replies);
}

static void read_embeddings(const char *bytes, size_t size)
{
    lr_vectors vectors = {0};
    json_t *root = NULL;
    bool again = false;
    llmrec_status status = lr_answer_parse(an_endpoint(), bytes, size, &root, &again);
    fuzz_check(status);
    if (status == LLMREC_OK) {
        status = lr_answer_vectors(fuzz_context(), root, 2, &vectors);
        fuzz_check(status);
        for (size_t i = 0; i < vectors.count * vectors.dim; i++)
            if (!(vectors.values[i] - vectors.values[i] == 0)) abort();
        lr_free(fuzz_context(), vectors.values);
    }
    json_decref(root);
}

static void read_headers(const char *bytes, size_t size)
{
    static const lr_backoff backoff = {.first = 0.5, .longest = 60, .attempt = 3, .jitter = 0.25, .now = 1.7e9};
    lr_hints hints = lr_hints_none();
    for (size_t at = 0; at < size;) {
        const char *end = memchr(bytes + at, '\n', size - at);
        const size_t length = end == NULL ? size - at : (size_t)(end - bytes) - at;
        lr_hints_read(&hints, bytes + at, length);
        at += length + 1;
    }
    for (long http = 429; http <= 503; http += 74) {
        const lr_wait wait = lr_wait_for(&hints, http, &backoff);
        if (!(wait.seconds >= 0)) abort();
        if (!wait.too_long && !(wait.seconds <= backoff.longest)) abort();
    }
}

static void read_error(const char *bytes, size_t size)
{
    char said[LR_SAID_SIZE];
    lr_said(an_endpoint(), bytes, size, said);
    if (strlen(said) >= sizeof said || strstr(said, "sk-fuzz-secret") != NULL) abort();
    (void)lr_said_is_final(bytes, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const char *rest = (const char *)bytes + 1;
    if (size == 0) return 0;
    switch (bytes[0] % KINDS) {
    case CHAT: read_chat(rest, size - 1); break;
    case EMBEDDINGS: read_embeddings(rest, size - 1); break;
    case HEADERS: read_headers(rest, size - 1); break;
    default: read_error(rest, size - 1);
    }
    return 0;
}

void fuzz_seeds(seed_fn seed)
{
    static const char *const seeds[] = {
        "\004{\"choices\":[{\"message\":{\"content\":\"one\"},\"finish_reason\":\"stop\"},{\"message\":{\"content\":"
        "null}},"
        "{\"text\":\"two\"}],\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":3}}",
        "\004{\"choices\":[{\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"text\":\"b\"}]},"
        "\"logprobs\":"
        "{\"content\":[{\"token\":\"A\",\"logprob\":-0.5,\"top_logprobs\":[{\"token\":\"B\",\"logprob\":-1},{\"token\":"
        "\"A\",\"logprob\":-0.5}]},{\"token\":\"C\",\"logprob\":-2,\"top_logprobs\":[]}]}}]}",
        "\004{\"choices\":[{\"text\":\"x\",\"logprobs\":{\"tokens\":[\"x\",\"y\"],\"token_logprobs\":[-1,null],"
        "\"top_logprobs\":[{\"x\":-1,\"z\":-3},null]}}]}",
        "\004{\"choices\":[{\"message\":{\"content\":\"x\"}}],\"completion_probabilities\":[{\"content\":\"x\","
        "\"probs\":"
        "[{\"tok_str\":\"x\",\"prob\":0.75},{\"tok_str\":\"y\",\"prob\":0}]}]}",
        "\004{\"choices\":[{\"text\":\"x\"}],\"completion_probabilities\":[{\"content\":\"x\",\"probs\":[]}]}",
        "\004{\"object\":\"text_completion\",\"choices\":[{\"text\":\" "
        "A\",\"index\":0,\"logprobs\":{\"content\":[{\"token\":"
        "\" A\",\"logprob\":-2,\"top_logprobs\":[{\"token\":\"\\n\",\"logprob\":-1},{\"token\":\" "
        "A\",\"logprob\":-2}]}]}},"
        "{\"text\":\"\",\"logprobs\":{\"tokens\":[],\"token_logprobs\":[],\"top_logprobs\":[]},\"finish_reason\":"
        "\"stop\"}]}",
        "\004{\"error\":{\"message\":\"no\",\"code\":\"insufficient_quota\"}}",
        "\005{\"data\":[{\"index\":1,\"embedding\":[1,-2.5e-3]},{\"index\":0,\"embedding\":[0.25,4]}]}",
        "\005{\"data\":[{\"index\":0,\"embedding\":\"AACAPwAAAEA=\"},{\"index\":1,\"embedding\":\"AACAPwAAAEA\"}]}",
        "\006Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nRetry-After: Sun, 06 Nov 1994 08:49:57 GMT\r\n",
        "\006retry-after: 12.5\r\nretry-after-ms: 250\r\nx-ratelimit-reset-requests: 1h6m0.5s\r\n"
        "x-ratelimit-reset-tokens: 20ms\r\nx-ratelimit-remaining-tokens: 0\r\n",
        "\006x-ratelimit-reset: 1700000300\r\nx-ratelimit-remaining-requests: 3\r\n",
        "\007{\"error\":{\"message\":\"the key sk-fuzz-secret is "
        "\\u0073k-fuzz-secret\",\"code\":\"insufficient_quota\"}}",
        "\007{\"detail\":\"Not Found\"}",
        "\007<html>Bad \xFF Gateway</html>",
    };
    for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++) fuzz_seed_text(seed, seeds[i]);
}
