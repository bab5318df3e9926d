/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * factorial.h - a 2x2 of variants: the effect of two factors beyond what each does alone
 * (interaction).
 *
 * A new kernel on a CPU with a feature differs in two ways from the old kernel on a CPU without it.
 * With all four variants, the interaction is a difference of differences,
 *
 *   d = (z_both - z_second) - (z_first - z_neither)
 *
 * where z is the mean logarithm of the boot medians. Degrees of freedom are Satterthwaite's over
 * the four variances. Pure functions.
 */
#ifndef KDUEL_STATS_FACTORIAL_H
#define KDUEL_STATS_FACTORIAL_H

#include "reports/stats/contrast.h"

/* Which of the factors a variant has. */
enum factorial_cell {
	CELL_BOTH,
	CELL_SECOND,
	CELL_FIRST,
	CELL_NEITHER,
	FACTORIAL_CELLS,
};

enum factorial_effect {
	EFFECT_FIRST_WITH, /* both against second: the first factor, given the second */
	EFFECT_FIRST_WITHOUT, /* first against neither: the first factor alone */
	EFFECT_SECOND_WITH, /* both against first: the second factor, given the first */
	EFFECT_SECOND_WITHOUT, /* second against neither: the second factor alone */
	FACTORIAL_EFFECTS,
};

/*
 * The main result of a 2x2 is contrast__test() of its four cells: j->b is the value of `both`, j->a
 * the value it would have if the effects of the factors only multiplied (linear: added), and the
 * rest is the difference of the two.
 *
 * This computes one of the simple effects, which compare two of the cells: descriptive numbers,
 * without adjusted p or final verdict.
 */
void factorial__simple(const struct contrast *cells, enum factorial_effect which,
		       struct judgement *j);
/* The two cells that a simple effect compares. */
void factorial__cells(enum factorial_effect which, enum factorial_cell *candidate,
		      enum factorial_cell *baseline);

#endif
