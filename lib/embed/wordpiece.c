/* SPDX-License-Identifier: Apache-2.0 */
#include "embed/wordpiece.h"

#include <string.h>

#include "core/memory.h"
#include "core/store.h"
#include "core/text.h"

/* A trie stored in one hash table: the key is (parent, code point), and a node is the index of the edge to it. A step
 * is one lookup, and nodes need no allocation. */
typedef struct edge {
    uint32_t parent;
    uint32_t code; /* 0: empty slot */
    int32_t token; /* of the word that ends here, or NONE */
} edge;

enum { NONE = -1 };
static const uint32_t WORD = UINT32_MAX, CONTINUATION = UINT32_MAX - 1; /* the two roots */

struct lr_wordpiece {
    llmrec_context *context;
    uint32_t mask;
    edge *edges; /* [mask+1] */
};

llmrec_status lr_wordpiece_create(llmrec_context *context, size_t letters, lr_wordpiece **pieces)
{
    lr_wordpiece *fresh = NULL;
    llmrec_status status = LLMREC_OK;
    size_t capacity = 64;
    LR_CHECK(letters < (size_t)1 << 29, LLMREC_ERR_UNSUPPORTED, "vocabulary: %zu code points; wanted fewer than 2^29",
             letters);
    while (capacity < letters + letters / 2) capacity *= 2;
    LR_TRY(LR_NEW_ZERO(context, fresh, 1));
    fresh->context = context;
    fresh->mask = (uint32_t)(capacity - 1);
    LR_TRY(LR_NEW_ZERO(context, fresh->edges, capacity));
    *pieces = fresh;
done:
    if (status != LLMREC_OK) lr_wordpiece_free(fresh);
    return status;
}

void lr_wordpiece_free(lr_wordpiece *pieces)
{
    if (pieces == NULL) return;
    lr_free(pieces->context, pieces->edges);
    lr_free(pieces->context, pieces);
}

/* Returns the slot of an edge, or the empty slot where it belongs. */
static uint32_t place(const lr_wordpiece *pieces, uint32_t parent, uint32_t code)
{
    const uint64_t key = ((uint64_t)parent << 32 | code) * 0x9E3779B97F4A7C15u;
    uint32_t at = (uint32_t)(key >> 32) & pieces->mask;
    while (pieces->edges[at].code != 0 && (pieces->edges[at].code != code || pieces->edges[at].parent != parent))
        at = (at + 1) & pieces->mask;
    return at;
}

void lr_wordpiece_add(lr_wordpiece *pieces, const char *token, size_t length, int32_t id)
{
    const bool continues = length >= 2 && token[0] == '#' && token[1] == '#';
    uint32_t node = continues ? CONTINUATION : WORD;
    size_t at = continues ? 2 : 0;
    if (at == length) return;
    while (at < length) {
        const uint32_t code = lr_utf8_next(token, length, &at), next = place(pieces, node, code);
        if (pieces->edges[next].code == 0) pieces->edges[next] = (edge){node, code, NONE};
        node = next;
    }
    pieces->edges[node].token = id;
}

int32_t lr_wordpiece_find(const lr_wordpiece *pieces, const char *token)
{
    const size_t length = strlen(token);
    uint32_t node = WORD;
    for (size_t at = 0; at < length;) {
        node = place(pieces, node, lr_utf8_next(token, length, &at));
        if (pieces->edges[node].code == 0) return NONE;
    }
    return node == WORD ? NONE : pieces->edges[node].token;
}

uint64_t lr_wordpiece_checksum(const lr_wordpiece *pieces)
{
    return lr_checksum(pieces->edges, ((size_t)pieces->mask + 1) * sizeof *pieces->edges);
}

/* Finds the longest piece at the start of the word. Returns its length, 0 if there is none. */
static size_t longest(const lr_wordpiece *pieces, uint32_t node, const uint32_t *word, size_t length, int32_t *id)
{
    size_t best = 0;
    for (size_t i = 0; i < length; i++) {
        node = place(pieces, node, word[i]);
        if (pieces->edges[node].code == 0) break;
        if (pieces->edges[node].token == NONE) continue;
        best = i + 1;
        *id = pieces->edges[node].token;
    }
    return best;
}

size_t lr_wordpiece_split(const lr_wordpiece *pieces, const uint32_t *word, size_t length, int32_t *ids)
{
    size_t count = 0;
    for (size_t at = 0; at < length; count++) {
        const size_t step = longest(pieces, at == 0 ? WORD : CONTINUATION, word + at, length - at, &ids[count]);
        if (step == 0) return 0;
        at += step;
    }
    return count;
}
