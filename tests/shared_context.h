/* SPDX-License-Identifier: Apache-2.0 */
/* One context that all tests of a program share. */
#ifndef TESTS_SHARED_CONTEXT_H
#define TESTS_SHARED_CONTEXT_H

#include "support.h"

static llmrec_context *context;

/* A group's setup. */
static inline int make_context(void **state)
{
    (void)state;
    context = context_with(2);
    return 0;
}

/* A group's teardown; the scratch directory goes too. */
static inline int drop_context(void **state)
{
    llmrec_context_free(context);
    return remove_scratch(state);
}

#endif
