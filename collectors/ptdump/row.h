/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * row.h - one row of arm64's kernel_page_tables:
 *
 *   0xffff000000000000-0xffff000000200000     2M PMD     RW NX SHD AF   BLK UXN  MEM/NORMAL
 *
 * Source of the format: arch/arm64/mm/ptdump.c. A row joins adjacent entries that are alike, so its
 * size says how many bytes there are, not how large an entry is: that follows from the level, the
 * words CON and BLK, and the granule.
 */
#ifndef KDUEL_COLLECTORS_PTDUMP_ROW_H
#define KDUEL_COLLECTORS_PTDUMP_ROW_H

#include "collectors/support/layout.h"
#include "lib/err.h"

enum ptdump_level {
	LEVEL_PTE,
	LEVEL_PMD,
	LEVEL_PUD,
	LEVEL_P4D,
	LEVEL_PGD, /* the first level, however many there are: three levels are PGD, PMD, PTE */
	LEVEL_MAX,
};

enum ptdump_kind {
	ROW_HOLE, /* not mapped: the row ends after the level */
	ROW_INVALID, /* F: present but not valid */
	ROW_LEAF,
};

struct ptdump_row {
	uint64_t start, size; /* start + size may be 2^64, which is 0 */
	enum ptdump_level level;
	enum ptdump_kind kind;
	/* Of a leaf: */
	bool usr, ro, x, con;
};

/* Does the text begin like a row, i.e. with 0x, 16 digits, -0x, 16 digits and a blank? */
bool ptdump_row__looks_like(const char *text);
/* Parse a row. `line` is the whole line, and `text` is where the row begins in it. 0, or -EINVAL
 * with "COLUMN: expected ..., found ..." in `err` (columns of the line, in bytes, from 1). */
int ptdump_row__parse(const char *line, const char *text, struct ptdump_row *row, struct err *err);
/* Is it the hole from 0 up to the kernel's addresses, with which dumps of Linux 5.6 to 5.10
 * begin? */
bool ptdump_row__is_from_zero(const struct ptdump_row *row);
const char *ptdump_level__name(enum ptdump_level level); /* "PTE" ... "PGD" */

/* The number of bytes that such a leaf spans; 0 if the granule has none at this level. */
uint64_t ptdump_row__leaf_size(const struct ptdump_row *row, enum layout_granule g);
/* The same for a hole, both ends of which must be multiples of it. */
uint64_t ptdump_row__hole_size(const struct ptdump_row *row, enum layout_granule g);

#endif
