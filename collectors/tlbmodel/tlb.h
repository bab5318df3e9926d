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
#define TLB_NEAR_BITS 8
#define TLB_NEAR (1u << TLB_NEAR_BITS)
#define TLB_GLOBAL 0x10000u /* no ASID has this number */

struct tlb_entry {
	uint64_t page, mask; /* first page of 4K, and which bits of a page must be the same */
	uint64_t used; /* when last; 0: free */
	uint32_t asid; /* or TLB_GLOBAL */
	uint16_t shift; /* log2 of its size */
	uint16_t leaf; /* log2 of the leaf that it is or is a piece of: they go together */
};

/* Where a page was found last: what stands here is so, as an entry that goes takes it along. */
struct tlb_near {
	uint64_t page; /* of an empty one, a page that belongs to another place */
	struct tlb_entry *entry;
};

struct tlb {
	struct tlb_entry *entry; /* set by set */
	unsigned int entries, ways, sets;
	unsigned int max_shift; /* larger leaves are held in pieces of this size */
	enum geometry_replacement replacement;
	bool hashed;
	bool pieces; /* some entry may be one of several of a leaf */
	uint64_t random; /* the state of REPLACE_RANDOM */
	uint32_t of_shift[64]; /* by log2 of the size: so many entries */
	uint64_t shifts; /* bit n: there is one of 2^n */
	uint64_t clock;
	uint32_t *cold; /* by set: so many insertions to come are of the cold start */
	struct tlb_near near[TLB_NEAR]; /* by the lowest bits of the page */
	/* By entry: the places of near[] that may hold it, if it is larger than a page. */
	uint64_t (*places)[TLB_NEAR / 64];
	/* With one set, which has many ways: entries in chains by a hash of page and size. Numbers of
	 * entries, from 1 on; 0: the end. With several sets all of these are NULL. */
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

static inline bool tlb_entry__holds(const struct tlb_entry *e, uint64_t page, uint32_t asid)
{
	return ((page ^ e->page) & e->mask) == 0 && e->used &&
	       (e->asid == asid || e->asid == TLB_GLOBAL);
}

/* The same from where it was last. NULL says nothing. */
static inline struct tlb_entry *tlb__look_near(const struct tlb *t, uint64_t page, uint32_t asid)
{
	const struct tlb_near *near = &t->near[page % TLB_NEAR];

	if (near->page != page)
		return NULL;
	return near->entry->asid == TLB_GLOBAL || near->entry->asid == asid ? near->entry : NULL;
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
