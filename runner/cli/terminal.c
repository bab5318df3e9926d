// SPDX-License-Identifier: GPL-2.0-only
/* terminal.c - a stream in front of a terminal that lets no control characters through. */
#include "runner/cli/terminal.h"

#include "lib/utf8.h"

#include <sys/ioctl.h>
#include <unistd.h>

/* The longest start of a character that a write may end with; its rest comes with the next. */
#define CUT_MAX 3

static char cut[CUT_MAX];
static size_t n_cut;

/* How many bytes at the end of `s` begin a character that is not complete. */
static size_t incomplete(const char *s, size_t n)
{
	for (size_t k = 1; k <= CUT_MAX && k <= n; k++) {
		unsigned char c = (unsigned char)s[n - k];
		size_t len = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;

		if (c < 0x80 || c >= 0xc0)
			return len > k ? k : 0;
	}
	return 0;
}

/* cookie_write_function_t: the number of bytes taken, 0 on an error. */
static ssize_t write_clean(void *cookie __unused, const char *buf, size_t n)
{
	size_t len = n_cut + n, at = 0;
	_free_ char *text = xcalloc(1, len + 1);

	memcpy(text, cut, n_cut);
	memcpy(text + n_cut, buf, n);
	n_cut = incomplete(text, len);
	len -= n_cut;
	memcpy(cut, text + len, n_cut);
	utf8__clean(text, len, true);
	while (at < len) {
		ssize_t w = write(STDOUT_FILENO, text + at, len - at);

		if (w < 0 && errno != EINTR)
			return 0;
		at += w > 0 ? (size_t)w : 0;
	}
	return (ssize_t)n;
}

static FILE *unguarded; /* standard output as it was */

void terminal__guard(void)
{
	FILE *f;

	if (!isatty(STDOUT_FILENO))
		return;
	f = fopencookie(NULL, "w", (cookie_io_functions_t){ .write = write_clean });
	if (!f) /* out of memory */
		abort();
	setvbuf(f, NULL, _IOLBF, BUFSIZ);
	fflush(stdout);
	unguarded = stdout;
	stdout = f;
}

void terminal__unguard(void)
{
	if (unguarded)
		stdout = unguarded;
}

size_t terminal__width(void)
{
	struct winsize ws;

	return isatty(STDOUT_FILENO) && !ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) ? ws.ws_col : 0;
}
