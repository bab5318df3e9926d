/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * profile.h - the blocks of kernel code that ran in a measured part: how often, and what they missed.
 *
 * A block is straight-line code, so executions times instructions are its instructions, and those of
 * all blocks are the kernel's. Knows nothing of QEMU, nor of functions: the host has the symbols.
 */
#ifndef KDUEL_TLBMODEL_PROFILE_H
#define KDUEL_TLBMODEL_PROFILE_H

#include "lib/base.h"

#define PROFILE_CHUNK 4096u /* blocks whose counters are one array */
#define PROFILE_CHUNKS 64u /* more than any workload seen has, by three times */

enum profile_event {
	PROFILE_L1D, /* misses of the first core's first level, in kernel mode */
	PROFILE_L1I,
	PROFILE_WALK_D, /* ... and of its second: walks */
	PROFILE_WALK_I,
	PROFILE_EVENTS,
};

struct profile_block {
	uint64_t va;
	uint32_t n; /* instructions */
	uint32_t last; /* opcode of the last: it says which function is called; of x86_64 the low half of
			* where that jumps or calls to, 0: to no fixed place */
	char *sizes; /* of x86_64: bytes of each instruction, a hexadecimal digit each; else NULL */
	uint64_t *runs; /* executions: a place in an array of the caller's */
	uint64_t event[PROFILE_EVENTS];
};

/* Gives the PROFILE_CHUNK counters of a chunk, zeroed; NULL: no memory. */
typedef uint64_t *(*profile_counters)(size_t chunk);

struct profile {
	profile_counters counters; /* NULL: there is no profile */
	struct profile_block *chunk[PROFILE_CHUNKS];
	uint64_t *runs[PROFILE_CHUNKS];
	size_t n; /* blocks */
	uint32_t *slots; /* hash table: number of a block, from 1 on */
};

/* The number (from 1 on) of the block with these properties, made anew when it is the first; code that is
 * translated again keeps its block. 0: there is no profile, or it is full. */
uint32_t profile__find(struct profile *p, uint64_t va, uint32_t n, uint32_t last);
/* By number, or NULL for 0. */
struct profile_block *profile__block(const struct profile *p, uint32_t number);
/* Forget all blocks, and what their sizes point to; their counters are zeroed. */
void profile__reset(struct profile *p);
/* Instructions of all blocks. */
uint64_t profile__instructions(const struct profile *p);
void profile__release(struct profile *p);

#endif
