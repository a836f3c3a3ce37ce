/* SPDX-License-Identifier: Apache-2.0 */
#include "flags.h"

#include <llmrec/llmrec.h>

#include <stdio.h>
#include <string.h>

static const choice formats[] = {{"csv", LLMREC_FORMAT_CSV},
                                 {"tsv", LLMREC_FORMAT_TSV},
                                 {"jsonl", LLMREC_FORMAT_JSONL},
                                 {"recbole", LLMREC_FORMAT_RECBOLE},
                                 {"sequences", LLMREC_FORMAT_SEQUENCES},
                                 {"sequences-with-id", LLMREC_FORMAT_SEQUENCES_WITH_ID},
                                 {NULL, 0}};
static const choice duplicates[] = {{"keep", LLMREC_DUPLICATES_KEEP},
                                    {"drop-repeats", LLMREC_DUPLICATES_DROP_REPEATS},
                                    {"drop-consecutive", LLMREC_DUPLICATES_DROP_CONSECUTIVE},
                                    {NULL, 0}};
static const choice catalogs[] = {
    {"interactions", LLMREC_CATALOG_INTERACTIONS}, {"all", LLMREC_CATALOG_ALL}, {NULL, 0}};
static const choice weightings[] = {{"last", LLMREC_WEIGHTING_LAST}, {"mean", LLMREC_WEIGHTING_MEAN}, {NULL, 0}};
static const choice decays[] = {{"none", LLMREC_DECAY_NONE},
                                {"constant-linear", LLMREC_DECAY_CONSTANT_LINEAR},
                                {"scaling-linear", LLMREC_DECAY_SCALING_LINEAR},
                                {"scaling-quadratic", LLMREC_DECAY_SCALING_QUADRATIC},
                                {"scaling-cubic", LLMREC_DECAY_SCALING_CUBIC},
                                {"log", LLMREC_DECAY_LOG},
                                {"harmonic", LLMREC_DECAY_HARMONIC},
                                {"harmonic-squared", LLMREC_DECAY_HARMONIC_SQUARED},
                                {"exponential", LLMREC_DECAY_EXPONENTIAL},
                                {NULL, 0}};
static const choice measures[] = {
    {"cosine", LLMREC_MEASURE_COSINE}, {"dot", LLMREC_MEASURE_DOT}, {"euclidean", LLMREC_MEASURE_EUCLIDEAN}, {NULL, 0}};
static const choice reducers[] = {{"none", LLMREC_REDUCE_NONE},
                                  {"pca", LLMREC_REDUCE_PCA},
                                  {"whiten", LLMREC_REDUCE_WHITEN},
                                  {"random", LLMREC_REDUCE_RANDOM},
                                  {NULL, 0}};
static const choice splits[] = {
    {"leave-one-out", LLMREC_SPLIT_LEAVE_ONE_OUT}, {"temporal", LLMREC_SPLIT_TEMPORAL}, {NULL, 0}};
static const choice parts[] = {{"test", LLMREC_PART_TEST}, {"validation", LLMREC_PART_VALIDATION}, {NULL, 0}};

static const choice losses[] = {{"softmax", LLMREC_LOSS_SOFTMAX},
                                {"sampled-softmax", LLMREC_LOSS_SAMPLED_SOFTMAX},
                                {"gbce", LLMREC_LOSS_GBCE},
                                {NULL, 0}};
static const choice init_modes[] = {{"start", LLMREC_INIT_ITEMS_START},
                                    {"frozen", LLMREC_INIT_ITEMS_FROZEN},
                                    {"frozen-columns", LLMREC_INIT_ITEMS_FROZEN_COLUMNS},
                                    {"adapter", LLMREC_INIT_ITEMS_ADAPTER},
                                    {NULL, 0}};
static const choice init_reducers[] = {
    {"pca", LLMREC_REDUCE_PCA}, {"whiten", LLMREC_REDUCE_WHITEN}, {"random", LLMREC_REDUCE_RANDOM}, {NULL, 0}};

static const choice variants[] = {{"sequential", LLMREC_VARIANT_SEQUENTIAL},
                                  {"recency", LLMREC_VARIANT_RECENCY},
                                  {"in-context", LLMREC_VARIANT_IN_CONTEXT},
                                  {NULL, 0}};
static const choice scorings[] = {
    {"list", LLMREC_SCORING_LIST}, {"letters", LLMREC_SCORING_LETTERS}, {"pairs", LLMREC_SCORING_PAIRWISE}, {NULL, 0}};
static const choice answers[] = {{"labels", LLMREC_ANSWER_LABELS}, {"names", LLMREC_ANSWER_NAMES}, {NULL, 0}};
static const choice structures[] = {{"auto", LLMREC_STRUCTURE_AUTO},
                                    {"none", LLMREC_STRUCTURE_NONE},
                                    {"json-schema", LLMREC_STRUCTURE_JSON_SCHEMA},
                                    {"grammar", LLMREC_STRUCTURE_GRAMMAR},
                                    {NULL, 0}};
static const choice aggregations[] = {{"borda", LLMREC_AGGREGATION_BORDA},
                                      {"reciprocal", LLMREC_AGGREGATION_RECIPROCAL},
                                      {"kemeny", LLMREC_AGGREGATION_KEMENY},
                                      {"sum", LLMREC_AGGREGATION_SUM},
                                      {NULL, 0}};
static const choice endpoint_kinds[] = {
    {"chat", LLMREC_ENDPOINT_CHAT}, {"completions", LLMREC_ENDPOINT_COMPLETIONS}, {NULL, 0}};
static const choice switches[] = {{"no", 0}, {"yes", 1}, {NULL, 0}};

static const choice untrained[] = {{"keep", 0}, {"drop", 1}, {NULL, 0}};

#define FIELD(name) offsetof(compare_settings, name)
#define TEXT_FLAG(n, v, f, h)                                                                                          \
    {                                                                                                                  \
        TEXT, n, v, h, FIELD(f), 0, 0, NULL                                                                            \
    }
#define SWITCH_FLAG(n, f, h)                                                                                           \
    {                                                                                                                  \
        SWITCH, n, "", h, FIELD(f), 0, 0, NULL                                                                         \
    }
#define CHOICE_FLAG(n, f, c, h)                                                                                        \
    {                                                                                                                  \
        CHOICE, n, NULL, h, FIELD(f), 0, 0, c                                                                          \
    }
#define WHOLE_FLAG(n, f, l, u, h)                                                                                      \
    {                                                                                                                  \
        WHOLE, n, "N", h, FIELD(f), l, u, NULL                                                                         \
    }
#define NUMBER_FLAG(n, f, l, u, h)                                                                                     \
    {                                                                                                                  \
        NUMBER, n, "X", h, FIELD(f), l, u, NULL                                                                        \
    }
#define HEADING_LINE(n)                                                                                                \
    {                                                                                                                  \
        HEADING, n, "", "", 0, 0, 0, NULL                                                                              \
    }

#define MOST 2147483647.0

const flag_entry flags[] = {
    HEADING_LINE("Data"),
    TEXT_FLAG("--interactions", "FILE", interactions, "who took what, and when; plain or .gz (required)"),
    CHOICE_FLAG("--format", format, formats, "of that file; default: by its ending"),
    TEXT_FLAG("--session-column", "NAME", session_column, "default: session_id, session, user_id, user, ..."),
    TEXT_FLAG("--interactions-item-column", "NAME", interactions_item_column,
              "default: item_id, item, ..., or else what --item-column says"),
    TEXT_FLAG("--time-column", "NAME", time_column,
              "default: timestamp, time, ...; \"\" says that rows stand in order"),
    TEXT_FLAG("--items", "FILE", items, "the items' ids and texts: CSV, TSV, JSON lines or .item; plain or .gz"),
    TEXT_FLAG("--item-column", "NAME", item_column, "the item file's id column; default: id, item_id, item, ..."),
    WHOLE_FLAG("--p-core", p_core, 1, MOST, "drop sessions and items of fewer rows, in turn, until none is left"),
    WHOLE_FLAG("--min-session-length", min_length, 1, MOST, "then drop shorter sessions"),
    WHOLE_FLAG("--max-session-length", max_length, 0, MOST, "keep the last N rows of each session; 0: all"),
    CHOICE_FLAG("--duplicates", duplicates, duplicates, "an item more than once in a session; default keep"),
    CHOICE_FLAG("--catalog", catalog, catalogs, "what may be recommended; all: the item file's others too"),
    SWITCH_FLAG("--repair-utf8", repair_utf8, "replace bytes that are not UTF-8 instead of refusing them"),

    HEADING_LINE("Item vectors"),
    TEXT_FLAG("--text-model", "DIR", text_model, "a sentence-transformers directory; it embeds the items' texts"),
    TEXT_FLAG("--text-url", "URL", text_url,
              "an OpenAI-compatible server that embeds them; --text-model is its model's name"),
    TEXT_FLAG("--text-key-file", "FILE", text_key_file, "whose first line is that server's key"),
    {NAMES, "--text-columns", "A,B,...", "the texts' columns, joined; default: the title", FIELD(text_columns), 0, 0,
     NULL},
    TEXT_FLAG("--cache", "DIR", cache, "keep embedded texts here, by content; the next run is quick"),
    TEXT_FLAG("--embedding", "FILE", embedding,
              "or: vectors made elsewhere, .npy .h5 .safetensors .csv .tsv; rows without\n"
              "ids of their own belong to the item file's rows in order"),

    HEADING_LINE("Strategies"),
    {NAMES, "--strategies", "A,B,...",
     "of popularity, similarity, bert4rec, llm-bert4rec, sasrec, llm-sasrec,\n"
     "prompt-rank, prompt-genitem, prompt-genlist, prompt-classify; default\n"
     "popularity,similarity. A row may have options of its own: bert4rec:dropout=0.3,\n"
     "similarity:reduce=none:sim-weighting=last; or be a preset as it is,\n"
     "with no flag laid over it but --epochs and --patience: bert4rec:harte2023",
     FIELD(strategies), 0, 0, NULL},

    HEADING_LINE("Similarity"),
    TEXT_FLAG("--preset", "NAME", each.preset, "similarity's options start from: default, harte2023, boz2024"),
    CHOICE_FLAG("--sim-weighting", each.sim_weighting, weightings, "a session's vector: its last item's, or a mean"),
    CHOICE_FLAG("--sim-decay", each.sim_decay, decays, "the mean's weights by age"),
    NUMBER_FLAG("--sim-decay-rate", each.sim_decay_rate, 0, 1e6, "of the exponential decay"),
    CHOICE_FLAG("--sim-measure", each.sim_measure, measures, "between session and item"),
    CHOICE_FLAG("--reduce", each.reduce, reducers, "what is done to the item vectors first"),
    WHOLE_FLAG("--reduce-dim", each.reduce_dim, 0, MOST, "dim after it; 0: all that there are"),
    NUMBER_FLAG("--reduce-power", each.reduce_power, 0, 1, "whiten: 0 is PCA, 1 is full whitening"),
    NUMBER_FLAG("--reduce-ridge", each.reduce_ridge, 0, 1e6,
                "whiten: added to every variance, in units of the largest"),

    HEADING_LINE("Training (bert4rec, llm-bert4rec, sasrec, llm-sasrec); defaults are the preset's"),
    TEXT_FLAG("--encoder-preset", "NAME", each.encoder_preset,
              "bert4rec rows start from: bert4rec (default), harte2023, sun2019"),
    WHOLE_FLAG("--epochs", each.epochs, 1, 1 << 24, "at most so many; default 100"),
    WHOLE_FLAG("--patience", each.patience, 0, 1 << 24,
               "stop after so many epochs without a better validation NDCG, and use the\n"
               "best epoch; 0: never stop; default 10"),
    WHOLE_FLAG("--seeds", seeds, 1, MAX_SEEDS,
               "train each row from so many seeds, --seed and those after it; default 1"),
    TEXT_FLAG("--checkpoint", "DIR", checkpoint,
              "keep STRATEGY-SEED.h5 here, written after each epoch; the same command\n"
              "goes on from there, or only evaluates what has been trained"),
    WHOLE_FLAG("--dim", each.dim, 1, 1 << 14, "dim of item vectors and network; default 64"),
    WHOLE_FLAG("--layers", each.layers, 0, 64, "default 2"),
    WHOLE_FLAG("--heads", each.heads, 1, 1 << 14, "at most --dim; default 2"),
    WHOLE_FLAG("--window", each.window, 2, 1 << 16, "rows of a session that the network sees, the latest; default 50"),
    WHOLE_FLAG("--window-stride", each.window_stride, -1, 1 << 16,
               "sessions longer than a window: train on windows that begin every N rows;\n"
               "default 0: side by side; -1: on the last one alone"),
    NUMBER_FLAG("--dropout", each.dropout, 0, 0.99,
                "of embeddings, attention and hidden layers; default 0.2, sasrec 0.4"),
    NUMBER_FLAG("--mask", each.mask, 1e-6, 1, "bert4rec: share of a sequence's items that are masked; default 0.4"),
    NUMBER_FLAG("--last-share", each.last_share, 0, 1,
                "bert4rec: share of sequences of which the last item alone is masked; default 0.3"),
    WHOLE_FLAG("--batch", each.batch, 1, 1 << 20, "sequences a step; default 256"),
    NUMBER_FLAG("--learning-rate", each.learning_rate, 1e-9, 1e6, "default 0.001"),
    NUMBER_FLAG("--weight-decay", each.weight_decay, 0, 1e6, "default 0.01"),
    CHOICE_FLAG("--loss", each.loss, losses, "default softmax, over the whole catalog"),
    WHOLE_FLAG("--negatives", each.negatives, 1, 1 << 20, "of the two sampled losses; default 256"),
    CHOICE_FLAG("--init-mode", each.init_mode, init_modes,
                "llm-: item vectors are where training starts (default), stay as they are,\n"
                "stay in some columns beside trained ones, or pass a trained linear map"),
    CHOICE_FLAG("--init-reduce", each.init_reduce, init_reducers,
                "llm-: how vectors get the dim; default pca;\n--reduce-power and --reduce-ridge as above"),
    WHOLE_FLAG("--init-dim", each.init_dim, 1, 1 << 14, "frozen-columns: how many columns; default half of --dim"),
    NUMBER_FLAG("--scale-std", each.scale_std, 0, 1e6,
                "llm-: root mean square of the starting vectors; default 0: as they are"),

    HEADING_LINE("Language model (prompt-rank, prompt-genitem, prompt-genlist, prompt-classify)"),
    TEXT_FLAG("--llm-url", "URL", llm_url, "an OpenAI-compatible server, http://127.0.0.1:8080/v1 for instance"),
    CHOICE_FLAG("--llm-kind", llm_kind, endpoint_kinds,
                "what it is asked through; default chat; completions for base models"),
    TEXT_FLAG("--llm-model", "NAME", llm_model, "the model's name for the server"),
    TEXT_FLAG("--llm-key-file", "FILE", llm_key_file, "whose first line is the key"),
    TEXT_FLAG("--llm-journal", "FILE", llm_journal, "keep every answer here: a run started again asks nothing twice"),
    WHOLE_FLAG("--llm-concurrency", llm_concurrency, 1, 1024, "requests in flight at once; default 8"),
    WHOLE_FLAG("--llm-sample", llm_sample, 0, MOST,
               "evaluate all rows on so many sessions, drawn by --seed, where one of them\n"
               "asks a model; 0: on all; default 100"),
    TEXT_FLAG("--llm-noun", "WORD", llm_noun, "what an item is, for prompts: movie; default item"),
    TEXT_FLAG("--llm-nouns", "WORD", llm_nouns, "and several of them: movies"),
    NUMBER_FLAG("--llm-prompt-price", llm_prompt_price, 0, 1e9, "of a million tokens, for the cost that is printed"),
    NUMBER_FLAG("--llm-completion-price", llm_completion_price, 0, 1e9, "likewise"),
    TEXT_FLAG("--first-stage", "ROW", each.first_stage,
              "whose candidates are ranked, and which fills lists up; evaluated beside;\n"
              "default similarity where there are vectors, else popularity"),
    TEXT_FLAG("--prompt-preset", "NAME", each.prompt_preset,
              "default, letters, llmrank, llmrank-recency, llmrank-in-context, harte2023,\n"
              "boz2024-rank, -genitem, -genlist, -classify"),
    CHOICE_FLAG("--prompt-variant", each.prompt_variant, variants, "how the session is told"),
    CHOICE_FLAG("--prompt-scoring", each.prompt_scoring, scorings,
                "prompt-rank: the model writes an order; its labels' probabilities; pairs"),
    CHOICE_FLAG("--prompt-answer", each.prompt_answer, answers, "what it writes"),
    CHOICE_FLAG("--prompt-structure", each.prompt_structure, structures, "how it is held to labels"),
    WHOLE_FLAG("--prompt-candidates", each.prompt_candidates, 2, 702, "default 20"),
    WHOLE_FLAG("--prompt-rounds", each.prompt_rounds, 1, 1000, "questions on the same candidates; default 1"),
    CHOICE_FLAG("--prompt-shuffle", each.prompt_shuffle, switches, "candidates in random order; default yes"),
    CHOICE_FLAG("--prompt-aggregation", each.prompt_aggregation, aggregations, "how rounds become one list"),
    NUMBER_FLAG("--prompt-first-weight", each.prompt_first_weight, 0, 1e6,
                "rounds that the first stage's own order counts for; default 0"),
    WHOLE_FLAG("--prompt-window", each.prompt_window, 2, 702, "candidates in one question; default 20"),
    WHOLE_FLAG("--prompt-stride", each.prompt_stride, 1, 702, "by which a window moves; default 10"),
    WHOLE_FLAG("--prompt-history", each.prompt_history, 1, 1 << 20, "items of a session that are shown; default 20"),
    WHOLE_FLAG("--prompt-samples", each.prompt_samples, 1, 1000, "prompt-genitem: answers; default 10"),
    WHOLE_FLAG("--prompt-count", each.prompt_count, 1, 702, "prompt-genlist, -classify: items asked for; default 20"),
    WHOLE_FLAG("--prompt-clusters", each.prompt_clusters, 2, 702, "prompt-classify: entries of the menu; default 200"),
    WHOLE_FLAG("--prompt-alternatives", each.prompt_alternatives, 1, 10000,
               "letters, pairs: tokens whose probabilities are asked for; default 20, 1000 for\n"
               "weak models where the server gives so many"),
    WHOLE_FLAG("--prompt-asks", each.prompt_asks, 1, 10,
               "how often a question is asked whose answers give nothing of use; default 2"),
    NUMBER_FLAG("--prompt-temperature", each.prompt_temperature, 0, 100, "default 0, prompt-genitem 1"),

    HEADING_LINE("Protocol"),
    CHOICE_FLAG("--split", split, splits, "default: temporal where there are times, else leave-one-out"),
    NUMBER_FLAG("--test-fraction", test_fraction, 0, 1,
                "temporal: share of sessions, those that end last; default 0.2"),
    NUMBER_FLAG("--validation-fraction", validation_fraction, 0, 1,
                "temporal: the same of what the test part leaves; default 0.1 where there is\n"
                "training, which stops early by it"),
    NUMBER_FLAG("--cutoff", cutoff, -1e300, 1e300,
                "temporal: sessions that end at or after this time are the test part"),
    CHOICE_FLAG("--part", part, parts, "what is evaluated; choose options on validation; default test"),
    CHOICE_FLAG("--untrained", untrained, untrained,
                "rows of items that the training part never saw; default: drop where temporal"),
    SWITCH_FLAG("--keep-seen", keep_seen, "a session's own items may be recommended to it"),
    {LENGTHS, "--k", "A,B,...", "list lengths; default 10,20", FIELD(k), 0, 0, NULL},
    WHOLE_FLAG("--seed", seed, 0, 9e15, "of everything random; the first of --seeds; default 0"),

    HEADING_LINE("Running"),
    WHOLE_FLAG("--threads", threads, 0, 1024, "0 (default): as many as the process may run on"),
    WHOLE_FLAG("--samples", samples, 0, 1000, "sessions shown with titles in and titles out; default 3"),
    TEXT_FLAG("--json", "OUT", json, "write protocol and figures to this file"),
    TEXT_FLAG("--plot", "OUT.svg", plot, "draw validation NDCG by epoch"),
    SWITCH_FLAG("--quiet", quiet, "no progress"),
    SWITCH_FLAG("--version", version, "print the library's version and build"),
    SWITCH_FLAG("--help", help, "print this"),
};
const size_t flag_count = sizeof flags / sizeof *flags;

const flag_entry *flag_find(const char *name, size_t length)
{
    for (size_t i = 0; i < flag_count; i++)
        if (flags[i].kind != HEADING && strlen(flags[i].name) == length && strncmp(flags[i].name, name, length) == 0)
            return &flags[i];
    return NULL;
}

void flag_list_choices(const flag_entry *flag, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (const choice *c = flag->choices; c->name != NULL && used < size; c++)
        used += (size_t)snprintf(text + used, size - used, "%s%s", used > 0 ? "|" : "", c->name);
}

const char *choice_name(const char *name, int64_t value)
{
    const flag_entry *flag = flag_find(name, strlen(name));
    for (const choice *c = flag->choices; c->name != NULL; c++)
        if (c->value == value) return c->name;
    return "auto";
}
