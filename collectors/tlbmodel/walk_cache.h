/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * walk_cache.h - how many descriptors a page-table walk reads, and a cache of table descriptors
 * that saves some of these reads.
 *
 * Without a cache, a walk reads one descriptor of each level, from the first level of the half to
 * the level of the leaf. The cache holds table descriptors of any level, fully associative with
 * LRU. An entry is tagged with the range of addresses that its table covers and with the ASID that
 * read it: table descriptors have no nG bit (Arm 100236, Cortex-A35 TRM, C5.5: its walk cache has
 * an ASID and no global bit). A walk starts at the table of the deepest matching entry.
 */
#ifndef KDUEL_TLBMODEL_WALK_CACHE_H
#define KDUEL_TLBMODEL_WALK_CACHE_H

#include "collectors/tlbmodel/tlb.h"
#include "collectors/tlbmodel/walk.h"

struct walk_cache {
	struct tlb tables; /* no entries: there is no cache */
};

/* Set up a cache of `entries` descriptors; 0: none. 0, or -ENOMEM; -EINVAL: more than
 * TLB_MAX_ENTRIES. */
int walk_cache__init(struct walk_cache *c, unsigned int entries);
/* Empty the cache. */
void walk_cache__reset(struct walk_cache *c);
/* Number of descriptors that the walk to `leaf` reads, the leaf's included. The table descriptors
 * among them are cached. `page`: va >> 12. */
unsigned int walk_cache__steps(struct walk_cache *c, const struct walk_half *h,
			       const struct walk_leaf *leaf, uint64_t page, uint32_t asid);
/* Drop the entries that a TLBI invalidates: none if it is for the last level only (VALE1 etc.). */
void walk_cache__invalidate(struct walk_cache *c, const struct tlbi *op);
/* Free it; one that was never set up, but is zeroed, is fine. */
void walk_cache__release(struct walk_cache *c);

#endif
