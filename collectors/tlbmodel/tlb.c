// SPDX-License-Identifier: GPL-2.0-only
/* tlb.c - lookup, insertion and invalidation in a set-associative TLB with true LRU. */
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

void tlb__release(struct tlb *t)
{
	free(t->entry);
	free(t->cold);
	*t = (struct tlb){ 0 };
}

/* The index is the page number in units of the entry's size, modulo the sets. */
static struct tlb_entry *set_of(const struct tlb *t, uint64_t page, unsigned int shift)
{
	return &t->entry[(page >> (shift - 12)) % t->sets * t->ways];
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

/* used 0 marks free entries, so that they are taken before any other. */
bool tlb__insert(struct tlb *t, uint64_t page, uint32_t asid, unsigned int shift)
{
	struct tlb_entry *e, *oldest;
	uint32_t *left;
	bool cold;

	if (shift > t->max_shift)
		shift = t->max_shift;
	oldest = e = t->sets == 1 ? t->entry : set_of(t, page, shift);
	left = &t->cold[(e - t->entry) / t->ways];
	cold = *left > 0;
	*left -= cold;
	for (unsigned int i = 1; i < t->ways; i++)
		if (e[i].used < oldest->used)
			oldest = &e[i];
	oldest->mask = ~0ull << (shift - 12);
	oldest->page = page & oldest->mask;
	oldest->asid = asid;
	oldest->shift = shift;
	oldest->used = ++t->clock;
	t->shifts |= 1ull << shift;
	t->hint[page % TLB_HINTS] = (uint32_t)(oldest - t->entry);
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
				e[i].used = 0;
		if (t->sets == 1)
			break;
	}
}

/* Many pages, or an ASID: look at every entry. */
static void invalidate_each(struct tlb *t, const struct tlbi *op)
{
	for (unsigned int i = 0; i < t->entries; i++) {
		struct tlb_entry *e = &t->entry[i];
		uint64_t start = e->page << 12, last = start + ((1ull << e->shift) - 1);

		if (!e->used || spares(e, op))
			continue;
		/* op->end 0 is the top of the address space: compare with the last byte. */
		if (op->scope == TLBI_ASID || (last >= op->start && start <= op->end - 1))
			e->used = 0;
	}
}

void tlb__invalidate(struct tlb *t, const struct tlbi *op)
{
	uint64_t pages = (op->end - op->start) >> 12;

	if (op->scope == TLBI_ALL)
		tlb__flush(t);
	else if (op->scope == TLBI_ASID || pages > PROBE_PAGES)
		invalidate_each(t, op);
	else
		for (uint64_t i = 0; i < pages; i++)
			invalidate_page(t, (op->start >> 12) + i, op);
}

void tlb__flush(struct tlb *t)
{
	for (unsigned int i = 0; i < t->entries; i++)
		t->entry[i].used = 0;
	memset(t->cold, 0, t->sets * sizeof(*t->cold));
	t->shifts = 0;
}

void tlb__reset(struct tlb *t)
{
	tlb__flush(t);
	for (unsigned int i = 0; i < t->sets; i++)
		t->cold[i] = t->ways;
}
