/* SPDX-License-Identifier: Apache-2.0 */
/* Options as data: one table describes a public options struct. Defaults, presets, checks, older and newer layouts,
 * text and JSON all use the table. To add an option, append a field to the struct and a line to its table. */
#ifndef LR_CORE_OPTIONS_H
#define LR_CORE_OPTIONS_H

#include "core/json.h"
#include "llmrec/options.h"

enum { LR_OPTIONS_LARGEST = 4096 }; /* a larger size is not a valid struct */

/* Size of the struct up to and including field `last`. Stays the same when later versions append fields. */
#define LR_FROZEN(type, last) (offsetof(type, last) + sizeof((type *)0)->last)

/* --- tables ------------------------------------------------------------------------------------------------------ */

/* A named value of a choice. Arrays of choices end with a NULL name. */
typedef struct lr_choice {
    const char *name;
    int64_t value;
} lr_choice;

/* Which ends of a range are excluded. */
enum { LR_CLOSED = 0, LR_OPEN_LOW = 1, LR_OPEN_HIGH = 2, LR_OPEN = 3 };

/* One field of an options struct. */
typedef struct lr_option {
    const char *name;
    llmrec_option_type type;
    size_t offset;
    union {
        int64_t integer;      /* INTEGER, FLAG, CHOICE, COUNT */
        double number;        /* NUMBER; NaN: may be unset */
        const char *text;     /* TEXT, SECRET; NULL: may be unset */
        const void *pointer;  /* TEXTS, INDICES, INTEGERS, POINTER */
    } standard;               /* the default */
    int64_t least, most;      /* INTEGER, COUNT */
    double low, high;         /* NUMBER */
    int open;                 /* NUMBER: LR_CLOSED, ... */
    const lr_choice *choices; /* CHOICE */
    const char *count;        /* TEXTS, INDICES, INTEGERS: field with the list's length, or NULL */
    const char *help;         /* one line */
    const char *since;        /* NULL: the first release */
} lr_option;

#define LR_OPTION_(type_, field, kind) .name = #field, .type = LLMREC_OPTION_##kind, .offset = offsetof(type_, field)
#define LR_INTEGER(type, field, value, least_, most_, help_)                                                           \
    {                                                                                                                  \
        LR_OPTION_(type, field, INTEGER), .standard.integer = (value), .least = (least_), .most = (most_),             \
                                          .help = (help_)                                                              \
    }
#define LR_COUNT(type, field, value, least_, most_, help_)                                                             \
    {                                                                                                                  \
        LR_OPTION_(type, field, COUNT), .standard.integer = (value), .least = (least_), .most = (most_),               \
                                        .help = (help_)                                                                \
    }
#define LR_NUMBER(type, field, value, low_, high_, open_, help_)                                                       \
    {                                                                                                                  \
        LR_OPTION_(type, field, NUMBER), .standard.number = (value), .low = (low_), .high = (high_), .open = (open_),  \
                                         .help = (help_)                                                               \
    }
#define LR_FLAG(type, field, value, help_)                                                                             \
    {                                                                                                                  \
        LR_OPTION_(type, field, FLAG), .standard.integer = (value), .help = (help_)                                    \
    }
#define LR_CHOICE(type, field, value, choices_, help_)                                                                 \
    {                                                                                                                  \
        LR_OPTION_(type, field, CHOICE), .standard.integer = (value), .choices = (choices_), .help = (help_)           \
    }
#define LR_TEXT(type, field, value, help_)                                                                             \
    {                                                                                                                  \
        LR_OPTION_(type, field, TEXT), .standard.text = (value), .help = (help_)                                       \
    }
#define LR_SECRET(type, field, help_)                                                                                  \
    {                                                                                                                  \
        LR_OPTION_(type, field, SECRET), .help = (help_)                                                               \
    }
/* `kind` is TEXTS, INDICES or INTEGERS. `count_` names the field with the length; NULL if the length is known
 * otherwise. */
#define LR_LIST(type, field, kind, count_, value, help_)                                                               \
    {                                                                                                                  \
        LR_OPTION_(type, field, kind), .standard.pointer = (value), .count = (count_), .help = (help_)                 \
    }
#define LR_POINTER(type, field, help_)                                                                                 \
    {                                                                                                                  \
        LR_OPTION_(type, field, POINTER), .help = (help_)                                                              \
    }

/* A named preset. */
typedef struct lr_preset {
    const char *name;
    const char *const *settings; /* LR_SETTINGS, or NULL: the defaults */
    const char *help;            /* one line */
} lr_preset;

/* Changes to the defaults: "name=value", ... A value may contain blanks. Text options point into these texts. */
#define LR_SETTINGS(...)                                                                                               \
    (const char *const[])                                                                                              \
    {                                                                                                                  \
        __VA_ARGS__, NULL                                                                                              \
    }

/* A public options struct. Each one starts with `size_t size`, which is not in the table. */
typedef struct lr_options {
    const char *name; /* name of the struct: "llmrec_reducer_options" */
    const char *help; /* one line: what the struct configures */
    size_t size;      /* current sizeof */
    size_t frozen;    /* LR_FROZEN of the first release */
    const lr_option *option;
    size_t count;
    const lr_preset *preset; /* the first one is "default" */
    size_t preset_count;
    llmrec_status (*check)(const void *options); /* checks rules between options; may be NULL */
} lr_options;

/* Defines the table of a struct. Arguments: symbol, type, last field of the first release, one line of help, options,
 * then .check or the presets. */
#define LR_OPTIONS(symbol, type, last, help_, options_, ...)                                                           \
    const lr_options symbol = {.name = #type,                                                                          \
                               .help = (help_),                                                                        \
                               .size = sizeof(type),                                                                   \
                               .frozen = LR_FROZEN(type, last),                                                        \
                               .option = (options_),                                                                   \
                               .count = sizeof(options_) / sizeof *(options_),                                         \
                               __VA_ARGS__}
#define LR_PRESETS(presets_) .preset = (presets_), .preset_count = sizeof(presets_) / sizeof *(presets_)

/* --- structs of older and newer callers -------------------------------------------------------------------------- */

/* Implements every `_init`: writes the defaults to the first `size` bytes and zeros after the known fields. Errors:
 * ARGUMENT (NULL), ABI (`size` is not a valid layout). */
llmrec_status lr_options_init(const lr_options *table, void *options, size_t size);

/* Like lr_options_init, then applies a preset. ARGUMENT lists the names of the presets. */
llmrec_status lr_options_preset(const lr_options *table, void *options, size_t size, const char *name);

/* Fills `full` (table->size bytes) with the defaults, copies the values of the caller's struct over them, and checks
 * the result. `given` NULL: all defaults. Errors: ABI, ARGUMENT (names the option, its value and the valid values). */
llmrec_status lr_options_read(const lr_options *table, const void *given, void *full);

/* Like lr_options_read, without the checks. */
llmrec_status lr_options_lay(const lr_options *table, const void *given, void *full);

/* Copies a full struct to a caller's struct: lr_struct_give with the table's sizes. */
llmrec_status lr_options_give(const lr_options *table, const void *full, void *given);

/* Checks every option of a full struct, then the rules between them. */
llmrec_status lr_options_check(const lr_options *table, const void *full);

/* For input structs without a table: copies the caller's bytes over `full`, which holds `known` bytes of defaults.
 * `given` must not be NULL. `what` names the struct in errors. */
llmrec_status lr_struct_read(const char *what, size_t known, size_t frozen, const void *given, void *full);

/* For output structs: checks the caller's `size` before any work. */
llmrec_status lr_struct_check(const char *what, size_t frozen, const void *given);

/* For output structs: copies `full` (`known` bytes) to the caller, cut at the caller's `size`. Unknown bytes become
 * zero; the size field stays. */
llmrec_status lr_struct_give(const char *what, size_t known, size_t frozen, const void *full, void *given);

/* --- one option ----------------------------------------------------------------------------------------------------
 * */

/* Finds an option by name; NULL if there is none. */
const lr_option *lr_option_find(const lr_options *table, const char *name, size_t length);

/* Checks an integer or number that is not an option, with the same message: "name is 0; wanted 1 to 5". */
llmrec_status lr_option_range(const char *name, int64_t value, int64_t low, int64_t high);

/* Checks a count (not of bytes): 0 or more, and within the address space. */
llmrec_status lr_count(const char *name, int64_t count);

llmrec_status lr_option_number(const char *name, double value, double low, double high);

/* True if the 8 bytes at `value` are a valid value of the option. */
bool lr_option_allows(const lr_option *option, const void *value);

/* Fails with ARGUMENT: "name is MET; wanted 1 to 5", "name is MET; wanted one of none, linear". */
llmrec_status lr_option_refuse(const lr_option *option, const char *met);

/* Sets an option of a full struct from text and checks it. A text option keeps the pointer. Errors: ARGUMENT,
 * UNSUPPORTED (lists and pointers have no text form). */
llmrec_status lr_option_set(const lr_option *option, void *full, const char *value);

/* Appends an option's value as text, in the form that lr_option_set takes; "" if it is unset. UNSUPPORTED for lists and
 * pointers. */
llmrec_status lr_option_get(const lr_option *option, const void *full, lr_builder *text);

/* Appends the range or the choices, as errors and help print them: "1 to 5", "(0, 1]", "none, linear". */
llmrec_status lr_option_range_text(const lr_option *option, lr_builder *text);

/* Name of a choice's value; NULL if no choice has it. */
const char *lr_choice_name(const lr_choice *choices, int64_t value);

/* --- as JSON -------------------------------------------------------------------------------------------------------
 * */

/* Appends the options as a JSON object: {"decay":"harmonic","seed":0}. Choices are names. Secrets, lists and pointers
 * are omitted; unset options are null. */
llmrec_status lr_options_describe(const lr_options *table, const void *full, lr_builder *json);

/* Reads a JSON object from lr_options_describe into a full struct that holds the defaults, and checks it. Absent
 * options are unchanged; texts point into `object`. Errors: FORMAT. */
llmrec_status lr_options_parse(const lr_options *table, lr_json object, void *full);

/* Resets every text option to its default. For a struct that outlives its texts. */
void lr_options_forget_texts(const lr_options *table, void *full);

/* --- in files of ours
 * ------------------------------------------------------------------------------------------------ */

/* Writes the options' JSON under `name`; reads it back into a full struct, without the texts. Errors: IO, FORMAT,
 * MEMORY. */
struct lr_store;
llmrec_status lr_options_write(const lr_options *table, const void *full, struct lr_store *store, const char *name);
llmrec_status lr_options_load(const lr_options *table, struct lr_store *store, llmrec_context *context,
                              const char *name, void *full);

/* Reads a JSON text stored under `name`. Free the root with json_decref. */
llmrec_status lr_json_load(struct lr_store *store, llmrec_context *context, const char *name, json_t **root);

#endif
