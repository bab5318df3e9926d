/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * profile.h - how often each block of kernel code ran in a measured part, and its TLB misses.
 *
 * A block is straight-line code: the number of instructions that it executed is its length times
 * its executions, and the sum over all blocks is the kernel's total. Independent of QEMU, and of
 * symbols: the host attributes blocks to functions.
 */
#ifndef KDUEL_TLBMODEL_PROFILE_H
#define KDUEL_TLBMODEL_PROFILE_H

#include "lib/base.h"

#define PROFILE_CHUNK 4096u /* blocks that are allocated together */
#define PROFILE_CHUNKS 64u /* three times as many as the largest workload seen */

/* Of the first geometry, in kernel mode. */
enum profile_event {
	PROFILE_L1D, /* L1 misses */
	PROFILE_L1I,
	PROFILE_WALK_D, /* L2 misses: page-table walks */
	PROFILE_WALK_I,
	PROFILE_EVENTS,
};

struct profile_block {
	uint64_t va;
	uint32_t n; /* number of instructions */
	/* arm64: opcode of the last instruction, which says what function it calls. x86_64: the low
	 * 32 bits of the address that it jumps or calls to; 0: not a fixed one. */
	uint32_t last;
	char *sizes; /* x86_64: bytes of each instruction, one hexadecimal digit each; else NULL */
	uint64_t *runs; /* number of executions; points into struct profile's `runs` */
	uint64_t event[PROFILE_EVENTS];
};

/* Return the PROFILE_CHUNK execution counters of a chunk, zeroed. The profile does not free them.
 * NULL: out of memory. */
typedef uint64_t *(*profile_counters)(size_t chunk);

struct profile {
	profile_counters counters; /* NULL: there is no profile */
	struct profile_block *chunk[PROFILE_CHUNKS];
	uint64_t *runs[PROFILE_CHUNKS];
	size_t n; /* number of blocks */
	uint32_t *slots; /* hash table of block numbers; 0: free */
};

/* The number, from 1 on, of the block with these properties; it is added if it is new. Code that is
 * translated again gets the same block. 0: there is no profile, or it is full. */
uint32_t profile__find(struct profile *p, uint64_t va, uint32_t n, uint32_t last);
/* The block with this number; NULL for 0. */
struct profile_block *profile__block(const struct profile *p, uint32_t number);
/* Remove all blocks, free their `sizes`, and zero the execution counters. */
void profile__reset(struct profile *p);
/* Number of instructions executed in all blocks. */
uint64_t profile__instructions(const struct profile *p);
/* Free all blocks; the execution counters are the caller's. */
void profile__release(struct profile *p);

#endif
