// SPDX-License-Identifier: GPL-2.0-only
/* live_symbols.c - parses /proc/kallsyms: lines "ADDRESS TYPE NAME", some with a tab and
 * "[MODULE]". */
#include "collectors/support/live_symbols.h"

#include "lib/units.h"

/* No function is this large: an address farther than this from the last symbol is in none that is
 * known. */
#define FUNCTION_MAX (1u << 20)

/* Parse a word of printable characters that ends at one of `ends`. NULL: it is empty or has
 * others. */
static char *word(char **at, const char *ends)
{
	char *s = *at, *end = s;

	while (*end > ' ' && *end < 0x7f && !strchr(ends, *end))
		end++;
	if (end == s || !*end || !strchr(ends, *end))
		return NULL;
	*at = end;
	return s;
}

/* Parse NAME, and [MODULE] after a tab. False: the name is missing or malformed, as modules may
 * have symbols without a name, or with anything that their authors wrote. */
static bool read_name(char *p, struct live_symbol *s)
{
	char last;

	s->module = "";
	s->name = word(&p, "\t\n");
	if (!s->name)
		return false;
	last = *p;
	*p++ = '\0';
	if (last == '\n')
		return true;
	if (*p++ != '[')
		return false;
	s->module = word(&p, "]");
	if (!s->module || p[1] != '\n')
		return false;
	*p = '\0';
	return true;
}

/* Parse one line, which is cut into its words. Returns 1; 0: it names nothing; -EPROTO: it is
 * malformed. */
static int read_line(char **at, struct live_symbol *s)
{
	const char *rest = *at;
	char *end = strchr(*at, '\n'), type;
	bool named;

	if (!end || units__hex(&rest, &s->at) || rest[0] != ' ' || rest[1] <= ' ' || rest[2] != ' ')
		return -EPROTO;
	type = rest[1];
	named = read_name(*at + (rest + 3 - *at), s);
	s->global = type < 'a';
	if (!strchr("tTwW", type))
		s->name = s->module = "";
	*at = end + 1;
	return named && s->at;
}

/* By address; of several with the same address, the one that takes precedence comes first. */
static int by_address(const void *a, const void *b)
{
	const struct live_symbol *x = a, *y = b;
	const size_t lx = strlen(x->name), ly = strlen(y->name);

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	if (!lx != !ly)
		return lx ? -1 : 1; /* a label at the same place ends nothing */
	if (x->global != y->global)
		return x->global ? -1 : 1;
	return lx != ly ? (lx < ly ? -1 : 1) : strcmp(x->name, y->name);
}

int live_symbols__parse(struct live_symbols *s, char *text, struct err *err)
{
	char *at = text;
	size_t n = 0, line = 0;

	*s = (struct live_symbols){ .text = text };
	while (*at) {
		struct live_symbol one;
		int ret = read_line(&at, &one);

		line++;
		if (ret < 0)
			return err__set(err, -EPROTO,
					"line %zu is not 'ADDRESS TYPE NAME [MODULE]'", line);
		if (ret)
			*APPEND(s->v, s->n) = one;
	}
	if (!s->n)
		return err__set(err, -EACCES, "the kernel shows no addresses");
	qsort(s->v, s->n, sizeof(*s->v), by_address);
	for (size_t i = 0; i < s->n; i++)
		if (!n || s->v[n - 1].at != s->v[i].at)
			s->v[n++] = s->v[i];
	s->n = n;
	return 0;
}

size_t live_symbols__find(const struct live_symbols *s, uint64_t address)
{
	size_t low = 0, high = s->n;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (s->v[middle].at <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low || !*s->v[low - 1].name || address - s->v[low - 1].at >= FUNCTION_MAX)
		return LIVE_SYMBOLS_NONE;
	return low - 1;
}

void live_symbols__release(struct live_symbols *s)
{
	free(s->v);
	free(s->text);
	*s = (struct live_symbols){ 0 };
}
