/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * contrast.h - tests one metric: the boots of a candidate against those of a baseline, or against
 * the prediction from the other three variants of a 2x2 (factorial.h). Pure functions.
 *
 * The adjustment for multiple testing needs the p of all rows, so there are three steps:
 * contrast__test() for each row, stats__bh() over the family, verdict__decide() for each row.
 */
#ifndef KDUEL_STATS_CONTRAST_H
#define KDUEL_STATS_CONTRAST_H

#include "reports/stats/verdict.h"

struct contrast_side {
	const double *boots; /* one value per boot */
	const unsigned int *blocks; /* block of each boot; only when paired */
	size_t n;
};

struct contrast {
	const struct metric *metric;
	enum metric_basis basis;
	/* Two sides: candidate, baseline. Four: indexed by enum factorial_cell; tests the
	 * difference of differences (side[0] - side[1]) - (side[2] - side[3]) on the scale of the
	 * test. */
	struct contrast_side side[STATS_MAX_SAMPLES];
	size_t n_sides;
	/* Paired by block, as declared in the plan: boots are compared within blocks that all sides
	 * have; boots of incomplete blocks do not count. */
	bool paired;
	/* What one event adds to a value, in the metric's unit: 1 for a plain count, 1000 / n for a
	 * rate per 1000 of n. 0: not a count of events, or unknown. */
	double event;
	/* Test the difference, not the ratio, because a reading was <= 0. Implied if a boot's value
	 * is <= 0. */
	bool linear;
};

/* Fill in all of *j except padj and the final verdict: it is NONE or INSUFFICIENT, or, if
 * j->tested, INCONCLUSIVE or NO_CHANGE. */
void contrast__test(const struct contrast *c, struct judgement *j);

#endif
