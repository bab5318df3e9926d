// SPDX-License-Identifier: GPL-2.0-only
#include "reports/stats/factorial.h"
#include "reports/stats/contrast.h"

void factorial__test(const struct factorial_input *in, struct judgement *j)
{
	static const bool minus[FACTORIAL_CELLS] = { [CELL_SECOND] = true, [CELL_FIRST] = true };
	struct contrast c = {
		.metric = in->metric,
		.basis = in->basis,
		.n_sides = FACTORIAL_CELLS,
		.paired = in->paired,
		.linear = in->linear,
	};

	for (int k = 0; k < FACTORIAL_CELLS; k++)
		c.side[k] = (struct contrast_side){ in->cell[k].boots, in->cell[k].blocks,
						    in->cell[k].n, minus[k] };
	contrast__judge(&c, j);
}

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

void factorial__simple(const struct factorial_input *in, enum factorial_effect which,
		       struct judgement *j)
{
	enum factorial_cell a, b;

	factorial__cells(which, &b, &a);
	struct verdict_input v = {
		.metric = in->metric,
		.basis = in->basis,
		.a = in->cell[a].boots,
		.na = in->cell[a].n,
		.blocks_a = in->cell[a].blocks,
		.b = in->cell[b].boots,
		.nb = in->cell[b].n,
		.blocks_b = in->cell[b].blocks,
		.paired = in->paired,
		.linear = in->linear,
	};
	verdict__test(&v, j);
}
