// SPDX-License-Identifier: GPL-2.0-only
/* glob.c - matching with a single backtracking point: only the match of the last * can still
 * change. */
#include "lib/glob.h"
#include "lib/utf8.h"

/* Length of a character in bytes; a byte that is not valid UTF-8 counts as one. */
static size_t length_of(const char *s)
{
	size_t len = utf8__decode(s, strlen(s), NULL);

	return len ? len : 1;
}

bool glob__fits(const char *pattern, const char *text)
{
	/* After the last *, and the text it does not yet cover. */
	const char *star = NULL, *from = NULL;

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
