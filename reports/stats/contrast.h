/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * contrast.h - the test of one metric: what the boots of a candidate say against those of a baseline,
 * or against what the other three variants of a 2x2 add up to (factorial.h). Pure functions.
 *
 * In two steps, because the adjustment for multiple testing needs the p of all rows:
 * contrast__test() each, stats__bh() over the family, verdict__decide() each.
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
	/* Two: candidate, baseline. Four: as enum factorial_cell; tested is the difference of
	 * differences (side[0] - side[1]) - (side[2] - side[3]) on the scale of the test. */
	struct contrast_side side[STATS_MAX_SAMPLES];
	size_t n_sides;
	/* Paired by block (fixed beforehand, in the plan): boots of blocks that all sides have are
	 * compared within their block; the others do not count. */
	bool paired;
	/* What one event adds to a value, in the metric's unit: 1 of a plain count, 1000 / n of a
	 * rate per 1000 of n. 0: no count of events, or unknown. */
	double event;
	/* Test the difference, not the ratio, because a single reading was <= 0; done anyway when a
	 * boot's value is. */
	bool linear;
};

/* All but padj and the final word: verdict is NONE, INSUFFICIENT or (tested) INCONCLUSIVE or
 * NO_CHANGE. */
void contrast__test(const struct contrast *c, struct judgement *j);

#endif
