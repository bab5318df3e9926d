/* SPDX-License-Identifier: GPL-2.0-only */
/* bars.h - stacked and grouped bars, and a scatter plot. */
#ifndef KDUEL_CHARTS_BARS_H
#define KDUEL_CHARTS_BARS_H

#include "reports/charts/svg.h"

#define STACK_PARTS 8

struct stack_bar {
	const char *label;
	bool apart; /* starts a new group: draw a gap above */
	double part[STACK_PARTS];
};

struct stack {
	const char *title, *unit;
	const char *parts[STACK_PARTS]; /* names of the parts, from left to right */
	size_t n_parts;
	const struct stack_bar *bars;
	size_t n_bars;
};

/* Draw horizontal bars that show the share of each part. */
void svg__stack(struct html *h, const struct stack *s);

struct bars_row {
	const char *label;
	const double *v; /* one value per series; NAN: none */
	const double *lo, *hi; /* limits per series; NULL: none */
};

struct bars {
	const char *title, *unit;
	const char *const *series;
	size_t n_series; /* at most SVG_SERIES */
	const struct bars_row *rows;
	size_t n_rows;
};

/* Draw horizontal bars from 0, grouped by row. */
void svg__bars(struct html *h, const struct bars *b);

struct cloud_point {
	double x, y;
	double lo, hi; /* limits of y; NAN: none */
	size_t series; /* index; from SVG_SERIES on, marks are hollow */
	const char *label; /* title of the mark */
};

struct cloud {
	const char *title, *x_unit, *y_unit;
	const struct cloud_point *points;
	size_t n;
	double slope; /* slope of a line through (0, 0); NAN: none */
	const char *slope_label;
	bool joined; /* join the points of each series, which must be adjacent, by a line */
};

/* Draw a scatter plot. */
void svg__cloud(struct html *h, const struct cloud *c);

#endif
