// SPDX-License-Identifier: GPL-2.0-only
/* utf8.c - decodes UTF-8 and refuses whatever is not well-formed. */
#include "lib/utf8.h"

/* RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF. */
size_t utf8__decode(const char *s, size_t n, uint32_t *cp)
{
	/* The smallest code point of each length: anything smaller has a shorter form. */
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char c = (unsigned char)s[0];
	size_t len = c < 0x80 ? 1 : c < 0xc0 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf8 ? 4 : 0;
	uint32_t v = len == 1 ? c : c & (0x7fu >> len);

	if (!len || len > n)
		return 0;
	for (size_t i = 1; i < len; i++) {
		if (((unsigned char)s[i] & 0xc0) != 0x80)
			return 0;
		v = v << 6 | ((unsigned char)s[i] & 0x3f);
	}
	if (v < least[len] || v > 0x10ffff || (v >= 0xd800 && v <= 0xdfff))
		return 0;
	if (cp)
		*cp = v;
	return len;
}

/* C0, DEL, C1, and the embeddings, overrides and isolates of the Unicode bidirectional
 * algorithm. */
static bool is_command(uint32_t cp)
{
	return cp < ' ' || (cp >= 0x7f && cp < 0xa0) || (cp >= 0x202a && cp <= 0x202e) ||
	       (cp >= 0x2066 && cp <= 0x2069);
}

/* Length of the next character in bytes, and whether it may stay. */
static size_t look_at(const char *s, size_t n, bool lines, bool *stays)
{
	uint32_t cp = 0;
	size_t len = utf8__decode(s, n, &cp);

	*stays = len && (!is_command(cp) || (lines && (cp == '\n' || cp == '\t')));
	return len ? len : 1;
}

void utf8__clean(char *s, size_t n, bool lines)
{
	for (size_t i = 0, len; i < n; i += len) {
		bool stays;

		len = look_at(s + i, n - i, lines, &stays);
		if (!stays)
			memset(s + i, '?', len);
	}
}

bool utf8__is_clean(const char *s, size_t n, bool lines)
{
	bool stays = true;

	for (size_t i = 0; stays && i < n;)
		i += look_at(s + i, n - i, lines, &stays);
	return stays;
}

char *utf8__replaced(const char *s)
{
	const size_t n = strlen(s), n_instead = strlen(UTF8_REPLACEMENT);
	char *out = xcalloc(n + 1, n_instead), *to = out;

	for (size_t i = 0, len; i < n; i += len) {
		bool good;

		len = utf8__decode(s + i, n - i, NULL);
		good = len > 0;
		to = mempcpy(to, good ? s + i : UTF8_REPLACEMENT, good ? len : n_instead);
		len = good ? len : 1;
	}
	return out;
}
