/* SPDX-License-Identifier: Apache-2.0 */
/* Trains a transformer encoder on a file of interactions, and saves it after each epoch and at the end:
 *
 *   train [-e EPOCHS] [-p PRESET] [-i ITEMS -v VECTORS | -i ITEMS -t MODEL] INTERACTIONS ENCODER
 *
 * Ctrl-C ends it after the last whole epoch; `resume` goes on from there, also after a kill; `serve` recommends from
 * ENCODER.recommender.
 */
#define _POSIX_C_SOURCE 200809L
#include <llmrec/llmrec.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "run_training.h"

static const char usage[] =
    "usage: train [-e EPOCHS] [-p PRESET] [-i ITEMS -v VECTORS | -i ITEMS -t MODEL] INTERACTIONS ENCODER\n"
    "  -e EPOCHS   most epochs; early stopping by NDCG may end training before; default: the preset's\n"
    "  -p PRESET   bert4rec (the default), sasrec, sasrec-direct, harte2023, sun2019\n"
    "  -i ITEMS    item file with ids and titles\n"
    "  -v VECTORS  initialize item rows with these vectors; row i belongs to row i of the item file\n"
    "  -t MODEL    or: with vectors of the titles by this sentence model, a directory\n";

typedef struct settings {
    const char *epochs, *preset, *items, *vectors, *model, *interactions, *encoder;
} settings;

static void wrong(const char *what)
{
    fprintf(stderr, "train: %s\n%s", what, usage);
    exit(2);
}

static void help(void)
{
    fputs(usage, stdout);
    exit(0);
}

static settings read_words(int count, char **words)
{
    settings s = {.preset = "bert4rec"};
    if (count > 1 && strcmp(words[1], "--help") == 0) help();
    for (int flag; (flag = getopt(count, words, "e:p:i:v:t:h")) != -1;) {
        if (flag == 'e') s.epochs = optarg;
        else if (flag == 'p') s.preset = optarg;
        else if (flag == 'i') s.items = optarg;
        else if (flag == 'v') s.vectors = optarg;
        else if (flag == 't') s.model = optarg;
        else if (flag == 'h') help();
        else wrong("unknown flag, or its value is missing");
    }
    if (count - optind != 2) wrong("wanted INTERACTIONS and ENCODER");
    if ((s.vectors != NULL || s.model != NULL) && s.items == NULL) wrong("-v and -t need the item file, -i");
    s.interactions = words[optind];
    s.encoder = words[optind + 1];
    return s;
}

/* Returns whether the library wrote the file (by its ending). Such files are opened, others are loaded. */
static bool is_ours(const char *path)
{
    const char *ending = strrchr(path, '.');
    return ending != NULL && strcmp(ending, ".h5") == 0;
}

/* Returns one vector per item of the dataset, from a file or from the titles; NULL if neither was given. */
static llmrec_embedding *item_vectors(llmrec_context *context, const settings *s, const llmrec_dataset *data)
{
    llmrec_embedding_options options;
    llmrec_embedding *table = NULL, *aligned = NULL;
    llmrec_text_encoder *model = NULL;
    if (s->model != NULL) {
        must(llmrec_text_encoder_load(context, s->model, NULL, &model));
        must(llmrec_text_encoder_encode_items(model, data, NULL, &aligned));
        llmrec_text_encoder_free(model);
    } else if (s->vectors != NULL) {
        must(llmrec_embedding_options_init(&options, sizeof options));
        options.ids_path = s->items;
        must((is_ours(s->vectors) ? llmrec_embedding_open : llmrec_embedding_load)(context, s->vectors, &options,
                                                                                   &table));
        must(llmrec_embedding_align(table, data, LLMREC_ALIGN_ZERO, NULL, &aligned));
        llmrec_embedding_free(table);
    }
    return aligned;
}

/* Initializes item rows with the principal components of the vectors, without normalization. */
static void start_from(llmrec_encoder *encoder, const llmrec_embedding *vectors)
{
    llmrec_reducer_options reduce;
    llmrec_reducer *reducer = NULL;
    llmrec_embedding *rows = NULL;
    must(llmrec_reducer_options_init(&reduce, sizeof reduce));
    reduce.method = LLMREC_REDUCE_PCA;
    reduce.dim = llmrec_encoder_dim(encoder);
    reduce.normalize = 0;
    reduce.skip_missing = 1;
    must(llmrec_reducer_fit(vectors, &reduce, &reducer));
    must(llmrec_reducer_apply(reducer, vectors, &rows));
    must(llmrec_encoder_init_items(encoder, rows, NULL));
    llmrec_embedding_free(rows);
    llmrec_reducer_free(reducer);
}

int main(int count, char **words)
{
    const settings s = read_words(count, words);
    llmrec_context *context = training_context("train");
    llmrec_encoder_options network;
    llmrec_train_options training;
    llmrec_dataset *data = NULL;
    llmrec_encoder *encoder = NULL;
    must(llmrec_encoder_options_preset(&network, sizeof network, s.preset));
    must(llmrec_train_options_preset(&training, sizeof training, s.preset));
    if (s.epochs != NULL) training.epochs = training_number("-e", s.epochs);
    must(llmrec_dataset_load(context, s.interactions, s.items, NULL, &data));
    must(llmrec_encoder_create(data, &network, &encoder));
    llmrec_embedding *vectors = item_vectors(context, &s, data);
    if (vectors != NULL) start_from(encoder, vectors);
    const int code = training_run(encoder, data, &training, s.encoder);
    llmrec_embedding_free(vectors);
    llmrec_encoder_free(encoder);
    llmrec_dataset_free(data);
    llmrec_context_free(context);
    return code;
}
