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
	t->tag = calloc(entries, sizeof(*t->tag));
	t->cold = calloc(t->sets, sizeof(*t->cold));
	t->places = calloc(entries, sizeof(*t->places));
	if (!t->entry || !t->tag || !t->cold || !t->places || (t->sets == 1 && !make_chains(t))) {
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
	free(t->tag);
	free(t->cold);
	free(t->places);
	free(t->chain);
	free(t->bucket);
	*t = (struct tlb){ 0 };
}

/* The number of the first entry of the set. Its index is the page number in units of the entry's size,
 * modulo the number of sets; if hashed, all of its bits are mixed first (multiplication by the golden
 * ratio). */
static size_t set_of(const struct tlb *t, uint64_t page, unsigned int shift)
{
	uint64_t n = page >> (shift - 12);

	if (t->sets == 1)
		return 0;
	if (t->hashed)
		n = n * 0x9e3779b97f4a7c15 >> 32;
	/* Hardly any TLB has a number of sets that is not a power of two. */
	n = t->sets & (t->sets - 1) ? n % t->sets : n & (t->sets - 1);
	return n * t->ways;
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

/* The number of the entry that a new one replaces in the set that begins at `set`. A free one, whose
 * `used` is 0, comes first. */
static size_t victim(struct tlb *t, size_t set)
{
	const struct tlb_entry *e = &t->entry[set];
	uint64_t least = UINT64_MAX;

	/* Which one it is cannot be predicted: its number travels in the low bits, without a branch. */
	for (size_t i = 0; i < t->ways; i++) {
		const uint64_t age = e[i].used * TLB_MAX_ENTRIES + i;

		least = age < least ? age : least;
	}
	if (t->replacement == REPLACE_RANDOM && least >= TLB_MAX_ENTRIES)
		return set + draw(t) % t->ways;
	return set + least % TLB_MAX_ENTRIES;
}

/* A slot of near[] that is free has a page that belongs to another slot, so that no lookup matches it. */
static uint64_t free_slot(size_t slot)
{
	return (uint64_t)(slot + 1) << 16;
}

static void forget_near(struct tlb *t)
{
	for (size_t slot = 0; slot < TLB_NEAR; slot++)
		t->near[slot] = free_slot(slot);
	memset(t->places, 0, t->entries * sizeof(*t->places));
}

/* The page was found in entry `i`. */
static void put_near(struct tlb *t, uint64_t page, size_t i)
{
	const size_t slot = page % TLB_NEAR;

	t->near[slot] = page << 16 | i;
	if (t->entry[i].shift > 12)
		t->places[i] |= 1ull << slot / TLB_NEAR_GROUP;
}

/* Free the slots of entry `i` among `n` from `slot` on. */
static void free_slots(struct tlb *t, size_t slot, size_t n, size_t i)
{
	for (const size_t end = slot + n; slot < end; slot++)
		if (t->near[slot] % TLB_MAX_ENTRIES == i)
			t->near[slot] = free_slot(slot);
}

static void drop_near(struct tlb *t, size_t i)
{
	if (t->entry[i].shift == 12)
		free_slots(t, (t->tag[i] >> 12) % TLB_NEAR, 1, i);
	for (; t->places[i]; t->places[i] &= t->places[i] - 1)
		free_slots(t, (size_t)__builtin_ctzll(t->places[i]) * TLB_NEAR_GROUP,
			   TLB_NEAR_GROUP, i);
}

/* The start of the chain that an entry with this tag is in. */
static uint32_t *bucket_of(const struct tlb *t, uint64_t tag)
{
	return &t->bucket[tag * 0x9e3779b97f4a7c15 >> (64 - t->bucket_bits)];
}

static void chain(struct tlb *t, size_t i)
{
	uint32_t *first = bucket_of(t, t->tag[i]);

	t->chain[i] = *first;
	*first = (uint32_t)i + 1;
}

static void unchain(struct tlb *t, size_t i)
{
	uint32_t *at = bucket_of(t, t->tag[i]);

	while (*at != i + 1)
		at = &t->chain[*at - 1];
	*at = t->chain[i];
}

/* The entry does not hold its pages any more. */
static void drop(struct tlb *t, size_t i)
{
	struct tlb_entry *e = &t->entry[i];

	if (!e->used)
		return;
	drop_near(t, i);
	if (t->chain)
		unchain(t, i);
	if (!--t->of_shift[e->shift])
		t->shifts &= ~(1ull << e->shift);
	e->used = 0;
	t->tag[i] = 0;
}

static struct tlb_entry *in_chain(struct tlb *t, uint64_t tag, uint32_t asid)
{
	for (uint32_t i = *bucket_of(t, tag); i; i = t->chain[i - 1])
		if (t->tag[i - 1] == tag && tlb_entry__is_for(&t->entry[i - 1], asid))
			return &t->entry[i - 1];
	return NULL;
}

static struct tlb_entry *in_set(struct tlb *t, size_t set, uint64_t tag, uint32_t asid)
{
	for (size_t i = set; i < set + t->ways; i++)
		if (t->tag[i] == tag && tlb_entry__is_for(&t->entry[i], asid))
			return &t->entry[i];
	return NULL;
}

/* Try each size of which there is an entry. */
struct tlb_entry *tlb__search(struct tlb *t, uint64_t page, uint32_t asid)
{
	for (uint64_t left = t->shifts; left; left &= left - 1) {
		const unsigned int shift = (unsigned int)__builtin_ctzll(left);
		const uint64_t tag = tlb__tag(page, shift);
		struct tlb_entry *e = t->chain ? in_chain(t, tag, asid) :
						 in_set(t, set_of(t, page, shift), tag, asid);

		if (e) {
			put_near(t, page, (size_t)(e - t->entry));
			return e;
		}
	}
	return NULL;
}

bool tlb__insert(struct tlb *t, uint64_t page, uint32_t asid, unsigned int shift)
{
	const unsigned int leaf = shift;
	uint32_t *left;
	size_t set, i;
	bool cold;

	if (shift > t->max_shift)
		shift = t->max_shift;
	set = set_of(t, page, shift);
	left = &t->cold[(unsigned int)set / t->ways];
	cold = *left > 0;
	*left -= cold;
	i = victim(t, set);
	drop(t, i);
	t->tag[i] = tlb__tag(page, shift);
	t->entry[i] = (struct tlb_entry){
		.used = ++t->clock,
		.asid = asid,
		.shift = (uint16_t)shift,
		.leaf = (uint16_t)leaf,
	};
	if (t->replacement != REPLACE_LRU) {
		t->entry[i].used = 1;
		tlb__touch(t, &t->entry[i]);
	}
	t->pieces = t->pieces || leaf > shift;
	if (t->chain)
		chain(t, i);
	t->of_shift[shift]++;
	t->shifts |= 1ull << shift;
	put_near(t, page, i);
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
		const unsigned int shift = (unsigned int)__builtin_ctzll(left);
		const size_t set = set_of(t, page, shift);

		for (size_t i = set; i < set + t->ways; i++)
			if (t->tag[i] == tlb__tag(page, shift) && !spares(&t->entry[i], op))
				drop(t, i);
	}
}

/* Many pages, an ASID, or pieces of leaves, all of which go with any page of the leaf (Arm ARM, D8:
 * TLB maintenance applies to the whole of a translation): look at every entry. */
static void invalidate_each(struct tlb *t, const struct tlbi *op)
{
	for (size_t i = 0; i < t->entries; i++) {
		const struct tlb_entry *e = &t->entry[i];
		const uint64_t size = 1ull << e->leaf;
		/* Tags have the shift in bits below any page. */
		uint64_t start = t->tag[i] & ~(size - 1), last = start + (size - 1);

		if (!e->used || spares(e, op))
			continue;
		/* op->end 0 is the top of the address space: compare with the last byte. */
		if (op->scope == TLBI_ASID || (last >= op->start && start <= op->end - 1))
			drop(t, i);
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
		t->entry[i].used = t->tag[i] = 0;
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
