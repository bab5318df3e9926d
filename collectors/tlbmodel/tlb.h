/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tlb.h - one set-associative TLB with entries of mixed sizes, and true LRU or another replacement
 * policy in each set.
 *
 * An entry holds one leaf of the page tables (a contiguous run counts as one), or a piece of a leaf
 * that is larger than the TLB's largest entry. With one set the TLB is fully associative. The set
 * index depends on the size of the entry, so a lookup tries each size that is present. No two
 * entries for one ASID overlap: the guest invalidates pages before it maps them with another size.
 */
#ifndef KDUEL_TLBMODEL_TLB_H
#define KDUEL_TLBMODEL_TLB_H

#include "collectors/tlbmodel/decode.h"
#include "collectors/tlbmodel/geometry.h"

#define TLB_MAX_ENTRIES 65536
#define TLB_NEAR 512
#define TLB_NEAR_GROUP (TLB_NEAR / 64) /* slots of near[] per bit of near_groups */
#define TLB_NEAR_LARGE 64
#define TLB_LARGE 21 /* log2: entries of this size or more are in near_large[] */
#define TLB_GLOBAL 0x10000u /* an ASID has 16 bits */

/* An entry, without the tag that says which pages it holds. */
struct tlb_entry {
	uint64_t used; /* LRU: the clock at its last use; PLRU: see tlb__touch(); 0: free */
	uint32_t asid; /* or TLB_GLOBAL */
	uint16_t shift; /* log2 of its size in bytes */
	uint16_t leaf_shift; /* log2 of the size of its leaf; larger than `shift` for a piece */
};

/*
 * Nearly all of the model's time is spent in lookups that hit, and these must not push QEMU's own
 * data out of the host's caches. So the data that a lookup compares is separate from the rest of an
 * entry: 8-byte tags, and in front of them near[] and near_large[], small direct-mapped caches of
 * lookups.
 */
struct tlb {
	struct tlb_entry *entry; /* `ways` entries of set 0, then those of set 1, ... */
	uint64_t *tag; /* by entry: tlb__tag(); 0: the entry is free */
	uint64_t clock; /* incremented on each use */
	enum geometry_replacement replacement;
	bool hashed;
	bool has_pieces; /* an entry may be one of several pieces of a leaf */
	/* By page % TLB_NEAR: page << 16 | index of the entry that holds the page. Dropping an
	 * entry clears its slots, so none is ever stale. The shift loses nothing: canonical page
	 * numbers differ in their low 44 bits. */
	uint64_t near[TLB_NEAR];
	/* For large entries, by 2M of address space: page >> (TLB_LARGE - 12) << 16 | index. */
	uint64_t near_large[TLB_NEAR_LARGE];
	unsigned int entries, ways, sets;
	unsigned int max_shift; /* larger leaves are held in pieces of this size */
	uint64_t random; /* state of the generator for REPLACE_RANDOM */
	uint32_t n_by_shift[64]; /* number of entries by log2 of their size */
	uint64_t shifts; /* bit n: there is an entry of 2^n bytes */
	uint32_t *cold_left; /* by set: insertions that are still to count as cold-start misses */
	/* By entry: bitmap of the groups of near[] that may refer to it. Not used for single pages,
	 * which have one possible slot, nor for large entries. */
	uint64_t *near_groups;
	/* A single set has many ways, so its entries are in hash chains, by tag. Indices of entries
	 * start at 1 here; 0 ends a chain. NULL if there are several sets. */
	uint32_t *chain; /* by entry: the next one in its chain */
	uint32_t *bucket; /* by hash: the first one in the chain */
	unsigned int bucket_bits;
};

/* Set up an empty TLB with LRU. `max_shift`: log2 of the largest entry. 0; -EINVAL: invalid sizes
 * (geometry.h); -ENOMEM. */
int tlb__init(struct tlb *t, unsigned int entries, unsigned int ways, unsigned int max_shift);
/* Change the replacement policy, and the index: low bits of the page number, or a hash of it. Only
 * before the first insertion. */
void tlb__set_policy(struct tlb *t, enum geometry_replacement replacement, bool hashed);
void tlb__release(struct tlb *t);
/* Search all entries for the one that holds this page (va >> 12) for the ASID, and put it into
 * near[] or near_large[]. NULL: there is none. Does not count as a use. */
struct tlb_entry *tlb__search(struct tlb *t, uint64_t page, uint32_t asid);
/* Insert the leaf of 2^shift bytes that holds the page, replacing an entry of its set. Returns true
 * for a cold-start miss: one of the first N insertions into a set of N ways after tlb__reset().
 * What the guest's TLB held at that time is unknown, but each entry could have saved at most one
 * miss; all other misses happen whatever it held. This is exact for LRU, and approximate for other
 * policies. */
bool tlb__insert(struct tlb *t, uint64_t page, uint32_t asid, unsigned int shift);
void tlb__invalidate(struct tlb *t, const struct tlbi *op);
/* Empty the TLB as the guest's TLBI does: misses after it are not cold-start misses. */
void tlb__flush(struct tlb *t);
/* Empty the TLB at the start of a measured part: a cold start. */
void tlb__reset(struct tlb *t);

/* Record a use of an entry, for policies other than LRU. */
void tlb__touch(struct tlb *t, struct tlb_entry *e);

static inline bool tlb_entry__is_for(const struct tlb_entry *e, uint32_t asid)
{
	return e->asid == asid || e->asid == TLB_GLOBAL;
}

/* The tag of the entry of 2^shift bytes that holds a page. */
static inline uint64_t tlb__tag(uint64_t page, unsigned int shift)
{
	return page << 12 >> shift << shift | shift;
}

/* Does entry `i` hold this page for the ASID? `page` is va >> 12. */
static inline bool tlb__holds(const struct tlb *t, size_t i, uint64_t page, uint32_t asid)
{
	return t->tag[i] && t->tag[i] == tlb__tag(page, t->entry[i].shift) &&
	       tlb_entry__is_for(&t->entry[i], asid);
}

/* Look up 2^TLB_LARGE bytes of address space, given as va >> TLB_LARGE, in near_large[] only. NULL:
 * they may be in the TLB nonetheless. */
static inline struct tlb_entry *tlb__look_large(const struct tlb *t, uint64_t large, uint32_t asid)
{
	const uint64_t i = t->near_large[large % TLB_NEAR_LARGE] ^ large << 16;

	return i < TLB_MAX_ENTRIES && tlb_entry__is_for(&t->entry[i], asid) ? &t->entry[i] : NULL;
}

/* Look up a page in near[] and near_large[] only. NULL: it may be in the TLB nonetheless. */
static inline struct tlb_entry *tlb__look_near(const struct tlb *t, uint64_t page, uint32_t asid)
{
	const uint64_t i = t->near[page % TLB_NEAR] ^ page << 16;

	if (i >= TLB_MAX_ENTRIES)
		return tlb__look_large(t, page >> (TLB_LARGE - 12), asid);
	return tlb_entry__is_for(&t->entry[i], asid) ? &t->entry[i] : NULL;
}

/* Look up this page (va >> 12) for the ASID, which counts as a use of the entry. NULL: a miss. */
static inline struct tlb_entry *tlb__find(struct tlb *t, uint64_t page, uint32_t asid)
{
	struct tlb_entry *e = tlb__look_near(t, page, asid);

	if (!e) {
		e = tlb__search(t, page, asid);
		if (!e)
			return NULL;
	}
	if (t->replacement == REPLACE_LRU)
		e->used = ++t->clock;
	else
		tlb__touch(t, e);
	return e;
}

/* tlb__find() in near[] and near_large[] only, without a function call; for LRU. NULL: the page may
 * be in the TLB nonetheless. */
static inline struct tlb_entry *tlb__guess(struct tlb *t, uint64_t page, uint32_t asid)
{
	struct tlb_entry *e = tlb__look_near(t, page, asid);

	if (e)
		e->used = ++t->clock;
	return e;
}

/* The same for tlb__look_large(). */
static inline struct tlb_entry *tlb__guess_large(struct tlb *t, uint64_t large, uint32_t asid)
{
	struct tlb_entry *e = tlb__look_large(t, large, asid);

	if (e)
		e->used = ++t->clock;
	return e;
}

#endif
