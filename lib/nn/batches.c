/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/batches.h"

#include "core/context.h"
#include "core/memory.h"
#include "data/dataset.h"
#include "nn/cloze.h"

/* --- packing --------------------------------------------------------------------------------------------------- */

lr_packing lr_packing_of(const llmrec_encoder_options *options, size_t items)
{
    return (lr_packing){(size_t)options->max_length, (int32_t)items, options->causal != 0, options->left_aligned != 0,
                        options->pad_with_mask != 0};
}

size_t lr_packing_tokens(const lr_packing *packing, size_t length)
{
    return packing->pad_with_mask ? packing->positions : length;
}

static void put_token(const lr_packing *packing, lr_packed *packed, int32_t item, size_t place, size_t length)
{
    const size_t shift = packing->left_aligned ? 0 : packing->positions - length;
    packed->items[packed->tokens] = item;
    packed->positions[packed->tokens++] = (int32_t)(place + shift);
}

static void put_label(lr_packed *packed, int32_t item)
{
    packed->label_at[packed->labels] = (int32_t)packed->tokens - 1;
    packed->label[packed->labels++] = item;
}

/* Begins a sequence of `length` tokens, padded at the front if the packing asks for it. Returns the padding in
 * tokens. */
static size_t begin(const lr_packing *packing, lr_packed *packed, size_t length)
{
    const size_t whole = lr_packing_tokens(packing, length), pads = whole - length;
    packed->starts[packed->sequences++] = packed->tokens;
    for (size_t i = 0; i < pads; i++) put_token(packing, packed, packing->mask, i, whole);
    return pads;
}

static void finish(lr_packed *packed)
{
    packed->starts[packed->sequences] = packed->tokens;
}

void lr_pack_masked(const lr_packing *packing, lr_packed *packed, const int32_t *items, size_t length,
                    const uint8_t *mask)
{
    const size_t pads = begin(packing, packed, length);
    for (size_t i = 0; i < length; i++) {
        const bool masked = mask != NULL && mask[i] != 0;
        put_token(packing, packed, masked ? packing->mask : items[i], pads + i, pads + length);
        if (masked) put_label(packed, items[i]);
    }
    finish(packed);
}

void lr_pack_next(const lr_packing *packing, lr_packed *packed, const int32_t *items, size_t length)
{
    const size_t tokens = length - 1, pads = begin(packing, packed, tokens);
    for (size_t i = 0; i < tokens; i++) {
        put_token(packing, packed, items[i], pads + i, pads + tokens);
        put_label(packed, items[i + 1]);
    }
    finish(packed);
}

lr_tokens lr_packed_tokens(const lr_packed *packed)
{
    return (lr_tokens){.sequences = packed->sequences,
                       .starts = packed->starts,
                       .items = packed->items,
                       .positions = packed->positions,
                       .labels = packed->labels,
                       .label_at = packed->label_at,
                       .label = packed->label};
}

/* --- an epoch -------------------------------------------------------------------------------------------------- */

/* Rows [end - length, end) of a session. */
typedef struct window {
    int32_t session, end;
} window;

struct lr_batches {
    llmrec_context *context;
    const llmrec_dataset *dataset;
    lr_packing packing;
    lr_cloze cloze;
    double last_share;
    uint64_t seed;
    int64_t epoch;
    size_t copies;           /* sequences made from each window */
    bool once;               /* one sequence per window, with at least one masked item */
    size_t length, shortest; /* limits of a window's length */
    size_t batch;
    window *windows;
    size_t count, capacity; /* number of windows, and room for them */
    uint32_t *order;        /* [count copies] */
    int32_t *scratch;       /* [longest session] */
    uint8_t *mask;          /* [N] */
    lr_packed packed;
};

void lr_batches_free(lr_batches *batches)
{
    if (batches == NULL) return;
    llmrec_context *context = batches->context;
    lr_free(context, batches->windows);
    lr_free(context, batches->order);
    lr_free(context, batches->scratch);
    lr_free(context, batches->mask);
    lr_free(context, batches->packed.starts);
    lr_free(context, batches->packed.items);
    lr_free(context, batches->packed.positions);
    lr_free(context, batches->packed.label_at);
    lr_free(context, batches->packed.label);
    lr_free(context, batches);
}

static llmrec_status add_window(lr_batches *batches, size_t session, size_t end)
{
    LR_RETURN_IF(LR_GROW(batches->context, batches->windows, batches->capacity, batches->count, batches->count + 1));
    batches->windows[batches->count++] = (window){(int32_t)session, (int32_t)end};
    return LLMREC_OK;
}

/* Adds the window at the end of a session, and the earlier windows unless only the last is wanted. The first one begins
 * at the start. */
static llmrec_status add_session(lr_batches *batches, size_t session, size_t rows, int64_t window_stride)
{
    const size_t stride = window_stride == 0 ? batches->length : (size_t)window_stride;
    if (rows < batches->shortest) return LLMREC_OK;
    LR_RETURN_IF(add_window(batches, session, rows));
    if (window_stride < 0 || rows <= batches->length) return LLMREC_OK;
    for (size_t end = rows; end > batches->length + stride;) {
        end -= stride;
        LR_RETURN_IF(add_window(batches, session, end));
    }
    return add_window(batches, session, batches->length);
}

static llmrec_status find_windows(lr_batches *batches, int64_t window_stride)
{
    const size_t sessions = lr_dataset_sessions(batches->dataset);
    for (size_t session = 0; session < sessions; session++) {
        size_t rows = 0;
        lr_dataset_session(batches->dataset, session, batches->scratch, &rows);
        LR_RETURN_IF(add_session(batches, session, rows, window_stride));
    }
    if (batches->count == 0)
        return lr_fail(LLMREC_ERR_SHAPE, "train: no session has %zu rows; wanted at least one", batches->shortest);
    if (lr_batches_rows(batches) > UINT32_MAX)
        return lr_fail(LLMREC_ERR_SHAPE, "train: %zu sequences per epoch; wanted fewer than 2^32",
                       lr_batches_rows(batches));
    return LLMREC_OK;
}

static llmrec_status allocate(lr_batches *batches, llmrec_context *context)
{
    const size_t rows = lr_batches_rows(batches), sequences = batches->batch < rows ? batches->batch : rows;
    const size_t tokens = sequences * batches->packing.positions;
    LR_RETURN_IF(LR_NEW(context, batches->order, rows));
    LR_RETURN_IF(LR_NEW(context, batches->mask, batches->packing.positions));
    LR_RETURN_IF(LR_NEW(context, batches->packed.starts, sequences + 1));
    LR_RETURN_IF(LR_NEW(context, batches->packed.items, tokens));
    LR_RETURN_IF(LR_NEW(context, batches->packed.positions, tokens));
    LR_RETURN_IF(LR_NEW(context, batches->packed.label_at, tokens));
    return LR_NEW(context, batches->packed.label, tokens);
}

llmrec_status lr_batches_create(const llmrec_dataset *dataset, const lr_packing *packing,
                                const llmrec_train_options *options, lr_batches **batches)
{
    llmrec_context *context = lr_dataset_context(dataset);
    llmrec_status status = LLMREC_OK;
    lr_batches *fresh = NULL;
    LR_TRY(LR_NEW_ZERO(context, fresh, 1));
    fresh->context = context;
    fresh->dataset = dataset;
    fresh->packing = *packing;
    fresh->cloze = (lr_cloze){options->mask_probability, (size_t)options->most_masks};
    fresh->last_share = options->last_share;
    fresh->seed = (uint64_t)options->seed;
    fresh->once = options->copies == 0;
    fresh->copies = packing->causal ? 1 : (size_t)options->copies + 1;
    fresh->length = packing->positions + packing->causal;
    fresh->shortest = packing->causal ? 2 : 1;
    fresh->batch = (size_t)options->batch;
    LR_TRY(LR_NEW(context, fresh->scratch, lr_dataset_longest(dataset)));
    LR_TRY(find_windows(fresh, options->window_stride));
    LR_TRY(allocate(fresh, context));
    *batches = fresh;
    fresh = NULL;
done:
    lr_batches_free(fresh);
    return status;
}

size_t lr_batches_rows(const lr_batches *batches)
{
    return batches->count * batches->copies;
}

size_t lr_batches_count(const lr_batches *batches)
{
    return (lr_batches_rows(batches) + batches->batch - 1) / batches->batch;
}

void lr_batches_epoch(lr_batches *batches, int64_t epoch)
{
    const size_t rows = lr_batches_rows(batches);
    lr_rng rng = lr_rng_at(batches->seed, (uint64_t)LR_STREAM_SHUFFLE << 56 | (uint64_t)epoch, 0);
    batches->epoch = epoch;
    for (size_t i = 0; i < rows; i++) batches->order[i] = (uint32_t)i;
    for (size_t i = rows; i > 1; i--) {
        const size_t other = (size_t)lr_rng_below(&rng, i);
        const uint32_t row = batches->order[i - 1];
        batches->order[i - 1] = batches->order[other];
        batches->order[other] = row;
    }
}

/* Each sequence draws its masks from its own range of the random stream. 2^20 numbers are enough for the longest
 * sequence. */
static void draw_masks(lr_batches *batches, size_t row, size_t length)
{
    const uint64_t stream = (uint64_t)LR_STREAM_MASK << 56 | (uint64_t)batches->epoch;
    lr_rng rng = lr_rng_at(batches->seed, stream, (uint64_t)row << 20);
    const bool last = batches->once ? lr_rng_uniform(&rng) < batches->last_share : row % batches->copies == 0;
    const size_t masked = last ? 0 : lr_cloze_draw(&batches->cloze, &rng, length, batches->mask);
    if (last || (masked == 0 && batches->once)) lr_cloze_last(length, batches->mask);
}

static void pack_row(lr_batches *batches, size_t row)
{
    const window seen = batches->windows[row / batches->copies];
    size_t rows = 0;
    const int32_t *items = lr_dataset_session(batches->dataset, (size_t)seen.session, batches->scratch, &rows);
    const size_t end = (size_t)seen.end, length = end < batches->length ? end : batches->length;
    items += end - length;
    if (batches->packing.causal) {
        lr_pack_next(&batches->packing, &batches->packed, items, length);
        return;
    }
    draw_masks(batches, row, length);
    lr_pack_masked(&batches->packing, &batches->packed, items, length, batches->mask);
}

lr_tokens lr_batches_at(lr_batches *batches, size_t index)
{
    const size_t rows = lr_batches_rows(batches), first = index * batches->batch;
    const size_t left = rows - first, count = left < batches->batch ? left : batches->batch;
    batches->packed.sequences = batches->packed.tokens = batches->packed.labels = 0;
    for (size_t i = first; i < first + count; i++) pack_row(batches, batches->order[i]);
    return lr_packed_tokens(&batches->packed);
}
