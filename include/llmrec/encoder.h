/* SPDX-License-Identifier: Apache-2.0 */
/* The transformer encoder, trained in C: BERT4Rec (bidirectional, Cloze) and SASRec (causal) from random or LLM
 * vectors.
 *
 * An encoder belongs to a catalog of items. It is the one handle that changes after its creation:
 * llmrec_encoder_train and llmrec_encoder_init_items need it for themselves alone; everything else may run beside each
 * other.
 */
#ifndef LLMREC_ENCODER_H
#define LLMREC_ENCODER_H

#include "embedding.h"

LLMREC_BEGIN

typedef struct llmrec_encoder llmrec_encoder;

typedef enum llmrec_activation { LLMREC_ACTIVATION_GELU = 0, LLMREC_ACTIVATION_RELU = 1 } llmrec_activation;
typedef enum llmrec_weight_init {
    LLMREC_WEIGHT_INIT_NORMAL = 0,
    LLMREC_WEIGHT_INIT_GLOROT = 1,
    LLMREC_WEIGHT_INIT_TRUNCATED_NORMAL = 2
} llmrec_weight_init;

typedef struct llmrec_encoder_options {
    size_t size;            /* set by llmrec_encoder_options_init; do not touch */
    int64_t causal;         /* 0: bidirectional, Cloze (default); 1: causal, next item at every position */
    int64_t dim;            /* D; 1..16384, default 64 */
    int64_t layers;         /* 0..64, default 2 */
    int64_t heads;          /* 1..D, default 2; D need not be divisible by it */
    int64_t head_dim;       /* 0 (default): floor(D / heads) */
    int64_t ffn_dim;        /* 0 (default): 4 D */
    int64_t max_length;     /* N: longest sequence, [MASK] included; longer ones keep their end; 2..65536, default 50 */
    int64_t pre_norm;       /* 1: x + f(LN(x)); 0 (default): LN(x + f(x)) */
    int64_t activation;     /* of feed-forward and head: llmrec_activation; default GELU (exact, erf) */
    int64_t embedding_norm; /* LayerNorm on item + position; default 1 */
    int64_t final_norm;     /* LayerNorm after the last block; default 0 */
    int64_t head;           /* projection D x D with activation before the output; default 1 */
    int64_t head_norm;      /* LayerNorm after it; default 1 */
    int64_t output_bias;    /* one number an item; default 1 */
    double epsilon;         /* of every LayerNorm; > 0, default 1e-12 */
    double embedding_dropout; /* each in [0,1), default 0.2 */
    double attention_dropout;
    double hidden_dropout;
    int64_t init; /* LLMREC_WEIGHT_INIT_NORMAL (default): tables and weights N(0, deviation^2); TRUNCATED_NORMAL:
                                 drawn again beyond two deviations; GLOROT: weights uniform within
                                 +-sqrt(6 / (in + out)), tables within +-0.05. Biases 0, norms 1 */
    double init_deviation; /* > 0, default 0.02 */
    int64_t seed;          /* of the initial weights; default 0 */
    int64_t left_aligned;  /* 0 (default): the last token stands at position N-1; 1: the first at 0 */
    int64_t pad_with_mask; /* 1: shorter sequences are filled up at their front with [MASK] tokens that attention sees,
                                 as Harte et al.'s program does; default 0: no padding at all */
} llmrec_encoder_options;

LLMREC_API llmrec_status llmrec_encoder_options_init(llmrec_encoder_options *options, size_t size);

/* Sets every option to a named preset: "bert4rec" (the default), "sasrec" (causal), "harte2023" (the seed paper's
 * LLM-init BERT4Rec for Beauty: D 208, 3 layers, 3 heads, N 20, no norm on embeddings or in the head, Glorot),
 * "sun2019" (the original BERT4Rec for Beauty). Errors: ARGUMENT lists the names. */
LLMREC_API llmrec_status llmrec_encoder_options_preset(llmrec_encoder_options *options, size_t size, const char *name);

/* A freshly initialized encoder for the items of a dataset's catalog. Errors: ARGUMENT, SHAPE (no items), MEMORY,
 * ABI. Memory: the weights, 4 bytes each; the item table has items x D of them. */
LLMREC_API llmrec_status llmrec_encoder_create(const llmrec_dataset *dataset, const llmrec_encoder_options *options,
                                               llmrec_encoder **encoder);
LLMREC_API void llmrec_encoder_free(llmrec_encoder *encoder);

LLMREC_API int64_t llmrec_encoder_items(const llmrec_encoder *encoder);
LLMREC_API int64_t llmrec_encoder_dim(const llmrec_encoder *encoder);
LLMREC_API int64_t llmrec_encoder_parameters(const llmrec_encoder *encoder); /* trainable numbers, all told */

/* An item's id by index. */
LLMREC_API llmrec_status llmrec_encoder_item_id(const llmrec_encoder *encoder, int64_t item, const char **id,
                                                size_t *length);

/* The options it was made with, 0 filled in: fills the first `options->size` bytes. */
LLMREC_API llmrec_status llmrec_encoder_get_options(const llmrec_encoder *encoder, llmrec_encoder_options *options);

/* The weights by name: "item.weight" [items+1,D] (the last row is [MASK]), "position.weight" [N,D], "output.bias"
 * [items], "block.0.qkv.weight" [D,3HK] (queries, keys, values side by side; rows are inputs), ... : docs/encoder.md
 * has the list. Copies rows first..first+count-1 into values [count,columns]; a vector is one row. `rows`, `columns`
 * (may be NULL) get its shape; count 0 asks for that alone. Errors: ARGUMENT (no such name; rows out of range). */
LLMREC_API llmrec_status llmrec_encoder_copy_weights(const llmrec_encoder *encoder, const char *name, int64_t first,
                                                     int64_t count, float *values, int64_t *rows, int64_t *columns);

/* How many weights have a name, and their names by index; NULL outside. */
LLMREC_API int64_t llmrec_encoder_weights(const llmrec_encoder *encoder);
LLMREC_API const char *llmrec_encoder_weight_name(const llmrec_encoder *encoder, int64_t index);

/* --- item vectors from a language model ------------------------------------------------------------------------ */

typedef enum llmrec_init_items_mode {
    LLMREC_INIT_ITEMS_START = 0,          /* start value, trained on (the paper's LLM2BERT4Rec) */
    LLMREC_INIT_ITEMS_FROZEN = 1,         /* the item table stays as it is; [MASK] is trained */
    LLMREC_INIT_ITEMS_FROZEN_COLUMNS = 2, /* the leading columns are the vectors and stay; the others are trained */
    LLMREC_INIT_ITEMS_ADAPTER = 3 /* item row = vector W + b, W trained: also scores items never seen in training */
} llmrec_init_items_mode;

typedef struct llmrec_init_items_options {
    size_t size;      /* set by llmrec_init_items_options_init; do not touch */
    int64_t mode;     /* one of llmrec_init_items_mode; default START */
    double scale_std; /* the vectors are multiplied so that their global root mean square is this; 0 (default): as
                         they are, with a warning in the log where that lies outside 0.01..0.1; ADAPTER: of the rows
                         that the first W gives, default there: the encoder's init_deviation */
    int64_t seed;     /* ADAPTER: of W's start; default 0 */
} llmrec_init_items_options;

LLMREC_API llmrec_status llmrec_init_items_options_init(llmrec_init_items_options *options, size_t size);

/* Takes the item table's start from an embedding whose row i is the catalog's item i (llmrec_embedding_align): of
 * dim D (START, FROZEN), at most D (FROZEN_COLUMNS), any (ADAPTER: vectors of length about 1 suit it best, it keeps
 * a float32 copy of them). Items without a vector keep their random start; in ADAPTER their row is b. Training starts
 * anew: moments and history go. Errors: ARGUMENT, SHAPE (rows, dim, ids of another order), NUMERIC (zero vectors
 * cannot be scaled), MEMORY. Boz et al. 2024; frozen columns: Hu et al. 2025 (AlphaFuse). */
LLMREC_API llmrec_status llmrec_encoder_init_items(llmrec_encoder *encoder, const llmrec_embedding *embedding,
                                                   const llmrec_init_items_options *options);

/* --- training -------------------------------------------------------------------------------------------------- */

typedef enum llmrec_loss { LLMREC_LOSS_SOFTMAX = 0, LLMREC_LOSS_SAMPLED_SOFTMAX = 1, LLMREC_LOSS_GBCE = 2 } llmrec_loss;
typedef enum llmrec_optimizer {
    LLMREC_OPTIMIZER_ADAMW = 0,      /* decoupled decay (Loshchilov & Hutter 2019), as PyTorch counts */
    LLMREC_OPTIMIZER_BERT_ADAM = 1,  /* the original BERT's: no bias correction */
    LLMREC_OPTIMIZER_KERAS_ADAMW = 2 /* AdamW with epsilon outside the bias correction, as Keras counts */
} llmrec_optimizer;
typedef enum llmrec_schedule {
    LLMREC_SCHEDULE_CONSTANT = 0,
    LLMREC_SCHEDULE_LINEAR = 1,
    LLMREC_SCHEDULE_COSINE = 2
} llmrec_schedule;
typedef enum llmrec_clip { LLMREC_CLIP_NONE = 0, LLMREC_CLIP_GLOBAL = 1, LLMREC_CLIP_TENSOR = 2 } llmrec_clip;

typedef struct llmrec_train_options {
    size_t size;             /* set by llmrec_train_options_init; do not touch */
    int64_t epochs;          /* in all, earlier calls' included; >= 1, default 100 */
    int64_t batch;           /* sequences a batch; >= 1, default 256 */
    double mask_probability; /* Cloze: each item is masked with it; in (0,1], default 0.4 */
    double last_share;       /* Cloze: share of sequences masked at their last item only; in [0,1], default 0.3 */
    int64_t copies;          /* Cloze: 0 (default): each sequence once an epoch, one item at least masked; c >= 1: once
                                 masked at the last item only, and c times at random, as the references do */
    int64_t most_masks;      /* Cloze: 0 (default): each item by itself; m >= 1: as many items as the length times
                                 mask_probability, rounded, at least one, at most m, as the original does */
    int64_t window_stride;   /* of sessions longer than N: windows of N rows that begin every s rows, counted from the
                                 end, and one at the session's start; s >= 1; 0 (default): N, side by side; -1: the
                                 last N rows alone */
    int64_t loss;            /* one of llmrec_loss; default SOFTMAX (exact, whole catalog) */
    int64_t negatives;       /* sampled losses: items drawn uniformly, shared by the batch; >= 1, default 256 */
    double gbce_t;           /* GBCE: calibration t in [0,1]; default 0.75 */
    int64_t optimizer;       /* one of llmrec_optimizer; default ADAMW */
    double learning_rate;    /* peak; > 0, default 1e-3 */
    double weight_decay;     /* decoupled, not on biases and norms; >= 0, default 0.01 */
    double beta1, beta2;     /* each in [0,1), default 0.9, 0.999 */
    double adam_epsilon;     /* > 0, default 1e-8 */
    int64_t decay_all;       /* 1: weight decay on every tensor (the paper's); default 0 */
    int64_t schedule;        /* one of llmrec_schedule; default CONSTANT; the others end at 0 with the last epoch */
    int64_t warmup_steps;    /* linear rise from 0; >= 0, default 0 */
    int64_t clip;         /* of gradients, one of llmrec_clip: all of them together, or each tensor's; default GLOBAL */
    double clip_norm;     /* > 0, default 5 */
    int64_t accumulate;   /* batches a step; >= 1, default 1 */
    int64_t validation_k; /* validation figure: NDCG at this; >= 1, default 10 */
    int64_t validate_every; /* epochs; >= 1, default 1 */
    int64_t patience;       /* stop after so many validations without a better one; 0: never; default 10. With
                                 validation the weights at the end are those of the best epoch */
    const char *checkpoint; /* path of a file written after each epoch (llmrec_encoder_open); default NULL: none */
    int64_t seed;           /* of order, masks, dropout, negatives; default 0 */
} llmrec_train_options;

LLMREC_API llmrec_status llmrec_train_options_init(llmrec_train_options *options, size_t size);

/* Sets every option to the training of a named preset (see llmrec_encoder_options_preset). */
LLMREC_API llmrec_status llmrec_train_options_preset(llmrec_train_options *options, size_t size, const char *name);

/* Trains on the sessions of `train` until `epochs` or early stop; called again, or on an encoder that was opened from a
 * checkpoint, it goes on where the last epoch ended, and comes to the same bits as if it had never stopped. Each
 * session's windows are sequences; sessions of one row teach only Cloze. `validation` may be NULL (no early stop);
 * its sessions' last rows are the targets, ranked among all items but those of the rows before (ties to the lower
 * index). The weights at the end are those of the best epoch by validation, or of the last one; more training goes on
 * from the last one either way.
 * A call that is canceled or fails leaves the encoder as it was after the last whole epoch. Same seed, BLAS and data:
 * same bits for any number of threads. Errors: ARGUMENT, SHAPE (another catalog, nothing to learn from), NUMERIC
 * (loss or gradient not finite: lower learning_rate), CANCELED, MEMORY, IO (checkpoint).
 * Nothing is allocated inside a step. Memory, in times the weights: themselves 1, gradients 1, two moments 2, weights
 * and moments after the last whole epoch 3, and with validation the best weights 1; and scratch memory, some 40 MB at
 * dim 64, of which with the full softmax 12 MB, or 256 bytes an item if that is more, are logits in the making. */
LLMREC_API llmrec_status llmrec_encoder_train(llmrec_encoder *encoder, const llmrec_dataset *train,
                                              const llmrec_dataset *validation, const llmrec_train_options *options);

/* The options of the latest training: fills the first `options->size` bytes (checkpoint is NULL); defaults before
 * any. */
LLMREC_API llmrec_status llmrec_encoder_get_train_options(const llmrec_encoder *encoder, llmrec_train_options *options);

/* What an epoch came to. */
typedef struct llmrec_epoch {
    size_t size;                 /* set by the caller: sizeof(llmrec_epoch) */
    int64_t epoch;               /* 1, 2, ... */
    int64_t steps;               /* optimizer steps since training began */
    double loss;                 /* mean over the epoch's labels, natural logarithm */
    double learning_rate;        /* of the last step */
    double ndcg, hit_rate;       /* validation figures at validation_k; NaN: not validated */
    double seconds;              /* training alone */
    double validation_seconds;   /* ranking the held-out targets */
    double sequences_per_second; /* of training */
    double tokens_per_second;
    int64_t best; /* 1: the best by validation so far */
} llmrec_epoch;

/* The history of training: epochs done, and one of them (index 0 is the first): fills the first `epoch->size` bytes. */
LLMREC_API int64_t llmrec_encoder_epochs(const llmrec_encoder *encoder);
LLMREC_API llmrec_status llmrec_encoder_epoch(const llmrec_encoder *encoder, int64_t index, llmrec_epoch *epoch);

/* Writes the history as CSV, atomically: a header with the names of llmrec_epoch's fields, a line an epoch. */
LLMREC_API llmrec_status llmrec_encoder_save_history(const llmrec_encoder *encoder, const char *path);

/* The index of the epoch whose weights are in use, or -1 before any training. */
LLMREC_API int64_t llmrec_encoder_best_epoch(const llmrec_encoder *encoder);

/* --- files ----------------------------------------------------------------------------------------------------- */

/* Writes everything to one HDF5 file, atomically: options, item ids, weights, and, once it was trained, moments,
 * counters, best weights and history; and reads it back: training goes on to the same bits. Errors: IO, FORMAT (not
 * ours, newer format, checksum, sizes that do not fit), MEMORY. */
LLMREC_API llmrec_status llmrec_encoder_save(const llmrec_encoder *encoder, const char *path);
LLMREC_API llmrec_status llmrec_encoder_open(llmrec_context *context, const char *path, llmrec_encoder **encoder);

/* Writes the weights in use as safetensors (float32; names as for llmrec_encoder_copy_weights), and replaces all
 * weights by those of such a file, of which every tensor must be there in its shape (others are ignored); training
 * starts anew. Errors: IO, FORMAT, SHAPE (names the tensor), NUMERIC (a number is not finite), MEMORY. */
LLMREC_API llmrec_status llmrec_encoder_export_weights(const llmrec_encoder *encoder, const char *path);
LLMREC_API llmrec_status llmrec_encoder_import_weights(llmrec_encoder *encoder, const char *path);

/* A new encoder for a larger or other catalog: the weights in use go along, those of items that the encoder knows too
 * by their id; new items get fresh rows, drawn by `seed`; with an adapter (LLMREC_INIT_ITEMS_ADAPTER) all rows come
 * from `embedding`, aligned to the new catalog and of the adapter's dim, so that items never trained on are scored at
 * once; else it may be NULL. Its training starts anew. Errors: ARGUMENT, SHAPE, MEMORY. */
LLMREC_API llmrec_status llmrec_encoder_grow(const llmrec_encoder *encoder, const llmrec_dataset *dataset,
                                             const llmrec_embedding *embedding, int64_t seed, llmrec_encoder **grown);

LLMREC_END
#endif
