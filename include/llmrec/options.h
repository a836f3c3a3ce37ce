/* SPDX-License-Identifier: Apache-2.0 */
/* Introspection of options: lists the options structs and their options, and reads and sets values as text.
 *
 * Programs, bindings and search tools can offer the options of the loaded library without their own list of names,
 * types, ranges, defaults and help. A struct is named as in C: "llmrec_train_options".
 *
 * For the functions of this header, unless their comment says otherwise:
 * Errors: none. Ownership: returned names and texts are constants of the library and are never freed. Threads: any;
 * many at once. Cost: one pass over the names of structs and options; allocates nothing. Since: 0.1.
 */
#ifndef LLMREC_OPTIONS_H
#define LLMREC_OPTIONS_H

#include "base.h"

LLMREC_BEGIN

/* What an option's field holds. Arrays, counts and pointers have no text form: set them in the struct. */
typedef enum llmrec_option_type {
    LLMREC_OPTION_INTEGER = 0,  /* int64_t within a range */
    LLMREC_OPTION_NUMBER = 1,   /* double within a range; NaN if it may be unset */
    LLMREC_OPTION_FLAG = 2,     /* int64_t, 0 or 1; as text "no" or "yes" */
    LLMREC_OPTION_CHOICE = 3,   /* int64_t, one of several named values; as text its name */
    LLMREC_OPTION_TEXT = 4,     /* const char *, ends in NUL; NULL if it may be unset */
    LLMREC_OPTION_SECRET = 5,   /* the same; it can be set from text and is never written out */
    LLMREC_OPTION_TEXTS = 6,    /* const char *const *, an array of texts */
    LLMREC_OPTION_INDICES = 7,  /* const int32_t *, an array of item indices */
    LLMREC_OPTION_INTEGERS = 8, /* const int64_t *, an array of integers */
    LLMREC_OPTION_COUNT = 9,    /* int64_t, the number of entries of an array option */
    LLMREC_OPTION_POINTER = 10  /* a callback or a pointer of the host's */
} llmrec_option_type;

/* One option of a struct. */
typedef struct llmrec_option_info {
    size_t size;       /* set by the caller: sizeof(llmrec_option_info) */
    const char *name;  /* of the field */
    int64_t type;      /* one of llmrec_option_type */
    double low, high;  /* INTEGER, NUMBER, COUNT: the range; infinite if it has no end */
    int64_t low_open;  /* 1: `low` itself is excluded */
    int64_t high_open; /* 1: `high` itself is excluded */
    int64_t unset;     /* 1: NaN or NULL is allowed and means "not set" */
    int64_t choices;   /* CHOICE: their number, see llmrec_option_choice; else 0 */
    const char *count; /* TEXTS, INDICES, INTEGERS: the field with the length; "" if the length is known otherwise */
    const char *help;  /* what it does, one line */
    const char *since; /* its first version, for instance "0.1" */
} llmrec_option_info;

/* --- structs ----------------------------------------------------------------------------------------------------- */

/* Return the number of options structs, the name of one, and one line on what a struct sets. NULL for an unknown index
 * or name. */
LLMREC_API int64_t llmrec_options_count(void);
LLMREC_API const char *llmrec_options_name(int64_t index);
LLMREC_API const char *llmrec_options_help(const char *structure);

/* Fills the first `size` bytes of a struct as its own `_init` does, or with `preset` not NULL as its `_preset` does.
 * Errors: ARGUMENT (no such struct or preset, or a struct without presets), ABI. */
LLMREC_API llmrec_status llmrec_options_fill(const char *structure, const char *preset, void *options, size_t size);

/* Writes all options of a struct that have a text form as one line of JSON, with names for choices:
 * {"decay":"harmonic","seed":0}. `options` NULL means the defaults. Writes at most `capacity` bytes, NUL included.
 * `length` gets the bytes needed without the NUL: call with capacity 0 to ask for the size.
 * Errors: ARGUMENT (no such struct; an option is out of its range), ABI, MEMORY. Cost: proportional to the text. */
LLMREC_API llmrec_status llmrec_options_json(const char *structure, const void *options, char *text, size_t capacity,
                                             size_t *length);

/* --- one option -------------------------------------------------------------------------------------------------- */

/* Returns the number of options of a struct; -1 for an unknown struct. */
LLMREC_API int64_t llmrec_option_count(const char *structure);

/* Describes the option at `index`, in the order of the struct's fields: fills the first `info->size` bytes.
 * Errors: ARGUMENT (no such struct or option), ABI. */
LLMREC_API llmrec_status llmrec_option_describe(const char *structure, int64_t index, llmrec_option_info *info);

/* Gives the name of a choice by index, and its value (may be NULL).
 * Errors: ARGUMENT (no such struct, option or choice, or an option without choices). */
LLMREC_API llmrec_status llmrec_option_choice(const char *structure, const char *name, int64_t index,
                                              const char **choice, int64_t *value);

/* Sets one option of a filled struct from text: "0.3", "yes", "harmonic". "nan" unsets a number that may be unset. On
 * failure the struct is unchanged.
 * Errors: ARGUMENT (no such struct or option; the message lists the names; a value out of its range), UNSUPPORTED (the
 * option has no text form), ABI (the caller's struct is too old for the option). Ownership: a text option keeps the
 * pointer `value`, which must be valid as long as `options` is used. */
LLMREC_API llmrec_status llmrec_option_set(const char *structure, void *options, const char *name, const char *value);

/* Writes one option as text, in the form that llmrec_option_set reads. `options` NULL means the default. `text`,
 * `capacity` and `length` are as for llmrec_options_json.
 * Errors: ARGUMENT, UNSUPPORTED (the option has no text form), ABI, MEMORY. Cost: proportional to the text. */
LLMREC_API llmrec_status llmrec_option_get(const char *structure, const void *options, const char *name, char *text,
                                           size_t capacity, size_t *length);

/* Writes an option's range or choices as in error messages: "1 to 16384", "(0, 1]", "none, linear". `text`, `capacity`
 * and `length` are as for llmrec_options_json.
 * Errors: ARGUMENT, MEMORY. Cost: proportional to the text. */
LLMREC_API llmrec_status llmrec_option_range(const char *structure, const char *name, char *text, size_t capacity,
                                             size_t *length);

/* --- presets ----------------------------------------------------------------------------------------------------- */

/* Return the number of presets of a struct (0: none; -1: unknown struct), the name of one, and one line about it. NULL
 * for an unknown struct or index. */
LLMREC_API int64_t llmrec_preset_count(const char *structure);
LLMREC_API const char *llmrec_preset_name(const char *structure, int64_t index);
LLMREC_API const char *llmrec_preset_help(const char *structure, int64_t index);

/* Returns a preset's change to the defaults at `setting`, from 0: "measure=dot". A value may contain blanks. NULL after
 * the last one, and for an unknown struct or preset. */
LLMREC_API const char *llmrec_preset_setting(const char *structure, int64_t index, int64_t setting);

LLMREC_END
#endif
