/* SPDX-License-Identifier: Apache-2.0 */
/* Training as a picture: validation NDCG by epoch, a line a seed, a color a row, a dot at the best epoch. */
#include <math.h>
#include <stdio.h>

#include "output.h"

enum {
    WIDTH = 820,
    HEIGHT = 400,
    LEFT = 64,
    TOP = 24,
    PLOT_WIDTH = 520,
    PLOT_HEIGHT = 310,
    LEGEND = LEFT + PLOT_WIDTH + 24
};

typedef struct plot {
    FILE *file;
    double epochs, ndcg; /* at the right and upper edge */
} plot;

static double x_of(const plot *p, double epoch)
{
    return LEFT + PLOT_WIDTH * epoch / p->epochs;
}

static double y_of(const plot *p, double ndcg)
{
    return TOP + PLOT_HEIGHT * (1 - ndcg / p->ndcg);
}

/* The step from 1, 2, 5, 10, ... that cuts a length into at most six. */
static double step_of(double length)
{
    const double unit = pow(10, floor(log10(length / 6)));
    const double parts = length / 6 / unit;
    return unit * (parts <= 1 ? 1 : parts <= 2 ? 2 : parts <= 5 ? 5 : 10);
}

static void print_text(FILE *file, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '<') fputs("&lt;", file);
        else if (*text == '&') fputs("&amp;", file);
        else fputc(*text, file);
    }
}

static void print_axes(const plot *p)
{
    const double x_step = fmax(1, step_of(p->epochs)), y_step = step_of(p->ndcg);
    for (double x = 0; x <= p->epochs; x += x_step)
        fprintf(p->file, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%.0f</text>\n", x_of(p, x),
                TOP + PLOT_HEIGHT + 18, x);
    for (int i = 0; i * y_step <= p->ndcg * 1.0001; i++)
        fprintf(p->file,
                "<path d=\"M%d %.1fH%d\" stroke=\"#ddd\"/><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.4g</text>\n",
                LEFT, y_of(p, i * y_step), LEFT + PLOT_WIDTH, LEFT - 8, y_of(p, i * y_step) + 4, i * y_step);
    fprintf(p->file, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">epoch</text>\n", LEFT + PLOT_WIDTH / 2,
            TOP + PLOT_HEIGHT + 40);
    fprintf(p->file, "<text x=\"%d\" y=\"14\">NDCG on the validation part</text>\n", LEFT);
}

static void print_run(const plot *p, const compare_run *run, const char *color)
{
    const char *command = "M";
    fprintf(p->file, "<path fill=\"none\" stroke=\"%s\" stroke-width=\"1.6\" d=\"", color);
    for (int64_t i = 0; i < run->epochs; i++) {
        if (isnan(run->epoch[i].ndcg)) continue;
        fprintf(p->file, "%s%.1f %.1f", command, x_of(p, (double)run->epoch[i].epoch), y_of(p, run->epoch[i].ndcg));
        command = "L";
    }
    fputs("\"/>\n", p->file);
    const llmrec_epoch *best = &run->epoch[run->best - 1];
    if (!isnan(best->ndcg))
        fprintf(p->file, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" fill=\"%s\"/>\n", x_of(p, (double)best->epoch),
                y_of(p, best->ndcg), color);
}

static void print_rows(const plot *p, const compare_row *rows, int64_t count)
{
    static const char *const colors[] = {"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000"};
    int shown = 0;
    for (int64_t i = 0; i < count; i++) {
        if (rows[i].strategy->preset == NULL) continue;
        const char *color = colors[shown % 7];
        const int y = TOP + 10 + 20 * shown++;
        for (int64_t j = 0; j < rows[i].run_count; j++) print_run(p, &rows[i].runs[j], color);
        fprintf(p->file, "<path d=\"M%d %dh18\" stroke=\"%s\" stroke-width=\"3\"/><text x=\"%d\" y=\"%d\">", LEGEND, y,
                color, LEGEND + 26, y + 4);
        print_text(p->file, rows[i].name);
        fputs("</text>\n", p->file);
    }
}

/* The edges: a little more than the most there is. */
static void measure(plot *p, const compare_row *rows, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        for (int64_t j = 0; j < rows[i].run_count; j++)
            for (int64_t e = 0; e < rows[i].runs[j].epochs; e++) {
                p->epochs = fmax(p->epochs, (double)e + 1);
                p->ndcg = fmax(p->ndcg, 1.05 * rows[i].runs[j].epoch[e].ndcg); /* of a NaN, what there was */
            }
}

bool write_plot(const compare_task *task, const compare_row *rows, int64_t count, const char *path)
{
    plot p = {.file = fopen(path, "w"), .epochs = 1, .ndcg = 1e-3};
    if (p.file != NULL) {
        measure(&p, rows, count);
        fprintf(p.file,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" "
                "font-size=\"12\" fill=\"#333\">\n<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n",
                WIDTH, HEIGHT, WIDTH, HEIGHT);
        print_axes(&p);
        fprintf(p.file, "<text x=\"%d\" y=\"14\" text-anchor=\"end\">rows: %s</text>\n", LEFT + PLOT_WIDTH,
                fitted_on(task));
        print_rows(&p, rows, count);
        fputs("</svg>\n", p.file);
    }
    const bool written = p.file != NULL && ferror(p.file) == 0;
    if (p.file != NULL && fclose(p.file) == 0 && written) return true;
    fprintf(stderr, "compare: --plot: cannot write %s\n", path);
    return false;
}
