/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * census.h - how the kernel maps its memory, counted from its page tables in guest RAM.
 *
 * The same figures as collectors/support/layout.h, for kernels that cannot print their tables. Leaves
 * alone decide on permissions, as in the kernel's own dump.
 */
#ifndef KDUEL_TLBMODEL_CENSUS_H
#define KDUEL_TLBMODEL_CENSUS_H

#include "collectors/tlbmodel/region.h"
#include "collectors/tlbmodel/walk.h"

struct census_section {
	uint64_t leaf[WALK_SHIFTS]; /* bytes mapped by leaves of 2^n */
	uint64_t ro, rw, nx, x, wx, usr; /* bytes; see struct layout_section */
	uint64_t invalid;
};

struct census {
	unsigned int granule; /* log2 of a page */
	struct census_section section[SECTION_MAX];
	uint64_t tables; /* pages that hold tables */
};

/* Walk all of the upper half. 0; -EINVAL: it is off; -EFAULT: a table is not in RAM; -ELOOP: more
 * tables than there can be. */
int census__take(struct census *c, const struct ram *ram, const struct walk_half *h,
		 const struct regions *regions);

#endif
