/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * walk.h - stage 1 translation tables of arm64 (EL1&0), read from guest RAM.
 *
 * Granules 4K, 16K and 64K; up to five levels; LPA2 (TCR_EL1.DS) and LPA (64K, 52 bits).
 * Source: Arm Architecture Reference Manual, "The AArch64 Virtual Memory System Architecture".
 * Registers and memory may have any contents: what cannot be walked counts as unmapped.
 */
#ifndef KDUEL_TLBMODEL_WALK_H
#define KDUEL_TLBMODEL_WALK_H

#include "collectors/tlbmodel/ram.h"

#define WALK_LEVELS 5
#define WALK_SHIFTS 64 /* leaf sizes are given as log2 */

/* One half of the address space, as configured by TCR_EL1 and TTBR0_EL1 or TTBR1_EL1. */
struct walk_half {
	bool on; /* false: walks are disabled (EPD0, EPD1), or the configuration is not valid */
	unsigned int granule; /* log2 of a page: 12, 14, 16 */
	unsigned int va_bits;
	unsigned int levels;
	bool lpa2; /* 4K and 16K: descriptors have 52-bit addresses */
	bool lpa; /* 64K: the same */
	uint64_t table; /* physical address of the first-level table */
};

/* A valid leaf. */
struct walk_leaf {
	uint64_t desc;
	unsigned int shift; /* log2 of the size in bytes, of the whole run if it is contiguous */
	bool global; /* nG is clear */
	int level; /* 3: a page, less: a block */
	uint64_t desc_pa; /* physical address of the descriptor; 0: a block or a contiguous run */
};

/* Decode the registers for the lower half (with TTBR0_EL1) or the upper half (with TTBR1_EL1). */
struct walk_half walk__half(uint64_t tcr, uint64_t ttbr, bool upper);
/* log2 of the bytes that a descriptor of this level covers. Levels are numbered as in the manual: 3
 * is the last, 0 is the first of four, -1 the first of five. */
unsigned int walk__level_shift(const struct walk_half *h, int level);
int walk__first_level(const struct walk_half *h);
/* Number of entries in a table of this level. */
unsigned int walk__entries(const struct walk_half *h, int level);
/* The physical address in a descriptor. For a block, mask off the bits below its size. */
uint64_t walk__next(const struct walk_half *h, uint64_t desc);
enum walk_type {
	WALK_HOLE, /* zero */
	WALK_INVALID, /* not valid, not zero */
	WALK_TABLE,
	WALK_LEAF,
};
/* The type of a descriptor that was read from a table of this level. */
enum walk_type walk__type(const struct walk_half *h, int level, uint64_t desc);
/* log2 of the size of a leaf of this level, of the whole run if it has the contiguous bit. */
unsigned int walk__leaf_shift(const struct walk_half *h, int level, uint64_t desc);
/* Translate `va`. False: nothing is mapped there, or a table is not in RAM. */
bool walk__find(const struct ram *ram, const struct walk_half *h, uint64_t va,
		struct walk_leaf *leaf);

/* Can one TLB entry hold the aligned group of `n` (a power of two) pages around `va`? `leaf` is
 * what walk__find() says of `va`. All must be single pages with equal attributes, and be contiguous
 * and aligned as a group in physical memory. */
bool walk__coalesces(const struct ram *ram, const struct walk_half *h, const struct walk_leaf *leaf,
		     uint64_t va, unsigned int n);

#endif
