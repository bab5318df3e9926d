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

struct geometry {
	char name[GEOMETRY_NAME + 1]; /* [A-Za-z0-9._+-] */
	struct geometry_tlb l1i, l1d, l2;
	unsigned int l1_shift; /* log2 of the largest leaf that the L1 TLBs hold whole */
};

/* NULL, or what is wrong with the sizes ("5 ways do not divide 1024 entries"; static buffer of
 * the thread). */
const char *geometry_tlb__check(const struct geometry_tlb *t);
/* "neoverse-n1/48x48/48x48/21/1280x5": name, L1I, L1D, l1_shift, L2. Caller frees. */
char *geometry__format(const struct geometry *g);
/* The inverse, with all checks. 0 or -EINVAL. */
int geometry__parse(const char *word, struct geometry *g);

#endif
