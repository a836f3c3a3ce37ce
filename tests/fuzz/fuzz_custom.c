/* SPDX-License-Identifier: Apache-2.0 */
/* A strategy of the host with arbitrary answers, asked about arbitrary sessions and candidates. The bytes are a mode,
 * sessions, candidates, then what the host writes. A call that succeeds gives lists and scores as promised. */
#include "target.h"

#include <math.h>

enum { ITEMS = 9, SESSIONS = 3, MOST = 6, K = 4 };

typedef struct input {
    const uint8_t *bytes;
    size_t size, at;
} input;

static uint8_t next(input *in)
{
    return in->at < in->size ? in->bytes[in->at++] : 0;
}

static float next_score(input *in)
{
    static const float odd[] = {-0.0f, 0, NAN, INFINITY, -INFINITY, 3e38f, -3e38f, 1e-45f};
    const uint8_t byte = next(in);
    return byte >= 248 ? odd[byte - 248] : (float)(128 - byte);
}

static llmrec_status rank(const llmrec_rank_request *request, void *user)
{
    input *in = user;
    for (int64_t i = 0; i < request->sessions; i++) {
        const int count = (int8_t)next(in);
        request->counts[i] = count;
        for (int j = 0; j < count && j < request->width; j++) {
            request->recommended[i * request->width + j] = (int8_t)next(in);
            request->scores[i * request->width + j] = next_score(in);
        }
    }
    return next(in) == 77 ? LLMREC_ERR_IO : LLMREC_OK;
}

static llmrec_status score(const llmrec_score_request *request, void *user)
{
    const int64_t count = request->candidate_offsets == NULL ? request->sessions * request->candidate_count
                                                             : request->candidate_offsets[request->sessions];
    for (int64_t i = 0; i < count; i++) request->scores[i] = next_score(user);
    return next(user) == 77 ? LLMREC_ERR_IO : LLMREC_OK;
}

/* CSR with values that may be out of range. */
static void fill(input *in, int64_t *offsets, int32_t *items)
{
    offsets[0] = 0;
    for (int i = 0; i < SESSIONS; i++) offsets[i + 1] = offsets[i] + next(in) % MOST;
    for (int i = 0; i < SESSIONS * MOST; i++) items[i] = next(in) % 12 - 1 - next(in) / 250;
}

static bool is_in(const int32_t *list, int64_t count, int32_t item)
{
    for (int64_t i = 0; i < count; i++)
        if (list[i] == item) return true;
    return false;
}

static void check_list(const int32_t *list, const float *scores, int32_t count, const int32_t *session, int64_t length)
{
    if (count < 0 || count > K) abort();
    for (int32_t i = 0; i < count; i++) {
        if (list[i] < 0 || list[i] >= ITEMS || list[i] == 5 || is_in(list, i, list[i])) abort();
        if (is_in(session, length, list[i])) abort();
        if (!isfinite(scores[i]) || (i > 0 && scores[i] > scores[i - 1])) abort();
    }
}

static void check_scores(const float *scores, const int32_t *candidates, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        if (isinf(scores[i]) || (candidates[i] < 0 && !isnan(scores[i]))) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const int32_t denied[] = {5};
    input in = {bytes, size, 0};
    const uint8_t mode = next(&in) % 3;
    const llmrec_custom_strategy strategy = {.size = sizeof strategy,
                                             .name = "any",
                                             .items = ITEMS,
                                             .rank = mode == 0 ? NULL : rank,
                                             .score = mode == 1 ? NULL : score,
                                             .user = &in};
    int64_t offsets[SESSIONS + 1], candidate_offsets[SESSIONS + 1];
    int32_t items[SESSIONS * MOST], candidates[SESSIONS * MOST], lists[SESSIONS * K], counts[SESSIONS];
    float ranked[SESSIONS * K], scores[SESSIONS * MOST];
    llmrec_recommend_options options;
    llmrec_recommender *recommender = NULL;
    if (llmrec_recommender_create_custom(fuzz_context(), &strategy, &recommender) != LLMREC_OK) abort();
    if (llmrec_recommend_options_init(&options, sizeof options) != LLMREC_OK) abort();
    options.deny = denied;
    options.deny_count = 1;
    fill(&in, offsets, items);
    fill(&in, candidate_offsets, candidates);
    llmrec_status status = llmrec_recommend(recommender, offsets, items, SESSIONS, K, &options, lists, ranked, counts);
    for (int i = 0; i < SESSIONS && status == LLMREC_OK; i++)
        check_list(lists + i * K, ranked + i * K, counts[i], items + offsets[i], offsets[i + 1] - offsets[i]);
    fuzz_check(status);
    status = llmrec_score(recommender, offsets, items, SESSIONS, candidate_offsets, candidates, 0, scores);
    if (status == LLMREC_OK) check_scores(scores, candidates, candidate_offsets[SESSIONS]);
    fuzz_check(status);
    status = llmrec_score(recommender, offsets, items, SESSIONS, NULL, candidates, MOST, scores);
    for (int i = 0; i < SESSIONS && status == LLMREC_OK; i++) check_scores(scores + i * MOST, candidates, MOST);
    fuzz_check(status);
    llmrec_recommender_free(recommender);
    return 0;
}

/* A mode, two CSR of two items each, and lists of three. */
void fuzz_seeds(seed_fn seed)
{
    uint8_t bytes[256];
    for (uint8_t mode = 0; mode < 3; mode++) {
        size_t used = 0;
        bytes[used++] = mode;
        for (int csr = 0; csr < 2; csr++) {
            for (int i = 0; i < SESSIONS; i++) bytes[used++] = 2;
            for (int i = 0; i < SESSIONS * MOST; i++) {
                bytes[used++] = (uint8_t)(1 + i % ITEMS);
                bytes[used++] = 0;
            }
        }
        for (int i = 0; i < SESSIONS && mode > 0; i++) {
            bytes[used++] = 3;
            for (uint8_t j = 0; j < 3; j++) {
                bytes[used++] = (uint8_t)(8 - j);
                bytes[used++] = (uint8_t)(100 + j);
            }
        }
        for (; used < sizeof bytes; used++) bytes[used] = (uint8_t)(used % 90);
        seed(bytes, used);
    }
}
