// SPDX-License-Identifier: GPL-2.0-only
/* judge.c - decide whether a commit is good or bad. */
#include "runner/cli/bisect/judge.h"

#include <math.h>

double bisect_judge__alpha(unsigned int steps)
{
	return STATS_ALPHA / (2.0 * (steps ? steps : 1));
}

int bisect_judge__direction(const struct metric *m, const struct judgement *bad)
{
	if (m->describes)
		return bad->change < 0 ? -1 : 1;
	return m->better == BETTER_HIGHER ? -1 : 1;
}

/* Convert a difference to the scale of the test and of the margin: the metric's unit (`unit`) for a
 * linear metric, else the logarithm of the ratio. */
static double on_scale(const struct judgement *j, double unit, double pct)
{
	return j->linear ? unit : log1p(pct / 100);
}

enum bisect_side bisect_judge__side(const struct judgement *j, int direction, double alpha)
{
	const double d = direction * on_scale(j, j->change, j->pct);
	const double lo = direction * on_scale(j, j->lo, j->lo_pct);
	const double hi = direction * on_scale(j, j->hi, j->hi_pct);

	if (!j->tested || isnan(d))
		return BISECT_OPEN;
	if (j->verdict == VERDICT_NO_CHANGE || j->verdict == VERDICT_SMALL ||
	    fmax(lo, hi) < j->margin)
		return BISECT_GOOD;
	/* The tolerance is for a change of exactly the margin, after rounding errors. */
	if (d >= j->margin * (1 - 1e-9) && (j->certain || j->p <= alpha))
		return BISECT_BAD;
	return BISECT_OPEN;
}
