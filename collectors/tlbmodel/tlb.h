/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tlb.h - one translation lookaside buffer: entries of any size, in each set true LRU, or another policy.
 *
 * An entry holds one leaf of the tables (a contiguous run counts as one), cut down to the
 * largest size the buffer takes. With one set it is fully associative. The set of an address
 * depends on the size of the entry, so that a lookup tries each size that is present.
 */
#ifndef KDUEL_TLBMODEL_TLB_H
#define KDUEL_TLBMODEL_TLB_H

#include "collectors/tlbmodel/decode.h"
#include "collectors/tlbmodel/geometry.h"

#define TLB_MAX_ENTRIES 65536
#define TLB_NEAR 512
#define TLB_NEAR_GROUP (TLB_NEAR / 64) /* neighbouring slots that share a bit of `places` */
#define TLB_GLOBAL 0x10000u /* no ASID has this number */

/* What else is known of an entry; which pages it holds is in its tag. */
struct tlb_entry {
	uint64_t used; /* LRU: the clock at its last use; 0: the entry is free */
	uint32_t asid; /* or TLB_GLOBAL */
	uint16_t shift; /* log2 of its size in bytes */
	uint16_t leaf; /* log2 of the size of the leaf, of which it may be a piece */
};

/*
 * Nearly all of what the model costs is spent in lookups that hit, and these must not push QEMU's own
 * data out of the host's caches. So what a lookup compares is kept apart from the rest: tags of 8
 * bytes, and in front of them a small cache ("near") of the entries in which pages were found last.
 */
struct tlb {
	struct tlb_entry *entry; /* set by set */
	uint64_t *tag; /* by entry: address of its first page | shift; 0: the entry is free */
	uint64_t clock;
	enum geometry_replacement replacement;
	bool hashed;
	bool pieces; /* some entry may be one of several pieces of a leaf */
	/* By page % TLB_NEAR: page << 16 | number of the entry that holds it. An entry that is dropped takes
	 * its slots along, so that none is ever stale. Canonical pages differ in their lowest 44 bits:
	 * the shift loses none of these. */
	uint64_t near[TLB_NEAR];
	unsigned int entries, ways, sets;
	unsigned int max_shift; /* larger leaves are held in pieces of this size */
	uint64_t random; /* state of REPLACE_RANDOM */
	uint32_t of_shift[64]; /* number of entries by log2 of their size */
	uint64_t shifts; /* bit n: there is an entry of 2^n bytes */
	uint32_t *cold; /* by set: how many of the next insertions belong to the cold start */
	uint64_t *places; /* by entry larger than a page: the groups of near[] where it may have slots */
	/* With a single set, which has many ways: entries in chains by a hash of page and size. Numbers of
	 * entries start at 1; 0 ends a chain. NULL if there are several sets. */
	uint32_t *chain; /* by entry: the next one */
	uint32_t *bucket;
	unsigned int bucket_bits;
};

/* 0, or -EINVAL for sizes that make no sense (see geometry.h), -ENOMEM. */
int tlb__init(struct tlb *t, unsigned int entries, unsigned int ways, unsigned int max_shift);
/* Other than LRU by the lowest bits of the page; before the first insertion. */
void tlb__set_policy(struct tlb *t, enum geometry_replacement replacement, bool hashed);
void tlb__release(struct tlb *t);
/* The entry that holds this page (va >> 12) for the ASID, or NULL; without looking near. What it finds
 * is near from now on. */
struct tlb_entry *tlb__search(struct tlb *t, uint64_t page, uint32_t asid);
/* Insert the leaf of 2^shift bytes that holds the page, in place of the oldest of its set. True: the
 * miss is of the cold start, one of the first in its set, as many as that has ways. Each entry that
 * could have been there at the start would have saved one miss at most: all others happen in any
 * case. (That is so with LRU; with other policies it is about that many.) */
bool tlb__insert(struct tlb *t, uint64_t page, uint32_t asid, unsigned int shift);
void tlb__invalidate(struct tlb *t, const struct tlbi *op);
/* Empty it, as the guest does: no miss after that is of the cold start. */
void tlb__flush(struct tlb *t);
/* Empty it, not knowing what the guest would have there: the cold start. */
void tlb__reset(struct tlb *t);

/* Note the use of an entry where that is more than a time. */
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

/* Does entry `i` hold this page for the ASID? */
static inline bool tlb__holds(const struct tlb *t, size_t i, uint64_t page, uint32_t asid)
{
	return t->tag[i] && t->tag[i] == tlb__tag(page, t->entry[i].shift) &&
	       tlb_entry__is_for(&t->entry[i], asid);
}

/* The entry in which the page was found last. NULL: it may be in the TLB nonetheless. */
static inline struct tlb_entry *tlb__look_near(const struct tlb *t, uint64_t page, uint32_t asid)
{
	const uint64_t i = t->near[page % TLB_NEAR] ^ page << 16;

	return i < TLB_MAX_ENTRIES && tlb_entry__is_for(&t->entry[i], asid) ? &t->entry[i] : NULL;
}

/* The entry that holds this page (va >> 12) for the ASID, made the newest; or NULL. */
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

/* tlb__find() of a TLB with LRU where the page was last, without a call. False says nothing. */
static inline bool tlb__guess(struct tlb *t, uint64_t page, uint32_t asid)
{
	struct tlb_entry *e = tlb__look_near(t, page, asid);

	if (!e)
		return false;
	e->used = ++t->clock;
	return true;
}

#endif
