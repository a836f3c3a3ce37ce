/* SPDX-License-Identifier: Apache-2.0 */
/* Size-first options: an older or newer caller's struct laid over the library's defaults (docs/abi.md). */
#ifndef LR_CORE_OPTIONS_H
#define LR_CORE_OPTIONS_H

#include "core/status.h"

#define LR_OPTIONS_MAX 4096 /* a larger size is garbage, not a struct from the future */

/* `full` holds today's defaults in `known` bytes; the caller's bytes go over them. `oldest` is the size of the first
 * released layout; `what` names the struct in errors. `given` NULL leaves the defaults. */
llmrec_status lr_options_overlay(void *full, size_t known, size_t oldest, const void *given, const char *what);

/* Worker of every public `_options_init`: copies the first `size` bytes of the defaults and sets the size field. */
llmrec_status lr_options_init(void *options, size_t size, const void *defaults, size_t known, size_t oldest,
                              const char *what);

/* `value` of option `name` must be within [low, high]. */
llmrec_status lr_option_range(const char *name, int64_t value, int64_t low, int64_t high);

/* A count of anything but bytes, from 0 to what an address space can hold. */
llmrec_status lr_count(const char *name, int64_t count);

llmrec_status lr_option_number(const char *name, double value, double low, double high);

#endif
