// SPDX-License-Identifier: GPL-2.0-only
/* factorial.c - the simple effects of a 2x2. */
#include "reports/stats/factorial.h"

void factorial__cells(enum factorial_effect which, enum factorial_cell *candidate,
		      enum factorial_cell *baseline)
{
	static const enum factorial_cell cells[FACTORIAL_EFFECTS][2] = {
		[EFFECT_FIRST_WITH] = { CELL_BOTH, CELL_SECOND },
		[EFFECT_FIRST_WITHOUT] = { CELL_FIRST, CELL_NEITHER },
		[EFFECT_SECOND_WITH] = { CELL_BOTH, CELL_FIRST },
		[EFFECT_SECOND_WITHOUT] = { CELL_SECOND, CELL_NEITHER },
	};

	*candidate = cells[which][0];
	*baseline = cells[which][1];
}

void factorial__simple(const struct contrast *cells, enum factorial_effect which,
		       struct judgement *j)
{
	struct contrast c = *cells;
	enum factorial_cell cand, base;

	factorial__cells(which, &cand, &base);
	c.side[0] = cells->side[cand];
	c.side[1] = cells->side[base];
	c.n_sides = 2;
	contrast__test(&c, j);
}
