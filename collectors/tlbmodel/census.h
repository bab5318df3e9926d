/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * census.h - how the kernel maps its memory: its page tables in guest RAM, counted.
 *
 * The figures are those of collectors/support/layout.h, but they need no PTDUMP in the kernel. As
 * in the kernel's own dump, permissions are taken from leaves only.
 */
#ifndef KDUEL_TLBMODEL_CENSUS_H
#define KDUEL_TLBMODEL_CENSUS_H

#include "collectors/tlbmodel/region.h"
#include "collectors/tlbmodel/walk.h"

/* All in bytes. */
struct census_section {
	uint64_t leaf[WALK_SHIFTS]; /* mapped by leaves of 2^n bytes */
	uint64_t ro, rw, nx, x, wx, usr; /* see struct layout_section */
	uint64_t invalid; /* descriptors that are neither zero nor valid */
};

/* An area that is mapped read-only but can be written through the linear map. Adjacent pages of one
 * section make one area. */
struct census_alias {
	uint64_t start, end; /* of the read-only mapping, end exclusive */
	uint64_t bytes; /* writable through the linear map */
	enum section section;
};

#define CENSUS_ALIASES 32

struct census {
	unsigned int granule; /* log2 of a page */
	struct census_section section[SECTION_MAX];
	struct census_section added; /* the part of the linear map for memory added by a driver */
	bool has_added; /* the agent reported such memory */
	uint64_t tables; /* number of page tables; one that is shared counts each time */
	uint64_t ro_checked; /* bytes that are mapped read-only and are in the linear map, too */
	uint64_t rw_of_ro; /* bytes of these that are writable in the linear map */
	struct census_alias alias[CENSUS_ALIASES];
	size_t n_aliases, lost_aliases; /* areas in alias[]; areas that did not fit */
};

/* Walk all page tables of the upper half (TTBR1). 0; -EINVAL: TCR_EL1 has it off; -EFAULT: a table
 * is not in RAM; -ELOOP: far more tables than RAM can hold, so they form a loop. */
int census__take(struct census *c, const struct ram *ram, const struct walk_half *h,
		 const struct regions *regions);

#endif
