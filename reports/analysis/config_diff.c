// SPDX-License-Identifier: GPL-2.0-only
/* config_diff.c - parses two kernel configurations and merges them by symbol. */
#include "reports/analysis/config_diff.h"

#define PREFIX "CONFIG_"

struct setting {
	const char *symbol, *value; /* in the text, not terminated */
	size_t symbol_len, value_len;
};

struct settings {
	struct setting *v;
	size_t n;
};

/* Parse "CONFIG_X=VALUE". "# CONFIG_X is not set" is not a setting: it means "n", just like a
 * missing line. */
static bool parse(const char *line, size_t len, struct setting *s)
{
	const char *is = memchr(line, '=', len);

	if (!is || len < strlen(PREFIX) || strncmp(line, PREFIX, strlen(PREFIX)) != 0)
		return false;
	*s = (struct setting){ line, is + 1, (size_t)(is - line), len - (size_t)(is - line) - 1 };
	return !memchr(line, ' ', s->symbol_len) && s->symbol_len > strlen(PREFIX);
}

/* Symbols are not NUL-terminated. A prefix sorts first. */
static int compare_symbols(const struct setting *a, const struct setting *b)
{
	size_t len = a->symbol_len < b->symbol_len ? a->symbol_len : b->symbol_len;
	int order = memcmp(a->symbol, b->symbol, len);

	return order ? order : (a->symbol_len > b->symbol_len) - (a->symbol_len < b->symbol_len);
}

/* Lines for the same symbol stay in the order of the text. */
static int by_symbol(const void *x, const void *y)
{
	const struct setting *a = x, *b = y;
	int order = compare_symbols(a, b);

	return order ? order : (a->symbol > b->symbol) - (a->symbol < b->symbol);
}

/* The settings of a text, sorted by symbol. If a symbol has several lines, the last one counts, as
 * in kconfig. */
static struct settings read_settings(const char *text)
{
	struct settings s = { 0 };
	size_t lines = 1, kept = 0;

	for (const char *p = text; (p = strpbrk(p, "\r\n")); p++)
		lines++;
	s.v = xcalloc(lines, sizeof(*s.v));
	while (*text) {
		size_t len = strcspn(text, "\r\n");

		s.n += parse(text, len, &s.v[s.n]);
		text += len + (text[len] != '\0');
	}
	if (s.n)
		qsort(s.v, s.n, sizeof(*s.v), by_symbol);
	for (size_t i = 0; i < s.n; i++)
		if (i + 1 == s.n || compare_symbols(&s.v[i], &s.v[i + 1]) != 0)
			s.v[kept++] = s.v[i];
	s.n = kept;
	return s;
}

/* The value of a setting; NULL is a symbol that is not set, "n". The caller frees. */
static char *value(const struct setting *s)
{
	return s ? xstrndup(s->value, s->value_len) : xstrdup("n");
}

/* Merge both sorted lists; a symbol that only one of them has is "n" in the other. */
size_t config_diff__make(const char *candidate, const char *baseline, struct config_change **out)
{
	struct settings a = read_settings(candidate), b = read_settings(baseline);
	size_t n = 0;

	*out = xcalloc(a.n + b.n + 1, sizeof(**out));
	for (size_t i = 0, k = 0; i < a.n || k < b.n;) {
		int order = i == a.n ? 1 : k == b.n ? -1 : compare_symbols(&a.v[i], &b.v[k]);
		const struct setting *either = order <= 0 ? &a.v[i] : &b.v[k];
		const struct setting *x = order <= 0 ? &a.v[i++] : NULL;
		const struct setting *y = order >= 0 ? &b.v[k++] : NULL;
		struct config_change c = { NULL, value(x), value(y) };

		if (streq(c.candidate, c.baseline)) {
			free(c.candidate);
			free(c.baseline);
			continue;
		}
		c.symbol = xstrndup(either->symbol, either->symbol_len);
		(*out)[n++] = c;
	}
	free(a.v);
	free(b.v);
	return n;
}

void config_diff__free(struct config_change *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(list[i].symbol);
		free(list[i].candidate);
		free(list[i].baseline);
	}
	free(list);
}
