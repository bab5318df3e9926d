/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * svg.h - charts. Each writes one <svg> whose looks are classes of kduel.css, so that it follows
 * light, dark and print. Nothing is said by colour alone: sides differ in shape as well.
 */
#ifndef KDUEL_CHARTS_SVG_H
#define KDUEL_CHARTS_SVG_H

#include "reports/history/history.h"
#include "reports/render/html.h"
#include "reports/charts/scale.h"
#include "reports/stats/verdict.h"

/* --- pieces (svg.c) --- */

struct svg_frame {
	double width, height; /* of the whole, in the units of the drawing */
	double left, right, top, bottom; /* of the plot */
};

/* Open an <svg>; `title` is read out in its place, `class` may be "". */
void svg__open(struct html *h, const struct svg_frame *f, const char *class, const char *title);
void svg__close(struct html *h);
/* Grid lines and labels of a vertical axis of values; `unit` stands above it. */
void svg__value_axis(struct html *h, const struct svg_frame *f, const struct scale *y,
		     const char *unit);
/* Labels of a horizontal axis of times (ns since 1970), or of values. */
void svg__time_axis(struct html *h, const struct svg_frame *f, const struct scale *x);
void svg__x_axis(struct html *h, const struct svg_frame *f, const struct scale *x,
		 const char *unit);
/* A mark of series number `which`: its shape differs from that of its neighbours. `hollow`:
 * drawn, but does not count. Left open for a <title>: svg__mark_end() follows. */
void svg__mark(struct html *h, size_t which, double x, double y, double size, bool hollow);
void svg__mark_end(struct html *h);

#define SVG_SERIES 6 /* shapes and colours there are */

/* --- a row of a comparison --- */

/* Where the change lies against the margin, on a line that all rows of a table share: right is
 * better. `reach`: how many margins the ends of the line stand for. Writes nothing when the row
 * has no interval. */
void svg__forest(struct html *h, const struct judgement *j, enum metric_better better,
		 double reach);
/* The reach that a row asks for; NAN: none. */
double svg__forest_reach(const struct judgement *j);

struct strip_boot {
	unsigned int slot;
	double *v; /* owned; samples in the order of iterations */
	bool *left_out; /* owned; warm-up, tainted, or of a boot that does not count */
	size_t n;
	double median; /* of those that count; NAN: none does */
};

struct strip_side {
	const char *label;
	struct strip_boot *boots;
	size_t n;
	double typical; /* what is compared; NAN: nothing */
};

struct strip {
	const char *title, *unit;
	struct strip_side *sides; /* the baseline first */
	size_t n_sides;
	double lo, hi; /* 95 % limits of where the candidate lies, in the unit; NAN: none */
	double margin_lo, margin_hi; /* around the baseline; NAN: none */
	double published; /* NAN: none */
};

#define STRIP_MAX_DOTS 60 /* of one boot; of more, evenly many are drawn */

/* All samples by boot with the medians; false when there is nothing to draw. */
bool svg__strip(struct html *h, const struct strip *s);

/* --- history --- */

struct history_view {
	const struct history_stream *const *streams;
	size_t n; /* at most SVG_SERIES */
	double from_ns, to_ns; /* what is shown; NAN: all there is */
	bool log;
	const char *title;
};

/* Points with limits by date, change points as lines with their state. */
void svg__history(struct html *h, const struct history_view *v);
/* The last values of a stream as a line as high as text, with its open changes. */
void svg__spark(struct html *h, const struct history_stream *s);
/* The same of plain values, without changes. */
void svg__spark_line(struct html *h, const double *v, size_t n);

/* --- bars, and a scatter of points --- */

#define STACK_PARTS 8

struct stack_bar {
	const char *label;
	bool apart; /* from the one above */
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
	size_t series;
	const char *label; /* what is said of it */
};

struct cloud {
	const char *title, *x_unit, *y_unit;
	const struct cloud_point *points;
	size_t n;
	double slope; /* a line through 0 with this slope; NAN: none */
	const char *slope_label;
};

void svg__cloud(struct html *h, const struct cloud *c);

#endif
