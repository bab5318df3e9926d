// SPDX-License-Identifier: GPL-2.0-only
/* log.c - messages and the progress line on standard error. */
#include "runner/cli/log.h"

#include "lib/utf8.h"

#include <stdarg.h>
#include <sys/ioctl.h>
#include <unistd.h>

static bool quiet, progress_shown;

void log__set_quiet(bool on)
{
	quiet = on;
}

/* \033[K clears from the cursor to the end of the line. */
void log__progress_end(void)
{
	if (progress_shown)
		fputs("\r\033[K", stderr);
	progress_shown = false;
}

/* Messages may quote guests, databases and packages: replace control characters, which the terminal
 * would act on. */
static void __printf(2, 0) print_line(const char *head, const char *fmt, va_list ap)
{
	_free_ char *text = xvasprintf(fmt, ap);

	utf8__clean(text, strlen(text), true);
	log__progress_end();
	fprintf(stderr, "%s%s\n", head, text);
}

void log__error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_line("kduel: ", fmt, ap);
	va_end(ap);
}

void log__errors(const struct strvec *messages)
{
	for (size_t i = 0; i < messages->n; i++)
		log__error("%s", messages->v[i]);
}

void log__warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_line("kduel: warning: ", fmt, ap);
	va_end(ap);
}

void log__info(const char *fmt, ...)
{
	va_list ap;

	if (quiet)
		return;
	va_start(ap, fmt);
	print_line("", fmt, ap);
	va_end(ap);
}

/* Truncate to the width of the terminal: \r could not erase a line that wraps. */
void log__progress(const char *fmt, ...)
{
	struct winsize ws;
	char line[512];
	size_t width = 80;
	va_list ap;

	if (quiet || !isatty(STDERR_FILENO))
		return;
	if (!ioctl(STDERR_FILENO, TIOCGWINSZ, &ws) && ws.ws_col)
		width = ws.ws_col;
	if (width > sizeof(line))
		width = sizeof(line);
	va_start(ap, fmt);
	vsnprintf(line, width, fmt, ap);
	va_end(ap);
	utf8__clean(line, strlen(line), false);
	fprintf(stderr, "\r%s\033[K", line);
	fflush(stderr);
	progress_shown = true;
}
