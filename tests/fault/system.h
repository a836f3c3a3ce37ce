/* SPDX-License-Identifier: Apache-2.0 */
/* System calls on files that fail or transfer fewer bytes on request, in this program and all its libraries. */
#ifndef TESTS_FAULT_SYSTEM_H
#define TESTS_FAULT_SYSTEM_H

#include <stdbool.h>

typedef enum system_call {
    CALL_NONE,
    CALL_OPEN,
    CALL_MAKE_TEMPORARY,
    CALL_READ,
    CALL_WRITE,
    CALL_RESIZE,
    CALL_FLUSH,
    CALL_RENAME,
    CALL_MAP,
    CALL_COUNT
} system_call;

extern const char *const system_call_names[CALL_COUNT];

/* From now on the process's n-th such call (from 1) fails with `error`. */
void system_arm(system_call call, long n, int error);

/* From now on every read and write moves at most `bytes` bytes; 0: no limit. */
void system_limit(long bytes);

/* All calls work again. True if one failed since system_arm. */
bool system_disarm(void);

#endif
