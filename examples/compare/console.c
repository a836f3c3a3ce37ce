/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L
#include "console.h"

#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { STAGE_WIDTH = 30, BAR = 12, USUAL_WIDTH = 80, QUOTED_WIDTH = 60, SECONDS_BETWEEN_LINES = 10 };

static volatile sig_atomic_t interrupted;

static void interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

static void clear_line(const compare_console *console)
{
    if (console->terminal && console->stage[0] != '\0') fputs("\r\033[K", stderr);
}

/* A line as it is built; what does not fit is left out. */
typedef struct line {
    char text[256];
    size_t used;
} line;

static void add(line *l, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(line *l, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(l->text + l->used, sizeof l->text - l->used, format, arguments);
    va_end(arguments);
    if (length > 0) l->used += (size_t)length;
    if (l->used >= sizeof l->text) l->used = sizeof l->text - 1;
}

/* "evaluate popularity", in a column of its own. */
static line stage_line(const compare_console *console, const char *stage)
{
    line l = {.used = 0};
    add(&l, "%s%s%s", stage, console->subject[0] == '\0' ? "" : " ", console->subject);
    if (l.used < STAGE_WIDTH) add(&l, "%*s", (int)(STAGE_WIDTH - l.used), "");
    return l;
}

static void add_training(line *l, const llmrec_progress_event *event)
{
    add(l, " epoch %lld/%lld  %.0f s to go  loss %.3f", (long long)event->epoch, (long long)event->epochs,
        event->seconds_left, event->loss);
    if (!isnan(event->ndcg)) add(l, "  ndcg %.4f", event->ndcg);
    add(l, "  %.0f %s/s", event->sequences_per_second, event->unit);
}

static void add_bar(line *l, double share)
{
    const int filled = (int)(share * BAR);
    add(l, " [");
    for (int i = 0; i < BAR; i++) add(l, i < filled ? "#" : ".");
    add(l, "] %3.0f%% ", 100 * share);
}

/* Never wider than the terminal, as a line that wraps cannot be drawn over. */
static void draw(const compare_console *console, const llmrec_progress_event *event)
{
    const double share = event->total > 0 ? (double)event->done / (double)event->total : 0;
    struct winsize window = {.ws_col = 0};
    line l = stage_line(console, event->stage);
    add_bar(&l, share);
    if (event->epochs > 0) add_training(&l, event);
    else {
        add(&l, " %lld %s  %.0f s", (long long)event->done, event->unit, event->seconds);
        if (share > 0.02 && share < 1) add(&l, "  %.0f s to go", event->seconds * (1 - share) / share);
    }
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_col == 0) window.ws_col = USUAL_WIDTH;
    fprintf(stderr, "\r\033[K%.*s", (int)window.ws_col - 1, l.text);
    fflush(stderr);
}

static void say(compare_console *console, const llmrec_progress_event *event)
{
    line l = stage_line(console, event->stage);
    if (event->epochs > 0) add_training(&l, event);
    else {
        add(&l, " %lld", (long long)event->done);
        if (event->total > 0 && event->done < event->total) add(&l, " of %lld", (long long)event->total);
        add(&l, " %s, %.1f s", event->unit, event->seconds);
    }
    fprintf(stderr, "%s\n", l.text);
    console->said_at = event->seconds;
}

static llmrec_status show_progress(const llmrec_progress_event *event, void *user)
{
    compare_console *console = user;
    const bool ended = event->total > 0 && event->done >= event->total;
    if (interrupted) {
        clear_line(console);
        return LLMREC_ERR_CANCELED;
    }
    if (console->quiet) return LLMREC_OK;
    if (strncmp(console->stage, event->stage, sizeof console->stage - 1) != 0) {
        clear_line(console);
        snprintf(console->stage, sizeof console->stage, "%s", event->stage);
        console->said_at = 0;
    }
    if (console->terminal && !ended) draw(console, event);
    if (ended) {
        clear_line(console);
        if (event->epochs == 0) say(console, event); /* training has a line of its own */
        console->stage[0] = '\0';
    } else if (!console->terminal && event->seconds - console->said_at >= SECONDS_BETWEEN_LINES) {
        say(console, event);
    }
    return LLMREC_OK;
}

static llmrec_status show_log(const llmrec_log_event *event, void *user)
{
    static const char *const levels[] = {"error", "warning", "note", "debug"};
    const compare_console *console = user;
    if (event->level >= LLMREC_LOG_INFO && strcmp(event->room, "nn") == 0) return LLMREC_OK; /* progress has it all */
    clear_line(console);
    fprintf(stderr, "%s: %s: ", event->room, levels[event->level < 0 || event->level > 3 ? 3 : event->level]);
    console_print(stderr, event->message, strlen(event->message), SIZE_MAX);
    fputc('\n', stderr);
    return LLMREC_OK;
}

void console_attach(compare_console *console, bool quiet, llmrec_context_options *options)
{
    struct sigaction action = {.sa_handler = interrupt, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    console->quiet = quiet;
    console->terminal = isatty(STDERR_FILENO) == 1;
    options->log = show_log;
    options->log_user = console;
    options->log_level = quiet ? LLMREC_LOG_WARNING : LLMREC_LOG_INFO;
    options->progress = show_progress;
    options->progress_user = console;
}

void console_subject(compare_console *console, const char *name, int64_t seed)
{
    snprintf(console->subject, sizeof console->subject, "%s", name);
    const size_t used = strlen(console->subject);
    if (seed >= 0) snprintf(console->subject + used, sizeof console->subject - used, " seed %lld", (long long)seed);
}

void console_trained(compare_console *console, const compare_run *run)
{
    const llmrec_epoch *best = &run->epoch[run->best - 1];
    if (console->quiet) return;
    line l = stage_line(console, run->epochs > run->epochs_before ? "train" : "trained");
    add(&l, " %lld epochs", (long long)run->epochs);
    if (run->epochs_before > 0) add(&l, ", %lld of them before", (long long)run->epochs_before);
    if (!isnan(best->ndcg)) add(&l, "; the best is %lld, ndcg %.4f", (long long)run->best, best->ndcg);
    fprintf(stderr, "%s, loss %.3f, %.1f s\n", l.text, best->loss, run_train_seconds(run));
}

void console_print(FILE *file, const char *text, size_t length, size_t width)
{
    size_t columns = 0;
    for (size_t i = 0; i < length; i++) {
        const unsigned char c = (unsigned char)text[i];
        const bool begins = (c & 0xC0) != 0x80; /* of a code point, taken for one column */
        const bool control = c < ' ' || c == 0x7f || (c == 0xC2 && i + 1 < length && (unsigned char)text[i + 1] < 0xA0);
        if (begins && columns++ == width) {
            fputs("\xE2\x80\xA6", file); /* an ellipsis */
            return;
        }
        if (!control) {
            fputc(c, file);
        } else {
            fputc('?', file);
            if (c == 0xC2) i++;
        }
    }
}

bool console_refuse(const char *before, const char *text, const char *after)
{
    fprintf(stderr, "compare: %s", before);
    console_print(stderr, text, strlen(text), QUOTED_WIDTH);
    fprintf(stderr, "%s\n", after);
    return false;
}
