// SPDX-License-Identifier: GPL-2.0-only
/* terminal.c - a stream in front of a terminal that lets no control characters through, and colours
 * verdicts. */
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

/* Words that have a colour; with `begins` only at the beginning of a line. They say the same without
 * it. */
static const struct {
	const char *word, *sgr;
	bool begins;
} colours[] = {
	{ "worse (R)", "1;31", false }, { "WORSE (R)", "1;31", false }, { "Worse", "1;31", true },
	{ "better (I)", "32", false },	{ "Better", "32", true },
};

static bool coloured;
static char last = '\n'; /* that was written */

/* 0, or -1 when nothing more can be written. */
static int write_all(const char *s, size_t len)
{
	for (size_t at = 0; at < len;) {
		ssize_t w = write(STDOUT_FILENO, s + at, len - at);

		if (w < 0 && errno != EINTR)
			return -1;
		at += w > 0 ? (size_t)w : 0;
	}
	return 0;
}

/* The colour of the word at `at`, whose length is set; NULL: it has none. */
static const char *colour_at(const char *text, size_t at, size_t len, size_t *n)
{
	char before = at ? text[at - 1] : last;

	for (size_t i = 0; i < ARRAY_SIZE(colours); i++) {
		*n = strlen(colours[i].word);
		if (*n <= len - at && !memcmp(text + at, colours[i].word, *n) &&
		    (!colours[i].begins || before == '\n'))
			return colours[i].sgr;
	}
	return NULL;
}

static int write_coloured(const char *text, size_t len)
{
	size_t from = 0, n;

	for (size_t at = 0; at < len; at++) {
		const char *sgr = colour_at(text, at, len, &n);
		_free_ char *word = NULL;

		if (!sgr)
			continue;
		word = xasprintf("\033[%sm%.*s\033[0m", sgr, (int)n, text + at);
		if (write_all(text + from, at - from) || write_all(word, strlen(word)))
			return -1;
		from = at + n;
		at = from - 1;
	}
	return write_all(text + from, len - from);
}

/* cookie_write_function_t: the number of bytes taken, 0 on an error. */
static ssize_t write_clean(void *cookie __unused, const char *buf, size_t n)
{
	size_t len = n_cut + n;
	_free_ char *text = xcalloc(1, len + 1);

	memcpy(text, cut, n_cut);
	memcpy(text + n_cut, buf, n);
	n_cut = incomplete(text, len);
	len -= n_cut;
	memcpy(cut, text + len, n_cut);
	utf8__clean(text, len, true);
	if (coloured ? write_coloured(text, len) : write_all(text, len))
		return 0;
	if (len)
		last = text[len - 1];
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

void terminal__colour(void)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	coloured = unguarded && !(no && *no) && term && !streq(term, "dumb");
}
