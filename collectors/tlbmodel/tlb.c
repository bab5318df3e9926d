// SPDX-License-Identifier: GPL-2.0-only
/* tlb.c - lookup, insertion, replacement and invalidation in a set-associative TLB. */
#include "collectors/tlbmodel/tlb.h"

#define PROBE_PAGES 64 /* to invalidate more pages, it is cheaper to look at every entry */

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
	t->cold_left = calloc(t->sets, sizeof(*t->cold_left));
	t->near_groups = calloc(entries, sizeof(*t->near_groups));
	if (!t->entry || !t->tag || !t->cold_left || !t->near_groups ||
	    (t->sets == 1 && !make_chains(t))) {
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
	free(t->cold_left);
	free(t->near_groups);
	free(t->chain);
	free(t->bucket);
	*t = (struct tlb){ 0 };
}

/* The index of the first entry of the set. The set is selected by the page number in units of the
 * entry's size, modulo the number of sets; if hashed, all of its bits are
 * mixed first (Fibonacci hashing). */
static size_t set_of(const struct tlb *t, uint64_t page, unsigned int shift)
{
	uint64_t n = page >> (shift - 12);

	if (t->sets == 1)
		return 0;
	if (t->hashed)
		n = n * 0x9e3779b97f4a7c15 >> 32;
	/* Nearly all TLBs have a power of two of sets: avoid the division. */
	n = t->sets & (t->sets - 1) ? n % t->sets : n & (t->sets - 1);
	return n * t->ways;
}

/* The first entry of the set that contains `e`. */
static struct tlb_entry *set_containing(struct tlb *t, const struct tlb_entry *e)
{
	return &t->entry[(size_t)(e - t->entry) / t->ways * t->ways];
}

/* Bit-PLRU: `used` is 2 if the bit is set, 1 if it is clear. A use sets the entry's bit; when that
 * leaves none clear in the set, all others are cleared. */
void tlb__touch(struct tlb *t, struct tlb_entry *e)
{
	struct tlb_entry *set = set_containing(t, e);
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

/* SplitMix64 (Steele, Lea, Flood 2014). Seeded with 0 by tlb__reset(), so runs are repeatable. */
static uint64_t next_random(struct tlb *t)
{
	uint64_t z = t->random += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/* The index of the entry to replace in the set whose first entry is `set`: a free one (`used` is 0)
 * if there is one. */
static size_t victim(struct tlb *t, size_t set)
{
	const struct tlb_entry *e = &t->entry[set];
	uint64_t least = UINT64_MAX;

	/* The host could not predict a branch here: with the index in the low bits of the age, this
	 * compiles to a conditional move. */
	for (size_t i = 0; i < t->ways; i++) {
		const uint64_t age = e[i].used * TLB_MAX_ENTRIES + i;

		least = age < least ? age : least;
	}
	if (t->replacement == REPLACE_RANDOM && least >= TLB_MAX_ENTRIES)
		return set + next_random(t) % t->ways;
	return set + least % TLB_MAX_ENTRIES;
}

/* A free slot of near[] contains a page that belongs to another slot, so no lookup matches it. */
static uint64_t free_slot(size_t slot)
{
	return (uint64_t)(slot + 1) << 16;
}

static void clear_near(struct tlb *t)
{
	for (size_t slot = 0; slot < TLB_NEAR; slot++)
		t->near[slot] = free_slot(slot);
	for (size_t slot = 0; slot < TLB_NEAR_LARGE; slot++)
		t->near_large[slot] = free_slot(slot);
	memset(t->near_groups, 0, t->entries * sizeof(*t->near_groups));
}

/* Make near[] or near_large[] map the page to entry `i`. */
static void put_near(struct tlb *t, uint64_t page, size_t i)
{
	const uint64_t large = page >> (TLB_LARGE - 12);
	const size_t slot = page % TLB_NEAR;

	if (t->entry[i].shift >= TLB_LARGE) {
		t->near_large[large % TLB_NEAR_LARGE] = large << 16 | i;
		return;
	}
	t->near[slot] = page << 16 | i;
	if (t->entry[i].shift > 12)
		t->near_groups[i] |= 1ull << slot / TLB_NEAR_GROUP;
}

/* Free those of the `n` slots that refer to entry `i`. */
static void free_slots(uint64_t *near, size_t slot, size_t n, size_t i)
{
	for (const size_t end = slot + n; slot < end; slot++)
		if (near[slot] % TLB_MAX_ENTRIES == i)
			near[slot] = free_slot(slot);
}

/* Free all slots of near[] and near_large[] that refer to entry `i`. */
static void drop_near(struct tlb *t, size_t i)
{
	const unsigned int shift = t->entry[i].shift;

	if (shift >= TLB_LARGE) {
		const uint64_t regions = 1ull << (shift - TLB_LARGE);
		const size_t n = regions < TLB_NEAR_LARGE ? regions : TLB_NEAR_LARGE;

		/* An entry is aligned to its size, so its slots do not wrap around. */
		free_slots(t->near_large, (t->tag[i] >> TLB_LARGE) % TLB_NEAR_LARGE, n, i);
		return;
	}
	if (shift == 12)
		free_slots(t->near, (t->tag[i] >> 12) % TLB_NEAR, 1, i);
	for (; t->near_groups[i]; t->near_groups[i] &= t->near_groups[i] - 1)
		free_slots(t->near, (size_t)__builtin_ctzll(t->near_groups[i]) * TLB_NEAR_GROUP,
			   TLB_NEAR_GROUP, i);
}

/* The head of the chain for entries with this tag. */
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

/* Free entry `i`. */
static void drop(struct tlb *t, size_t i)
{
	struct tlb_entry *e = &t->entry[i];

	if (!e->used)
		return;
	drop_near(t, i);
	if (t->chain)
		unchain(t, i);
	if (!--t->n_by_shift[e->shift])
		t->shifts &= ~(1ull << e->shift);
	e->used = 0;
	t->tag[i] = 0;
}

static struct tlb_entry *find_in_chain(struct tlb *t, uint64_t tag, uint32_t asid)
{
	for (uint32_t i = *bucket_of(t, tag); i; i = t->chain[i - 1])
		if (t->tag[i - 1] == tag && tlb_entry__is_for(&t->entry[i - 1], asid))
			return &t->entry[i - 1];
	return NULL;
}

static struct tlb_entry *find_in_set(struct tlb *t, size_t set, uint64_t tag, uint32_t asid)
{
	for (size_t i = set; i < set + t->ways; i++)
		if (t->tag[i] == tag && tlb_entry__is_for(&t->entry[i], asid))
			return &t->entry[i];
	return NULL;
}

/* Try each entry size that is present. */
struct tlb_entry *tlb__search(struct tlb *t, uint64_t page, uint32_t asid)
{
	for (uint64_t left = t->shifts; left; left &= left - 1) {
		const unsigned int shift = (unsigned int)__builtin_ctzll(left);
		const uint64_t tag = tlb__tag(page, shift);
		struct tlb_entry *e = t->chain ? find_in_chain(t, tag, asid) :
						 find_in_set(t, set_of(t, page, shift), tag, asid);

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
	left = &t->cold_left[(unsigned int)set / t->ways];
	cold = *left > 0;
	*left -= cold;
	i = victim(t, set);
	drop(t, i);
	t->tag[i] = tlb__tag(page, shift);
	t->entry[i] = (struct tlb_entry){
		.used = ++t->clock,
		.asid = asid,
		.shift = (uint16_t)shift,
		.leaf_shift = (uint16_t)leaf,
	};
	if (t->replacement != REPLACE_LRU) {
		t->entry[i].used = 1;
		tlb__touch(t, &t->entry[i]);
	}
	t->has_pieces = t->has_pieces || leaf > shift;
	if (t->chain)
		chain(t, i);
	t->n_by_shift[shift]++;
	t->shifts |= 1ull << shift;
	put_near(t, page, i);
	return cold;
}

/* Does the TLBI leave this entry alone because of its ASID? A global entry matches every TLBI by
 * address, and none by ASID. */
static bool spares(const struct tlb_entry *e, const struct tlbi *op)
{
	if (op->scope == TLBI_ASID)
		return e->asid != op->asid;
	return !op->any_asid && e->asid != TLB_GLOBAL && e->asid != op->asid;
}

/* Invalidate one page: for each entry size that is present, look into the set for that size. */
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

/* Look at every entry: for many pages, for an ASID, or if leaves are held in pieces. A TLBI of any
 * page of a leaf invalidates all of its pieces (Arm ARM, D8: TLB maintenance applies to the whole
 * of a translation). */
static void invalidate_each(struct tlb *t, const struct tlbi *op)
{
	for (size_t i = 0; i < t->entries; i++) {
		const struct tlb_entry *e = &t->entry[i];
		const uint64_t size = 1ull << e->leaf_shift;
		/* This also masks off the shift in the low bits of the tag. */
		uint64_t start = t->tag[i] & ~(size - 1), last = start + (size - 1);

		if (!e->used || spares(e, op))
			continue;
		/* op->end may be 0, for the top of the address space: compare last bytes. */
		if (op->scope == TLBI_ASID || (last >= op->start && start <= op->end - 1))
			drop(t, i);
	}
}

void tlb__invalidate(struct tlb *t, const struct tlbi *op)
{
	uint64_t pages = (op->end - op->start) >> 12;

	if (op->scope == TLBI_ALL)
		tlb__flush(t);
	else if (op->scope == TLBI_ASID || pages > PROBE_PAGES || t->has_pieces)
		invalidate_each(t, op);
	else
		for (uint64_t i = 0; i < pages; i++)
			invalidate_page(t, (op->start >> 12) + i, op);
}

void tlb__flush(struct tlb *t)
{
	for (unsigned int i = 0; i < t->entries; i++)
		t->entry[i].used = t->tag[i] = 0;
	clear_near(t);
	if (t->chain)
		memset(t->bucket, 0, sizeof(*t->bucket) << t->bucket_bits);
	memset(t->cold_left, 0, t->sets * sizeof(*t->cold_left));
	memset(t->n_by_shift, 0, sizeof(t->n_by_shift));
	t->shifts = 0;
	t->has_pieces = false;
}

void tlb__reset(struct tlb *t)
{
	tlb__flush(t);
	t->random = 0;
	for (unsigned int i = 0; i < t->sets; i++)
		t->cold_left[i] = t->ways;
}
