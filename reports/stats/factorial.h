/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * factorial.h - a 2x2 of variants: what two factors do together beyond what each does alone.
 *
 * A new kernel on a CPU with a feature differs from the old kernel on a CPU without it in two
 * ways. With all four variants the effect net of both factors alone is a difference of differences,
 *
 *   d = (z_both - z_second) - (z_first - z_neither)
 *
 * (z: mean logarithm of the boot medians), with Satterthwaite's degrees of freedom over the
 * four variances. Pure functions.
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
	EFFECT_FIRST_WITH, /* both against second: the first factor where the second is there */
	EFFECT_FIRST_WITHOUT, /* first against neither: the first factor alone */
	EFFECT_SECOND_WITH, /* both against first */
	EFFECT_SECOND_WITHOUT, /* second against neither: the second factor alone */
	FACTORIAL_EFFECTS,
};

/*
 * The headline of a 2x2 is contrast__test() of its four cells: j->b is what `both` gives, j->a what
 * it would give if the factors only added up (their effects multiplied; linear: added), the rest is
 * the difference of the two.
 *
 * This is a simple effect beside it, of two of these cells: numbers for description, to be adjusted
 * over nothing and without a word.
 */
void factorial__simple(const struct contrast *cells, enum factorial_effect which,
		       struct judgement *j);
/* The two cells that a simple effect compares. */
void factorial__cells(enum factorial_effect which, enum factorial_cell *candidate,
		      enum factorial_cell *baseline);

#endif
