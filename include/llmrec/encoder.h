/* SPDX-License-Identifier: Apache-2.0 */
/* Transformer encoders that the library trains: BERT4Rec (bidirectional, Cloze) and SASRec (causal), from random or LLM
 * vectors.
 *
 * An encoder belongs to a catalog of items. Three functions change it: llmrec_encoder_train, llmrec_encoder_init_items
 * and llmrec_encoder_import_weights. While one of them runs, no other thread may use the encoder.
 *
 * For the functions of this header, unless their comment says otherwise:
 * Errors: none; a NULL encoder gives 0, -1 or NULL. Ownership: the caller owns a created encoder; it keeps its context
 * alive. Returned texts belong to the encoder. Threads: any; many at once, but not while the encoder changes. Cost:
 * constant; allocates nothing. Since: 0.1.
 */
#ifndef LLMREC_ENCODER_H
#define LLMREC_ENCODER_H

#include "embedding.h"

LLMREC_BEGIN

typedef struct llmrec_encoder llmrec_encoder;

/* The activation of feed-forward layers and of the head. */
typedef enum llmrec_activation { LLMREC_ACTIVATION_GELU = 0, LLMREC_ACTIVATION_RELU = 1 } llmrec_activation;

/* Distribution of the initial weights; biases are 0 and norms 1. NORMAL: tables and weights are N(0, deviation^2).
 * TRUNCATED_NORMAL: values beyond two deviations are drawn again. GLOROT: weights are uniform within +-sqrt(6 / (in +
 * out)), tables within +-0.05. */
typedef enum llmrec_weight_init {
    LLMREC_WEIGHT_INIT_NORMAL = 0,
    LLMREC_WEIGHT_INIT_GLOROT = 1,
    LLMREC_WEIGHT_INIT_TRUNCATED_NORMAL = 2
} llmrec_weight_init;

typedef struct llmrec_encoder_options {
    size_t size;            /* set by llmrec_encoder_options_init */
    int64_t causal;         /* 0 (default): bidirectional, Cloze; 1: causal, next item at every position */
    int64_t dim;            /* D; 1..16384, default 64 */
    int64_t layers;         /* 0..64, default 2 */
    int64_t heads;          /* 1..D, default 2; D need not be divisible by it */
    int64_t head_dim;       /* 0 (default): floor(D / heads) */
    int64_t ffn_dim;        /* 0 (default): 4 D */
    int64_t max_length;     /* N: longest sequence, [MASK] included; longer ones keep their end; 2..65536, default 50 */
    int64_t pre_norm;       /* 1: x + f(LN(x)); 0 (default): LN(x + f(x)) */
    int64_t activation;     /* one of llmrec_activation; default GELU (exact, erf) */
    int64_t embedding_norm; /* 1 (default): LayerNorm on item + position; 0: none */
    int64_t final_norm;     /* 1: LayerNorm after the last block; default 0 */
    int64_t head;           /* 1 (default): projection D x D with activation before the output; 0: none */
    int64_t head_norm;      /* 1 (default): LayerNorm after the head; 0: none */
    int64_t output_bias;    /* 1 (default): one number per item; 0: none */
    double epsilon;         /* of every LayerNorm; > 0, default 1e-12 */
    double embedding_dropout; /* each dropout in [0,1), default 0.2 */
    double attention_dropout;
    double hidden_dropout;
    int64_t init;          /* one of llmrec_weight_init; default NORMAL */
    double init_deviation; /* > 0, default 0.02 */
    int64_t seed;          /* of the initial weights; default 0 */
    int64_t left_aligned;  /* 0 (default): the last token has position N-1; 1: the first token has position 0 */
    /* 1: shorter sequences begin with [MASK] tokens that attention sees, as in the program of Harte et al.; 0
     * (default): no padding. */
    int64_t pad_with_mask;
    /* Share a of a filter beside attention that mixes frequencies along the sequence (BSARec, Shin et al. 2024):
     * a F(x) + (1-a) attention(x). In [0,1), default 0: none. In a causal network, a token's filter sees the tokens up
     * to it. */
    double filter_share;
    int64_t filter_modes; /* lowest frequencies that F keeps; the others get a learned gain; 1..65536, default 3 */
} llmrec_encoder_options;

/* Fills the first `size` bytes with the defaults. Errors: ARGUMENT, ABI. */
LLMREC_API llmrec_status llmrec_encoder_options_init(llmrec_encoder_options *options, size_t size);

/* Fills the first `size` bytes with a preset: "bert4rec" (the defaults); "sasrec" (causal);
 * "sasrec-direct" (causal, D 128, no head: better from item vectors, and slower); "harte2023" (the LLM-init
 * BERT4Rec of Harte et al. 2023 for Beauty: D 208, 3 layers, 3 heads, N 20, no norm on embeddings or in the head,
 * Glorot); "sun2019" (the BERT4Rec of Sun et al. 2019 for Beauty).
 * Errors: ARGUMENT (unknown name; the message lists the presets), ABI. */
LLMREC_API llmrec_status llmrec_encoder_options_preset(llmrec_encoder_options *options, size_t size, const char *name);

/* Creates an encoder with initial weights for the items of a dataset's catalog.
 * Errors: ARGUMENT, ABI, SHAPE (no items), MEMORY. Cost: memory: 4 bytes per weight; the item table has items x D of
 * them. */
LLMREC_API llmrec_status llmrec_encoder_create(const llmrec_dataset *dataset, const llmrec_encoder_options *options,
                                               llmrec_encoder **encoder);

/* Frees the encoder. Recommenders created from it stay valid. */
LLMREC_API void llmrec_encoder_free(llmrec_encoder *encoder);

/* Return the number of items, the dim D, and the number of trainable parameters. */
LLMREC_API int64_t llmrec_encoder_items(const llmrec_encoder *encoder);
LLMREC_API int64_t llmrec_encoder_dim(const llmrec_encoder *encoder);
LLMREC_API int64_t llmrec_encoder_parameters(const llmrec_encoder *encoder);

/* Gives an item's id. Errors: ARGUMENT (no such item). */
LLMREC_API llmrec_status llmrec_encoder_item_id(const llmrec_encoder *encoder, int64_t item, const char **id,
                                                size_t *length);

/* Gives the options of the encoder, with 0 replaced by the value in use: fills the first `options->size` bytes.
 * Errors: ARGUMENT, ABI. */
LLMREC_API llmrec_status llmrec_encoder_get_options(const llmrec_encoder *encoder, llmrec_encoder_options *options);

/* Copies `count` rows of a named weight, beginning with `first`, to values [count,columns]. A vector is one row. `rows`
 * and `columns` (may be NULL) get its shape; count 0 asks for the shape only.
 * Names are "item.weight" [items+1,D] (the last row is [MASK]), "position.weight" [N,D], "output.bias" [items],
 * "block.0.qkv.weight" [D,3HC] (queries, keys, values side by side; rows are inputs), ...:
 * docs/guides/training.md lists them.
 * Errors: ARGUMENT (no such name; rows out of range). Cost: one copy. */
LLMREC_API llmrec_status llmrec_encoder_copy_weights(const llmrec_encoder *encoder, const char *name, int64_t first,
                                                     int64_t count, float *values, int64_t *rows, int64_t *columns);

/* Return the number of named weights, and the name of one (NULL if the index is out of range). */
LLMREC_API int64_t llmrec_encoder_weights(const llmrec_encoder *encoder);
LLMREC_API const char *llmrec_encoder_weight_name(const llmrec_encoder *encoder, int64_t index);

/* --- item vectors from a language model ------------------------------------------------------------------------ */

/* How the item table uses the vectors. */
typedef enum llmrec_init_items_mode {
    LLMREC_INIT_ITEMS_START = 0,          /* initial values, which are trained further (LLM2BERT4Rec) */
    LLMREC_INIT_ITEMS_FROZEN = 1,         /* the item table, not trained; [MASK] is trained */
    LLMREC_INIT_ITEMS_FROZEN_COLUMNS = 2, /* its leading columns, not trained; the other columns are trained */
    LLMREC_INIT_ITEMS_ADAPTER = 3         /* item row = vector W + b, W trained: also scores items not in training */
} llmrec_init_items_mode;

typedef struct llmrec_init_items_options {
    size_t size;  /* set by llmrec_init_items_options_init */
    int64_t mode; /* one of llmrec_init_items_mode; default START */
    /* Scale the vectors to this global root mean square; 0 (default): do not scale, and warn in the log if it is
     * outside 0.01..0.1. ADAPTER: root mean square of the item rows that the initial W gives; default: the encoder's
     * init_deviation. */
    double scale_std;
    int64_t seed; /* ADAPTER: of the initial W; default 0 */
} llmrec_init_items_options;

/* Fills the first `size` bytes with the defaults. Errors: ARGUMENT, ABI. */
LLMREC_API llmrec_status llmrec_init_items_options_init(llmrec_init_items_options *options, size_t size);

/* Initializes the item table from an embedding whose row i is the catalog's item i (llmrec_embedding_align). Its dim is
 * D for START and FROZEN, at most D for FROZEN_COLUMNS, any for ADAPTER, which works best with vectors of length about
 * 1 and keeps a float32 copy of them. Items without a vector keep their random initial row; with ADAPTER their row is
 * b. Training restarts: moments and history are dropped. Boz et al. 2024; FROZEN_COLUMNS: Hu et al. 2025 (AlphaFuse).
 * Errors: ARGUMENT, ABI, SHAPE (rows, dim, another order of ids), NUMERIC (zero vectors cannot be scaled), MEMORY.
 * Threads: needs the encoder exclusively. Cost: one pass over the vectors. */
LLMREC_API llmrec_status llmrec_encoder_init_items(llmrec_encoder *encoder, const llmrec_embedding *embedding,
                                                   const llmrec_init_items_options *options);

/* --- training -------------------------------------------------------------------------------------------------- */

/* The training loss: over the whole catalog, or over sampled items. */
typedef enum llmrec_loss { LLMREC_LOSS_SOFTMAX = 0, LLMREC_LOSS_SAMPLED_SOFTMAX = 1, LLMREC_LOSS_GBCE = 2 } llmrec_loss;

/* The optimizer. */
typedef enum llmrec_optimizer {
    LLMREC_OPTIMIZER_ADAMW = 0,      /* decoupled decay (Loshchilov & Hutter 2019), as in PyTorch */
    LLMREC_OPTIMIZER_BERT_ADAM = 1,  /* as in the original BERT: no bias correction */
    LLMREC_OPTIMIZER_KERAS_ADAMW = 2 /* AdamW with epsilon outside the bias correction, as in Keras */
} llmrec_optimizer;

/* How the learning rate changes after the warm-up: LINEAR and COSINE end at 0 with the last epoch. */
typedef enum llmrec_schedule {
    LLMREC_SCHEDULE_CONSTANT = 0,
    LLMREC_SCHEDULE_LINEAR = 1,
    LLMREC_SCHEDULE_COSINE = 2
} llmrec_schedule;

/* Which gradient norm is limited: of all tensors together, or of each tensor. */
typedef enum llmrec_clip { LLMREC_CLIP_NONE = 0, LLMREC_CLIP_GLOBAL = 1, LLMREC_CLIP_TENSOR = 2 } llmrec_clip;

typedef struct llmrec_train_options {
    size_t size;             /* set by llmrec_train_options_init */
    int64_t epochs;          /* in total, earlier calls included; >= 1, default 100 */
    int64_t batch;           /* sequences per batch; >= 1, default 256 */
    double mask_probability; /* Cloze: probability to mask an item; in (0,1], default 0.4 */
    double last_share;       /* Cloze: share of sequences with only the last item masked; in [0,1], default 0.3 */
    /* Cloze: 0 (default): each sequence once per epoch, with at least one masked item. c >= 1: once with only the last
     * item masked and c times at random, as in BERT4Rec's programs (Sun et al. 2019; Harte et al. 2023). */
    int64_t copies;
    /* Cloze: 0 (default): mask each item independently. m >= 1: mask length x mask_probability items, rounded, at least
     * one and at most m, as in Sun et al. 2019. */
    int64_t most_masks;
    /* Sessions longer than N: windows of N rows that begin every s >= 1 rows, counted from the end, and one at the
     * start. 0 (default): s = N, side by side. -1: only the last N rows. */
    int64_t window_stride;
    int64_t loss;           /* one of llmrec_loss; default SOFTMAX (exact, whole catalog) */
    int64_t negatives;      /* sampled losses: items drawn uniformly, shared by the batch; >= 1, default 256 */
    double gbce_t;          /* GBCE: calibration t in [0,1]; default 0.75 */
    int64_t optimizer;      /* one of llmrec_optimizer; default ADAMW */
    double learning_rate;   /* its peak; > 0, default 1e-3 */
    double weight_decay;    /* decoupled, not on biases and norms; >= 0, default 0.01 */
    double beta1;           /* in [0,1), default 0.9 */
    double beta2;           /* in [0,1), default 0.999 */
    double adam_epsilon;    /* > 0, default 1e-8 */
    int64_t decay_all;      /* 1: weight decay on every tensor, as in Harte et al.; default 0 */
    int64_t schedule;       /* one of llmrec_schedule; default CONSTANT */
    int64_t warmup_steps;   /* linear rise from 0; >= 0, default 0 */
    int64_t clip;           /* one of llmrec_clip; default GLOBAL */
    double clip_norm;       /* > 0, default 5 */
    int64_t accumulate;     /* batches per step; >= 1, default 1 */
    int64_t validation_k;   /* validation metric: NDCG at this; >= 1, default 10 */
    int64_t validate_every; /* epochs; >= 1, default 1 */
    /* Stop after this many validations without a better one; 0: never; default 10. With validation, the final weights
     * are those of the best epoch. */
    int64_t patience;
    const char *checkpoint; /* path of a file written after each epoch (llmrec_encoder_open); default NULL: none */
    int64_t seed;           /* of order, masks, dropout, negatives; default 0 */
    int64_t additional; /* 1: `epochs` more than the encoder has had, also after an early stop; default 0: in total */
    /* Decay d of a running average of the weights, a = d a + (1-d) w after each step; validation and the final weights
     * use a, training goes on from w. In [0,1); default 0: none. Early steps use (1+t)/(10+t) if this is less. */
    double average;
} llmrec_train_options;

/* Fills the first `size` bytes with the defaults. Errors: ARGUMENT, ABI. */
LLMREC_API llmrec_status llmrec_train_options_init(llmrec_train_options *options, size_t size);

/* Fills the first `size` bytes with the training of a preset: see llmrec_encoder_options_preset.
 * Errors: ARGUMENT (unknown name; the message lists the presets), ABI. */
LLMREC_API llmrec_status llmrec_train_options_preset(llmrec_train_options *options, size_t size, const char *name);

/* Trains on the sessions of `train` until `epochs` or early stop. A further call, also on an encoder that was opened
 * from a checkpoint, continues after the last epoch and gives the same bits as one uninterrupted training. An encoder
 * that has had its epochs is not changed: ask for more in total, or for additional ones. A line of the log says which
 * epochs are trained, or why none is. llmrec_encoder_get_train_options gives `epochs` in total.
 *
 * The windows of each session are sequences; sessions of one row are used by Cloze only. `validation` may be NULL (no
 * early stop). Of each session the last row, or the first target that its split says, is ranked among all items except
 * those of the rows before, ties to the lower index. The final weights are those of the best epoch by validation, or of
 * the last epoch without it; more training continues from the last epoch either way. The best epoch is the best of all
 * that the encoder has had, also with `additional`: if none of the new epochs is better, the weights in use stay those
 * of the old one, even if the data are new. An encoder that grew (llmrec_encoder_grow) has had no epochs. A call that
 * fails or is canceled leaves the encoder as it was after the last complete epoch. The same seed, data and processor
 * give the same bits with any number of threads. Reports progress.
 *
 * Errors: ARGUMENT, ABI, SHAPE (another catalog, no session to train on), NUMERIC (loss or gradient is not finite:
 * lower learning_rate), CANCELED, MEMORY, IO (checkpoint). Threads: needs the encoder exclusively. Cost: allocates
 * nothing in a step; memory as multiples of the weights: weights 1, gradients 1, moments 2, weights and moments after
 * the last complete epoch 3, best weights 1 (with validation or `average`), with `average` 2 more; plus about 40 MB of
 * scratch at dim 64, of which the full softmax takes 12 MB, or 256 bytes per item if more. */
LLMREC_API llmrec_status llmrec_encoder_train(llmrec_encoder *encoder, const llmrec_dataset *train,
                                              const llmrec_dataset *validation, const llmrec_train_options *options);

/* Writes the encoder as one line of JSON: {"kind":"encoder","items":3883,"options":{...},"train_options":{...},
 * "epochs":12,"best_epoch":9}. `text`, `capacity` and `length` are as for llmrec_options_json.
 * Errors: ARGUMENT, MEMORY. Cost: proportional to the text. */
LLMREC_API llmrec_status llmrec_encoder_description(const llmrec_encoder *encoder, char *text, size_t capacity,
                                                    size_t *length);

/* Gives the options of the latest training, or the defaults before any; `checkpoint` is NULL. Fills the first
 * `options->size` bytes.
 * Errors: ARGUMENT, ABI. */
LLMREC_API llmrec_status llmrec_encoder_get_train_options(const llmrec_encoder *encoder, llmrec_train_options *options);

/* The result of an epoch. */
typedef struct llmrec_epoch {
    size_t size;                 /* set by the caller: sizeof(llmrec_epoch) */
    int64_t epoch;               /* 1, 2, ... */
    int64_t steps;               /* optimizer steps since training began */
    double loss;                 /* mean over the epoch's labels, natural logarithm */
    double learning_rate;        /* of the last step */
    double ndcg, hit_rate;       /* of the validation, at validation_k; NaN: none */
    double seconds;              /* of training */
    double validation_seconds;   /* of validation */
    double sequences_per_second; /* of training */
    double tokens_per_second;
    int64_t best; /* 1: the best by validation so far */
} llmrec_epoch;

/* Returns the number of completed epochs. */
LLMREC_API int64_t llmrec_encoder_epochs(const llmrec_encoder *encoder);

/* Gives one epoch of the history, the first has index 0: fills the first `epoch->size` bytes.
 * Errors: ARGUMENT (no such epoch), ABI. */
LLMREC_API llmrec_status llmrec_encoder_epoch(const llmrec_encoder *encoder, int64_t index, llmrec_epoch *epoch);

/* Writes the history as CSV, atomically: a header with the names of llmrec_epoch's fields, then one line per epoch.
 * Errors: ARGUMENT, IO, MEMORY. Cost: proportional to the epochs. */
LLMREC_API llmrec_status llmrec_encoder_save_history(const llmrec_encoder *encoder, const char *path);

/* Returns the index of the epoch whose weights are in use; -1 before any training. */
LLMREC_API int64_t llmrec_encoder_best_epoch(const llmrec_encoder *encoder);

/* --- files ----------------------------------------------------------------------------------------------------- */

/* Writes the encoder to one HDF5 file, atomically: options, item ids, weights, and after training moments, counters,
 * best weights and history. Errors: ARGUMENT, IO, MEMORY. Cost: writes all weights. */
LLMREC_API llmrec_status llmrec_encoder_save(const llmrec_encoder *encoder, const char *path);

/* Opens an encoder that llmrec_encoder_save or a checkpoint wrote. Its training continues with the same bits.
 * Errors: ARGUMENT, IO, FORMAT (another kind of file, a newer format, a wrong checksum or shape), MEMORY. Cost: reads
 * all weights. */
LLMREC_API llmrec_status llmrec_encoder_open(llmrec_context *context, const char *path, llmrec_encoder **encoder);

/* Writes the weights in use as safetensors, float32, with the names of llmrec_encoder_copy_weights.
 * Errors: ARGUMENT, IO, MEMORY. Cost: writes all weights. */
LLMREC_API llmrec_status llmrec_encoder_export_weights(const llmrec_encoder *encoder, const char *path);

/* Replaces all weights by those of a safetensors file, which must have every tensor in its shape; other tensors are
 * ignored. Training starts again.
 * Errors: ARGUMENT, IO, FORMAT, SHAPE (names the tensor), NUMERIC (a number is not finite), MEMORY. Threads: needs the
 * encoder exclusively. Cost: reads all weights. */
LLMREC_API llmrec_status llmrec_encoder_import_weights(llmrec_encoder *encoder, const char *path);

/* Creates an encoder for another catalog from the weights in use. Rows of items that both catalogs have are kept,
 * matched by id. New items start from their vectors in `embedding`, scaled by one factor so that those of known items
 * have the root mean square of their rows; without a vector, or if it is NULL, they get fresh rows drawn by `seed`.
 * With an adapter (LLMREC_INIT_ITEMS_ADAPTER) all rows come from `embedding`, which is needed then, so items that were
 * not in training are scored at once. `embedding` is aligned to the new catalog; its dim is D, that of the frozen
 * columns, or the adapter's. Training starts again.
 * Errors: ARGUMENT, SHAPE (no items; vectors that do not match), MEMORY. Cost: one copy of the weights. */
LLMREC_API llmrec_status llmrec_encoder_grow(const llmrec_encoder *encoder, const llmrec_dataset *dataset,
                                             const llmrec_embedding *embedding, int64_t seed, llmrec_encoder **grown);

LLMREC_END
#endif
