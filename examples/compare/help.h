/* SPDX-License-Identifier: Apache-2.0 */
/* Help: compare's own flags and strategies, and each options struct as the library describes it. */
#ifndef COMPARE_HELP_H
#define COMPARE_HELP_H

#include <stdbool.h>

/* Prints help about a section, a strategy or "all"; about compare's own flags if `topic` is "". For another topic says
 * so on standard error and returns false. */
bool help_print(const char *topic);

#endif
