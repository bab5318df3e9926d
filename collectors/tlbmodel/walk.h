/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * walk.h - stage 1 translation tables of arm64 (EL1&0), read from guest RAM.
 *
 * Granules 4K, 16K and 64K; up to five levels; LPA2 (TCR_EL1.DS) and LPA (64K, 52 bits).
 * Source: Arm Architecture Reference Manual, "The AArch64 Virtual Memory System Architecture".
 * Any content of memory is fine: what cannot be walked counts as unmapped.
 */
#ifndef KDUEL_TLBMODEL_WALK_H
#define KDUEL_TLBMODEL_WALK_H

#include "collectors/tlbmodel/ram.h"

#define WALK_LEVELS 5
#define WALK_SHIFTS 64 /* leaf sizes are given as log2 */

/* One half of the address space: what TCR_EL1 and a TTBR say of it. */
struct walk_half {
	bool on;
	unsigned int granule; /* log2 of a page: 12, 14, 16 */
	unsigned int va_bits;
	unsigned int levels;
	bool lpa2; /* 52-bit addresses in 4K and 16K descriptors */
	bool lpa; /* the same, 64K */
	uint64_t table; /* physical address of the first level */
};

/* A valid leaf. */
struct walk_leaf {
	uint64_t desc;
	unsigned int shift; /* log2 of what one TLB entry can hold: contiguous runs count whole */
	bool global;
	int level; /* where it was found: 3 for a page, less for a block */
	uint64_t at; /* physical address of its descriptor; 0: it is no single page */
};

/* What the registers say of the lower (TTBR0) or the upper (TTBR1) half. `on` is false when
 * it is off or makes no sense. */
struct walk_half walk__half(uint64_t tcr, uint64_t ttbr, bool upper);
/* The size of leaves of a level as log2. Levels are counted as the manual does: 3 is the last, 0
 * the first of four, -1 the first of five. */
unsigned int walk__level_shift(const struct walk_half *h, int level);
int walk__first_level(const struct walk_half *h);
/* Entries in a table of this level. */
unsigned int walk__entries(const struct walk_half *h, int level);
/* Where a table descriptor points. */
uint64_t walk__next(const struct walk_half *h, uint64_t desc);
enum walk_type {
	WALK_HOLE, /* zero */
	WALK_INVALID, /* not valid, not zero */
	WALK_TABLE,
	WALK_LEAF,
};
enum walk_type walk__type(const struct walk_half *h, int level, uint64_t desc);
/* log2 of what one TLB entry can hold of a leaf of this level. */
unsigned int walk__leaf_shift(const struct walk_half *h, int level, uint64_t desc);
/* Translate. False: nothing is mapped there, or the tables are not in RAM. */
bool walk__find(const struct ram *ram, const struct walk_half *h, uint64_t va,
		struct walk_leaf *leaf);

/* Are the `n` (a power of two) pages around `va`, aligned to so many, of which one is this leaf, in one
 * piece of memory that is aligned likewise, and alike in all else? Then one entry can hold them. */
bool walk__coalesces(const struct ram *ram, const struct walk_half *h, const struct walk_leaf *leaf,
		     uint64_t va, unsigned int n);

#endif
