/* SPDX-License-Identifier: GPL-2.0-only */
/* bars.h - stacked and grouped bars, and a scatter plot. */
#ifndef KDUEL_CHARTS_BARS_H
#define KDUEL_CHARTS_BARS_H

#include "reports/charts/svg.h"

#define STACK_PARTS 8

struct stack_bar {
	const char *label;
	bool apart; /* with a gap above it: another group begins */
	double part[STACK_PARTS];
};

struct stack {
	const char *title, *unit;
	const char *parts[STACK_PARTS]; /* their names, in the order of drawing */
	size_t n_parts;
	const struct stack_bar *bars;
	size_t n_bars;
};

/* Horizontal bars that show each part's share of the whole. */
void svg__stack(struct html *h, const struct stack *s);

struct bars_row {
	const char *label;
	const double *v; /* one a series */
	const double *lo, *hi; /* limits; NULL: none */
};

struct bars {
	const char *title, *unit;
	const char *const *series;
	size_t n_series; /* at most SVG_SERIES */
	const struct bars_row *rows;
	size_t n_rows;
};

/* Horizontal bars from 0, grouped by row. */
void svg__bars(struct html *h, const struct bars *b);

struct cloud_point {
	double x, y;
	double lo, hi; /* limits of y; NAN: none */
	size_t series; /* from SVG_SERIES on its mark is hollow */
	const char *label; /* the title of the mark */
};

struct cloud {
	const char *title, *x_unit, *y_unit;
	const struct cloud_point *points;
	size_t n;
	double slope; /* a line through 0 with this slope; NAN: none */
	const char *slope_label;
	bool joined; /* a line through the points of each series, which come one after the other */
};

void svg__cloud(struct html *h, const struct cloud *c);

#endif
