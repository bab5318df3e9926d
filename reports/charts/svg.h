/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * svg.h - building blocks of charts: frame, axes, marks.
 *
 * Each chart is one <svg>, styled by the classes of kduel.css so that it follows light, dark and
 * print modes. Colour is never the only distinction: series also differ in shape.
 */
#ifndef KDUEL_CHARTS_SVG_H
#define KDUEL_CHARTS_SVG_H

#include "reports/render/html.h"
#include "reports/charts/scale.h"

struct svg_frame {
	double width, height; /* size of the drawing, in its own units */
	double left, right, top, bottom; /* edges of the plot area */
};

/* Open an <svg>. `title`: read by screen readers instead of the image; `class` may be "". */
void svg__open(struct html *h, const struct svg_frame *f, const char *class, const char *title);
/* The same for an <svg> whose marks are links: screen readers take it for a group, not an image. */
void svg__open_links(struct html *h, const struct svg_frame *f, const char *class,
		     const char *title);
void svg__close(struct html *h);
/* Draw grid lines and labels of a vertical axis, with `unit` above it. */
void svg__value_axis(struct html *h, const struct svg_frame *f, const struct scale *y,
		     const char *unit);
/* Draw a horizontal axis of times (ns since 1970), or of values. */
void svg__time_axis(struct html *h, const struct svg_frame *f, const struct scale *x);
void svg__x_axis(struct html *h, const struct svg_frame *f, const struct scale *x,
		 const char *unit);
/* Draw a mark of series `which`; series differ in shape. `hollow`: the value does not count. Leaves
 * <title> open for its text; close with svg__mark_end(). */
void svg__mark(struct html *h, size_t which, double x, double y, double size, bool hollow);
void svg__mark_end(struct html *h);
/* A legend with marks and names of series 0 to n - 1; hollow from SVG_SERIES on, as in
 * svg__cloud(). */
void svg__legend(struct html *h, const char *const *names, size_t n);

#define SVG_SERIES 6 /* number of shapes and colours */

#endif
