/* SPDX-License-Identifier: GPL-2.0-only */
/* icicle.h - a whole, its groups and their parts as rows of cells, with widths in proportion to
 * their size. */
#ifndef KDUEL_CHARTS_ICICLE_H
#define KDUEL_CHARTS_ICICLE_H

#include "reports/charts/svg.h"

/* Values before and after. The larger one is the width; the cell shows by how much it changed. */
struct icicle_cell {
	const char *label;
	double v[2];
	size_t group; /* for a part: index of its group */
};

struct icicle {
	const char *title, *unit;
	struct icicle_cell whole;
	const struct icicle_cell *groups, *parts; /* parts in the order of drawing */
	size_t n_groups, n_parts;
};

/* Draw the chart. Parts too narrow to be visible are left out, but count for the width of their
 * group. */
void svg__icicle(struct html *h, const struct icicle *ic);

#endif
