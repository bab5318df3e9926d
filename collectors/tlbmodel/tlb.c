// SPDX-License-Identifier: GPL-2.0-only
/* tlb.c - lookup, insertion, replacement and invalidation in a set-associative TLB. */
#include "collectors/tlbmodel/tlb.h"

#define PROBE_PAGES 64 /* beyond that many, looking at every entry is cheaper */

static bool make_chains(struct tlb *t)
{
	while (1u << t->bucket_bits < 2 * t->entries)
		t->bucket_bits++;
	t->chain = calloc(t->entries, sizeof(*t->chain));
	t->bucket = calloc(1u << t->bucket_bits, sizeof(*t->bucket));
	return t->chain && t->bucket;
}

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
	t->places = calloc(entries, sizeof(*t->places));
	if (!t->entry || !t->cold || !t->places || (t->sets == 1 && !make_chains(t))) {
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
	free(t->places);
	free(t->chain);
	free(t->bucket);
	*t = (struct tlb){ 0 };
}

/* The index is the page number in units of the entry's size, modulo the sets; hashed, all of its bits
 * are mixed before that (multiplication by the golden ratio). */
static struct tlb_entry *set_of(const struct tlb *t, uint64_t page, unsigned int shift)
{
	uint64_t n = page >> (shift - 12);

	if (t->hashed)
		n = n * 0x9e3779b97f4a7c15 >> 32;
	/* Hardly any TLB has another number of sets than a power of two. */
	n = t->sets & (t->sets - 1) ? n % t->sets : n & (t->sets - 1);
	return &t->entry[n * t->ways];
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
	memset(t->places, 0, t->entries * sizeof(*t->places));
}

/* An entry of one page can only be in the place of that page. */
static void put_near(struct tlb *t, uint64_t page, struct tlb_entry *e)
{
	const uint64_t place = page % TLB_NEAR;

	t->near[place] = (struct tlb_near){ page, e };
	if (e->shift > 12)
		t->places[e - t->entry][place / 64] |= 1ull << place % 64;
}

/* Where the place has been taken by another entry since, that one stays. */
static void clear_place(struct tlb *t, uint64_t place, const struct tlb_entry *e)
{
	if (t->near[place].entry == e)
		t->near[place] = (struct tlb_near){ .page = place + 1 };
}

static void drop_near(struct tlb *t, const struct tlb_entry *e)
{
	uint64_t *places = t->places[e - t->entry];

	if (e->shift == 12)
		clear_place(t, e->page % TLB_NEAR, e);
	else
		for (unsigned int i = 0; i < TLB_NEAR / 64; i++)
			for (; places[i]; places[i] &= places[i] - 1)
				clear_place(t, i * 64 + (unsigned int)__builtin_ctzll(places[i]),
					    e);
}

/* The start of the chain of entries of this size that hold the page. */
static uint32_t *bucket_of(const struct tlb *t, uint64_t page, unsigned int shift)
{
	const uint64_t key = (page >> (shift - 12)) * 64 + shift;

	return &t->bucket[key * 0x9e3779b97f4a7c15 >> (64 - t->bucket_bits)];
}

static void chain(struct tlb *t, const struct tlb_entry *e)
{
	const uint32_t i = (uint32_t)(e - t->entry);
	uint32_t *first = bucket_of(t, e->page, e->shift);

	t->chain[i] = *first;
	*first = i + 1;
}

static void unchain(struct tlb *t, const struct tlb_entry *e)
{
	const uint32_t i = (uint32_t)(e - t->entry);
	uint32_t *at = bucket_of(t, e->page, e->shift);

	while (*at != i + 1)
		at = &t->chain[*at - 1];
	*at = t->chain[i];
}

/* The entry does not hold its pages any more. */
static void drop(struct tlb *t, struct tlb_entry *e)
{
	if (!e->used)
		return;
	drop_near(t, e);
	if (t->chain)
		unchain(t, e);
	if (!--t->of_shift[e->shift])
		t->shifts &= ~(1ull << e->shift);
	e->used = 0;
}

static struct tlb_entry *in_chain(struct tlb *t, uint64_t page, uint32_t asid, unsigned int shift)
{
	for (uint32_t i = *bucket_of(t, page, shift); i; i = t->chain[i - 1])
		if (tlb_entry__holds(&t->entry[i - 1], page, asid) &&
		    t->entry[i - 1].shift == shift)
			return &t->entry[i - 1];
	return NULL;
}

static struct tlb_entry *in_set(struct tlb *t, uint64_t page, uint32_t asid, unsigned int shift)
{
	struct tlb_entry *e = set_of(t, page, shift);

	for (unsigned int i = 0; i < t->ways; i++)
		if (tlb_entry__holds(&e[i], page, asid) && e[i].shift == shift)
			return &e[i];
	return NULL;
}

/* Try each size of which there is an entry. */
struct tlb_entry *tlb__search(struct tlb *t, uint64_t page, uint32_t asid)
{
	for (uint64_t left = t->shifts; left; left &= left - 1) {
		unsigned int shift = (unsigned int)__builtin_ctzll(left);
		struct tlb_entry *e = t->chain ? in_chain(t, page, asid, shift) :
						 in_set(t, page, asid, shift);

		if (e) {
			put_near(t, page, e);
			return e;
		}
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
	if (t->chain)
		chain(t, e);
	t->of_shift[shift]++;
	t->shifts |= 1ull << shift;
	put_near(t, page, e);
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
	if (t->chain)
		memset(t->bucket, 0, sizeof(*t->bucket) << t->bucket_bits);
	memset(t->cold, 0, t->sets * sizeof(*t->cold));
	memset(t->of_shift, 0, sizeof(t->of_shift));
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
