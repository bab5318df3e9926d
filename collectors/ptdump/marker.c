// SPDX-License-Identifier: GPL-2.0-only
/* marker.c - parses the names of sections to keys, however a release of Linux marks start and
 * end. */
#include "collectors/ptdump/marker.h"

#include <ctype.h>
#include <strings.h>

#define OPEN "---[ "
#define CLOSE " ]---"

bool ptdump_marker__looks_like(const char *text)
{
	return str_starts(text, OPEN) && !str_starts(text, OPEN "end ");
}

/* Shorten the name by its last word if it is this one, ignoring case. */
static bool drop_word(const char *name, size_t *len, const char *word)
{
	size_t n = strlen(word);

	if (*len <= n || name[*len - n - 1] != ' ' || strncasecmp(name + *len - n, word, n) != 0)
		return false;
	*len -= n + 1;
	return true;
}

/* "PCI I/O" -> "pci_io", "vmalloc()" -> "vmalloc", "Kasan shadow" -> "kasan_shadow". */
static void make_key(const char *name, size_t len, struct ptdump_marker *m)
{
	size_t n = 0;

	for (size_t i = 0; i < len && n < sizeof(m->key) - 1; i++) {
		unsigned char c = (unsigned char)name[i];

		if (isalnum(c))
			m->key[n++] = (char)tolower(c);
		else if (c == ' ' && n && m->key[n - 1] != '_')
			m->key[n++] = '_';
	}
	while (n && m->key[n - 1] == '_')
		n--;
	m->key[n] = '\0';
	if (streq(m->key, "linear_mapping"))
		snprintf(m->key, sizeof(m->key), "linear_map");
}

int ptdump_marker__parse(const char *text, struct ptdump_marker *m)
{
	const char *name = text + strlen(OPEN), *close = strstr(name, CLOSE);
	size_t len;

	if (!close)
		return -EINVAL;
	len = (size_t)(close - name);
	m->begins = !drop_word(name, &len, "end");
	m->pairs = m->begins && (drop_word(name, &len, "start") || drop_word(name, &len, "area"));
	make_key(name, len, m);
	return *m->key ? 0 : -EINVAL;
}
