// SPDX-License-Identifier: GPL-2.0-only
/* glob.c - matches with one place to go back to: only the last * can still be wrong. */
#include "lib/glob.h"
#include "lib/utf8.h"

/* Bytes of a character; a byte that is no text is one. */
static size_t length_of(const char *s)
{
	size_t len = utf8__decode(s, strlen(s), NULL);

	return len ? len : 1;
}

bool glob__fits(const char *pattern, const char *text)
{
	const char *star = NULL, *from = NULL; /* the last * and what it has not taken yet */

	while (*text) {
		if (*pattern == '*') {
			star = pattern++;
			from = text;
		} else if (*pattern == '?') {
			pattern++;
			text += length_of(text);
		} else if (*pattern && *pattern == *text) {
			pattern++;
			text++;
		} else if (star) {
			pattern = star + 1;
			from += length_of(from);
			text = from;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}
