// SPDX-License-Identifier: GPL-2.0-only
/* terminal.c - a stdio stream that replaces control characters on their way to a terminal, and
 * colours verdicts. */
#include "runner/cli/terminal.h"

#include "lib/utf8.h"

#include <sys/ioctl.h>
#include <unistd.h>

/* A write may end within a UTF-8 character: keep its first bytes until the next write. */
#define CUT_MAX 3

static char cut[CUT_MAX];
static size_t n_cut;

/* The number of bytes at the end of `s` that are the start of an incomplete character. */
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

/* Words to colour; with `begins` only at the beginning of a line. Colour is never the only hint. */
static const struct {
	const char *word, *sgr;
	bool begins;
} colours[] = {
	{ "worse (R)", "1;31", false }, { "WORSE (R)", "1;31", false }, { "Worse", "1;31", true },
	{ "better (I)", "32", false },	{ "Better", "32", true },
};

static bool coloured;
static char last = '\n'; /* last byte written */

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

/* The colour (SGR parameters) of the word at `at`, and its length in *n; NULL: no word to colour. */
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

/* cookie_write_function_t (fopencookie(3)): returns the number of bytes taken, 0 on an error. */
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

static FILE *unguarded; /* the original stdout; NULL: not guarded */

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
