// SPDX-License-Identifier: GPL-2.0-only
/* kconfig.c - collects the symbols of Kconfig files, without evaluating them. */
#include "runner/kernels/build/kconfig.h"

#include "lib/fs.h"

#include <ctype.h>
#include <fts.h>

#define KCONFIG_MAX (4u << 20)

/* Append X if the line is "config X" or "menuconfig X", indented or not. */
static void add_symbol(const char *line, size_t len, struct strvec *symbols)
{
	static const char *const words[] = { "config", "menuconfig" };
	size_t blank = strspn(line, " \t");

	for (size_t i = 0; blank < len && i < ARRAY_SIZE(words); i++) {
		const char *p = line + blank + strlen(words[i]);
		size_t n = 0;

		if (!str_starts(line + blank, words[i]) || (*p != ' ' && *p != '\t'))
			continue;
		p += strspn(p, " \t");
		while (isalnum((unsigned char)p[n]) || p[n] == '_')
			n++;
		if (n)
			strvec__pushf(symbols, "%.*s", (int)n, p);
	}
}

/* A help text may contain such a line, too. A wrong symbol does no harm: it only makes a check
 * weaker. */
void kconfig__scan(const char *text, struct strvec *symbols)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		add_symbol(text, len, symbols);
		text += len + (text[len] == '\n');
	}
}

/* Sorted for bsearch(). */
int kconfig__symbols(const char *src, const char *arch, struct strvec *symbols)
{
	FTS *fts = fs__walk(src);
	FTSENT *e;

	if (!fts)
		return -errno;
	while ((e = fts_read(fts))) {
		_free_ char *text = NULL;

		/* Skip other architectures in arch/. */
		if (e->fts_level == 2 && e->fts_info == FTS_D && !streq(e->fts_name, arch) &&
		    streq(e->fts_parent->fts_name, "arch"))
			fts_set(fts, e, FTS_SKIP);
		else if (e->fts_info == FTS_F && str_starts(e->fts_name, "Kconfig") &&
			 !fs__read(e->fts_path, KCONFIG_MAX, &text, NULL))
			kconfig__scan(text, symbols);
	}
	fts_close(fts);
	strvec__sort_unique(symbols);
	return 0;
}
