/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the small programs: their help, and the answer to wrong words. */
#ifndef USAGE_H
#define USAGE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Prints the usage and ends the program if the first word is --help or -h (exit code 0), if it is another flag, or if
 * the number of words after the program's name is not from `least` to `most` (exit code 2). `most` 0: no limit. */
static inline void check_usage(int count, char **words, int least, int most, const char *usage)
{
    const char *first = count > 1 ? words[1] : "";
    const int help = strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0;
    if (!help && first[0] != '-' && count > least && (most == 0 || count <= most + 1)) return;
    fputs(usage, help ? stdout : stderr);
    exit(help ? 0 : 2);
}

#endif
