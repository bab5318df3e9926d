/* SPDX-License-Identifier: GPL-2.0-only */
/* creation.h - what the creation of the kernel's linear map costs, over the sizes of guest RAM and by release:
 * one point for each variant that has counted it (boot/kernel.map_instructions). */
#ifndef KDUEL_REPORT_CREATION_H
#define KDUEL_REPORT_CREATION_H

#include "reports/store/campaign.h"

struct creation_point {
	const char *variant, *release, *cpu; /* of the campaign */
	char *line; /* the variant without the size that a sweep adds to its name; owned */
	size_t series; /* number of the line, from 0 */
	double ram; /* bytes; 0: not known */
	double instructions, lo, hi; /* median of the boots, lowest and highest */
	size_t n; /* boots */
	enum metric_basis basis;
};

struct creation {
	struct campaign *campaign; /* whose they are */
	struct creation_point
		*v; /* by release, oldest first; of that by line as in the plan, then by RAM */
	size_t n;
	size_t n_lines;
	/* The size at which most releases can be set side by side, the largest of such; 0: at none there are
	 * two. */
	double ram;
};

/* Read a campaign by its UUID; creation__release() in any case. 0, or -errno with `err` set. */
int creation__load(struct store *st, const char *campaign, struct creation *out, struct err *err);
void creation__release(struct creation *c);

/* Order of two releases as uname has them: 6.9 before 6.12, 7.0-rc2 before 7.0; what a distribution adds to the
 * number decides between equal ones. */
int release__compare(const char *a, const char *b);
/* Is it the same version, whatever was added to the number? */
bool release__is_same(const char *a, const char *b);
/* The number and -rcN, without what was added; the caller frees. */
char *release__number(const char *release);

#endif
