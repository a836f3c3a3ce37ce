/* SPDX-License-Identifier: Apache-2.0 */
/* The calls to the system on files, made to fail or to do less than asked, in this program and all its libraries. */
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

/* From here on the n-th such call of the process (from 1) fails with `error`. */
void system_arm(system_call call, long n, int error);

/* From here on every read and write moves at most `bytes` bytes; 0: as many as asked. */
void system_limit(long bytes);

/* Everything works again. True if a call was made to fail since system_arm. */
bool system_disarm(void);

#endif
