// SPDX-License-Identifier: GPL-2.0-only
/* verdict.c - from an adjusted p to a word. */
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

/* A share that grows from 1 to 99 % grows by 98 points: its own per cent would mislead, and from 0
 * there are none. */
struct effect judgement__effect(const struct judgement *j)
{
	double k = j->points;

	if (k > 0)
		return (struct effect){ k * j->change, k * j->lo, k * j->hi, k * j->mde, "points" };
	return (struct effect){ j->pct, j->lo_pct, j->hi_pct, j->mde_pct, "%" };
}

/* NO_CHANGE was settled by the equivalence test (contrast.c): no difference matters, but one that
 * is beyond chance is there all the same. */
void verdict__decide(const struct metric *metric, struct judgement *j)
{
	/* Where nothing can vary there is no chance to be beyond: the margin decides alone. */
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
