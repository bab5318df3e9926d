/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * block.h - which instructions of a translation block report their data accesses to the model.
 *
 * Most of the model's cost is the callback on each data access, and many accesses are close to the
 * one before them in the same block. Successive accesses whose addresses are a known distance apart
 * form a group, and only the first one reports. It stands for all of them: they touch its page, and
 * at most one other. The newest of these two pages is that of the group's last access. That is all
 * that true LRU needs, if a set has two ways or more.
 */
#ifndef KDUEL_TLBMODEL_BLOCK_H
#define KDUEL_TLBMODEL_BLOCK_H

#include "lib/base.h"

#define BLOCK_INSNS 512 /* QEMU's limit: TCG_MAX_INSNS */
#define BLOCK_REACH 2048 /* one report covers fewer bytes than this, so at most two pages */

struct block_insn {
	bool reports; /* its data access calls the model */
	/* Offsets from it of accesses of its group: lowest (<= 0), highest (>= 0), last. */
	int16_t low, high, last;
};

struct block {
	size_t n;
	uint32_t opcode[BLOCK_INSNS];
	struct block_insn insn[BLOCK_INSNS];
	/* The first data access, if it is at SP as of the start plus a constant; it reports. `n` if
	 * there is none, or if it is elsewhere. */
	size_t stack_first;
};

/* Fill in `insn` and `stack_first` from `opcode`. Without `groups` every access reports. */
void block__plan(struct block *b, bool groups);
/* Number of instructions from `i` up to the next one that reports, or to the end of the block. */
size_t block__run(const struct block *b, size_t i);
/* Is the block exactly the loop of arm64's clear_page(), which does DC ZVA up to the end of a 4K
 * page? Then all iterations write to the same page. */
bool block__clears(const struct block *b);

#endif
