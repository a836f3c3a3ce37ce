/* SPDX-License-Identifier: Apache-2.0 */
/* The batches of an epoch: a dataset's sessions as packed sequences with labels, in an order and with masks that depend
 * on (seed, epoch, row) alone. */
#ifndef LR_NN_BATCHES_H
#define LR_NN_BATCHES_H

#include "core/rng.h"
#include "llmrec/dataset.h"
#include "nn/encoder_options.h"
#include "nn/tokens.h"

/* How items become tokens. */
typedef struct lr_packing {
    size_t positions; /* N */
    int32_t mask;     /* the token of [MASK]: V */
    bool causal, left_aligned, pad_with_mask;
} lr_packing;

/* A packed batch in the making: arrays with room for all that comes. */
typedef struct lr_packed {
    size_t sequences, tokens, labels;
    size_t *starts;
    int32_t *items, *positions, *label_at, *label;
} lr_packed;

lr_packing lr_packing_of(const llmrec_encoder_options *options, size_t items);

/* Tokens that a sequence of `length` items becomes. */
size_t lr_packing_tokens(const lr_packing *packing, size_t length);

/* Appends a sequence of at most N items; the masked ones (mask may be NULL: none are) become [MASK] and labels. */
void lr_pack_masked(const lr_packing *packing, lr_packed *packed, const int32_t *items, size_t length,
                    const uint8_t *mask);

/* Appends a sequence of 2 to N+1 items without its last, each token labeled with the item after it. */
void lr_pack_next(const lr_packing *packing, lr_packed *packed, const int32_t *items, size_t length);

lr_tokens lr_packed_tokens(const lr_packed *packed);

typedef struct lr_batches lr_batches;

/* Memory for batches of the sessions of `dataset`, which must outlive it. SHAPE if none can be learned from. */
llmrec_status lr_batches_create(const llmrec_dataset *dataset, const lr_packing *packing,
                                const llmrec_train_options *options, lr_batches **batches);
void lr_batches_free(lr_batches *batches);

size_t lr_batches_rows(const lr_batches *batches); /* sequences of an epoch */
size_t lr_batches_count(const lr_batches *batches);

/* Shuffles the rows for epoch 0, 1, ...; then batch 0 <= index < count of it, valid until the next one. */
void lr_batches_epoch(lr_batches *batches, int64_t epoch);
lr_tokens lr_batches_at(lr_batches *batches, size_t index);

#endif
