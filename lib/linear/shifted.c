/* SPDX-License-Identifier: Apache-2.0 */
/* Conjugate gradients for the smallest shift. The residuals of a larger shift are multiples of its residuals: one
 * factor per column and shift, from a recurrence, replaces all products for the other shifts. */
#include "linear/shifted.h"

#include <string.h>

enum { W = LR_PANEL, MOST_STEPS = 200 };
static const double TOLERANCE = 1e-3, TINY = 1e-12;

/* The numbers of each column, in the terms of Jegerlehner's paper. */
typedef struct columns {
    double right[W], residual[W], last_residual[W]; /* squared lengths */
    double beta[W], last_beta[W], alpha[W];
    double zeta[LR_SHIFTS][W], last_zeta[LR_SHIFTS][W], length[LR_SHIFTS][W], shift_alpha[LR_SHIFTS][W];
} columns;

size_t lr_shifted_numbers(size_t items, size_t shifts)
{
    return (2 + shifts) * items * W;
}

LR_VECTORIZE static void add_squares(const float *x, size_t items, double *sums)
{
    memset(sums, 0, W * sizeof *sums);
    for (size_t i = 0; i < items; i++)
        for (size_t c = 0; c < W; c++) sums[c] += (double)x[i * W + c] * x[i * W + c];
}

/* q = (A + shift I) p, and the products of the columns of both. */
LR_VECTORIZE static void apply(const lr_shifted *s, const float *p, float *q, double *products)
{
    const float shift = (float)s->shifts[0];
    memset(products, 0, W * sizeof *products);
    for (size_t i = 0; i < s->matrix->items; i++) {
        const float *from = p + i * W;
        float *to = q + i * W;
        lr_panel_row(s->matrix, i, p, to);
        for (size_t c = 0; c < W; c++) {
            to[c] += shift * from[c];
            products[c] += (double)from[c] * to[c];
        }
    }
}

/* y += factor x, column by column. */
LR_VECTORIZE static void add_columns(float *y, const double *factor, const float *x, size_t items)
{
    float factors[W];
    for (size_t c = 0; c < W; c++) factors[c] = (float)factor[c];
    for (size_t i = 0; i < items; i++)
        for (size_t c = 0; c < W; c++) y[i * W + c] += factors[c] * x[i * W + c];
}

/* x += length p, then p = zeta r + alpha p, column by column. */
LR_VECTORIZE static void move(float *x, float *p, const float *r, const columns *n, size_t k, size_t items)
{
    float length[W], zeta[W], alpha[W];
    for (size_t c = 0; c < W; c++) {
        length[c] = (float)n->length[k][c];
        zeta[c] = (float)n->zeta[k][c];
        alpha[c] = (float)n->shift_alpha[k][c];
    }
    for (size_t i = 0; i < items * W; i += W)
        for (size_t c = 0; c < W; c++) {
            x[i + c] += length[c] * p[i + c];
            p[i + c] = zeta[c] * r[i + c] + alpha[c] * p[i + c];
        }
}

static void begin(columns *n)
{
    for (size_t c = 0; c < W; c++) {
        n->last_beta[c] = 1;
        n->alpha[c] = 0;
        for (size_t k = 0; k < LR_SHIFTS; k++) n->zeta[k][c] = n->last_zeta[k][c] = 1;
    }
}

/* A column stands still once it is solved: then beta is 0. */
static void choose_beta(columns *n, const double *products)
{
    for (size_t c = 0; c < W; c++)
        n->beta[c] = n->residual[c] > TINY * n->right[c] && products[c] > 0 ? -n->residual[c] / products[c] : 0;
}

static void follow_shift(columns *n, size_t k, double sigma)
{
    for (size_t c = 0; c < W; c++) {
        const double zeta = n->zeta[k][c], last = n->last_zeta[k][c], beta = n->beta[c], old = n->last_beta[c];
        const double below = beta * n->alpha[c] * (last - zeta) + last * old * (1 - sigma * beta);
        const bool stands = beta == 0 || zeta < TINY || below == 0;
        const double next = stands ? 0 : zeta * last * old / below;
        n->length[k][c] = stands ? 0 : -beta * next / zeta;
        n->last_zeta[k][c] = zeta;
        n->zeta[k][c] = next;
    }
}

static void follow_alpha(columns *n, size_t shifts, const double *residual)
{
    for (size_t c = 0; c < W; c++) {
        const double alpha = n->beta[c] == 0 ? 0 : residual[c] / n->residual[c];
        for (size_t k = 0; k < shifts; k++) {
            const double zeta = n->last_zeta[k][c];
            const bool stands = n->length[k][c] == 0;
            n->shift_alpha[k][c] = stands ? 0 : -alpha * n->zeta[k][c] * n->length[k][c] / (zeta * n->beta[c]);
        }
        n->last_beta[c] = n->beta[c];
        n->alpha[c] = alpha;
        n->last_residual[c] = n->residual[c];
        n->residual[c] = residual[c];
    }
}

/* True if a column of a shift is not solved yet: its residual is zeta times that of the smallest shift. */
static bool moves(const columns *n, size_t k)
{
    for (size_t c = 0; c < W; c++)
        if (n->last_zeta[k][c] * n->last_zeta[k][c] * n->last_residual[c] > TOLERANCE * TOLERANCE * n->right[c])
            return true;
    return false;
}

static bool is_done(const columns *n)
{
    for (size_t c = 0; c < W; c++)
        if (n->residual[c] > TOLERANCE * TOLERANCE * n->right[c]) return false;
    return true;
}

void lr_shifted_solve(const lr_shifted *s, const float *right, float *room, float *solutions)
{
    const size_t panel = s->matrix->items * W;
    float *r = room, *q = r + panel, *p = q + panel;
    bool moving[LR_SHIFTS];
    double sums[W];
    columns n;
    begin(&n);
    for (size_t k = 0; k < s->count; k++) moving[k] = true;
    memcpy(r, right, panel * sizeof *r);
    memset(solutions, 0, s->count * panel * sizeof *solutions);
    for (size_t k = 0; k < s->count; k++) memcpy(p + k * panel, right, panel * sizeof *p);
    add_squares(r, s->matrix->items, n.right);
    memcpy(n.residual, n.right, sizeof n.residual);
    for (int step = 0; step < MOST_STEPS && !is_done(&n); step++) {
        apply(s, p, q, sums);
        choose_beta(&n, sums);
        for (size_t k = 0; k < s->count; k++) follow_shift(&n, k, s->shifts[k] - s->shifts[0]);
        add_columns(r, n.beta, q, s->matrix->items);
        add_squares(r, s->matrix->items, sums);
        follow_alpha(&n, s->count, sums);
        for (size_t k = 0; k < s->count; k++)
            if (moving[k] && (moving[k] = moves(&n, k)))
                move(solutions + k * panel, p + k * panel, r, &n, k, s->matrix->items);
    }
}
