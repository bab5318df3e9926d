/* SPDX-License-Identifier: GPL-2.0-only */
/* judge.h - decide from a comparison with GOOD whether a commit is good or bad. Pure functions. */
#ifndef KDUEL_BISECT_JUDGE_H
#define KDUEL_BISECT_JUDGE_H

#include "reports/stats/verdict.h"

enum bisect_side { BISECT_OPEN, BISECT_GOOD, BISECT_BAD, BISECT_SKIP };

/* The significance level of each test, so that the probability of any false positive in the whole
 * bisection is at most STATS_ALPHA (Bonferroni): each step tests at most twice. */
double bisect_judge__alpha(unsigned int steps);
/* Which change is worse, +1: an increase, -1: a decrease. For a metric that only describes, it is
 * the direction of `bad`, the judgement of BAD; else `bad` may be NULL. */
int bisect_judge__direction(const struct metric *m, const struct judgement *bad);
/*
 * BISECT_BAD: worse by at least the margin, and significant at `alpha`. BISECT_GOOD: shown to be not worse, or
 * worse by less than the margin. BISECT_OPEN: neither is shown.
 */
enum bisect_side bisect_judge__side(const struct judgement *j, int direction, double alpha);

#endif
