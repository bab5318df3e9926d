// SPDX-License-Identifier: GPL-2.0-only
#include "reports/stats/verdict.h"
#include "reports/stats/contrast.h"

static const char *const names[VERDICT_MAX] = {
	[VERDICT_NONE] = "none",
	[VERDICT_IMPROVEMENT] = "improvement",
	[VERDICT_REGRESSION] = "regression",
	[VERDICT_NO_CHANGE] = "no-change",
	[VERDICT_INCONCLUSIVE] = "inconclusive",
	[VERDICT_INSUFFICIENT] = "insufficient",
	[VERDICT_DIFFERS] = "differs",
};

const char *verdict__name(enum verdict v)
{
	return names[v];
}

void verdict__test(const struct verdict_input *in, struct judgement *j)
{
	struct contrast c = {
		.metric = in->metric,
		.basis = in->basis,
		.side = { { in->b, in->blocks_b, in->nb, false },
			  { in->a, in->blocks_a, in->na, true } },
		.n_sides = 2,
		.paired = in->paired,
		.linear = in->linear,
	};

	contrast__judge(&c, j);
}

void verdict__decide(const struct metric *metric, struct judgement *j)
{
	/* Where nothing varies there is no chance to be beyond: the margin decides alone. */
	bool beyond_chance = j->tested && (j->padj <= STATS_ALPHA || j->certain);
	bool higher = j->change > 0;

	if (j->verdict == VERDICT_NO_CHANGE)
		j->trivial = beyond_chance;
	else if (beyond_chance && metric->describes)
		j->verdict = VERDICT_DIFFERS;
	else if (beyond_chance)
		j->verdict = higher == (metric->better == BETTER_HIGHER) ? VERDICT_IMPROVEMENT :
									   VERDICT_REGRESSION;
}
