/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L
#include "console.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

enum { BAR = 30, SECONDS_BETWEEN_LINES = 10 };

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

/* "evaluate popularity", in a column of its own. */
static void print_stage(const compare_console *console, const llmrec_progress_event *event)
{
    char text[96];
    snprintf(text, sizeof text, "%s%s%s", event->stage, console->subject == NULL ? "" : " ",
             console->subject == NULL ? "" : console->subject);
    fprintf(stderr, "%-30s", text);
}

static void draw_bar(const compare_console *console, const llmrec_progress_event *event)
{
    const double share = event->total > 0 ? (double)event->done / (double)event->total : 0;
    const int filled = (int)(share * BAR);
    fputs("\r\033[K", stderr);
    print_stage(console, event);
    fputs(" [", stderr);
    for (int i = 0; i < BAR; i++) fputc(i < filled ? '#' : '.', stderr);
    fprintf(stderr, "] %3.0f%%  %lld %s  %.0f s", 100 * share, (long long)event->done, event->unit, event->seconds);
    if (share > 0.02 && share < 1) fprintf(stderr, "  %.0f s to go", event->seconds * (1 - share) / share);
    fflush(stderr);
}

static void say(compare_console *console, const llmrec_progress_event *event)
{
    print_stage(console, event);
    fprintf(stderr, " %lld", (long long)event->done);
    if (event->total > 0 && event->done < event->total) fprintf(stderr, " of %lld", (long long)event->total);
    fprintf(stderr, " %s, %.1f s\n", event->unit, event->seconds);
    console->said_at = event->seconds;
}

static llmrec_status show_progress(const llmrec_progress_event *event, void *user)
{
    compare_console *console = user;
    const bool ended = event->total > 0 && event->done >= event->total;
    if (interrupted) {
        clear_line(console);
        return LLMREC_ERR_CANCELLED;
    }
    if (console->quiet) return LLMREC_OK;
    if (strncmp(console->stage, event->stage, sizeof console->stage - 1) != 0) {
        clear_line(console);
        snprintf(console->stage, sizeof console->stage, "%s", event->stage);
        console->said_at = 0;
    }
    if (console->terminal && !ended) draw_bar(console, event);
    if (ended) {
        clear_line(console);
        say(console, event);
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
