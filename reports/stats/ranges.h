/* SPDX-License-Identifier: GPL-2.0-only */
/* ranges.h - do the boots of two sides overlap? Pure functions. */
#ifndef KDUEL_STATS_RANGES_H
#define KDUEL_STATS_RANGES_H

#include "lib/base.h"

struct ranges {
	size_t n_a, n_b; /* boots; if either is 0, all else is 0, too */
	double lo_a, hi_a, lo_b, hi_b; /* a: baseline, b: candidate */
	size_t in_a, in_b; /* boots of the other side within the range of this side, inclusive */
	/* If the ranges do not touch: the candidate's nearest boot minus the baseline's nearest.
	 * Otherwise 0. */
	double gap;
	double gap_pct; /* gap in % of the baseline's nearest boot; NAN: too large, or that is 0 */
};

/* Compare the boots of both sides, whose values must be finite. All zero if a side has none. */
void ranges__of(const double *a, size_t n_a, const double *b, size_t n_b, struct ranges *out);
static inline bool ranges__known(const struct ranges *r)
{
	return r->n_a && r->n_b;
}

#endif
