// SPDX-License-Identifier: GPL-2.0-only
/* walk_cache.c - how many descriptors a walk reads, with and without a cache of tables. */
#include "collectors/tlbmodel/walk_cache.h"

#define ANY_SHIFT 63 /* never split: a table covers more than the largest leaf */

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

/* The deepest cached table that covers the page, marked as used; or NULL. An entry that covers no
 * more than the leaf (2^leaf bytes) is stale: it is from another mapping of that address. */
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
