/* SPDX-License-Identifier: Apache-2.0 */
/* Recommenders that ask a language model: the task, the wording of prompts, and how answers are matched to items.
 *
 * For the functions of this header, unless their comment says otherwise: Ownership: the caller owns a created
 * recommender; it keeps its parts alive. Threads: any; many at once. Cost: constant; allocates nothing. Since: 0.1.
 */
#ifndef LLMREC_PROMPT_H
#define LLMREC_PROMPT_H

#include "strategy.h"

LLMREC_BEGIN

/* What the model is asked to do (Harte et al. 2023, section 3.3; Boz et al. 2024; Hou et al. 2024). */
typedef enum llmrec_prompt_form {
    LLMREC_PROMPT_RANK = 0,    /* rank the candidates of the first stage */
    LLMREC_PROMPT_GENITEM = 1, /* name one item, several times; the names are looked up */
    LLMREC_PROMPT_GENLIST = 2, /* name a list of items; the names are looked up */
    LLMREC_PROMPT_CLASSIFY = 3 /* choose from a menu: the most popular item of each cluster of vectors */
} llmrec_prompt_form;

/* How the session is presented: its items in order; with a sentence about the newest one; or with the newest one as an
 * example of a right answer. */
typedef enum llmrec_prompt_variant {
    LLMREC_VARIANT_SEQUENTIAL = 0,
    LLMREC_VARIANT_RECENCY = 1,
    LLMREC_VARIANT_IN_CONTEXT = 2
} llmrec_prompt_variant;

/* RANK: how the order is found. LIST: the model writes it. LETTERS: the model answers with one label, and the
 * log-probabilities of all labels at that token are the scores (Yue et al. 2023); a call costs one token and needs a
 * server that gives log-probabilities. PAIRWISE: the model chooses between two, for all pairs in both orders (Qin et
 * al. 2023), M (M-1) calls per session. */
typedef enum llmrec_prompt_scoring {
    LLMREC_SCORING_LIST = 0,
    LLMREC_SCORING_LETTERS = 1,
    LLMREC_SCORING_PAIRWISE = 2
} llmrec_prompt_scoring;

/* What an answer to a menu consists of: the labels of its entries, or their names. */
typedef enum llmrec_prompt_answer { LLMREC_ANSWER_LABELS = 0, LLMREC_ANSWER_NAMES = 1 } llmrec_prompt_answer;

/* How the server is made to answer with labels. AUTO: by JSON schema, or not at all if the server refuses that. */
typedef enum llmrec_prompt_structure {
    LLMREC_STRUCTURE_AUTO = 0,
    LLMREC_STRUCTURE_NONE = 1,
    LLMREC_STRUCTURE_JSON_SCHEMA = 2,
    LLMREC_STRUCTURE_GRAMMAR = 3 /* GBNF, llama.cpp's */
} llmrec_prompt_structure;

/* How the orders of several rounds become one. LETTERS and PAIRWISE take the mean of their probabilities instead. */
typedef enum llmrec_prompt_aggregation {
    LLMREC_AGGREGATION_BORDA = 0,      /* mean of M - place; items that a round left out share the remaining points */
    LLMREC_AGGREGATION_RECIPROCAL = 1, /* mean of 1 / (60 + place), place from 1 (Cormack et al. 2009) */
    LLMREC_AGGREGATION_KEMENY = 2,     /* the order of least disagreement near BORDA's (Tang et al. 2024) */
    LLMREC_AGGREGATION_SUM = 3         /* sum of M - place, -10000 for items that a round left out (Hou et al. 2024) */
} llmrec_prompt_aggregation;

/* How lists are written in a prompt. FENCED: each name is a JSON string on its own line, inside tags that cannot occur
 * in a name, so a title cannot become an instruction. LINES: names without change, one per line, in the form that
 * llmrec_fine_tuning_write uses: for models tuned with it, and for titles that can be trusted. NUMBERED: GENITEM only,
 * the form of Harte et al.: lines "1. NAME ", then a line "###", without instructions; for completion models tuned with
 * it. */
typedef enum llmrec_prompt_style {
    LLMREC_STYLE_FENCED = 0,
    LLMREC_STYLE_LINES = 1,
    LLMREC_STYLE_NUMBERED = 2
} llmrec_prompt_style;

/* The list of a session without a usable answer: the list of the first stage, or an empty list. */
typedef enum llmrec_on_failure { LLMREC_ON_FAILURE_FIRST_STAGE = 0, LLMREC_ON_FAILURE_EMPTY = 1 } llmrec_on_failure;

typedef struct llmrec_prompt_options {
    size_t size;         /* set by llmrec_prompt_options_init */
    int64_t form;        /* one of llmrec_prompt_form; default RANK */
    int64_t variant;     /* one of llmrec_prompt_variant; default SEQUENTIAL */
    int64_t scoring;     /* RANK: one of llmrec_prompt_scoring; default LIST */
    int64_t answer;      /* RANK by LIST, CLASSIFY: one of llmrec_prompt_answer; default LABELS */
    int64_t structure;   /* answers of labels: one of llmrec_prompt_structure; default AUTO */
    int64_t aggregation; /* one of llmrec_prompt_aggregation; default BORDA */
    int64_t style;       /* one of llmrec_prompt_style; default FENCED */
    int64_t history;     /* the last items of a session that are shown; >= 1, default 20 */
    /* > 0: show the whole session if the user's text then has at most this many characters, else the last `history`
     * items; 0 (default): always the last `history` items. */
    int64_t history_characters;
    int64_t candidates; /* RANK: items of the first stage's list; 2..702, default 20 */
    int64_t rounds;     /* RANK: questions on the same candidates; 1..1000, default 1 */
    /* RANK: 1 (default): candidates in random order, another for each session and round, because models prefer certain
     * positions in a list; 0: in the order of the first stage. PAIRWISE always asks in both orders. */
    int64_t shuffle;
    /* RANK: the first stage's order counts as this many rounds; >= 0, default 0. LETTERS: a round whose probabilities
     * fall as 1 / place. */
    double first_stage_weight;
    /* RANK: candidates in one question; 2..702, default 20. Longer lists are ranked in windows from their end upwards
     * (Sun et al. 2023), one question after another. LETTERS: at most `alternatives` and 26, because labels after Z are
     * not single tokens. */
    int64_t window;
    int64_t stride;       /* RANK: how far a window moves; 1..window, default 10 */
    int64_t samples;      /* GENITEM: 1..1000, default 10 */
    int64_t count;        /* GENLIST, CLASSIFY: items asked for; 1..702, default 20 */
    int64_t clusters;     /* CLASSIFY: entries of the menu; 2..702, at most the items, default 200 */
    double temperature;   /* >= 0; default NaN: 1 for GENITEM, else 0 */
    double top_p;         /* in (0,1]; default 1 */
    int64_t max_tokens;   /* of an answer; default 0: as many as the answer needs */
    int64_t seed;         /* of shuffles and clusters, and sent with each request; default 0 */
    double likeness;      /* smallest similarity of a name to an entry of the menu for a match; in [0,1], default 0.8 */
    int64_t title_length; /* longest name in code points; 8..10000, default 100 */
    int64_t on_failure;   /* one of llmrec_on_failure; default FIRST_STAGE */
    int64_t parity;       /* 1: read replies and match names as the references do (LLMRank; Boz et al.); default 0 */
    const char *noun;     /* the word for an item; default "item" */
    const char *nouns;    /* the word for several; default "items" */
    const char *column;   /* the text column with the items' names; default NULL: the title */
    /* Templates that replace the library's; default NULL. Slots are {noun} {nouns} {history} {last}; with a menu {menu}
     * {choices}, with labels {first_label} {last_label}; and {count}. `user` must contain {history}, and {menu} if
     * there is a menu. {{ is a brace. See docs/guides/prompts.md. */
    const char *system;
    const char *user;
    /* LETTERS, PAIRWISE: alternatives asked for, as top_logprobs of llmrec_chat_request; 1..10000, default 20. A weak
     * model needs more: 1000 if the server allows it. Labels without a log-probability come last, in the first stage's
     * order. */
    int64_t alternatives;
    /* RANK, GENLIST, CLASSIFY: most times that a question is asked if its answer is unusable: no label and no name of
     * the menu (GENLIST: of any item); 1..10, default 2. A repeated question ends with the form of an answer (FENCED
     * only), and has another seed and a temperature of at least 0.5. */
    int64_t asks;
} llmrec_prompt_options;

/* Fills the first `size` bytes with the defaults. Errors: ARGUMENT, ABI. */
LLMREC_API llmrec_status llmrec_prompt_options_init(llmrec_prompt_options *options, size_t size);

/* Fills the first `size` bytes with a preset:
 * - "default".
 * - "harte2023": Harte et al. 2023: GENITEM, 20 samples, the whole session in up to 5000 characters; for a model tuned
 *   with NUMBERED.
 * - "boz2024-genitem", "boz2024-genlist", "boz2024-classify", "boz2024-rank": Boz et al. 2024, for tuned models.
 * - "llmrank", "llmrank-recency", "llmrank-in-context": Hou et al. 2024: names, 3 rounds, temperature 0.2, history of
 *   50.
 * - "letters": one token per round, 3 rounds.
 *
 * Errors: ARGUMENT (unknown name; the message lists the presets), ABI. */
LLMREC_API llmrec_status llmrec_prompt_options_preset(llmrec_prompt_options *options, size_t size, const char *name);

/* Creates a recommender that asks a language model, from the parts `dataset` and `llm`, and for RANK `first_stage`, for
 * CLASSIFY `embedding`; the others may be NULL. Its name is "prompt-rank", "prompt-genitem", "prompt-genlist" or
 * "prompt-classify".
 *
 * Answers are parsed tolerantly and matched to items: by label; by name, ignoring case, blanks, entities and Unicode
 * forms; in a menu by similarity; else by the nearest vector. Lists contain no item twice and no filtered item, and are
 * filled up from the first stage. The questions of many sessions are asked together, up to the endpoint's concurrency.
 * If a request fails, its session gets the first stage's list, and the log states how many did. Sessions without a
 * known item get that list without a question. Scores are minus the place (0, -1, ...).
 *
 * Errors: ARGUMENT, ABI, SHAPE (parts with other catalogs or dims: named), MEMORY, CANCELED. Cost: copies the names;
 * CLASSIFY clusters the table. */
LLMREC_API llmrec_status llmrec_recommender_create_prompt(const llmrec_recommender_parts *parts,
                                                          const llmrec_prompt_options *options,
                                                          llmrec_recommender **recommender);

/* Writes the messages of the first question that a session would get. `items` [item_count] is the session; `candidates`
 * [count] is the menu in this order, for RANK only. Writes at most `capacity` bytes, NUL included. `length` (may be
 * NULL) gets the bytes needed without the NUL: call with capacity 0 to ask for the size.
 * Errors: ARGUMENT, UNSUPPORTED (not a prompt recommender), MEMORY. Cost: proportional to the text. */
LLMREC_API llmrec_status llmrec_prompt_preview(const llmrec_recommender *recommender, const int32_t *items,
                                               int64_t item_count, const int32_t *candidates, int64_t count, char *text,
                                               size_t capacity, size_t *length);

/* Columns of the counts of llmrec_recommend_grounded: where a list comes from. Every name in the answers of a session
 * (of a repeated question: in its last answer) counts in one of EXACT, FUZZY, DUPLICATE, HALLUCINATED and FILTERED. */
typedef enum llmrec_grounding {
    LLMREC_GROUNDING_EXACT = 0,        /* by label, or by name ignoring case, blanks, entities, Unicode forms */
    LLMREC_GROUNDING_FUZZY = 1,        /* by the most similar name of the menu */
    LLMREC_GROUNDING_NEAREST = 2,      /* items of the list found by vector for unknown or repeated names */
    LLMREC_GROUNDING_DUPLICATE = 3,    /* named before */
    LLMREC_GROUNDING_HALLUCINATED = 4, /* no item, or no item of the menu, has the name */
    LLMREC_GROUNDING_BACKFILLED = 5,   /* items of the list that come from the first stage */
    LLMREC_GROUNDING_FAILED = 6,       /* 1: no usable answer; see llmrec_on_failure */
    LLMREC_GROUNDING_FILTERED = 7,     /* an item that may not be recommended */
    LLMREC_GROUNDING_REQUESTS = 8,     /* questions asked, repetitions included */
    LLMREC_GROUNDING_COUNT = 9         /* columns that this version knows */
} llmrec_grounding;

/* Does the same as llmrec_recommend, and writes where each list comes from: grounding[sessions,columns] gets the counts
 * of llmrec_grounding. `columns` is LLMREC_GROUNDING_COUNT as the caller was compiled: with fewer, the later counts are
 * left out; columns that this version does not know get zeros. Recommenders that ask no model write zeros.
 * Errors: as llmrec_recommend. Cost: as llmrec_recommend. */
LLMREC_API llmrec_status llmrec_recommend_grounded(const llmrec_recommender *recommender, const int64_t *offsets,
                                                   const int32_t *items, int64_t sessions, int64_t k,
                                                   const llmrec_recommend_options *options, int32_t *recommended,
                                                   float *scores, int32_t *counts, int64_t *grounding, int64_t columns);

LLMREC_END
#endif
