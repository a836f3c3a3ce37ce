/* SPDX-License-Identifier: Apache-2.0 */
/* Matrix products in register tiles, with one version per processor type. */
#include "math/product.h"

#include <string.h>

#include "math/lanes.h"
#include "math/simd.h"

/* Allows a multiply and an add to fuse into one instruction; ISO C does not by default. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("fp-contract=fast")
#endif

/* Prefetches memory: a tile of c, needed when its sums are ready, and the rows of a of the next tile. */
#if defined(__GNUC__)
#define PREFETCH(address)   __builtin_prefetch((address), 0)
#define PREFETCH_C(address) __builtin_prefetch((address), 1)
#else
#define PREFETCH(address)   ((void)0)
#define PREFETCH_C(address) ((void)0)
#endif

/* Loops within a tile are unrolled early; otherwise its sums would go through memory around the inner loop. */
#if defined(__GNUC__) && !defined(__clang__)
#define EACH(i, count) _Pragma("GCC unroll 6") for (size_t i = 0; i < (count); i++)
#else
#define EACH(i, count) for (size_t i = 0; i < (count); i++)
#endif

/* DEPTH inner steps at a time: this part of b, DEPTH x WIDEST lanes, is read in order from the second-level cache.
 * Lanes of doubles need twice as many registers. */
enum { REGISTERS = sizeof(lr_real) / sizeof(float), TALLEST = 6, WIDEST = 4 / REGISTERS };
enum { DEPTH = 384, CACHED_BYTES = 512 << 10 };

/* From this many rows of c, copying the part of b is faster, if its rows are so far apart that they fall into few sets
 * of the first-level cache and on many pages. */
enum { MANY_ROWS = 16 * TALLEST, FAR_BYTES = 1024 };

/* A tile of c and its operands, in lanes that can be read and written whole. */
typedef struct tile {
    const lr_real *a, *b;
    lr_real *c;
    size_t a_row, a_inner, b_inner, c_row, depth;
    bool adds; /* add to c instead of overwriting it */
    lr_real alpha;
    const lr_real *offset; /* or NULL */
} tile;

/* c = offset + alpha sums, or c += the same. */
LR_INLINE void finish_tile(const tile *t, lr_lanes sums[TALLEST][WIDEST], size_t rows, size_t vectors)
{
    EACH (r, rows)
        EACH (v, vectors) {
            lr_lanes *c = &LR_LANES_IN(t->c + r * t->c_row + v * LR_LANES);
            if (t->alpha != 1) sums[r][v] *= t->alpha;
            if (t->offset != NULL) sums[r][v] += LR_LANES_AT(t->offset + v * LR_LANES);
            if (t->adds) sums[r][v] += *c;
            *c = sums[r][v];
        }
}

/* Multiplies a tile of rows x vectors lanes. Both are constants after inlining, so the sums stay in registers. */
LR_INLINE void multiply_tile(const tile *t, size_t rows, size_t vectors)
{
    const lr_real *a = t->a, *b = t->b;
    const size_t a_row = t->a_row, a_inner = t->a_inner, b_inner = t->b_inner;
    lr_lanes sums[TALLEST][WIDEST], x[WIDEST];
    EACH (r, rows)
        EACH (v, vectors) {
            PREFETCH_C(t->c + r * t->c_row + v * LR_LANES);
            sums[r][v] = (lr_lanes){0};
        }
    for (size_t k = 0; k < t->depth; k++, a += a_inner, b += b_inner) {
        if (a_inner == 1 && k % LR_LANES == 0)
            EACH (r, rows) PREFETCH(a + (rows + r) * a_row);
        EACH (v, vectors) x[v] = LR_LANES_AT(b + v * LR_LANES);
        EACH (r, rows)
            EACH (v, vectors) sums[r][v] += a[r * a_row] * x[v];
    }
    finish_tile(t, sums, rows, vectors);
}

/* One column of tiles. `tallest` rows at a time: as many as the registers hold. */
LR_INLINE void multiply_column(tile t, size_t rows, size_t tallest, size_t vectors)
{
    const size_t a_step = tallest * t.a_row, c_step = tallest * t.c_row;
    for (; rows >= tallest; rows -= tallest, t.a += a_step, t.c += c_step) multiply_tile(&t, tallest, vectors);
    switch (rows) {
    case 5: multiply_tile(&t, 5, vectors); break;
    case 4: multiply_tile(&t, 4, vectors); break;
    case 3: multiply_tile(&t, 3, vectors); break;
    case 2: multiply_tile(&t, 2, vectors); break;
    case 1: multiply_tile(&t, 1, vectors); break;
    default: break;
    }
}

/* The versions for each processor type differ in the shape of a tile, not in the sums. A column has at most `widest`
 * vectors. */
#if defined(__x86_64__) && defined(__GNUC__)

__attribute__((target("avx512f"))) static void column_avx512(const tile *t, size_t rows, size_t vectors)
{
    switch (vectors) {
    case 1: multiply_column(*t, rows, TALLEST, 1); break;
    case 2: multiply_column(*t, rows, TALLEST, 2); break;
#ifndef LR_REAL_IS_DOUBLE
    case 3: multiply_column(*t, rows, TALLEST, 3); break;
#endif
    default: multiply_column(*t, rows, TALLEST, WIDEST); break;
    }
}

__attribute__((target("avx2,fma"))) static void column_avx2(const tile *t, size_t rows, size_t vectors)
{
    (void)vectors;
    multiply_column(*t, rows, TALLEST / REGISTERS, 1);
}

#endif

static void column_plain(const tile *t, size_t rows, size_t vectors)
{
    (void)vectors;
    multiply_column(*t, rows, 2 / REGISTERS, 1);
}

typedef struct kind {
    void (*column)(const tile *t, size_t rows, size_t vectors);
    size_t widest; /* vectors */
} kind;

static kind kind_of_processor(lr_product_kernel kernel)
{
#if defined(__x86_64__) && defined(__GNUC__)
    if (kernel <= LR_PRODUCT_BEST && lr_has_avx512f()) return (kind){column_avx512, WIDEST};
    if (kernel <= LR_PRODUCT_AVX2 && lr_has_avx2()) return (kind){column_avx2, 1};
#else
    (void)kernel;
#endif
    return (kind){column_plain, 1};
}

/* Copies rows first..first+depth-1 of `columns` columns of b, dense and padded with zeros to whole lanes. */
static void copy_b(const lr_product *p, size_t first, size_t depth, size_t column, size_t columns, lr_real *to)
{
    const lr_real *from = p->b + first * p->b_inner + column * p->b_column;
    const size_t width = (columns + LR_LANES - 1) / LR_LANES * LR_LANES;
    for (size_t k = 0; k < depth; k++, from += p->b_inner, to += width) {
        if (p->b_column == 1) memcpy(to, from, columns * sizeof *to);
        else
            for (size_t j = 0; j < columns; j++) to[j] = from[j * p->b_column];
        for (size_t j = columns; j < width; j++) to[j] = 0;
    }
}

/* For fewer columns than lanes: works on a copy of c, a few rows at a time. */
static void multiply_narrow(const kind *processor, tile t, size_t rows, size_t columns)
{
    lr_real copy[TALLEST * LR_LANES];
    lr_real *c = t.c;
    const size_t c_row = t.c_row;
    t.c = copy;
    t.c_row = LR_LANES;
    while (rows > 0) {
        const size_t now = rows < TALLEST ? rows : TALLEST;
        memset(copy, 0, sizeof copy);
        for (size_t r = 0; r < now && t.adds; r++) memcpy(copy + r * LR_LANES, c + r * c_row, columns * sizeof *c);
        processor->column(&t, now, 1);
        for (size_t r = 0; r < now; r++) memcpy(c + r * c_row, copy + r * LR_LANES, columns * sizeof *c);
        t.a += now * t.a_row;
        c += now * c_row;
        rows -= now;
    }
}

/* All rows of `columns` columns of c, starting at `column`, over inner steps first..first+depth-1. */
static void multiply_panel(const lr_product *p, const kind *processor, size_t column, size_t columns, size_t first)
{
    const size_t left = p->inner - first, depth = left < DEPTH ? left : DEPTH;
    const size_t vectors = (columns + LR_LANES - 1) / LR_LANES;
    lr_real copy[DEPTH * WIDEST * LR_LANES], offset[LR_LANES] = {0};
    tile t = {.a = p->a + first * p->a_inner,
              .b = p->b + first * p->b_inner + column,
              .c = p->c + column,
              .a_row = p->a_row,
              .a_inner = p->a_inner,
              .b_inner = p->b_inner,
              .c_row = p->c_row,
              .depth = depth,
              .adds = p->adds || first > 0,
              .alpha = p->alpha,
              .offset = p->offset == NULL || first > 0 ? NULL : p->offset + column};
    const bool far = p->b_inner * sizeof(lr_real) >= FAR_BYTES && p->rows >= MANY_ROWS;
    if (p->b_column != 1 || columns < LR_LANES || far) {
        copy_b(p, first, depth, column, columns, copy);
        t.b = copy;
        t.b_inner = vectors * LR_LANES;
    }
    if (columns < LR_LANES && t.offset != NULL) t.offset = memcpy(offset, t.offset, columns * sizeof *offset);
    if (columns < LR_LANES) multiply_narrow(processor, t, p->rows, columns);
    else processor->column(&t, p->rows, vectors);
}

/* Number of rows of a whose part (DEPTH steps) stays in the second-level cache during a pass over all columns of b. */
static size_t rows_at_a_time(const lr_product *p)
{
    const size_t depth = p->inner < DEPTH ? p->inner : DEPTH;
    const size_t fit = CACHED_BYTES / (sizeof(lr_real) * (depth + 1)) / TALLEST * TALLEST;
    return fit < 16 * TALLEST ? 16 * TALLEST : fit;
}

static void multiply_rows(const lr_product *p, const kind *processor)
{
    const size_t widest = processor->widest * LR_LANES, steps = p->inner == 0 ? 1 : p->inner;
    for (size_t first = 0; first < steps; first += DEPTH)
        for (size_t column = 0, columns = 0; column < p->columns; column += columns) {
            const size_t left = p->columns - column;
            columns = left >= widest ? widest : left >= LR_LANES ? left / LR_LANES * LR_LANES : left;
            multiply_panel(p, processor, column, columns, first);
        }
}

void lr_multiply_by(lr_product_kernel kernel, const lr_product *product)
{
    const kind processor = kind_of_processor(kernel);
    const size_t most = rows_at_a_time(product);
    lr_product part = *product;
    for (size_t first = 0; first < product->rows; first += most) {
        const size_t left = product->rows - first;
        part.rows = left < most ? left : most;
        part.a = product->a + first * product->a_row;
        part.c = product->c + first * product->c_row;
        multiply_rows(&part, &processor);
    }
}

void lr_multiply(const lr_product *product)
{
    lr_multiply_by(LR_PRODUCT_BEST, product);
}
