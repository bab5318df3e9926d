/* SPDX-License-Identifier: GPL-2.0-only */
/* geometry.h - the sizes of a core's TLBs, and how they are handed to the plugin. */
#ifndef KDUEL_TLBMODEL_GEOMETRY_H
#define KDUEL_TLBMODEL_GEOMETRY_H

#include "lib/base.h"

#define GEOMETRY_MAX 4 /* simulated at once */
#define GEOMETRY_NAME 64
#define GEOMETRY_MAX_ENTRIES 65536u
#define GEOMETRY_MIN_SHIFT 12 /* of the largest leaf that a first-level TLB takes: 4K to 16G */
#define GEOMETRY_MAX_SHIFT 34

struct geometry_tlb {
	unsigned int entries;
	unsigned int ways; /* entries: fully associative */
};

/* Which entry of a set goes when another comes. */
enum geometry_replacement {
	REPLACE_LRU, /* the one that was used least recently */
	REPLACE_RANDOM, /* any, by numbers that are the same in each run */
	REPLACE_PLRU, /* one not used since all others of the set were (bit-PLRU) */
	REPLACEMENTS,
};

#define GEOMETRY_REPLACEMENTS "lru|random|plru" /* in the order of the enum */
#define GEOMETRY_COALESCE_MAX 8
#define GEOMETRY_WALK_CACHE_MAX 1024u

struct geometry {
	char name[GEOMETRY_NAME + 1]; /* [A-Za-z0-9._+-] */
	struct geometry_tlb l1i, l1d, l2;
	unsigned int l1_shift; /* log2 of the largest leaf that the L1 TLBs hold whole */
	/* Of the second level. One entry of it takes so many neighbouring pages, if these are in one
	 * piece of memory and alike in all else: 2, 4, 8; 0: it does not. */
	unsigned int coalesce;
	unsigned int replacement; /* enum geometry_replacement */
	bool hashed; /* its index has all bits of the page number, not the lowest alone */
	unsigned int walk_cache; /* table descriptors that are kept for walks to come; 0: none */
};

/* NULL, or what is wrong with the sizes ("5 ways do not divide 1024 entries"; static buffer of
 * the thread). */
const char *geometry_tlb__check(const struct geometry_tlb *t);
/* NULL, or what a number of pages that an entry takes must be. */
const char *geometry__check_coalesce(unsigned int n);
/* "neoverse-n1/48x48/48x48/21/1280x5/coalesce4": name, L1I, L1D, l1_shift, L2, and behind it as far as
 * they apply "/coalesce4", "/random" or "/plru", "/hashed", "/walks64". Caller frees. */
char *geometry__format(const struct geometry *g);
/* The inverse, with all checks. 0 or -EINVAL. */
int geometry__parse(const char *word, struct geometry *g);

#endif
