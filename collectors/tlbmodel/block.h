/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * block.h - which instructions of a translated block must report their accesses to data.
 *
 * A call for each access is most of what the model costs, and most accesses are near another one of
 * the same block. With true LRU only the first and the last use of a page within a few accesses
 * matter: what is between hits, and changes no order that lasts. So accesses at known distances
 * are one group, of which the first (with how far the others reach) and the last are reported.
 */
#ifndef KDUEL_TLBMODEL_BLOCK_H
#define KDUEL_TLBMODEL_BLOCK_H

#include "lib/base.h"

#define BLOCK_INSNS 512 /* the most that QEMU puts into one */
#define BLOCK_REACH 2048 /* bytes, either way: never more than two pages */

struct block_insn {
	bool heed; /* reports: it may access data that no other access reports */
	int16_t low, high; /* it covers accesses so many bytes below and above its own */
};

struct block {
	size_t n;
	uint32_t opcode[BLOCK_INSNS];
	struct block_insn insn[BLOCK_INSNS];
};

/* Fill in `insn` from `opcode`. `between`: how many accesses may lie between two reported ones of a
 * group so that what they touch is still in every first-level TLB: less than its ways. */
void block__plan(struct block *b, unsigned int between);
/* How many instructions from `i` on access nothing: up to the next that does, or to the end. */
size_t block__run(const struct block *b, size_t i);
/* Is it the loop of the kernel's clear_page(), and nothing else: DC ZVA until the end of a page of
 * 4K? Then each round is in the same page as the one before. */
bool block__clears(const struct block *b);

#endif
