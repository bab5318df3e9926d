/* SPDX-License-Identifier: GPL-2.0-only */
/* icicle.h - a whole, its groups and their parts as rows of cells, each as wide as it is large. */
#ifndef KDUEL_CHARTS_ICICLE_H
#define KDUEL_CHARTS_ICICLE_H

#include "reports/charts/svg.h"

/* Before and after: a cell is as wide as the larger one, and says by how much it grew or shrank. */
struct icicle_cell {
	const char *label;
	double v[2];
	size_t group; /* of a part: index of its group */
};

struct icicle {
	const char *title, *unit;
	struct icicle_cell whole;
	const struct icicle_cell *groups, *parts; /* parts in the order of drawing */
	size_t n_groups, n_parts;
};

/* Parts that are too narrow to be seen are left out: their group is as wide as all of its parts. */
void svg__icicle(struct html *h, const struct icicle *ic);

#endif
