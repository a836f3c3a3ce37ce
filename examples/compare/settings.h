/* SPDX-License-Identifier: Apache-2.0 */
/* What the command line asks for. */
#ifndef COMPARE_SETTINGS_H
#define COMPARE_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

enum { UNSET = INT32_MIN, MAX_NAMES = 32, MAX_KS = 16, MAX_SEEDS = 100 };

/* Names given with commas between them, as one text cut into pieces. */
typedef struct compare_names {
    char *text; /* owned; NULL: the flag was not given */
    const char *name[MAX_NAMES];
    int64_t count;
} compare_names;

/* What may differ from row to row: flags give what holds for all rows, and a row's name may say otherwise. UNSET, NaN
 * or NULL where nothing was said, and the default of the preset holds. */
typedef struct row_settings {
    const char *preset; /* of similarity */
    int64_t sim_weighting, sim_decay, sim_measure, reduce, reduce_dim;
    double sim_decay_rate, reduce_power, reduce_ridge;

    const char *encoder_preset; /* of the trained encoders */
    int64_t dim, layers, heads, window, window_stride;
    int64_t epochs, patience, batch, loss, negatives;
    double dropout, mask, last_share, learning_rate, weight_decay;
    int64_t init_mode, init_reduce, init_dim;
    double scale_std;

    const char *prompt_preset, *first_stage; /* of the prompt strategies */
    int64_t prompt_variant, prompt_scoring, prompt_answer, prompt_structure, prompt_aggregation;
    int64_t prompt_candidates, prompt_rounds, prompt_shuffle, prompt_window, prompt_stride, prompt_history;
    int64_t prompt_samples, prompt_count, prompt_clusters, prompt_alternatives, prompt_asks;
    double prompt_first_weight, prompt_temperature;
} row_settings;

/* UNSET (or NaN) where the flag was not given and the library's default holds. */
typedef struct compare_settings {
    const char *interactions, *items;
    int64_t format, duplicates, catalog;
    const char *session_column, *interactions_item_column, *time_column, *item_column;
    int64_t p_core, min_length, max_length;
    bool repair_utf8;

    compare_names text_columns;
    const char *text_model, *text_url, *text_key_file, *embedding, *cache;

    compare_names strategies;
    row_settings each;
    int64_t seeds;
    const char *checkpoint;

    const char *llm_url, *llm_model, *llm_key_file, *llm_journal, *llm_noun, *llm_nouns;
    int64_t llm_kind, llm_concurrency, llm_sample;
    double llm_prompt_price, llm_completion_price;

    int64_t split, part;
    double test_fraction, validation_fraction, cutoff;
    int64_t untrained;
    bool keep_seen;
    int64_t k[MAX_KS], k_count;
    int64_t seed;

    int64_t threads, samples;
    const char *json, *plot;
    bool quiet, help, version;
} compare_settings;

/* Reads the command line. On a wrong one, says so on standard error in one line and returns false. */
bool settings_read(compare_settings *settings, int count, char **words);
void settings_clear(compare_settings *settings);

/* Nothing said at all. */
row_settings row_settings_unset(void);

/* Lays "dropout=0.3" over them: a flag that may differ from row to row, without its dashes. `word` stays in use where
 * the value is a text. On a wrong one, says so in one line and returns false. */
bool row_settings_read(row_settings *settings, char *word);

/* Sets an option to what was given, if anything was. */
void take(int64_t given, int64_t *option);
void take_number(double given, double *option);

/* Prints every flag with what it means. */
void settings_help(void);

/* The word for the value of a flag's choices: choice_name("--split", LLMREC_SPLIT_TEMPORAL) is "temporal". */
const char *choice_name(const char *flag, int64_t value);

/* Whether a model embeds the items' texts, in a directory or behind a server. */
static inline bool settings_embed_texts(const compare_settings *settings)
{
    return settings->text_model != NULL || settings->text_url != NULL;
}

#endif
