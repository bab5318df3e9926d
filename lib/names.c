// SPDX-License-Identifier: GPL-2.0-only
/* names.c - interns strings: a hash table with open addressing over an array of copies. */
#include "lib/names.h"
#include "lib/hash.h"

/* The slot that has the name, or the free one where it belongs. */
static uint32_t *slot_of(const struct names *names, const char *s)
{
	uint64_t h = hash__text(s);
	size_t i = (h ^ h >> 32) & (names->n_slots - 1); /* the high bits are the better ones */

	while (names->slots[i] && !streq(names->v[names->slots[i] - 1], s))
		i = (i + 1) & (names->n_slots - 1);
	return &names->slots[i];
}

/* At most half of the slots are used, so that a search ends soon at a free one. Twice the slots,
 * and all names put in anew. */
static void grow(struct names *names)
{
	names->n_slots = names->n_slots ? 2 * names->n_slots : 64;
	names->v = xrealloc(names->v, names->n_slots / 2, sizeof(*names->v));
	free(names->slots);
	names->slots = xcalloc(names->n_slots, sizeof(*names->slots));
	for (size_t i = 0; i < names->n; i++)
		*slot_of(names, names->v[i]) = (uint32_t)i + 1;
}

/* Rows of a table repeat the name of the row before more often than not: try that first. */
uint32_t names__add(struct names *names, const char *s)
{
	uint32_t *slot;

	if (names->n && streq(names->v[names->last], s))
		return names->last;
	if (2 * (names->n + 1) > names->n_slots)
		grow(names);
	slot = slot_of(names, s);
	if (!*slot) {
		names->v[names->n++] = xstrdup(s);
		*slot = (uint32_t)names->n;
	}
	names->last = *slot - 1;
	return names->last;
}

uint32_t names__find(const struct names *names, const char *s)
{
	return names->n ? *slot_of(names, s) - 1 : NAMES_NONE;
}

void names__release(struct names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->v[i]);
	free(names->v);
	free(names->slots);
	*names = (struct names){ 0 };
}
