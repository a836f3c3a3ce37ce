/* SPDX-License-Identifier: Apache-2.0 */
/* Durations as text: a number of seconds, or a number with a unit. */
#ifndef LR_DATA_DURATION_H
#define LR_DATA_DURATION_H

#include <stdbool.h>
#include <stdint.h>

#include "core/status.h"

/* Reads "30m", "7 d", "1.5h" or "90" as nanoseconds; units: ns us ms s m (or min) h d w. ARGUMENT names `option` if the
 * text is none of these, or not in (0, 292 years]. */
llmrec_status lr_duration_read(const char *option, const char *text, int64_t *nanoseconds);

#endif
