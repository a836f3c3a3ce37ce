/* SPDX-License-Identifier: Apache-2.0 */
/* Implements the public functions for fine-tuning examples: selects sessions, assigns their rows to files, and writes
 * the files. */
#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/file.h"
#include "core/log.h"
#include "core/memory.h"
#include "prompt/tuning.h"

enum { DEFAULT_TOKENS = 4096 };

static const lr_choice formats[] = {{"chat", LLMREC_ROW_FORMAT_CHAT},
                                    {"completion", LLMREC_ROW_FORMAT_COMPLETION},
                                    {"input_output", LLMREC_ROW_FORMAT_INPUT_OUTPUT},
                                    {NULL, 0}};

typedef llmrec_fine_tuning_data_options F;
static const lr_option option[] = {
    LR_CHOICE(F, format, LLMREC_ROW_FORMAT_CHAT, formats, "what a row of the files is"),
    LR_TEXT(F, training, NULL, "path of the file with the examples"),
    LR_TEXT(F, validation, NULL, "path of the file with examples for validation; unset: none"),
    LR_NUMBER(F, validation_share, .2, 0, 1, LR_OPEN, "share of the rows that are for validation"),
    LR_INTEGER(F, validation_rows, 0, 0, INT32_MAX, "rows for validation; 0: by validation_share"),
    LR_INTEGER(F, rows, 0, 0, INT32_MAX, "most rows in both files; 0: no limit"),
    LR_INTEGER(F, min_history, 0, 0, INT32_MAX, "least items of a session before its last one; 0: 2, numbered: 1"),
    LR_INTEGER(F, token_limit, -1, -1, (int64_t)1 << 40,
               "longest row in estimated tokens; 0: no limit; -1: 4096, classify: no limit"),
    LR_INTEGER(F, byte_limit, (int64_t)512 << 20, 1, (int64_t)1 << 40, "largest file in bytes"),
    LR_INTEGER(F, seed, 0, 0, INT32_MAX, "of the order of sessions and the rows for validation"),
};

/* A file being written, and the size of its contents. */
typedef struct output {
    lr_writer writer;
    const char *path;
    lr_builder ready; /* rows not yet written to the file */
    int64_t rows, tokens, bytes;
} output;

/* The state of writing examples. */
typedef struct tuning {
    llmrec_context *context;
    llmrec_fine_tuning_data_options options;
    lr_prompter *prompter;
    lr_tuning_sessions sessions;
    lr_example example;
    int64_t wanted, validating; /* rows of both files, and validation rows among them; there may be fewer in the end */
    output training, validation;
    llmrec_fine_tuning_data_info info;
} tuning;

/* --- options ------------------------------------------------------------------------------------------------------ */

static llmrec_status check_paths(const void *given)
{
    const llmrec_fine_tuning_data_options *options = given;
    if (options->training == NULL) return lr_fail(LLMREC_ERR_ARGUMENT, "training is NULL; wanted a path");
    if (options->validation == NULL || strcmp(options->training, options->validation) != 0) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_ARGUMENT, "training and validation are both %s; wanted two files", options->training);
}

LR_OPTIONS(lr_fine_tuning_data_options, llmrec_fine_tuning_data_options, seed, "how fine-tuning examples are written",
           option, .check = check_paths);

llmrec_status llmrec_fine_tuning_data_options_init(llmrec_fine_tuning_data_options *options, size_t size)
{
    return lr_options_init(&lr_fine_tuning_data_options, options, size);
}

/* Checks both sets of options together, and sets defaults that depend on the prompt. */
static llmrec_status settle_options(tuning *t)
{
    const llmrec_prompt_options *prompt = &t->prompter->options;
    const lr_form *form = t->prompter->form;
    if (form->tuned_first != NULL && t->prompter->first_stage == NULL)
        return lr_fail(LLMREC_ERR_ARGUMENT, "parts.first_stage is NULL; %s", form->tuned_first);
    if (t->options.format == LLMREC_ROW_FORMAT_COMPLETION && prompt->style == LLMREC_STYLE_FENCED)
        return lr_fail(LLMREC_ERR_ARGUMENT, "format is COMPLETION, whose answers end in \"###\"; wanted style LINES or "
                                            "NUMBERED, which stop there");
    if (t->options.min_history == 0) t->options.min_history = prompt->style == LLMREC_STYLE_NUMBERED ? 1 : 2;
    if (t->options.token_limit < 0) t->options.token_limit = form->tuned_longer ? 0 : DEFAULT_TOKENS;
    return LLMREC_OK;
}

/* Sets the number of rows, as far as it is known before writing. */
static void settle_rows(tuning *t)
{
    const llmrec_fine_tuning_data_options *o = &t->options;
    t->wanted = (int64_t)t->sessions.count;
    if (o->rows > 0 && o->rows < t->wanted) t->wanted = o->rows;
    if (o->validation == NULL) return;
    t->validating = o->validation_rows > 0 ? o->validation_rows : llround(o->validation_share * (double)t->wanted);
}

/* --- the files ---------------------------------------------------------------------------------------------------- */

static llmrec_status output_begin(tuning *t, output *out, const char *path)
{
    if (path == NULL) return LLMREC_OK;
    out->path = path;
    out->ready.context = t->context;
    return lr_writer_begin(t->context, path, &out->writer);
}

static llmrec_status output_flush(output *out)
{
    const size_t length = out->ready.length;
    out->ready.length = 0;
    return length == 0 ? LLMREC_OK : lr_writer_add(&out->writer, out->ready.text, length);
}

static llmrec_status output_add(tuning *t, output *out)
{
    enum { BUFFER = 1 << 18 };
    const lr_example *e = &t->example;
    out->bytes += (int64_t)e->row.length;
    if (out->bytes > t->options.byte_limit)
        return lr_fail(LLMREC_ERR_SHAPE, "%s: longer than byte_limit, %lld, with row %lld; fewer rows fit", out->path,
                       (long long)t->options.byte_limit, (long long)out->rows + 1);
    out->rows++;
    out->tokens += (int64_t)e->tokens;
    if ((int64_t)e->tokens > t->info.longest_row) t->info.longest_row = (int64_t)e->tokens;
    LR_RETURN_IF(lr_builder_add(&out->ready, e->row.text, e->row.length));
    return out->ready.length < BUFFER ? LLMREC_OK : output_flush(out);
}

/* Rejects a file without rows, because servers refuse it. */
static llmrec_status check_rows(const tuning *t)
{
    const llmrec_fine_tuning_data_info *info = &t->info;
    if (t->training.rows > 0 && (t->validation.rows > 0 || t->options.validation == NULL)) return LLMREC_OK;
    return lr_fail(
        LLMREC_ERR_SHAPE,
        "no row for %s: of %lld sessions %lld are too short, %lld have items without names, %lld repeat an "
        "item at their end, %lld rows are too long, %lld unreadable; %lld are for training, %lld for validation",
        t->training.rows > 0 ? "validation" : "training", (long long)lr_dataset_sessions(t->sessions.dataset),
        (long long)t->sessions.too_short, (long long)t->sessions.unnamed, (long long)t->sessions.repeated,
        (long long)info->too_long, (long long)info->unreadable, (long long)t->training.rows,
        (long long)t->validation.rows);
}

static llmrec_status commit(tuning *t)
{
    LR_RETURN_IF(check_rows(t));
    LR_RETURN_IF(output_flush(&t->training));
    if (t->options.validation == NULL) return lr_writer_commit(&t->training.writer);
    LR_RETURN_IF(output_flush(&t->validation));
    return lr_writer_commit_both(&t->training.writer, &t->validation.writer);
}

/* --- rows --------------------------------------------------------------------------------------------------------- */

static llmrec_status write_session(tuning *t, size_t at)
{
    lr_example *e = &t->example;
    const lr_tuned tuned = lr_tuning_sessions_at(&t->sessions, at);
    bool readable = false;
    LR_RETURN_IF(lr_example_write(e, &tuned));
    if (t->options.token_limit > 0 && e->tokens > (size_t)t->options.token_limit) {
        t->info.too_long++;
        return LLMREC_OK;
    }
    LR_RETURN_IF(lr_example_readable(e, &readable));
    if (!readable) t->info.unreadable++;
    else return output_add(t, t->validation.rows < t->validating ? &t->validation : &t->training);
    return LLMREC_OK;
}

static int64_t rows_of(const tuning *t)
{
    return t->training.rows + t->validation.rows;
}

static llmrec_status write_rows(tuning *t)
{
    lr_tuning_sessions *s = &t->sessions;
    lr_progress progress = lr_progress_begin(t->context, "fine-tuning data", "sessions", (int64_t)s->count);
    for (size_t begin = 0; begin < s->count && rows_of(t) < t->wanted; begin += s->loaded) {
        LR_RETURN_IF(lr_tuning_sessions_load(s, begin));
        for (size_t i = 0; i < s->loaded && rows_of(t) < t->wanted; i++) {
            LR_RETURN_IF(lr_progress_step(&progress, (int64_t)(begin + i)));
            LR_RETURN_IF(write_session(t, i));
        }
    }
    return lr_progress_end(&progress, (int64_t)s->count);
}

/* --- the whole task ----------------------------------------------------------------------------------------------- */

static llmrec_status run(tuning *t)
{
    LR_RETURN_IF(settle_options(t));
    t->sessions.min_history = (size_t)t->options.min_history;
    t->sessions.seed = (uint64_t)t->options.seed;
    LR_RETURN_IF(lr_tuning_sessions_choose(&t->sessions));
    settle_rows(t);
    t->example = (lr_example){.prompter = t->prompter, .format = t->options.format};
    LR_RETURN_IF(lr_example_begin(&t->example));
    LR_RETURN_IF(output_begin(t, &t->training, t->options.training));
    LR_RETURN_IF(output_begin(t, &t->validation, t->options.validation));
    LR_RETURN_IF(write_rows(t));
    return commit(t);
}

static void clear(tuning *t)
{
    lr_writer_abandon(&t->training.writer);
    lr_writer_abandon(&t->validation.writer);
    lr_free(t->context, t->training.ready.text);
    lr_free(t->context, t->validation.ready.text);
    if (t->example.prompter != NULL) lr_example_clear(&t->example);
    lr_tuning_sessions_clear(&t->sessions);
    lr_prompter_free(t->prompter);
}

static const size_t info_frozen = LR_FROZEN(llmrec_fine_tuning_data_info, unreadable);

static llmrec_status tell(tuning *t, llmrec_fine_tuning_data_info *info)
{
    llmrec_fine_tuning_data_info *own = &t->info;
    own->too_short = t->sessions.too_short;
    own->unnamed = t->sessions.unnamed;
    own->repeated = t->sessions.repeated;
    own->training_rows = t->training.rows;
    own->training_tokens = t->training.tokens;
    own->training_bytes = t->training.bytes;
    own->validation_rows = t->validation.rows;
    own->validation_tokens = t->validation.tokens;
    own->validation_bytes = t->validation.bytes;
    lr_log(t->context, LLMREC_LOG_INFO, "rank",
           "fine-tuning data: %lld rows for training, %lld for validation, about %lld and %lld tokens",
           (long long)own->training_rows, (long long)own->validation_rows, (long long)own->training_tokens,
           (long long)own->validation_tokens);
    if (info == NULL) return LLMREC_OK;
    return lr_struct_give("llmrec_fine_tuning_data_info", sizeof *own, info_frozen, own, info);
}

llmrec_status llmrec_fine_tuning_write(const llmrec_recommender_parts *parts, const llmrec_prompt_options *prompt,
                                       const llmrec_fine_tuning_data_options *options,
                                       llmrec_fine_tuning_data_info *info)
{
    tuning t = {.prompter = NULL};
    if (info != NULL) LR_RETURN_IF(lr_struct_check("llmrec_fine_tuning_data_info", info_frozen, info));
    LR_RETURN_IF(lr_options_read(&lr_fine_tuning_data_options, options, &t.options));
    if (options == NULL) LR_RETURN_IF(lr_options_check(&lr_fine_tuning_data_options, &t.options));
    LR_RETURN_IF(lr_prompter_make(parts, prompt, false, &t.prompter));
    t.context = t.prompter->context;
    t.sessions.prompter = t.prompter;
    t.sessions.dataset = parts->dataset;
    llmrec_status status = run(&t);
    if (status == LLMREC_OK) status = tell(&t, info);
    clear(&t);
    return status;
}
