/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * contrast.h - the judgement of a sum and difference of sides: two in a comparison, four in a
 * 2x2. Behind verdict__test() and factorial__test(), which say what the sides are.
 */
#ifndef KDUEL_STATS_CONTRAST_H
#define KDUEL_STATS_CONTRAST_H

#include "reports/stats/verdict.h"

struct contrast_side {
	const double *boots; /* one value per boot */
	const unsigned int *blocks; /* block of each boot; only when paired */
	size_t n;
	bool minus; /* taken off */
};

/* Side 0 is the candidate. The others make up what it is judged against: their sum on the
 * scale of the test with the signs turned, so that candidate - that = the contrast. */
struct contrast {
	const struct metric *metric;
	enum metric_basis basis;
	struct contrast_side side[STATS_MAX_SAMPLES];
	size_t n_sides;
	bool paired, linear; /* as in struct verdict_input */
};

/* All but padj and the final word. */
void contrast__judge(const struct contrast *c, struct judgement *j);

#endif
