/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * block.h - which instructions of a translation block report their data accesses to the model.
 *
 * Most of the model's cost is the callback on each data access, and most accesses are close to
 * another access in the same block. With true LRU, only the first and the last use of a page within
 * a few accesses matter: those in between hit and do not affect the final order. So accesses whose
 * addresses are a known distance apart form a group, and only two of them report: the first, which
 * also covers the range of bytes that the others touch, and the last.
 */
#ifndef KDUEL_TLBMODEL_BLOCK_H
#define KDUEL_TLBMODEL_BLOCK_H

#include "lib/base.h"

#define BLOCK_INSNS 512 /* QEMU's limit: TCG_MAX_INSNS */
#define BLOCK_REACH 2048 /* one report covers fewer bytes than this, so at most two pages */

struct block_insn {
	bool reports; /* its data access calls the model */
	int16_t low, high; /* offsets (<= 0, >= 0) of the lowest and highest access it covers */
};

struct block {
	size_t n;
	uint32_t opcode[BLOCK_INSNS];
	struct block_insn insn[BLOCK_INSNS];
	/* The first data access, if its address is that of SP at the start plus a constant: it
	 * reports. `n` if there is none, or if it is elsewhere. */
	size_t stack_first;
};

/* Fill in `insn` and `stack_first` from `opcode`. An access covers others up to `between` accesses later: few enough
 * that the pages touched meanwhile fit in one set of every L1 data TLB. 0: every access reports. */
void block__plan(struct block *b, unsigned int between);
/* Number of instructions from `i` up to the next one that reports, or to the end of the block. */
size_t block__run(const struct block *b, size_t i);
/* Is the block exactly the loop of arm64's clear_page(), which does DC ZVA up to the end of a 4K
 * page? Then all iterations write to the same page. */
bool block__clears(const struct block *b);

#endif
