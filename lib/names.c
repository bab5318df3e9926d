// SPDX-License-Identifier: GPL-2.0-only
/* names.c - interns strings: an open-addressing hash table over an array of copies. */
#include "lib/names.h"
#include "lib/hash.h"

/* The slot of the name, or the free slot where it belongs. */
static uint32_t *slot_of(const struct names *names, const char *s)
{
	uint64_t h = hash__text(s);
	size_t i = (h ^ h >> 32) & (names->n_slots - 1); /* the high bits are the better ones */

	while (names->slots[i] && !streq(names->v[names->slots[i] - 1], s))
		i = (i + 1) & (names->n_slots - 1);
	return &names->slots[i];
}

/* Double the slots and rehash. At most half of them are used, so that a lookup soon hits the name
 * or a free slot. */
static void grow(struct names *names)
{
	names->n_slots = names->n_slots ? 2 * names->n_slots : 64;
	names->v = xrealloc(names->v, names->n_slots / 2, sizeof(*names->v));
	free(names->slots);
	names->slots = xcalloc(names->n_slots, sizeof(*names->slots));
	for (size_t i = 0; i < names->n; i++)
		*slot_of(names, names->v[i]) = (uint32_t)i + 1;
}

/* Consecutive rows of a table usually have the same name: try the last one first. */
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
