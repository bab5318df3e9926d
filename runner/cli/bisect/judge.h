/* SPDX-License-Identifier: GPL-2.0-only */
/* judge.h - which side of a bisection a commit is on: pure functions of what a comparison found. */
#ifndef KDUEL_BISECT_JUDGE_H
#define KDUEL_BISECT_JUDGE_H

#include "reports/stats/verdict.h"

enum bisect_side { BISECT_OPEN, BISECT_GOOD, BISECT_BAD, BISECT_SKIP };

/* The error that one look may make, so that all looks of a bisection together make one in 20: each step is
 * looked at twice at most. */
double bisect_judge__alpha(unsigned int steps);
/* +1: more is worse, -1: less is. Of a metric that only describes, what BAD did is the bad direction: `bad`
 * is the judgement of BAD. */
int bisect_judge__direction(const struct metric *m, const struct judgement *bad);
/*
 * BAD: worse by no less than the margin, beyond chance at alpha. GOOD: shown to be worse by less than
 * the margin. OPEN: neither is shown.
 */
enum bisect_side bisect_judge__side(const struct judgement *j, int direction, double alpha);

#endif
