/* SPDX-License-Identifier: Apache-2.0 */
/* Collects the scores of validation sessions, and computes NDCG of blends from them. */
#include "rank/kept_scores.h"

#include <math.h>
#include <string.h>

#include "core/log.h"
#include "core/memory.h"
#include "core/pool.h"
#include "core/rng.h"
#include "rank/scale.h"

enum { BATCH = 256, TASK = 16 }; /* sessions */

void lr_kept_clear(lr_kept *kept)
{
    lr_free(kept->context, kept->offsets);
    lr_free(kept->context, kept->items);
    lr_free(kept->context, kept->listed);
    lr_free(kept->context, kept->scores);
    lr_free(kept->context, kept->values);
    lr_free(kept->context, kept->hit_offsets);
    lr_free(kept->context, kept->hits);
    lr_free(kept->context, kept->ideal);
    lr_free(kept->context, kept->ndcg);
    lr_free(kept->context, kept->sums);
    lr_free(kept->context, kept->column);
    lr_free(kept->context, kept->rows);
    lr_free(kept->context, kept->keys);
}

/* --- one session -------------------------------------------------------------------------------------------------- */

static bool is_repeated(const int32_t *targets, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (targets[i] == targets[index]) return true;
    return false;
}

/* DCG of `count` targets at the top of a list of k. */
static double ideal_of(size_t count, int64_t k)
{
    double sum = 0;
    for (size_t i = 0; i < count && (int64_t)i < k; i++) sum += 1 / log2((double)i + 2);
    return sum;
}

static llmrec_status make_room(lr_kept *kept, size_t candidates, size_t targets)
{
    const size_t used = (size_t)kept->offsets[kept->sessions], hits = (size_t)kept->hit_offsets[kept->sessions];
    const size_t next = kept->sessions + 2, wanted = used + candidates, members = kept->members;
    LR_RETURN_IF(LR_GROW(kept->context, kept->offsets, kept->session_capacity, next - 1, next));
    LR_RETURN_IF(LR_GROW(kept->context, kept->hit_offsets, kept->hit_offset_capacity, next - 1, next));
    LR_RETURN_IF(LR_GROW(kept->context, kept->ideal, kept->ideal_capacity, kept->sessions, next));
    LR_RETURN_IF(LR_GROW(kept->context, kept->items, kept->item_capacity, used, wanted));
    LR_RETURN_IF(LR_GROW(kept->context, kept->listed, kept->listed_capacity, used, wanted));
    LR_RETURN_IF(LR_GROW(kept->context, kept->scores, kept->score_capacity, used * members, wanted * members));
    return LR_GROW(kept->context, kept->hits, kept->hit_capacity, hits, hits + targets);
}

/* Sets the bits of the members that list each candidate. */
static void mark_lists(const lr_candidates *found, size_t session, size_t members, uint64_t *listed)
{
    const int32_t *items = lr_candidates_items(found, session);
    const size_t count = lr_candidates_count(found, session);
    memset(listed, 0, count * sizeof *listed);
    for (size_t m = 0; m < members; m++) {
        const size_t row = m * found->sessions + session;
        for (int32_t i = 0; i < found->counts[row]; i++)
            listed[lr_rising_find(items, count, found->lists[row * found->depth + (size_t)i])] |= (uint64_t)1 << m;
    }
}

/* Keeps a session if one of its targets is among its candidates. */
static llmrec_status keep(lr_kept *kept, const lr_candidates *found, size_t session, const int32_t *targets,
                          size_t target_count)
{
    const int32_t *items = lr_candidates_items(found, session);
    const size_t count = lr_candidates_count(found, session), at = (size_t)kept->offsets[kept->sessions];
    int64_t hits = kept->hit_offsets[kept->sessions];
    size_t distinct = 0;
    LR_RETURN_IF(make_room(kept, count, target_count));
    for (size_t i = 0; i < target_count; i++) {
        const int64_t position = lr_rising_find(items, count, targets[i]);
        if (is_repeated(targets, i)) continue;
        distinct++;
        if (position >= 0) kept->hits[hits++] = (int32_t)position;
    }
    if (hits == kept->hit_offsets[kept->sessions]) return LLMREC_OK;
    memcpy(kept->items + at, items, count * sizeof *items);
    mark_lists(found, session, kept->members, kept->listed + at);
    for (size_t m = 0; m < kept->members; m++)
        for (size_t i = 0; i < count; i++)
            kept->scores[(at + i) * kept->members + m] = lr_candidates_scores(found, m, session)[i];
    kept->ideal[kept->sessions++] = ideal_of(distinct, kept->k);
    kept->offsets[kept->sessions] = (int64_t)(at + count);
    kept->hit_offsets[kept->sessions] = hits;
    if (count > kept->longest) kept->longest = count;
    return LLMREC_OK;
}

/* --- all sessions ------------------------------------------------------------------------------------------------- */

/* The sessions of one batch. */
typedef struct prompts {
    const llmrec_dataset *validation;
    lr_draw draw;
    size_t next, sessions;
    int64_t offsets[BATCH + 1], target_offsets[BATCH + 1];
    int32_t *items, *targets, *scratch;
    size_t item_capacity, target_capacity;
} prompts;

static bool is_eligible(const llmrec_dataset *validation, size_t session, size_t rows)
{
    const size_t targets = lr_dataset_targets(validation, session);
    return targets > 0 && rows > targets;
}

static uint64_t count_eligible(const prompts *p)
{
    uint64_t eligible = 0;
    for (size_t i = 0; i < lr_dataset_sessions(p->validation); i++) {
        size_t rows = 0;
        lr_dataset_session(p->validation, i, p->scratch, &rows);
        eligible += is_eligible(p->validation, i, rows);
    }
    return eligible;
}

static llmrec_status take_session(llmrec_context *context, prompts *p, const int32_t *items, size_t prompt,
                                  size_t targets)
{
    const size_t at = (size_t)p->offsets[p->sessions], target = (size_t)p->target_offsets[p->sessions];
    LR_RETURN_IF(LR_GROW(context, p->items, p->item_capacity, at, at + prompt));
    LR_RETURN_IF(LR_GROW(context, p->targets, p->target_capacity, target, target + targets));
    memcpy(p->items + at, items, prompt * sizeof *items);
    memcpy(p->targets + target, items + prompt, targets * sizeof *items);
    p->offsets[++p->sessions] = (int64_t)(at + prompt);
    p->target_offsets[p->sessions] = (int64_t)(target + targets);
    return LLMREC_OK;
}

static llmrec_status fill(llmrec_context *context, prompts *p)
{
    for (p->sessions = 0; p->sessions < BATCH && p->next < lr_dataset_sessions(p->validation); p->next++) {
        size_t rows = 0;
        const int32_t *items = lr_dataset_session(p->validation, p->next, p->scratch, &rows);
        if (!is_eligible(p->validation, p->next, rows) || !lr_draw_next(&p->draw)) continue;
        const size_t targets = lr_dataset_targets(p->validation, p->next);
        LR_RETURN_IF(take_session(context, p, items, rows - targets, targets));
    }
    return LLMREC_OK;
}

/* Asks about the sessions of a batch, and keeps the answers. `room` has space for BATCH sessions. */
static llmrec_status ask(const lr_asked *asked, const prompts *p, size_t depth, unsigned char *room, lr_kept *kept)
{
    const lr_filter usual = {.eligible = asked->items};
    const lr_batch batch = {
        .offsets = p->offsets, .items = p->items, .sessions = p->sessions, .first = (size_t)kept->drawn};
    lr_arena arena = {.base = room};
    lr_candidates found;
    lr_candidates_lay(&arena, asked, p->sessions, depth, &found);
    LR_RETURN_IF(lr_candidates_find(asked, &batch, &usual, &found));
    for (size_t i = 0; i < p->sessions; i++)
        LR_RETURN_IF(keep(kept, &found, i, p->targets + p->target_offsets[i],
                          (size_t)(p->target_offsets[i + 1] - p->target_offsets[i])));
    kept->drawn += (int64_t)p->sessions;
    return LLMREC_OK;
}

static llmrec_status collect(const lr_asked *asked, prompts *p, size_t depth, lr_kept *kept)
{
    lr_candidates found;
    lr_arena arena = {0};
    unsigned char *room = NULL;
    llmrec_status status = LLMREC_OK;
    lr_progress progress = lr_progress_begin(asked->context, "blend scores", "sessions", (int64_t)p->draw.wanted);
    lr_candidates_lay(&arena, asked, BATCH, depth, &found);
    LR_TRY(lr_alloc(asked->context, &room, arena.used, 1));
    LR_TRY(fill(asked->context, p));
    while (p->sessions > 0) {
        LR_TRY(ask(asked, p, depth, room, kept));
        LR_TRY(lr_progress_step(&progress, kept->drawn));
        LR_TRY(fill(asked->context, p));
    }
    status = lr_progress_end(&progress, kept->drawn);
done:
    lr_free(asked->context, room);
    return status;
}

/* Memory of the computation, once the number of candidates is known. */
static llmrec_status make_work_room(lr_kept *kept)
{
    const size_t workers = lr_workers(kept->context);
    LR_RETURN_IF(lr_alloc(kept->context, &kept->values, (size_t)kept->offsets[kept->sessions],
                          kept->members * sizeof *kept->values));
    LR_RETURN_IF(LR_NEW(kept->context, kept->ndcg, kept->sessions));
    LR_RETURN_IF(lr_alloc(kept->context, &kept->sums, workers, kept->longest * sizeof *kept->sums));
    LR_RETURN_IF(lr_alloc(kept->context, &kept->column, workers, kept->longest * sizeof *kept->column));
    LR_RETURN_IF(lr_alloc(kept->context, &kept->rows, workers, kept->longest * sizeof *kept->rows));
    return lr_alloc(kept->context, &kept->keys, workers, kept->longest * sizeof *kept->keys);
}

llmrec_status lr_kept_collect(const lr_asked *asked, const llmrec_dataset *validation,
                              const llmrec_blend_options *options, const llmrec_blend_fit_options *fit, lr_kept *kept)
{
    const size_t depth = (size_t)options->depth < asked->items ? (size_t)options->depth : asked->items;
    prompts p = {.validation = validation};
    llmrec_status status = LLMREC_OK;
    *kept = (lr_kept){.context = asked->context,
                      .members = asked->count,
                      .scale = options->scale,
                      .rank_constant = options->rank_constant,
                      .k = fit->k,
                      .session_capacity = 1,
                      .hit_offset_capacity = 1};
    LR_TRY(LR_NEW_ZERO(kept->context, kept->offsets, 1));
    LR_TRY(LR_NEW_ZERO(kept->context, kept->hit_offsets, 1));
    LR_TRY(LR_NEW(kept->context, p.scratch, lr_dataset_longest(validation)));
    p.draw = lr_draw_begin(fit->seed, fit->sessions, count_eligible(&p));
    LR_TRY(collect(asked, &p, depth, kept));
    LR_CHECK(kept->drawn > 0, LLMREC_ERR_SHAPE, "validation has no session with a prompt and a target");
    LR_TRY(make_work_room(kept));
done:
    lr_free(asked->context, p.scratch);
    lr_free(asked->context, p.items);
    lr_free(asked->context, p.targets);
    return status;
}

/* --- NDCG --------------------------------------------------------------------------------------------------------- */

typedef struct scaling {
    lr_kept *kept;
    uint64_t mask;
} scaling;

/* Gathers the scores of one member for the candidates that the members of the mask list. Returns their number. */
static size_t gather(const scaling *s, size_t session, size_t member, float *column, int32_t *rows)
{
    const lr_kept *kept = s->kept;
    size_t count = 0;
    for (int64_t at = kept->offsets[session]; at < kept->offsets[session + 1]; at++) {
        if ((kept->listed[at] & s->mask) == 0) continue;
        column[count] = kept->scores[(size_t)at * kept->members + member];
        rows[count++] = kept->items[at];
    }
    return count;
}

static llmrec_status scale_some(void *argument, size_t task, size_t worker)
{
    const scaling *s = argument;
    const lr_kept *kept = s->kept;
    float *column = kept->column + worker * kept->longest;
    int32_t *rows = kept->rows + worker * kept->longest;
    for (size_t i = task * TASK; i < (task + 1) * TASK && i < kept->sessions; i++)
        for (size_t m = 0; m < kept->members; m++) {
            if ((s->mask >> m & 1) == 0) continue;
            const size_t count = gather(s, i, m, column, rows);
            const lr_scale scale = lr_scale_make(kept->scale, kept->rank_constant, column, rows, count,
                                                 kept->keys + worker * kept->longest);
            for (int64_t at = kept->offsets[i]; at < kept->offsets[i + 1]; at++)
                kept->values[(size_t)at * kept->members + m] =
                    (float)lr_scaled(&scale, kept->scores[(size_t)at * kept->members + m], kept->items[at]);
        }
    return LLMREC_OK;
}

typedef struct judging {
    lr_kept *kept;
    const double *weights;
} judging;

static void add_up(const judging *j, size_t session, float *sums)
{
    const lr_kept *kept = j->kept;
    const int64_t first = kept->offsets[session];
    for (int64_t at = first; at < kept->offsets[session + 1]; at++) {
        const float *values = kept->values + (size_t)at * kept->members;
        double sum = 0;
        for (size_t m = 0; m < kept->members; m++)
            if (j->weights[m] > 0) sum += j->weights[m] * values[m];
        sums[at - first] = (kept->listed[at] & kept->mask) != 0 ? (float)sum : -INFINITY;
    }
}

/* DCG of one target by its rank; ties go to the lower item, which is the lower position. */
static double gain(const float *sums, size_t count, size_t target, int64_t k)
{
    int64_t rank = 1;
    if (sums[target] == -INFINITY) return 0;
    for (size_t i = 0; i < count; i++) rank += sums[i] > sums[target] || (i < target && sums[i] == sums[target]);
    return rank <= k ? 1 / log2((double)rank + 1) : 0;
}

static llmrec_status judge_some(void *argument, size_t task, size_t worker)
{
    const judging *j = argument;
    const lr_kept *kept = j->kept;
    float *sums = kept->sums + worker * kept->longest;
    for (size_t i = task * TASK; i < (task + 1) * TASK && i < kept->sessions; i++) {
        const size_t count = (size_t)(kept->offsets[i + 1] - kept->offsets[i]);
        double dcg = 0;
        add_up(j, i, sums);
        for (int64_t hit = kept->hit_offsets[i]; hit < kept->hit_offsets[i + 1]; hit++)
            dcg += gain(sums, count, (size_t)kept->hits[hit], kept->k);
        kept->ndcg[i] = dcg / kept->ideal[i];
    }
    return LLMREC_OK;
}

llmrec_status lr_kept_ndcg(lr_kept *kept, const double *weights, double *ndcg)
{
    const size_t tasks = (kept->sessions + TASK - 1) / TASK;
    scaling s = {.kept = kept};
    judging j = {kept, weights};
    double sum = 0;
    for (size_t m = 0; m < kept->members; m++) s.mask |= (uint64_t)(weights[m] > 0) << m;
    if (s.mask != kept->mask) LR_RETURN_IF(lr_parallel(kept->context, tasks, scale_some, &s));
    kept->mask = s.mask;
    LR_RETURN_IF(lr_parallel(kept->context, tasks, judge_some, &j));
    for (size_t i = 0; i < kept->sessions; i++) sum += kept->ndcg[i];
    *ndcg = sum / (double)kept->drawn;
    return LLMREC_OK;
}

double lr_kept_deviation(const lr_kept *kept, size_t member)
{
    double mean = 0, squares = 0, count = 0;
    for (int64_t at = 0; at < kept->offsets[kept->sessions]; at++) {
        const double score = kept->scores[(size_t)at * kept->members + member];
        if (!isfinite(score) || (kept->listed[at] >> member & 1) == 0) continue;
        const double before = score - mean;
        mean += before / ++count;
        squares += before * (score - mean);
    }
    return squares > 0 ? sqrt(squares / count) : 1;
}
