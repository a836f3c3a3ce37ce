/* SPDX-License-Identifier: Apache-2.0 */
/* Sums S'S, T'S and X'X without making the rows: two places of a session meet in several rows of S, and the sum of
 * their weights there depends only on their distance and on how many places follow. */
#include "linear/transitions.h"

#include <math.h>

#include "core/memory.h"
#include "linear/sparse_rows.h"

typedef struct counting {
    const lr_sequences *ordered, *distinct; /* NULL: no rows of that kind */
    lr_row_shape shape;
    /* [past,past+1] weight of two places of distance d in S'S, if they are together in n rows: at d (past+1) + n */
    double *together;
    double *leads; /* [past+future] weight in T'S of an item d places before another one: at d */
} counting;

/* --- weights ------------------------------------------------------------------------------------------------------ */

static double weight_of(double age, double decay)
{
    return exp(-age / decay);
}

/* Two places of distance d are in the row of the place right after the newer one, with ages 0 and d, then 1 and d+1. */
static void weigh_together(const lr_row_shape *shape, double *together)
{
    const double scale = 1 - shape->whole;
    for (size_t d = 0; d < shape->past; d++) {
        double *sums = together + d * (shape->past + 1);
        sums[0] = 0;
        for (size_t n = 1; n <= shape->past; n++)
            sums[n] = sums[n - 1] + scale * weight_of((double)(n - 1), shape->past_decay) *
                                        weight_of((double)(n - 1 + d), shape->past_decay);
    }
}

/* The f-th next item is a target of the place f before it, where an item d places before it has the age d - 1 - f. */
static void weigh_leads(const lr_row_shape *shape, double *leads)
{
    for (size_t d = 0; d < shape->past + shape->future; d++) {
        leads[d] = 0;
        for (size_t f = 0; f < shape->future && f < d; f++)
            if (d - 1 - f < shape->past)
                leads[d] += (1 - shape->whole) * weight_of((double)f, shape->future_decay) *
                            weight_of((double)(d - 1 - f), shape->past_decay);
    }
}

/* --- rows of the sums --------------------------------------------------------------------------------------------- */

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Adds what the item at `place` has in S'S with its neighbors. */
static void add_together(const counting *c, int64_t place, const lr_row_sums *sums)
{
    const lr_sequences *s = c->ordered;
    const int64_t begin = s->offsets[s->session[place]], end = s->offsets[s->session[place] + 1];
    const int64_t past = (int64_t)c->shape.past;
    for (int64_t d = 0; d < past && place - d >= begin; d++)
        lr_row_add(sums, s->item[place - d], c->together[d * (past + 1) + smaller(end - 1 - place, past - d)]);
    for (int64_t d = 1; d < past && place + d < end - 1; d++)
        lr_row_add(sums, s->item[place + d], c->together[d * (past + 1) + smaller(end - 1 - place - d, past - d)]);
}

static void add_before(const counting *c, int64_t place, const lr_row_sums *sums)
{
    const lr_sequences *s = c->ordered;
    const int64_t begin = s->offsets[s->session[place]], farthest = (int64_t)(c->shape.past + c->shape.future) - 1;
    for (int64_t d = 1; d <= farthest && place - d >= begin; d++) lr_row_add(sums, s->item[place - d], c->leads[d]);
}

static void add_whole(const counting *c, size_t item, const lr_row_sums *sums)
{
    const lr_sequences *s = c->distinct;
    for (int64_t at = s->starts[item]; at < s->starts[item + 1]; at++) {
        const int32_t session = s->session[s->places[at]];
        for (int64_t place = s->offsets[session]; place < s->offsets[session + 1]; place++)
            lr_row_add(sums, s->item[place], c->shape.whole);
    }
}

static void fill_gram(const void *self, size_t item, const lr_row_sums *sums)
{
    const counting *c = self;
    const lr_sequences *s = c->ordered;
    /* the last place of a session is in no row of S */
    for (int64_t at = s == NULL ? 0 : s->starts[item]; s != NULL && at < s->starts[item + 1]; at++)
        if (s->places[at] < s->offsets[s->session[s->places[at]] + 1] - 1) add_together(c, s->places[at], sums);
    if (c->distinct != NULL) add_whole(c, item, sums);
}

static void fill_target(const void *self, size_t item, const lr_row_sums *sums)
{
    const counting *c = self;
    for (int64_t at = c->ordered->starts[item]; at < c->ordered->starts[item + 1]; at++)
        add_before(c, c->ordered->places[at], sums);
    if (c->distinct != NULL) add_whole(c, item, sums);
}

/* --- all of it ---------------------------------------------------------------------------------------------------- */

static llmrec_status count(llmrec_context *context, size_t items, counting *c, lr_transitions *made)
{
    const size_t past = c->shape.past;
    llmrec_status status = LLMREC_OK;
    LR_TRY(LR_NEW(context, c->together, past * (past + 1)));
    LR_TRY(LR_NEW(context, c->leads, past + c->shape.future));
    weigh_together(&c->shape, c->together);
    weigh_leads(&c->shape, c->leads);
    LR_TRY(lr_sparse_rows_make(context, "pairs", items, fill_gram, c, &made->gram));
    if (c->ordered == NULL) made->target = made->gram;
    else LR_TRY(lr_sparse_rows_make(context, "transitions", items, fill_target, c, &made->target));
done:
    lr_free(context, c->together);
    lr_free(context, c->leads);
    return status;
}

llmrec_status lr_transitions_count(const llmrec_dataset *dataset, const uint8_t *held, const lr_row_shape *shape,
                                   lr_transitions *transitions)
{
    llmrec_context *context = lr_dataset_context(dataset);
    lr_sequences ordered = {0}, distinct = {0};
    lr_transitions made = {{0}, {0}};
    counting c = {.shape = *shape};
    llmrec_status status = LLMREC_OK;
    if (shape->whole < 1) {
        LR_TRY(lr_sequences_make(dataset, held, false, &ordered));
        c.ordered = &ordered;
    }
    if (shape->whole > 0) {
        LR_TRY(lr_sequences_make(dataset, held, true, &distinct));
        c.distinct = &distinct;
    }
    LR_TRY(count(context, lr_dataset_items(dataset), &c, &made));
    *transitions = made;
done:
    if (status != LLMREC_OK) lr_transitions_free(context, &made);
    lr_sequences_free(&ordered);
    lr_sequences_free(&distinct);
    return status;
}

void lr_transitions_free(llmrec_context *context, lr_transitions *transitions)
{
    if (transitions->target.values != transitions->gram.values) lr_item_matrix_free(context, &transitions->target);
    lr_item_matrix_free(context, &transitions->gram);
    *transitions = (lr_transitions){{0}, {0}};
}
