/* SPDX-License-Identifier: Apache-2.0 */
/* Prompts to a language model as a recommender: what is asked, how it is worded, how answers become items. */
#ifndef LLMREC_PROMPT_H
#define LLMREC_PROMPT_H

#include "llm.h"
#include "recommender.h"

LLMREC_BEGIN

/* What the model is asked (Harte et al. 2023, section 3.3; Boz et al. 2024; Hou et al. 2024). */
typedef enum llmrec_prompt_form {
    LLMREC_PROMPT_RANK = 0,    /* to rank the first stage's candidates */
    LLMREC_PROMPT_GENITEM = 1, /* for one item, several times; what it names is looked up */
    LLMREC_PROMPT_GENLIST = 2, /* for a list of items, likewise */
    /* to choose from a menu of the catalog: the most popular item of each of `clusters` clusters of the embedding
     * table */
    LLMREC_PROMPT_CLASSIFY = 3
} llmrec_prompt_form;

/* How the session is told: in order; with a sentence on its newest item; with its newest item as what was right
 * before. */
typedef enum llmrec_prompt_variant {
    LLMREC_VARIANT_SEQUENTIAL = 0,
    LLMREC_VARIANT_RECENCY = 1,
    LLMREC_VARIANT_IN_CONTEXT = 2
} llmrec_prompt_variant;

/* RANK: how an order comes about. LIST: the model writes it down. LETTERS: it answers with one label; the
 * log-probabilities of all labels in that token's place are the scores (Yue et al. 2023), so a call costs one token;
 * needs a server that gives them. PAIRWISE: it chooses between two, for all pairs in both orders (Qin et al. 2023): M
 * (M-1) calls a session. */
typedef enum llmrec_prompt_scoring {
    LLMREC_SCORING_LIST = 0,
    LLMREC_SCORING_LETTERS = 1,
    LLMREC_SCORING_PAIRWISE = 2
} llmrec_prompt_scoring;

/* What a list is asked to be made of, where there is a menu: the labels that stand before its entries, or their
 * names. */
typedef enum llmrec_prompt_answer { LLMREC_ANSWER_LABELS = 0, LLMREC_ANSWER_NAMES = 1 } llmrec_prompt_answer;

/* How a server is held to an answer of labels. AUTO: by JSON schema, and without where the server refuses that. */
typedef enum llmrec_prompt_structure {
    LLMREC_STRUCTURE_AUTO = 0,
    LLMREC_STRUCTURE_NONE = 1,
    LLMREC_STRUCTURE_JSON_SCHEMA = 2,
    LLMREC_STRUCTURE_GRAMMAR = 3 /* GBNF, llama.cpp's */
} llmrec_prompt_structure;

/* How several rounds' orders become one; LETTERS and PAIRWISE: the mean of their probabilities instead. */
typedef enum llmrec_prompt_aggregation {
    LLMREC_AGGREGATION_BORDA = 0,      /* mean of M - place; what a round left out shares the points that are left */
    LLMREC_AGGREGATION_RECIPROCAL = 1, /* mean of 1 / (60 + place), place from 1 (Cormack et al. 2009) */
    LLMREC_AGGREGATION_KEMENY = 2,     /* the order of least disagreement near Borda's (Tang et al. 2024) */
    LLMREC_AGGREGATION_SUM = 3         /* sum of M - place, -10000 for what a round left out (Hou et al. 2024) */
} llmrec_prompt_aggregation;

/* How lists look in a prompt. FENCED: each name a JSON string on a line of its own, inside tags that cannot occur in a
 * name, so that a title cannot become an instruction. LINES: names as they are, one a line, in the shapes to which
 * llmrec_fine_tuning_write tunes models: for models tuned so, and titles that can be trusted. NUMBERED: GENITEM only,
 * the seed paper's: lines "1. NAME ", then a line of "###", and no words at all; for completion models tuned so. */
typedef enum llmrec_prompt_style {
    LLMREC_STYLE_FENCED = 0,
    LLMREC_STYLE_LINES = 1,
    LLMREC_STYLE_NUMBERED = 2
} llmrec_prompt_style;

/* What becomes of a session for which the model gave nothing of use: the first stage's list, or none. */
typedef enum llmrec_on_failure { LLMREC_ON_FAILURE_FIRST_STAGE = 0, LLMREC_ON_FAILURE_EMPTY = 1 } llmrec_on_failure;

typedef struct llmrec_prompt_options {
    size_t size;         /* set by llmrec_prompt_options_init; do not touch */
    int64_t form;        /* one of llmrec_prompt_form; default RANK */
    int64_t variant;     /* one of llmrec_prompt_variant; default SEQUENTIAL */
    int64_t scoring;     /* one of llmrec_prompt_scoring; RANK only; default LIST */
    int64_t answer;      /* one of llmrec_prompt_answer; RANK by LIST, and CLASSIFY; default LABELS */
    int64_t structure;   /* one of llmrec_prompt_structure; answers of labels only; default AUTO */
    int64_t aggregation; /* one of llmrec_prompt_aggregation; default BORDA */
    int64_t style;       /* one of llmrec_prompt_style; default FENCED */
    int64_t history;     /* items of a session that are shown, the last ones; >= 1, default 20 */
    /* > 0: the whole session is shown as long as the user's text has at most so many characters, else its last
     * `history` items; default 0: always these */
    int64_t history_characters;
    int64_t candidates; /* RANK: of the first stage's list; 2..702, default 20 */
    int64_t rounds;     /* RANK: questions on the same candidates; 1..1000, default 1 */
    int64_t shuffle;    /* RANK: 1 (default): candidates in random order, another for each session and round, for models
                            favor places in a list; 0: in the first stage's. PAIRWISE asks in both orders anyway */
    double first_stage_weight; /* RANK: the first stage's order counts for so many rounds; >= 0, default 0. (LETTERS: a
                                  round whose probabilities fall as 1 / place) */
    /* RANK: candidates in one question; 2..702, default 20. Longer lists are passed over in windows from their end
     * upwards (Sun et al. 2023), one question after the other. LETTERS: at most `alternatives`, and 26, as labels
     * beyond Z are no single tokens */
    int64_t window;
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
    int64_t on_failure;   /* one of llmrec_on_failure; default FIRST_STAGE */
    int64_t parity;       /* 1: replies read and names matched as the references do (LLMRank; Boz et al.); default 0 */
    const char *noun;     /* what an item is, default "item", and several, default "items" */
    const char *nouns;
    const char *column; /* the text column with the items' names; default NULL: the title */
    /* templates in place of ours; default NULL. Slots: {noun} {nouns} {history} {last}, with a menu {menu} {choices},
     * with labels {first_label} {last_label}, and {count}. The user's needs {history}, and {menu} where there is one.
     * {{ is a brace. See docs/prompts.md */
    const char *system;
    const char *user;
    /* LETTERS, PAIRWISE: tokens whose log-probabilities are asked for, as top_logprobs of llmrec_chat_request;
     * 1..10000, default 20. A weak model's labels are further down: 1000 where the server gives so many. Labels that
     * are not listed stand behind, in the first stage's order */
    int64_t alternatives;
    /* RANK, GENLIST, CLASSIFY: how often a question is asked at most where its answer gives nothing of use: no label
     * and no name of the menu (GENLIST: of any item); 1..10, default 2; 1: once. Asked again, its words end with the
     * form that an answer must have (styles but FENCED: not), its seed is another, and its temperature at least 0.5.
     * Nothing is known then of what comes next in the session */
    int64_t asks;
} llmrec_prompt_options;

LLMREC_API llmrec_status llmrec_prompt_options_init(llmrec_prompt_options *options, size_t size);

/* Sets every option to a named setting: "default"; "harte2023" (the seed paper: GENITEM, 20 samples, the whole session
 * in up to 5000 characters, for a model tuned to NUMBERED);
 * "boz2024-genitem", "boz2024-genlist", "boz2024-classify", "boz2024-rank" (the extended paper's, for tuned models);
 * "llmrank", "llmrank-recency", "llmrank-in-context" (Hou et al. 2024: names, 3 rounds, temperature 0.2, history of
 * 50); "letters" (one token a round, 3 rounds). ARGUMENT lists the names. */
LLMREC_API llmrec_status llmrec_prompt_options_preset(llmrec_prompt_options *options, size_t size, const char *name);

/* What a prompt recommender is made of. */
typedef struct llmrec_prompt_parts {
    size_t size; /* sizeof(llmrec_prompt_parts) */
    const llmrec_llm *llm;
    /* catalog and names, copied; rows are counted for CLASSIFY (usually a train view) */
    const llmrec_dataset *dataset;
    const llmrec_recommender *first_stage; /* over the same items. RANK needs it; else it fills lists up; may be NULL */
    /* of the same items, aligned. CLASSIFY needs it; GENITEM and GENLIST use it to stand in for names that no item has,
     * and repeated ones; may be NULL */
    const llmrec_embedding *embedding;
    const llmrec_text_encoder *text_encoder; /* the one that made the table: embeds unknown names; may be NULL */
} llmrec_prompt_parts;

/* LLM prompts as a recommender: named "prompt-rank", "prompt-genitem", "prompt-genlist" or "prompt-classify".
 * Everything is held. What the model writes is parsed tolerantly and grounded: by label; by name, exact but for case,
 * blanks, entities and Unicode forms; inside a menu by likeness; else by the nearest vector. Lists hold no item twice,
 * none that is filtered, and are filled up from the first stage. Questions of many sessions are asked together, as many
 * at once as the endpoint's concurrency. A request that fails for good leaves its session to the first stage, and the
 * log says how many did. Sessions without a known item get the first stage's list, unasked. Scores are minus the place
 * (0, -1, ...). Errors: ARGUMENT, SHAPE (parts of other catalogs or dims: names them), MEMORY, CANCELED. */
LLMREC_API llmrec_status llmrec_recommender_create_prompt(const llmrec_prompt_parts *parts,
                                                          const llmrec_prompt_options *options,
                                                          llmrec_recommender **recommender);

/* The messages that a session's (first) question would have: texts as for llmrec_report_format. `candidates` [count]
 * are the menu, in this order; RANK only. Errors: ARGUMENT, UNSUPPORTED (not a prompt recommender), MEMORY. */
LLMREC_API llmrec_status llmrec_prompt_preview(const llmrec_recommender *recommender, const int32_t *items,
                                               size_t item_count, const int32_t *candidates, size_t count, char *text,
                                               size_t capacity, size_t *length);

/* Columns of llmrec_recommend_options.grounding: where lists come from. All names of all answers to a session's
 * questions (the last one's to a question that was asked again) are counted in one of EXACT, FUZZY, DUPLICATE,
 * HALLUCINATED and FILTERED. */
typedef enum llmrec_grounding {
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
} llmrec_grounding;

LLMREC_END
#endif
