/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fit.h - which granule do the rows of a dump fit?
 *
 * A dump does not say whether its pages have 4K, 16K or 64K, but its rows do: they begin and end on
 * multiples of what their level spans. A dump of small pages soon has a row that fits no larger
 * granule. A dump of large pages fits the smaller ones as well, but shows signs of the larger one:
 * the largest granule that fits is taken if there is a block, a contiguous run, or two rows of
 * pages that end on an odd page of that size. Otherwise 4K is assumed.
 */
#ifndef KDUEL_COLLECTORS_PTDUMP_FIT_H
#define KDUEL_COLLECTORS_PTDUMP_FIT_H

#include "collectors/ptdump/row.h"

struct ptdump_fit {
	bool excluded[GRANULE_MAX];
	unsigned int marks[GRANULE_MAX];
};

/* Take note of a row. -EINVAL: a leaf that, together with all previous ones, fits no granule; `err`
 * says what was expected. Rows that are not valid say nothing. */
int ptdump_fit__row(struct ptdump_fit *fit, const struct ptdump_row *row, struct err *err);
/* Demand a granule: to be called first; excludes all others. */
void ptdump_fit__demand(struct ptdump_fit *fit, enum layout_granule g);
/* The result; *source says how certain it is: GRANULE_DETECTED or GRANULE_ASSUMED. */
enum layout_granule ptdump_fit__granule(const struct ptdump_fit *fit, enum layout_source *source);

#endif
