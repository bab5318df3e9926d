// SPDX-License-Identifier: GPL-2.0-only
/* verdict.c - derives the verdict from the adjusted p. */
#include "reports/stats/verdict.h"

static const char *const names[VERDICT_MAX] = {
	[VERDICT_NONE] = "none",
	[VERDICT_IMPROVEMENT] = "improvement",
	[VERDICT_REGRESSION] = "regression",
	[VERDICT_NO_CHANGE] = "no-change",
	[VERDICT_INCONCLUSIVE] = "inconclusive",
	[VERDICT_INSUFFICIENT] = "insufficient",
	[VERDICT_DIFFERS] = "differs",
	[VERDICT_TOO_FEW] = "too-few-events",
	[VERDICT_SMALL] = "small",
};

const char *verdict__name(enum verdict v)
{
	return names[v];
}

const char *verdict__widened(enum widened w)
{
	static const char *const words[WIDENED_MAX] = {
		[WIDENED_RESOLUTION] = "resolution",
		[WIDENED_PERMUTATION] = "permutation",
		[WIDENED_COUNT] = "count",
	};

	return words[w];
}

/* Shares change by points: from 1 to 99 % is 98 points. Per cent would mislead, and are undefined
 * from 0. */
struct effect judgement__effect(const struct judgement *j)
{
	double k = j->points;

	if (k > 0)
		return (struct effect){ k * j->change, k * j->lo, k * j->hi, k * j->mde, "points" };
	return (struct effect){ j->pct, j->lo_pct, j->hi_pct, j->mde_pct, "%" };
}

/* NO_CHANGE comes from the equivalence test (contrast.c): the difference is below the margin. It
 * may still be significant, which makes it SMALL. */
void verdict__decide(const struct metric *metric, struct judgement *j)
{
	/* If nothing can vary, only the margin decides. */
	bool beyond_chance = j->tested && (j->padj <= STATS_ALPHA || j->certain);
	bool higher = j->change > 0;

	if (j->verdict == VERDICT_NO_CHANGE)
		j->verdict = beyond_chance ? VERDICT_SMALL : VERDICT_NO_CHANGE;
	else if (beyond_chance && metric->describes)
		j->verdict = VERDICT_DIFFERS;
	else if (beyond_chance)
		j->verdict = higher == (metric->better == BETTER_HIGHER) ? VERDICT_IMPROVEMENT :
									   VERDICT_REGRESSION;
}
