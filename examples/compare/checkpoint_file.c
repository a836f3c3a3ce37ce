/* SPDX-License-Identifier: Apache-2.0 */
#include "checkpoint_file.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MAX_PATH = 4096 };

static llmrec_status refuse(compare_task *task, const char *format, ...) __attribute__((format(printf, 2, 3)));

static llmrec_status refuse(compare_task *task, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(task->error, sizeof task->error, format, arguments);
    va_end(arguments);
    return LLMREC_ERR_ARGUMENT;
}

/* --- notes ------------------------------------------------------------------------------------------------------- */

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * 0x9E3779B97F4A7C15u;
    return hash ^ hash >> 29;
}

static json_t *hash_json(uint64_t hash)
{
    char text[17];
    snprintf(text, sizeof text, "%016llx", (unsigned long long)hash);
    return json_string(text);
}

/* A hash of the rows of a part. */
static json_t *part_json(const llmrec_dataset *part)
{
    uint64_t hash = 0;
    if (part == NULL) return json_null();
    const int64_t sessions = llmrec_dataset_sessions(part), rows = llmrec_dataset_rows(part);
    int64_t *offsets = malloc(((size_t)sessions + 1) * sizeof *offsets);
    int32_t *items = malloc(((size_t)rows + 1) * sizeof *items);
    const bool copied = offsets != NULL && items != NULL &&
                        llmrec_dataset_copy_sessions(part, 0, sessions, offsets, items, NULL, (size_t)rows, NULL) == 0;
    for (int64_t i = 0; copied && i < sessions; i++) hash = mix(hash, (uint64_t)offsets[i + 1]);
    for (int64_t i = 0; copied && i < rows; i++) hash = mix(hash, (uint64_t)items[i]);
    free(offsets);
    free(items);
    return copied ? hash_json(hash) : NULL;
}

static json_t *table_json(const llmrec_embedding *table)
{
    const int64_t rows = llmrec_embedding_rows(table), dim = llmrec_embedding_dim(table);
    float *values = malloc((size_t)dim * sizeof *values);
    uint64_t hash = mix(0, (uint64_t)dim);
    bool copied = values != NULL;
    for (int64_t i = 0; copied && i < rows; i++) {
        copied = llmrec_embedding_copy_rows(table, i, 1, values) == LLMREC_OK;
        for (int64_t j = 0; copied && j < dim; j++) {
            uint32_t bits = 0;
            memcpy(&bits, &values[j], sizeof bits);
            hash = mix(hash, bits);
        }
    }
    free(values);
    return copied ? hash_json(hash) : NULL;
}

/* All options, and hashes of the data. */
static json_t *notes_of(const compare_task *task, const compare_network *network)
{
    return json_pack("{s:o, s:{s:o, s:o, s:o}}", "options", network_json(network), "data", "train",
                     part_json(task->train), "validation", part_json(task->validation), "vectors",
                     network->from_vectors ? table_json(task->embedding) : json_null());
}

/* --- comparing notes --------------------------------------------------------------------------------------------- */

/* More epochs or patience than before continue the training. */
static bool continues(const char *name, const json_t *then, const json_t *now, bool any_epochs)
{
    const json_int_t before = json_integer_value(then), after = json_integer_value(now);
    if (strcmp(name, "epochs") == 0) return any_epochs && after > before;
    return strcmp(name, "patience") == 0 && before != 0 && (after > before || after == 0);
}

/* The name of the first field in which they differ, or NULL. */
static const char *find_difference(const json_t *then, const json_t *now, bool any_epochs, const json_t *found[2])
{
    const char *name = NULL;
    json_t *value = NULL;
    json_object_foreach((json_t *)(uintptr_t)now, name, value)
    {
        const json_t *old = json_object_get(then, name);
        const char *inner = json_is_object(value) ? find_difference(old, value, any_epochs, found) : NULL;
        if (inner != NULL) return inner;
        if (json_is_object(value) || json_equal(old, value) || continues(name, old, value, any_epochs)) continue;
        found[0] = old;
        found[1] = value;
        return name;
    }
    return NULL;
}

static llmrec_status check_notes(compare_task *task, const char *path, const json_t *now,
                                 const compare_network *network)
{
    const json_t *found[2] = {NULL, NULL};
    json_t *then = json_load_file(path, 0, NULL);
    if (then == NULL)
        return refuse(task, "--checkpoint: %s cannot be read; it has the options of the checkpoint beside it", path);
    llmrec_status status = LLMREC_OK;
    const bool any_epochs = network->train.schedule == LLMREC_SCHEDULE_CONSTANT;
    const char *name = find_difference(then, now, any_epochs, found);
    if (name != NULL) {
        char *old = json_dumps(found[0], JSON_ENCODE_ANY | JSON_REAL_PRECISION(6));
        char *new = json_dumps(found[1], JSON_ENCODE_ANY | JSON_REAL_PRECISION(6));
        status =
            refuse(task, "--checkpoint: %s: %s is %s there and %s here; give the same options and data, or another DIR",
                   path, name, old == NULL ? "nothing" : old, new == NULL ? "nothing" : new);
        free(old);
        free(new);
    }
    json_decref(then);
    return status;
}

/* Renamed into place, so that a kill leaves old notes or new ones. */
static llmrec_status write_notes(compare_task *task, const char *path, const json_t *notes)
{
    char fresh[MAX_PATH + 16];
    snprintf(fresh, sizeof fresh, "%s.new", path);
    if (json_dump_file(notes, fresh, JSON_INDENT(2) | JSON_REAL_PRECISION(17)) == 0 && rename(fresh, path) == 0)
        return LLMREC_OK;
    return refuse(task, "--checkpoint: cannot write %s: %s", path, strerror(errno));
}

/* --- files ------------------------------------------------------------------------------------------------------- */

/* The name without its ending. Some file systems allow no colons. */
static llmrec_status name_files(compare_task *task, const compare_row *row, const compare_run *run, char stem[MAX_PATH])
{
    const char *folder = task->settings->checkpoint;
    const int length = snprintf(stem, MAX_PATH, "%s/%s-%lld", folder, row->name, (long long)run->seed);
    if (length < 0 || length >= MAX_PATH) return refuse(task, "--checkpoint: the name of %s is too long", folder);
    for (char *at = stem + strlen(folder); *at != '\0'; at++)
        if (*at == ':') *at = '_';
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return refuse(task, "--checkpoint: cannot make %s: %s", folder, strerror(errno));
    return LLMREC_OK;
}

static llmrec_status open_encoder(compare_task *task, const char *path, const compare_network *network,
                                  llmrec_encoder **encoder)
{
    const llmrec_status status = llmrec_encoder_open(task->context, path, encoder);
    const int64_t epochs = status == LLMREC_OK ? llmrec_encoder_epochs(*encoder) : 0;
    if (epochs <= network->train.epochs) return status;
    return refuse(task, "--checkpoint: %s has %lld epochs; wanted at most --epochs, %lld", path, (long long)epochs,
                  (long long)network->train.epochs);
}

llmrec_status checkpoint_find(compare_task *task, const compare_row *row, const compare_network *network,
                              compare_run *run, llmrec_encoder **encoder)
{
    struct stat file;
    char stem[MAX_PATH], notes_path[MAX_PATH + 8];
    llmrec_status status = name_files(task, row, run, stem);
    if (status != LLMREC_OK) return status;
    run->checkpoint = malloc(MAX_PATH + 8);
    json_t *notes = notes_of(task, network);
    if (notes == NULL || run->checkpoint == NULL) {
        json_decref(notes);
        return refuse(task, "--checkpoint: no memory");
    }
    snprintf(run->checkpoint, MAX_PATH + 8, "%s.h5", stem);
    snprintf(notes_path, sizeof notes_path, "%s.json", stem);
    const bool found = stat(run->checkpoint, &file) == 0;
    if (found) status = check_notes(task, notes_path, notes, network);
    if (status == LLMREC_OK) status = write_notes(task, notes_path, notes);
    json_decref(notes);
    return status == LLMREC_OK && found ? open_encoder(task, run->checkpoint, network, encoder) : status;
}
