/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * svg.h - the parts that charts are made of: frame, axes, marks.
 *
 * Each chart is one <svg> styled by the classes of kduel.css, so that it follows light, dark and
 * print. Colour never carries meaning alone: series differ in shape as well.
 */
#ifndef KDUEL_CHARTS_SVG_H
#define KDUEL_CHARTS_SVG_H

#include "reports/render/html.h"
#include "reports/charts/scale.h"

struct svg_frame {
	double width, height; /* of the whole, in the units of the drawing */
	double left, right, top, bottom; /* of the plot */
};

/* Open an <svg>; `title` is read out in its place, `class` may be "". */
void svg__open(struct html *h, const struct svg_frame *f, const char *class, const char *title);
/* The same of one whose marks are links: not a picture, to screen readers, but a group of them. */
void svg__open_links(struct html *h, const struct svg_frame *f, const char *class,
		     const char *title);
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
/* A list of the marks of series 0 to n - 1 with their names; hollow from SVG_SERIES on, as
 * svg__cloud() draws them. */
void svg__legend(struct html *h, const char *const *names, size_t n);

#define SVG_SERIES 6 /* shapes and colours there are */

#endif
