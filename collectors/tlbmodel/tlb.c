// SPDX-License-Identifier: GPL-2.0-only
/* tlb.c - lookup, insertion, replacement and invalidation in a set-associative TLB. */
#include "collectors/tlbmodel/tlb.h"

#define PROBE_PAGES 64 /* beyond that many, looking at every entry is cheaper */

int tlb__init(struct tlb *t, unsigned int entries, unsigned int ways, unsigned int max_shift)
{
	*t = (struct tlb){ 0 };
	if (!entries || !ways || entries > TLB_MAX_ENTRIES || entries % ways)
		return -EINVAL;
	t->entries = entries;
	t->ways = ways;
	t->sets = entries / ways;
	t->max_shift = max_shift;
	t->entry = calloc(entries, sizeof(*t->entry));
	t->cold = calloc(t->sets, sizeof(*t->cold));
	if (!t->entry || !t->cold) {
		tlb__release(t);
		return -ENOMEM;
	}
	tlb__reset(t);
	return 0;
}

void tlb__set_policy(struct tlb *t, enum geometry_replacement replacement, bool hashed)
{
	t->replacement = replacement;
	t->hashed = hashed;
}

void tlb__release(struct tlb *t)
{
	free(t->entry);
	free(t->cold);
	*t = (struct tlb){ 0 };
}

/* The index is the page number in units of the entry's size, modulo the sets; hashed, all of its bits
 * are mixed before that (multiplication by the golden ratio). */
static struct tlb_entry *set_of(const struct tlb *t, uint64_t page, unsigned int shift)
{
	uint64_t n = page >> (shift - 12);

	if (t->hashed)
		n = n * 0x9e3779b97f4a7c15 >> 32;
	return &t->entry[n % t->sets * t->ways];
}

/* The entries of the set that `e` is in. */
static struct tlb_entry *set_around(struct tlb *t, const struct tlb_entry *e)
{
	return &t->entry[(size_t)(e - t->entry) / t->ways * t->ways];
}

/* With PLRU 2 is used since all others were, 1 is not. */
void tlb__touch(struct tlb *t, struct tlb_entry *e)
{
	struct tlb_entry *set = set_around(t, e);
	bool all = true;

	if (t->replacement != REPLACE_PLRU)
		return;
	e->used = 2;
	for (unsigned int i = 0; i < t->ways; i++)
		all = all && set[i].used == 2;
	for (unsigned int i = 0; all && i < t->ways; i++)
		if (&set[i] != e)
			set[i].used = 1;
}

/* Splitmix64 (Steele, Lea, Flood 2014): the same numbers in each run. */
static uint64_t draw(struct tlb *t)
{
	uint64_t z = t->random += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/* The entry of a set that a new one takes: a free one, whose `used` is 0, before any other. */
static struct tlb_entry *victim(struct tlb *t, struct tlb_entry *set)
{
	struct tlb_entry *least = set;

	for (unsigned int i = 1; i < t->ways; i++)
		if (set[i].used < least->used)
			least = &set[i];
	return t->replacement == REPLACE_RANDOM && least->used ? &set[draw(t) % t->ways] : least;
}

/* Empty. Each holds a page that is looked for in the next place. */
static void forget_near(struct tlb *t)
{
	for (unsigned int i = 0; i < TLB_NEAR; i++)
		t->near[i] = (struct tlb_near){ .page = i + 1 };
}

/* The entry does not hold its pages any more. */
static void drop(struct tlb *t, struct tlb_entry *e)
{
	uint64_t pages;

	if (!e->used)
		return;
	pages = 1ull << (e->shift < 12 + TLB_NEAR_BITS ? e->shift - 12 : TLB_NEAR_BITS);
	for (uint64_t i = 0; i < pages; i++) {
		const uint64_t place = (e->page + i) % TLB_NEAR;

		if (t->near[place].entry == e)
			t->near[place] = (struct tlb_near){ .page = place + 1 };
	}
	e->used = 0;
}

/* With several sets an address has one set for each size of entry: try those that may be
 * present. */
struct tlb_entry *tlb__search(struct tlb *t, uint64_t page, uint32_t asid)
{
	if (t->sets == 1) {
		for (unsigned int i = 0; i < t->entries; i++)
			if (tlb_entry__holds(&t->entry[i], page, asid))
				return &t->entry[i];
		return NULL;
	}
	for (uint64_t left = t->shifts; left; left &= left - 1) {
		unsigned int shift = (unsigned int)__builtin_ctzll(left);
		struct tlb_entry *e = set_of(t, page, shift);

		for (unsigned int i = 0; i < t->ways; i++)
			if (tlb_entry__holds(&e[i], page, asid) && e[i].shift == shift)
				return &e[i];
	}
	return NULL;
}

bool tlb__insert(struct tlb *t, uint64_t page, uint32_t asid, unsigned int shift)
{
	const unsigned int leaf = shift;
	struct tlb_entry *set, *e;
	uint32_t *left;
	bool cold;

	if (shift > t->max_shift)
		shift = t->max_shift;
	set = t->sets == 1 ? t->entry : set_of(t, page, shift);
	left = &t->cold[(set - t->entry) / t->ways];
	cold = *left > 0;
	*left -= cold;
	e = victim(t, set);
	drop(t, e);
	e->mask = ~0ull << (shift - 12);
	e->page = page & e->mask;
	e->asid = asid;
	e->shift = (uint16_t)shift;
	e->leaf = (uint16_t)leaf;
	e->used = ++t->clock;
	if (t->replacement != REPLACE_LRU) {
		e->used = 1;
		tlb__touch(t, e);
	}
	t->pieces = t->pieces || leaf > shift;
	t->shifts |= 1ull << shift;
	t->near[page % TLB_NEAR] = (struct tlb_near){ page, e };
	return cold;
}

/* Does the operation spare this ASID? Global entries go with any address, never with an ASID. */
static bool spares(const struct tlb_entry *e, const struct tlbi *op)
{
	if (op->scope == TLBI_ASID)
		return e->asid != op->asid;
	return !op->any_asid && e->asid != TLB_GLOBAL && e->asid != op->asid;
}

/* Few pages: probe the sets in which an entry of each size would be. */
static void invalidate_page(struct tlb *t, uint64_t page, const struct tlbi *op)
{
	for (uint64_t left = t->shifts; left; left &= left - 1) {
		unsigned int shift = (unsigned int)__builtin_ctzll(left);
		struct tlb_entry *e = t->sets == 1 ? t->entry : set_of(t, page, shift);

		for (unsigned int i = 0; i < t->ways; i++)
			if (((page ^ e[i].page) & e[i].mask) == 0 && !spares(&e[i], op))
				drop(t, &e[i]);
		if (t->sets == 1)
			break;
	}
}

/* Many pages, an ASID, or pieces of leaves, all of which go with any page of the leaf (Arm ARM, D8:
 * TLB maintenance applies to the whole of a translation): look at every entry. */
static void invalidate_each(struct tlb *t, const struct tlbi *op)
{
	for (unsigned int i = 0; i < t->entries; i++) {
		struct tlb_entry *e = &t->entry[i];
		const uint64_t size = 1ull << e->leaf;
		uint64_t start = e->page << 12 & ~(size - 1), last = start + (size - 1);

		if (!e->used || spares(e, op))
			continue;
		/* op->end 0 is the top of the address space: compare with the last byte. */
		if (op->scope == TLBI_ASID || (last >= op->start && start <= op->end - 1))
			drop(t, e);
	}
}

void tlb__invalidate(struct tlb *t, const struct tlbi *op)
{
	uint64_t pages = (op->end - op->start) >> 12;

	if (op->scope == TLBI_ALL)
		tlb__flush(t);
	else if (op->scope == TLBI_ASID || pages > PROBE_PAGES || t->pieces)
		invalidate_each(t, op);
	else
		for (uint64_t i = 0; i < pages; i++)
			invalidate_page(t, (op->start >> 12) + i, op);
}

void tlb__flush(struct tlb *t)
{
	for (unsigned int i = 0; i < t->entries; i++)
		t->entry[i].used = 0;
	forget_near(t);
	memset(t->cold, 0, t->sets * sizeof(*t->cold));
	t->shifts = 0;
	t->pieces = false;
}

void tlb__reset(struct tlb *t)
{
	tlb__flush(t);
	t->random = 0;
	for (unsigned int i = 0; i < t->sets; i++)
		t->cold[i] = t->ways;
}
