// SPDX-License-Identifier: GPL-2.0-only
/* walk_cache.c - what a walk reads, with and without a cache of table descriptors. */
#include "collectors/tlbmodel/walk_cache.h"

#define ANY_SHIFT 63 /* a table may cover more than any leaf can */

int walk_cache__init(struct walk_cache *c, unsigned int entries)
{
	*c = (struct walk_cache){ 0 };
	return entries ? tlb__init(&c->tables, entries, entries, ANY_SHIFT) : 0;
}

void walk_cache__reset(struct walk_cache *c)
{
	if (c->tables.entries)
		tlb__reset(&c->tables);
}

/* The table nearest to the leaf that is held, made the newest; or NULL. What covers no more than the leaf
 * is left from another mapping. */
static struct tlb_entry *deepest(struct tlb *t, uint64_t page, uint32_t asid, unsigned int leaf)
{
	struct tlb_entry *found = NULL;

	for (unsigned int i = 0; i < t->entries; i++) {
		struct tlb_entry *e = &t->entry[i];

		if (e->shift > leaf && (!found || e->shift < found->shift) &&
		    tlb__holds(t, i, page, asid))
			found = e;
	}
	if (found)
		found->used = ++t->clock;
	return found;
}

unsigned int walk_cache__steps(struct walk_cache *c, const struct walk_half *h,
			       const struct walk_leaf *leaf, uint64_t page, uint32_t asid)
{
	const unsigned int shift = walk__level_shift(h, leaf->level);
	const struct tlb_entry *held = deepest(&c->tables, page, asid, shift);
	int first = walk__first_level(h);

	while (held && walk__level_shift(h, first) >= held->shift)
		first++;
	for (int level = first; c->tables.entries && level < leaf->level; level++)
		tlb__insert(&c->tables, page, asid, walk__level_shift(h, level));
	return (unsigned int)(leaf->level - first + 1);
}

void walk_cache__invalidate(struct walk_cache *c, const struct tlbi *op)
{
	if (c->tables.entries && (!op->last_level || op->scope == TLBI_ALL))
		tlb__invalidate(&c->tables, op);
}

void walk_cache__release(struct walk_cache *c)
{
	tlb__release(&c->tables);
}
