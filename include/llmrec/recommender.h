/* SPDX-License-Identifier: Apache-2.0 */
/* Recommenders: the items of a session in, the next items out, also for sessions and items never trained on. */
#ifndef LLMREC_RECOMMENDER_H
#define LLMREC_RECOMMENDER_H

#include "encoder.h"
#include "llm.h"

LLMREC_BEGIN

typedef struct llmrec_recommender llmrec_recommender;

/* --- popularity ---------------------------------------------------------------------------------------------- */

/* Recommends the items with most rows in `dataset` (usually a train view), ties to the lower index; the score is the
 * row count. Errors: MEMORY. */
LLMREC_API llmrec_status llmrec_recommender_create_popularity(const llmrec_dataset *dataset,
                                                              llmrec_recommender **recommender);

/* --- LLM-seq-sim --------------------------------------------------------------------------------------------- */

/* How a session becomes one vector: the last item's, or the weighted mean of all items'. */
enum { LLMREC_WEIGHTING_LAST = 0, LLMREC_WEIGHTING_MEAN = 1 };

/* Weight w(a) of an item of age a (1 = newest) in a session of L items. */
enum {
    LLMREC_DECAY_NONE = 0,              /* 1 */
    LLMREC_DECAY_CONSTANT_LINEAR = 1,   /* max(1e-5, 1 - 0.1 (a-1)) */
    LLMREC_DECAY_SCALING_LINEAR = 2,    /* max(1e-5, 1 - (a-1)/L) */
    LLMREC_DECAY_SCALING_QUADRATIC = 3, /* its square */
    LLMREC_DECAY_SCALING_CUBIC = 4,     /* its cube */
    LLMREC_DECAY_LOG = 5,               /* 1 / (1 + ln a) */
    LLMREC_DECAY_HARMONIC = 6,          /* 1 / a */
    LLMREC_DECAY_HARMONIC_SQUARED = 7,  /* 1 / a^2 */
    LLMREC_DECAY_EXPONENTIAL = 8        /* exp(-rate (a-1)) */
};

enum {
    LLMREC_MEASURE_COSINE = 0,   /* u.e / (|u||e|), 0 if either is zero */
    LLMREC_MEASURE_DOT = 1,      /* u.e */
    LLMREC_MEASURE_EUCLIDEAN = 2 /* 1 / (1 + |u - e|) */
};

typedef struct llmrec_similarity_options {
    size_t size;         /* set by llmrec_similarity_options_init; do not touch */
    int64_t weighting;   /* one of LLMREC_WEIGHTING_*; default MEAN */
    int64_t decay;       /* one of LLMREC_DECAY_*; MEAN only; default HARMONIC */
    double decay_rate;   /* EXPONENTIAL: rate >= 0; default 0.5 */
    int64_t measure;     /* one of LLMREC_MEASURE_*; default COSINE */
    int64_t reduce;      /* one of LLMREC_REDUCE_*, fitted on the whole table; default WHITEN. NONE leaves the vectors
                            as they are, lengths too */
    int64_t reduce_dim;  /* width of the reduced vectors; PCA and WHITEN take all directions there are where they are
                            fewer; 0 (default): all (RANDOM: D) */
    double reduce_power; /* as llmrec_reducer_options.power; default 1 */
    double reduce_ridge; /* as llmrec_reducer_options.ridge; default 0 */
    int64_t seed;        /* as llmrec_reducer_options.seed; default 0 */
} llmrec_similarity_options;

LLMREC_API llmrec_status llmrec_similarity_options_init(llmrec_similarity_options *options, size_t size);

/* Sets every option to a named setting: "default"; "harte2023" (the seed paper's for Beauty: last item, dot product,
 * vectors as they are); "boz2024" (the extended paper's: PCA to 512, mean, harmonic, cosine). ARGUMENT lists the names. */
LLMREC_API llmrec_status llmrec_similarity_options_preset(llmrec_similarity_options *options, size_t size,
                                                          const char *name);

/* LLM-seq-sim (Harte et al. 2023, section 3.1; Boz et al. 2024): a session becomes a vector made of its items'
 * vectors; all items of the table are ranked by similarity to it. The catalogue is the table's rows, the ids the
 * table's. A row shorter than 1e-20 has cosine 0 with everything. The table is held, not copied.
 * Errors: ARGUMENT, SHAPE, NUMERIC (a row longer than 1e18: names it), MEMORY. Cost: the reducer's fit; memory: the
 * reduced table, if there is a reducer, and a quarter of a float32 table. */
LLMREC_API llmrec_status llmrec_recommender_create_similarity(const llmrec_embedding *embedding,
                                                              const llmrec_similarity_options *options,
                                                              llmrec_recommender **recommender);

/* --- trained encoders ---------------------------------------------------------------------------------------- */

/* BERT4Rec and SASRec, from random or LLM vectors: a session passes through the encoder's network ([MASK] at its end where
 * it is bidirectional), and all items are ranked by the logits, which are the scores. Named "bert4rec" or, causal,
 * "sasrec". It takes a copy of the weights in use, so the encoder may train on or be freed. Errors: NUMERIC, MEMORY.
 * Memory: twice the item table and a quarter. */
LLMREC_API llmrec_status llmrec_recommender_create_encoder(const llmrec_encoder *encoder,
                                                           llmrec_recommender **recommender);

/* --- prompts to a language model ------------------------------------------------------------------------------- */

/* What the model is asked (Harte et al. 2023, section 3.3; Boz et al. 2024; Hou et al. 2024). */
enum {
    LLMREC_PROMPT_RANK = 0,    /* to rank the first stage's candidates */
    LLMREC_PROMPT_GENITEM = 1, /* for one item, several times; what it names is looked up */
    LLMREC_PROMPT_GENLIST = 2, /* for a list of items, likewise */
    LLMREC_PROMPT_CLASSIFY =
        3 /* to choose from a menu of the catalogue: the most popular item of each of `clusters` clusters
                                  of the embedding table */
};

/* How the session is told: in order; with a sentence on its newest item; with its newest item as what was right before. */
enum { LLMREC_VARIANT_SEQUENTIAL = 0, LLMREC_VARIANT_RECENCY = 1, LLMREC_VARIANT_IN_CONTEXT = 2 };

/* RANK: how an order comes about. LIST: the model writes it down. LETTERS: it answers with one label; the log-probabilities
 * of all labels in that token's place are the scores (Yue et al. 2023), so a call costs one token; needs a server that
 * gives them. PAIRWISE: it chooses between two, for all pairs in both orders (Qin et al. 2023): M (M-1) calls a session. */
enum { LLMREC_SCORING_LIST = 0, LLMREC_SCORING_LETTERS = 1, LLMREC_SCORING_PAIRWISE = 2 };

/* What a list is asked to be made of, where there is a menu: the labels that stand before its entries, or their names. */
enum { LLMREC_ANSWER_LABELS = 0, LLMREC_ANSWER_NAMES = 1 };

/* How a server is held to an answer of labels. AUTO: by JSON schema, and without where the server refuses that. */
enum {
    LLMREC_STRUCTURE_AUTO = 0,
    LLMREC_STRUCTURE_NONE = 1,
    LLMREC_STRUCTURE_JSON_SCHEMA = 2,
    LLMREC_STRUCTURE_GRAMMAR = 3 /* GBNF, llama.cpp's */
};

/* How several rounds' orders become one; LETTERS and PAIRWISE: the mean of their probabilities instead. */
enum {
    LLMREC_AGGREGATION_BORDA = 0,      /* mean of M - place; what a round left out shares the points that are left */
    LLMREC_AGGREGATION_RECIPROCAL = 1, /* mean of 1 / (60 + place), place from 1 (Cormack et al. 2009) */
    LLMREC_AGGREGATION_KEMENY = 2,     /* the order of least disagreement near Borda's (Tang et al. 2024) */
    LLMREC_AGGREGATION_SUM = 3         /* sum of M - place, -10000 for what a round left out (Hou et al. 2024) */
};

/* How lists look in a prompt. FENCED: each name a JSON string on a line of its own, inside tags that cannot occur in a name,
 * so that a title cannot become an instruction. LINES: names as they are, one a line, in the shapes to which
 * llmrec_fine_tuning_write tunes models: for models tuned so, and titles that can be trusted. NUMBERED: GENITEM only, the
 * seed paper's: lines "1. NAME ", then a line of "###", and no words at all; for completion models tuned so. */
enum { LLMREC_STYLE_FENCED = 0, LLMREC_STYLE_LINES = 1, LLMREC_STYLE_NUMBERED = 2 };

/* What becomes of a session for which the model gave nothing of use: the first stage's list, or none. */
enum { LLMREC_FAILURE_FIRST_STAGE = 0, LLMREC_FAILURE_EMPTY = 1 };

typedef struct llmrec_prompt_options {
    size_t size;         /* set by llmrec_prompt_options_init; do not touch */
    int64_t form;        /* one of LLMREC_PROMPT_*; default RANK */
    int64_t variant;     /* one of LLMREC_VARIANT_*; default SEQUENTIAL */
    int64_t scoring;     /* one of LLMREC_SCORING_*; RANK only; default LIST */
    int64_t answer;      /* one of LLMREC_ANSWER_*; RANK by LIST, and CLASSIFY; default LABELS */
    int64_t structure;   /* one of LLMREC_STRUCTURE_*; answers of labels only; default AUTO */
    int64_t aggregation; /* one of LLMREC_AGGREGATION_*; default BORDA */
    int64_t style;       /* one of LLMREC_STYLE_*; default FENCED */
    int64_t history;     /* items of a session that are shown, the last ones; >= 1, default 20 */
    int64_t
        history_characters; /* > 0: the whole session is shown as long as the user's text has at most so many characters,
                                   else its last `history` items; default 0: always these */
    int64_t candidates;     /* RANK: of the first stage's list; 2..702, default 20 */
    int64_t rounds;         /* RANK: questions on the same candidates; 1..1000, default 1 */
    int64_t shuffle; /* RANK: 1 (default): candidates in random order, another for each session and round, for models
                            favour places in a list; 0: in the first stage's. PAIRWISE asks in both orders anyway */
    double first_stage_weight; /* RANK: the first stage's order counts for so many rounds; >= 0, default 0. (LETTERS: a
                                  round whose probabilities fall as 1 / place) */
    int64_t
        window; /* RANK: candidates in one question; 2..702, default 20. Longer lists are passed over in windows from
                       their end upwards (Sun et al. 2023), one question after the other. LETTERS: at most `alternatives`,
                       and 26, as labels beyond Z are no single tokens */
    int64_t stride;       /* RANK: by which a window moves; 1..window, default 10 */
    int64_t samples;      /* GENITEM: 1..1000, default 10 */
    int64_t count;        /* GENLIST, CLASSIFY: items asked for; 1..702, default 20 */
    int64_t clusters;     /* CLASSIFY: entries of the menu; 2..702, at most the items, default 200 */
    double temperature;   /* >= 0; default NaN: 1 for GENITEM, else 0 */
    double top_p;         /* in (0,1]; default 1 */
    int64_t max_tokens;   /* of an answer; default 0: what the answer asked for needs */
    int64_t seed;         /* of shuffles and clusters, and sent with each request; default 0 */
    double likeness;      /* least likeness of a name to one of the menu's to be taken for it; in [0,1], default 0.8 */
    int64_t title_length; /* code points of a name at most; 8..10000, default 100 */
    int64_t on_failure;   /* one of LLMREC_FAILURE_*; default FIRST_STAGE */
    int64_t parity;       /* 1: replies read and names matched as the references do (LLMRank; Boz et al.); default 0 */
    const char *noun;     /* what an item is, default "item", and several, default "items" */
    const char *nouns;
    const char *column; /* the text column with the items' names; default NULL: the title */
    const char
        *system; /* templates in place of ours; default NULL. Slots: {noun} {nouns} {history} {last}, with a menu */
    const char
        *user; /* {menu} {choices}, with labels {first_label} {last_label}, and {count}. The user's needs {history},
                           and {menu} where there is one. {{ is a brace. See docs/prompts.md */
    int64_t alternatives; /* LETTERS, PAIRWISE: tokens whose log-probabilities are asked for, as top_logprobs of
                             llmrec_chat_request; 1..10000, default 20. A weak model's labels are further down: 1000 where the
                             server gives so many. Labels that are not listed stand behind, in the first stage's order */
    int64_t
        asks; /* RANK, GENLIST, CLASSIFY: how often a question is asked at most where its answer gives nothing of use: no label
                     and no name of the menu (GENLIST: of any item); 1..10, default 2; 1: once. Asked again, its words end with
                     the form that an answer must have (styles but FENCED: not), its seed is another, and its temperature at
                     least 0.5. Nothing is known then of what comes next in the session */
} llmrec_prompt_options;

LLMREC_API llmrec_status llmrec_prompt_options_init(llmrec_prompt_options *options, size_t size);

/* Sets every option to a named setting: "default"; "harte2023" (the seed paper: GENITEM, 20 samples, the whole session in up to
 * 5000 characters, for a model tuned to NUMBERED);
 * "boz2024-genitem", "boz2024-genlist", "boz2024-classify", "boz2024-rank" (the extended paper's, for tuned models);
 * "llmrank", "llmrank-recency", "llmrank-in-context" (Hou et al. 2024: names, 3 rounds, temperature 0.2, history of 50);
 * "letters" (one token a round, 3 rounds). ARGUMENT lists the names. */
LLMREC_API llmrec_status llmrec_prompt_options_preset(llmrec_prompt_options *options, size_t size, const char *name);

/* What a prompt recommender is made of. */
typedef struct llmrec_prompt_parts {
    size_t size; /* sizeof(llmrec_prompt_parts) */
    const llmrec_llm *llm;
    const llmrec_dataset
        *dataset; /* catalogue and names, copied; rows are counted for CLASSIFY (usually a train view) */
    const llmrec_recommender *first_stage; /* over the same items. RANK needs it; else it fills lists up; may be NULL */
    const llmrec_embedding
        *embedding; /* of the same items, aligned. CLASSIFY needs it; GENITEM and GENLIST use it to stand in
                                          for names that no item has, and repeated ones; may be NULL */
    const llmrec_text_encoder *text_encoder; /* the one that made the table: embeds unknown names; may be NULL */
} llmrec_prompt_parts;

/* LLM prompts as a recommender: named "prompt-rank", "prompt-genitem", "prompt-genlist" or "prompt-classify". Everything is
 * held. What the model writes is parsed tolerantly and grounded: by label; by name, exact but for case, blanks, entities
 * and Unicode forms; inside a menu by likeness; else by the nearest vector. Lists hold no item twice, none that is filtered,
 * and are filled up from the first stage. Questions of many sessions are asked together, as many at once as the endpoint's
 * concurrency. A request that fails for good leaves its session to the first stage, and the log says how many did.
 * Sessions without a known item get the first stage's list, unasked. Scores are minus the place (0, -1, ...).
 * Errors: ARGUMENT, SHAPE (parts of other catalogues or widths: names them), MEMORY, CANCELLED. */
LLMREC_API llmrec_status llmrec_recommender_create_prompt(const llmrec_prompt_parts *parts,
                                                          const llmrec_prompt_options *options,
                                                          llmrec_recommender **recommender);

/* The messages that a session's (first) question would have: texts as for llmrec_report_format. `candidates` [count] are the
 * menu, in this order; RANK only. Errors: ARGUMENT, UNSUPPORTED (not a prompt recommender), MEMORY. */
LLMREC_API llmrec_status llmrec_recommender_prompt(const llmrec_recommender *recommender, const int32_t *items,
                                                   size_t item_count, const int32_t *candidates, size_t count,
                                                   char *text, size_t capacity, size_t *length);

/* Columns of llmrec_recommend_options.grounding: where lists come from. All names of all answers to a session's questions (the
 * last one's to a question that was asked again) are counted in one of EXACT, FUZZY, DUPLICATE, HALLUCINATED and FILTERED. */
enum {
    LLMREC_GROUNDING_EXACT = 0,        /* by label, or by name up to case, blanks, entities, Unicode forms */
    LLMREC_GROUNDING_FUZZY = 1,        /* likest name of the menu */
    LLMREC_GROUNDING_NEAREST = 2,      /* items of the list that stand in by vector for unknown or repeated names */
    LLMREC_GROUNDING_DUPLICATE = 3,    /* named before */
    LLMREC_GROUNDING_HALLUCINATED = 4, /* no item, or none of the menu, has the name */
    LLMREC_GROUNDING_BACKFILLED = 5,   /* items of the list that are the first stage's */
    LLMREC_GROUNDING_FAILED = 6,       /* 1: the model gave nothing of use: the list is the first stage's, or empty */
    LLMREC_GROUNDING_FILTERED = 7,     /* an item that may not be recommended */
    LLMREC_GROUNDING_REQUESTS = 8,     /* questions asked, each as often as it was */
    LLMREC_GROUNDING_COUNT = 9         /* columns that this version knows */
};

/* --- every strategy ------------------------------------------------------------------------------------------ */

LLMREC_API void llmrec_recommender_free(llmrec_recommender *recommender);

/* "popularity", "similarity", ...; the options in force as one line of JSON. */
LLMREC_API const char *llmrec_recommender_name(const llmrec_recommender *recommender);
LLMREC_API const char *llmrec_recommender_description(const llmrec_recommender *recommender);
LLMREC_API int64_t llmrec_recommender_items(const llmrec_recommender *recommender);

/* An item's id by index; UNSUPPORTED where the recommender was made of a table without ids. */
LLMREC_API llmrec_status llmrec_recommender_item_id(const llmrec_recommender *recommender, int64_t item,
                                                    const char **id, size_t *length);

typedef struct llmrec_recommend_options {
    size_t size;       /* set by llmrec_recommend_options_init; do not touch */
    int64_t keep_seen; /* 0 (default): a session's own items are never recommended; 1: they may be */
    size_t allow_count;
    const int32_t *allow; /* [allow_count] only these may be recommended, none if it is 0; default NULL: all */
    size_t deny_count;
    const int32_t *deny; /* [deny_count] these never are; default NULL: none */
    int64_t *grounding; /* [sessions, grounding_columns] where prompt recommenders' lists come from: LLMREC_GROUNDING_*;
                            zeros from other strategies; default NULL: not wanted */
    int64_t grounding_columns; /* >= 0, default 0; LLMREC_GROUNDING_COUNT for all; further ones get zeros */
} llmrec_recommend_options;

LLMREC_API llmrec_status llmrec_recommend_options_init(llmrec_recommend_options *options, size_t size);

/* The k best next items of each of `sessions` sessions, given as CSR: session i is items[offsets[i]..offsets[i+1]-1],
 * oldest first. Fills recommended[sessions,k] and scores[sessions,k] (NULL: not wanted) in falling order of score, ties
 * to the lower index, and counts[sessions] = min(k, eligible items); entries past a count are left as they are. A
 * session in which there is nothing to go by (empty, or unknown items only) gets count 0 from strategies that need
 * items, the popular ones from popularity. An index of -1 in `items` is an unknown item and is skipped.
 * Exact, and the same to the bit whatever the batch, block size or threads. One recommender may be used by many threads
 * at once. Errors: ARGUMENT (k < 1, an index outside [-1, items), falling offsets: names the position), MEMORY, CANCELLED
 * (outputs undefined). Cost: similarity: one pass over a table of a quarter of the float32 size per 64 sessions, and
 * some tens of rows scored in float32 for each; memory does not grow with sessions x items. */
LLMREC_API llmrec_status llmrec_recommend(const llmrec_recommender *recommender, const int64_t *offsets,
                                          const int32_t *items, size_t sessions, int64_t k,
                                          const llmrec_recommend_options *options, int32_t *recommended, float *scores,
                                          int32_t *counts);

/* The same with the items' external ids; `lengths` NULL: each ends in NUL. Unknown ids are skipped; unknown[sessions]
 * (may be NULL) gets how many, and the log a warning with their number and the first one. */
LLMREC_API llmrec_status llmrec_recommend_ids(const llmrec_recommender *recommender, const int64_t *offsets,
                                              const char *const *ids, const size_t *lengths, size_t sessions, int64_t k,
                                              const llmrec_recommend_options *options, int32_t *recommended,
                                              float *scores, int32_t *counts, int64_t *unknown);

/* --- a session that goes on ---------------------------------------------------------------------------------- */

/* One session whose items come one after another, with the next ones recommended whenever they are wanted: the same to the bit
 * as llmrec_recommend on all its items so far. It holds the recommender, and belongs to one thread at a time.
 *
 * Cost of a recommendation: that of llmrec_recommend for the whole session, of which only the arrays need not be handed over
 * again. Less where the recommender is a causal encoder whose positions count from the session's start (left_aligned, not
 * pad_with_mask): keys and values of the tokens before are kept (8 bytes x layers x max_length x heads x head_width), and
 * the items since the latest recommendation alone pass through the network, until the session is longer than max_length. */
typedef struct llmrec_session llmrec_session;

/* An empty session. Errors: ARGUMENT, MEMORY. */
LLMREC_API llmrec_status llmrec_session_create(const llmrec_recommender *recommender, llmrec_session **session);
LLMREC_API void llmrec_session_free(llmrec_session *session);

/* Appends items[count], oldest first; -1 is an unknown item and is skipped. On failure the session is as it was. Errors:
 * ARGUMENT (an index outside [-1, items): names the position), MEMORY. */
LLMREC_API llmrec_status llmrec_session_append(llmrec_session *session, const int32_t *items, size_t count);

/* The same with external ids, as llmrec_recommend_ids takes them; *unknown (may be NULL) gets how many were skipped. */
LLMREC_API llmrec_status llmrec_session_append_ids(llmrec_session *session, const char *const *ids,
                                                   const size_t *lengths, size_t count, int64_t *unknown);

/* How many known items it has. */
LLMREC_API int64_t llmrec_session_length(const llmrec_session *session);

/* Fills recommended[k], scores[k] (NULL: not wanted) and *count as llmrec_recommend does for one session. */
LLMREC_API llmrec_status llmrec_session_recommend(llmrec_session *session, int64_t k,
                                                  const llmrec_recommend_options *options, int32_t *recommended,
                                                  float *scores, int32_t *count);

LLMREC_END
#endif
