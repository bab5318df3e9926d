/* SPDX-License-Identifier: GPL-2.0-only */
/* creation.h - instructions spent on creating the kernel's linear map, by guest RAM and kernel
 * release: one point for each variant that counted them (boot/kernel.map_instructions). */
#ifndef KDUEL_REPORT_CREATION_H
#define KDUEL_REPORT_CREATION_H

#include "reports/store/campaign.h"

struct creation_point {
	const char *variant, *release, *cpu; /* borrowed from `campaign` */
	char *line; /* owned: name of the variant without the RAM size that a sweep appends */
	size_t series; /* index of the line that the point belongs to */
	double ram; /* bytes; 0: not known */
	double instructions, lo, hi; /* median of the boots, lowest and highest */
	size_t n; /* boots */
	enum metric_basis basis;
};

struct creation {
	struct campaign *campaign; /* owned: the points refer to it */
	struct creation_point
		/* Owned: by release, oldest first; then by line, in the order of the plan; then by
		 * RAM. */
		*v;
	size_t n;
	size_t n_lines;
	/* The RAM size, in bytes, at which the most releases can be compared; the largest if
	 * several tie. 0: no size was measured on two releases. */
	double ram;
};

/* Load the points of a campaign (a key of store__load()). Call creation__release() even on error.
 * Returns 0, or -errno with `err` set. */
int creation__load(struct store *st, const char *campaign, struct creation *out, struct err *err);
void creation__release(struct creation *c);

/* Compare two releases as in uname -r, as strcmp() does: 6.9 < 6.12, 7.0-rc2 < 7.0. Suffixes added
 * by a distribution only order releases of the same version. */
int release__compare(const char *a, const char *b);
/* Same version (including -rcN), ignoring any suffix? */
bool release__is_same(const char *a, const char *b);
/* The version and -rcN without any suffix. The caller frees. */
char *release__number(const char *release);

#endif
