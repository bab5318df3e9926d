/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * walk_cache.h - how many descriptors a walk reads, and the cache that spares some of them.
 *
 * Without a cache a walk reads one of each level, from the first of the half to that of the leaf. A
 * cache holds descriptors of tables: the address that a table covers and the ASID that read it, as
 * nothing says of a table that it is global (Arm 100236, Cortex-A35 TRM, C5.5: its walk cache has an ASID
 * and no such bit). A walk begins behind the deepest that is there. Fully associative, LRU.
 */
#ifndef KDUEL_TLBMODEL_WALK_CACHE_H
#define KDUEL_TLBMODEL_WALK_CACHE_H

#include "collectors/tlbmodel/tlb.h"
#include "collectors/tlbmodel/walk.h"

struct walk_cache {
	struct tlb tables; /* no entries: there is no cache */
};

/* `entries` 0: none. 0 or -ENOMEM. */
int walk_cache__init(struct walk_cache *c, unsigned int entries);
/* Empty it. */
void walk_cache__reset(struct walk_cache *c);
/* Descriptors that the walk to this leaf reads; they are in the cache after it. `page`: va >> 12. */
unsigned int walk_cache__steps(struct walk_cache *c, const struct walk_half *h,
			       const struct walk_leaf *leaf, uint64_t page, uint32_t asid);
/* A TLBI of the last level alone (VALE1 and the like) takes no tables. */
void walk_cache__invalidate(struct walk_cache *c, const struct tlbi *op);
void walk_cache__release(struct walk_cache *c);

#endif
