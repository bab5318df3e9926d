// SPDX-License-Identifier: GPL-2.0-only
/* geometry.c - parses the sizes of TLBs that the host passes to the plugin. */
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

char *geometry__format(const struct geometry *g)
{
	return xasprintf("%s/%ux%u/%ux%u/%u/%ux%u", g->name, g->l1i.entries, g->l1i.ways,
			 g->l1d.entries, g->l1d.ways, g->l1_shift, g->l2.entries, g->l2.ways);
}

/* "48x48" or "21", after a slash. */
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
	    !parse_numbers(&s, &g->l2.entries, &g->l2.ways) || *s)
		return -EINVAL;
	if (g->l1_shift < GEOMETRY_MIN_SHIFT || g->l1_shift > GEOMETRY_MAX_SHIFT)
		return -EINVAL;
	return geometry_tlb__check(&g->l1i) || geometry_tlb__check(&g->l1d) ||
			       geometry_tlb__check(&g->l2) ?
		       -EINVAL :
		       0;
}
