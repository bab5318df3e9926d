/* SPDX-License-Identifier: GPL-2.0-only */
/* ranges.h - do the boots of two sides overlap, or is the worst of one beyond the best of the other? Pure. */
#ifndef KDUEL_STATS_RANGES_H
#define KDUEL_STATS_RANGES_H

#include "lib/base.h"

struct ranges {
	size_t n_a, n_b; /* boots; with none on a side nothing else is known */
	double lo_a, hi_a, lo_b, hi_b; /* a: baseline, b: candidate */
	size_t in_a,
		in_b; /* boots of the other side within the range of a side, its ends included */
	/* No boot of one side is within the range of the other, or touches it: how far apart they are, as the
	 * candidate's nearest boot less the baseline's; else 0. */
	double gap;
	double gap_pct; /* of the baseline's nearest boot; NAN where that is 0 */
};

/* All zeros where a side has no boot. Values are finite. */
void ranges__of(const double *a, size_t n_a, const double *b, size_t n_b, struct ranges *out);
static inline bool ranges__known(const struct ranges *r)
{
	return r->n_a && r->n_b;
}

#endif
