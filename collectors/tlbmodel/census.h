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

/* Where the kernel may write through the linear map what it maps read-only elsewhere. */
struct census_alias {
	uint64_t start, end; /* the read-only mapping: neighbouring pages of one section are one */
	uint64_t bytes; /* of it that the linear map has writable */
	enum section section;
};

#define CENSUS_ALIASES 32

struct census {
	unsigned int granule; /* log2 of a page */
	struct census_section section[SECTION_MAX];
	struct census_section added; /* of the linear map: memory that a driver has added */
	bool has_added; /* there is such memory */
	uint64_t tables; /* pages that hold tables */
	uint64_t ro_checked; /* bytes of read-only mappings whose page the linear map has, too */
	uint64_t rw_of_ro; /* those of them that it has writable */
	struct census_alias alias[CENSUS_ALIASES];
	size_t n_aliases, lost_aliases; /* areas; those for which there was no place */
};

/* Walk all of the upper half. 0; -EINVAL: it is off; -EFAULT: a table is not in RAM; -ELOOP: more
 * tables than there can be. */
int census__take(struct census *c, const struct ram *ram, const struct walk_half *h,
		 const struct regions *regions);

#endif
