/* SPDX-License-Identifier: Apache-2.0 */
/* Strategies by name: lists the strategies and what each needs, and creates recommenders from a description. Programs
 * and bindings can offer every strategy of the loaded library without their own list.
 *
 * For the functions of this header, unless their comment says otherwise:
 * Errors: none. Ownership: the caller owns a created recommender; it keeps its parts alive. Returned names and texts
 * are constants of the library and are never freed. Threads: any; many at once. Cost: one pass over the names;
 * allocates nothing. Since: 0.1.
 */
#ifndef LLMREC_STRATEGY_H
#define LLMREC_STRATEGY_H

#include "llm.h"
#include "recommender.h"
#include "text_encoder.h"

LLMREC_BEGIN

/* The parts of recommenders, all for the same items. A strategy ignores the parts that it does not use. */
typedef struct llmrec_recommender_parts {
    size_t size; /* set by the caller: sizeof(llmrec_recommender_parts) */
    /* Popularity: its rows are counted (usually a train view). Prompts: catalog and names, which are copied; CLASSIFY
     * counts its rows. Switch, rerank: its rows are counted. */
    const llmrec_dataset *dataset;
    /* Similarity: the table. Rerank: vectors of the items. Prompts: aligned to the dataset; CLASSIFY needs it; GENITEM
     * and GENLIST use it to replace unknown and repeated names. */
    const llmrec_embedding *embedding;
    const llmrec_encoder *encoder; /* encoder: the trained network, which is copied */
    const llmrec_llm *llm;         /* prompts: the chat model */
    /* Prompts: RANK takes its candidates from it; the other forms complete their lists with it. Rerank: its lists. */
    const llmrec_recommender *first_stage;
    const llmrec_text_encoder *text_encoder; /* prompts: the encoder of the table, for unknown names */
    /* Blend, concat, switch: [recommender_count] the recommenders that they combine. All have the same items. */
    const llmrec_recommender *const *recommenders;
    int64_t recommender_count; /* 0 to 64 */
} llmrec_recommender_parts;

/* The fields of llmrec_recommender_parts as bits. */
typedef enum llmrec_need {
    LLMREC_NEED_DATASET = 1,
    LLMREC_NEED_EMBEDDING = 2,
    LLMREC_NEED_ENCODER = 4,
    LLMREC_NEED_LLM = 8,
    LLMREC_NEED_FIRST_STAGE = 16,
    LLMREC_NEED_TEXT_ENCODER = 32,
    LLMREC_NEED_RECOMMENDERS = 64 /* recommenders and recommender_count */
} llmrec_need;

/* --- which ones exist -------------------------------------------------------------------------------------------- */

/* Return the number of strategies, the name of one ("popularity", "similarity", "encoder", "prompt", "blend", ...), one
 * line about it, and the name of its options struct, or NULL if it has no options. NULL for an unknown index or
 * name. */
LLMREC_API int64_t llmrec_strategy_count(void);
LLMREC_API const char *llmrec_strategy_name(int64_t index);
LLMREC_API const char *llmrec_strategy_help(const char *strategy);
LLMREC_API const char *llmrec_strategy_options(const char *strategy);

/* Return the parts that a strategy requires, and all parts that it can use: sums of llmrec_need; -1 for an unknown
 * strategy. Options may require more parts: RANK needs a first stage. */
LLMREC_API int64_t llmrec_strategy_needs(const char *strategy);
LLMREC_API int64_t llmrec_strategy_takes(const char *strategy);

/* --- making one -------------------------------------------------------------------------------------------------- */

/* Creates a recommender of any strategy. `description` is a strategy's name, or JSON as llmrec_recommender_description
 * writes it: {"strategy":"similarity","preset":"boz2024","options":{"measure":"dot"}}. Missing options have the values
 * of the preset, or the defaults. The members "kind", "name", "items" and "dim" are ignored.
 *
 * "parts" says which parts the recommender had. A part that is an object there must be given, except recommenders: if
 * parts->first_stage or parts->recommenders is NULL, it is created from the descriptions there and the same parts. A
 * part that is null there is not used, even if it is given. Messages about a nested recommender begin with its path:
 * parts.first_stage.weighting, parts.recommenders[1].measure.
 * Errors: ARGUMENT (no such strategy or preset; a required part is NULL; the message names it), ABI, FORMAT (the
 * description is not valid JSON, or has an unknown member, part or option, or a value out of its range); and as the
 * strategy's own function, for instance llmrec_recommender_create_similarity. Cost: that function's. */
LLMREC_API llmrec_status llmrec_recommender_create(const llmrec_recommender_parts *parts, const char *description,
                                                   llmrec_recommender **recommender);

/* --- files ------------------------------------------------------------------------------------------------------- */

/* Writes everything that serving needs to one HDF5 file, atomically: strategy and options, weights, reduced tables,
 * popularity, item ids and titles, and the recommenders inside it, but no language model, no text encoder, and no
 * description of these. Processes that have an older file of that name open keep using it.
 * Errors: ARGUMENT, IO, UNSUPPORTED (a recommender of the host's functions), MEMORY. Cost: writes all of it. */
LLMREC_API llmrec_status llmrec_recommender_save(const llmrec_recommender *recommender, const char *path);

/* Opens a recommender that llmrec_recommender_save wrote. Its lists and scores are the same to the bit. Tables and
 * weights are mapped read-only: all processes that map the file share their memory. Every checksum is compared and
 * every number looked at. `parts` (may be NULL) gives what files do not have: a prompt's `llm`, and the `text_encoder`
 * if it was made with one. Replace the file by saving or renaming; never write into it while it is mapped.
 * Errors: ARGUMENT (parts.llm or parts.text_encoder is missing), ABI, IO, FORMAT (another kind of file, a newer
 * format, damage), SHAPE (a text encoder of another dim), MEMORY, CANCELED. Cost: reads the whole file once, and makes
 * the eight-bit copy of tables for the first pass of the search again: 0.8 s for 300,000 x 384 floats on two cores,
 * half of it for the copy. Private memory: a quarter of a float32 table, ids and titles. */
LLMREC_API llmrec_status llmrec_recommender_open(llmrec_context *context, const char *path,
                                                 const llmrec_recommender_parts *parts,
                                                 llmrec_recommender **recommender);

LLMREC_END
#endif
