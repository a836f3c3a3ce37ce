/* SPDX-License-Identifier: Apache-2.0 */
/* Builds the batches of an epoch: sessions of a dataset as packed sequences with labels. Order and masks depend only on
 * (seed, epoch, row). */
#ifndef LR_NN_BATCHES_H
#define LR_NN_BATCHES_H

#include "core/rng.h"
#include "llmrec/dataset.h"
#include "nn/encoder_options.h"
#include "nn/tokens.h"

/* How items become tokens. */
typedef struct lr_packing {
    size_t positions; /* N */
    int32_t mask;     /* the token [MASK]: V */
    bool causal, left_aligned, pad_with_mask;
} lr_packing;

/* A packed batch under construction, with arrays large enough for any batch. */
typedef struct lr_packed {
    size_t sequences, tokens, labels;
    size_t *starts;
    int32_t *items, *positions, *label_at, *label;
} lr_packed;

lr_packing lr_packing_of(const llmrec_encoder_options *options, size_t items);

/* Returns the tokens of a sequence with `length` items. */
size_t lr_packing_tokens(const lr_packing *packing, size_t length);

/* Appends a sequence of at most N items. Masked items become [MASK] and get a label; mask NULL: no item is masked. */
void lr_pack_masked(const lr_packing *packing, lr_packed *packed, const int32_t *items, size_t length,
                    const uint8_t *mask);

/* Appends 2 to N+1 items without the last. The label of each token is the next item. */
void lr_pack_next(const lr_packing *packing, lr_packed *packed, const int32_t *items, size_t length);

lr_tokens lr_packed_tokens(const lr_packed *packed);

typedef struct lr_batches lr_batches;

/* Creates batches of the sessions of `dataset`, which must outlive them. Errors: SHAPE (no session is long enough for
 * training), MEMORY. */
llmrec_status lr_batches_create(const llmrec_dataset *dataset, const lr_packing *packing,
                                const llmrec_train_options *options, lr_batches **batches);
void lr_batches_free(lr_batches *batches);

size_t lr_batches_rows(const lr_batches *batches); /* sequences in an epoch */
size_t lr_batches_count(const lr_batches *batches);

/* Shuffles the sequences for epoch 0, 1, ...; then returns batch `index` (0 <= index < count), valid until the next
 * call. */
void lr_batches_epoch(lr_batches *batches, int64_t epoch);
lr_tokens lr_batches_at(lr_batches *batches, size_t index);

#endif
