/* SPDX-License-Identifier: GPL-2.0-only */
/* geometry.h - the TLBs of a core: sizes and policies, and the word that passes them to the
 * plugin. */
#ifndef KDUEL_TLBMODEL_GEOMETRY_H
#define KDUEL_TLBMODEL_GEOMETRY_H

#include "lib/base.h"

#define GEOMETRY_MAX 4 /* simulated at once */
#define GEOMETRY_NAME 64 /* bytes of a name */
#define GEOMETRY_MAX_ENTRIES 65536u
#define GEOMETRY_MIN_SHIFT 12 /* l1_shift: 4K to 16G */
#define GEOMETRY_MAX_SHIFT 34

struct geometry_tlb {
	unsigned int entries;
	unsigned int ways; /* equal to `entries`: fully associative */
};

/* Which entry of a set is replaced. */
enum geometry_replacement {
	REPLACE_LRU, /* the least recently used one */
	REPLACE_RANDOM, /* any, by pseudo-random numbers that are the same in each run */
	REPLACE_PLRU, /* bit-PLRU: one that was not used since the bits were last cleared */
	REPLACEMENTS,
};

#define GEOMETRY_REPLACEMENTS "lru|random|plru" /* in the order of the enum */
#define GEOMETRY_COALESCE_MAX 8
#define GEOMETRY_WALK_CACHE_MAX 1024u

struct geometry {
	char name[GEOMETRY_NAME + 1]; /* [A-Za-z0-9._+-] */
	struct geometry_tlb l1i, l1d, l2;
	unsigned int l1_shift; /* log2 of the largest L1 entry; larger leaves are split */
	/* Of the L2: */
	unsigned int coalesce; /* pages per entry (walk__coalesces()): 2, 4, 8; 0: one */
	unsigned int replacement; /* enum geometry_replacement */
	bool hashed; /* the set is selected by all bits of the page number, not by the low ones */
	unsigned int walk_cache; /* table descriptors in the walk cache; 0: there is none */
};

/* Check the sizes of a TLB. NULL, or a message such as "5 ways do not divide 1024 entries" in a
 * static per-thread buffer. */
const char *geometry_tlb__check(const struct geometry_tlb *t);
/* Check the value of `coalesce`. NULL, or a message. */
const char *geometry__check_coalesce(unsigned int n);
/* Format a geometry as one word: "neoverse-n1/48x48/48x48/21/1280x5/coalesce4". That is the name,
 * L1I, L1D, l1_shift and L2, followed by what differs from the defaults, in this order:
 * "/coalesce4", "/random" or "/plru", "/hashed", "/walks64". Caller frees. */
char *geometry__format(const struct geometry *g);
/* Parse such a word and check all values. 0 or -EINVAL. */
int geometry__parse(const char *word, struct geometry *g);

#endif
