/* SPDX-License-Identifier: Apache-2.0 */
/* Defines the option table of linear models. */
#include "rank/linear_options.h"

#include <float.h>

#include "data/decay.h"

static const lr_choice models[] = {{"slit", LLMREC_LINEAR_SLIT},
                                   {"ease", LLMREC_LINEAR_EASE},
                                   {"slist", LLMREC_LINEAR_SLIST},
                                   {"slis", LLMREC_LINEAR_SLIS},
                                   {NULL, 0}};

static const lr_choice solvers[] = {
    {"auto", LLMREC_LINEAR_AUTO}, {"dense", LLMREC_LINEAR_DENSE}, {"columns", LLMREC_LINEAR_COLUMNS}, {NULL, 0}};

typedef llmrec_linear_options L;
static const lr_option option[] = {
    LR_CHOICE(L, model, LLMREC_LINEAR_SLIST, models, "rows of past and next items, of whole sessions, or of both"),
    LR_NUMBER(L, ridge, 0, 0, FLT_MAX, LR_CLOSED, "weight of the squared solution; 0: chosen on held-out items"),
    LR_NUMBER(L, strength, -1, -1, FLT_MAX, LR_CLOSED, "weight of the distance to the guide; -1: chosen; 0: no guide"),
    LR_INTEGER(L, guide_neighbors, 100, 1, 10000, "most similar items of each item in the guide"),
    LR_INTEGER(L, past_items, 10, 1, 1000, "most past items of a row"),
    LR_NUMBER(L, past_decay, 8, 0, DBL_MAX, LR_OPEN_LOW, "past items have the weight exp(-age / past_decay)"),
    LR_INTEGER(L, future_items, 3, 1, 1000, "most next items of a row"),
    LR_NUMBER(L, future_decay, 2, 0, DBL_MAX, LR_OPEN_LOW, "next items have the weight exp(-distance / future_decay)"),
    LR_NUMBER(L, whole, 0.2, 0, 1, LR_OPEN, "slist: weight of whole sessions"),
    LR_CHOICE(L, session_decay, LLMREC_DECAY_HARMONIC, lr_decays, "how weights of a session's items decrease with age"),
    LR_NUMBER(L, session_decay_rate, 0.5, 0, DBL_MAX, LR_CLOSED, "exponential: decay rate"),
    LR_INTEGER(L, validation_sessions, 4000, 1, INT32_MAX, "most sessions that ridge and strength are chosen on"),
    LR_INTEGER(L, seed, 0, INT64_MIN, INT64_MAX, "seed of the choice of these sessions"),
    LR_CHOICE(L, solver, LLMREC_LINEAR_AUTO, solvers, "all items at once, or each column with its own candidates"),
    LR_INTEGER(L, candidates, 500, 1, 10000, "columns: most items in a column's system"),
    LR_NUMBER(L, row_share, 1, 0, 1, LR_OPEN_LOW, "largest entries of a row are kept up to this share; 1: all"),
    LR_INTEGER(L, row_entries, 0, 0, INT32_MAX, "most entries of a row, the largest; 0: all"),
    LR_INTEGER(L, memory_limit, 0, 0, INT64_MAX, "most bytes to use; 0: three quarters of the machine's memory"),
};
LR_OPTIONS(lr_linear_options, llmrec_linear_options, memory_limit, "linear item-to-item models in closed form", option,
           .check = NULL);

llmrec_status llmrec_linear_options_init(llmrec_linear_options *options, size_t size)
{
    return lr_options_init(&lr_linear_options, options, size);
}
