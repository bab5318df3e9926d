// SPDX-License-Identifier: GPL-2.0-only
/* geometry.c - formats, parses and checks the geometries that the host passes to the plugin. */
#include "collectors/tlbmodel/geometry.h"

#define NAME_CHARS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+-"

const char *geometry_tlb__check(const struct geometry_tlb *t)
{
	static __thread char buf[128];

	if (!t->entries || !t->ways)
		snprintf(buf, sizeof(buf), "a TLB has at least one entry and one way");
	else if (t->entries > GEOMETRY_MAX_ENTRIES)
		snprintf(buf, sizeof(buf), "at most %u entries can be simulated",
			 GEOMETRY_MAX_ENTRIES);
	else if (t->ways > t->entries)
		snprintf(buf, sizeof(buf), "%u ways are more than %u entries", t->ways, t->entries);
	else if (t->entries % t->ways)
		snprintf(buf, sizeof(buf), "%u ways do not divide %u entries", t->ways, t->entries);
	else
		return NULL;
	return buf;
}

const char *geometry__check_coalesce(unsigned int n)
{
	return n == 0 || n == 2 || n == 4 || n == 8 ?
		       NULL :
		       "an entry takes 2, 4 or 8 neighbouring pages; 0 means a single page";
}

static const char *const replacements[REPLACEMENTS] = { "", "/random", "/plru" };

char *geometry__format(const struct geometry *g)
{
	_free_ char *coalesce = g->coalesce ? xasprintf("/coalesce%u", g->coalesce) : xstrdup("");
	_free_ char *walks = g->walk_cache ? xasprintf("/walks%u", g->walk_cache) : xstrdup("");

	return xasprintf("%s/%ux%u/%ux%u/%u/%ux%u%s%s%s%s", g->name, g->l1i.entries, g->l1i.ways,
			 g->l1d.entries, g->l1d.ways, g->l1_shift, g->l2.entries, g->l2.ways,
			 coalesce, replacements[g->replacement], g->hashed ? "/hashed" : "", walks);
}

/* The number after "/walks": decimal, without leading zeros, at most GEOMETRY_WALK_CACHE_MAX. */
static bool parse_walk_cache(const char *s, struct geometry *g)
{
	char *end;
	unsigned long v;

	if (*s < '1' || *s > '9')
		return false;
	v = strtoul(s, &end, 10);
	if (*end || v > GEOMETRY_WALK_CACHE_MAX)
		return false;
	g->walk_cache = (unsigned int)v;
	return true;
}

/* The optional parts after the sizes, in the order of geometry__format(). */
static bool parse_rest(const char *s, struct geometry *g)
{
	static const char coalesce[] = "/coalesce", hashed[] = "/hashed", walks[] = "/walks";

	if (str_starts(s, coalesce)) {
		s += strlen(coalesce);
		if (*s < '1' || *s > '9')
			return false;
		g->coalesce = (unsigned int)(*s++ - '0');
	}
	for (unsigned int i = 1; i < REPLACEMENTS; i++) {
		if (!str_starts(s, replacements[i]))
			continue;
		g->replacement = i;
		s += strlen(replacements[i]);
		break;
	}
	g->hashed = str_starts(s, hashed);
	if (g->hashed)
		s += strlen(hashed);
	if (geometry__check_coalesce(g->coalesce))
		return false;
	return !*s || (str_starts(s, walks) && parse_walk_cache(s + strlen(walks), g));
}

/* "/48x48", or "/21" if `b` is NULL. */
static bool parse_numbers(const char **s, unsigned int *a, unsigned int *b)
{
	unsigned int *const out[] = { a, b };

	for (size_t i = 0; i < 2 && out[i]; i++) {
		char *end;
		unsigned long v;

		if (*(*s)++ != (i ? 'x' : '/') || **s < '0' || **s > '9')
			return false;
		v = strtoul(*s, &end, 10);
		if (v > 10 * GEOMETRY_MAX_ENTRIES)
			return false;
		*out[i] = (unsigned int)v;
		*s = end;
	}
	return true;
}

int geometry__parse(const char *word, struct geometry *g)
{
	size_t len = strspn(word, NAME_CHARS);
	const char *s = word + len;

	*g = (struct geometry){ 0 };
	if (!len || len > GEOMETRY_NAME || word[len] != '/')
		return -EINVAL;
	memcpy(g->name, word, len);
	if (!parse_numbers(&s, &g->l1i.entries, &g->l1i.ways) ||
	    !parse_numbers(&s, &g->l1d.entries, &g->l1d.ways) ||
	    !parse_numbers(&s, &g->l1_shift, NULL) ||
	    !parse_numbers(&s, &g->l2.entries, &g->l2.ways) || !parse_rest(s, g))
		return -EINVAL;
	if (g->l1_shift < GEOMETRY_MIN_SHIFT || g->l1_shift > GEOMETRY_MAX_SHIFT)
		return -EINVAL;
	return geometry_tlb__check(&g->l1i) || geometry_tlb__check(&g->l1d) ||
			       geometry_tlb__check(&g->l2) ?
		       -EINVAL :
		       0;
}
