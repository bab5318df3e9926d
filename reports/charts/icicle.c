// SPDX-License-Identifier: GPL-2.0-only
/* icicle.c - draws a whole, its groups and their parts as rows of cells. */
#include "reports/charts/icicle.h"

#include <math.h>

#define CELL 34.0
#define LETTER 6.6 /* width of a character, about */
#define LEAST 1.5 /* least width of a cell that is drawn */
#define SAME 0.001 /* changes below this share of a cell do not count */

static double size_of(const struct icicle_cell *c)
{
	return fmax(fmax(c->v[0], c->v[1]), 0);
}

/* The class of a cell: "up", "down" or "same". */
static const char *class_of(const struct icicle_cell *c)
{
	const double diff = c->v[1] - c->v[0];

	if (!(fabs(diff) > SAME * size_of(c)))
		return "same";
	return diff > 0 ? "up" : "down";
}

/* Draw a cell. A bar at its foot shows how much of it changed. The label is truncated to fit. */
static void draw_cell(struct html *h, const struct icicle *ic, const struct icicle_cell *c,
		      double x, double y, double width)
{
	const double diff = c->v[1] - c->v[0], part = fabs(diff) / size_of(c);
	const int room = (int)((width - 6) / LETTER);
	const char *class = class_of(c);
	char change[32];

	html__fmt(h,
		  "<g class=\"cell %s\"><title>%s: %.6g, then %.6g (%+.4g) %s</title><path class=\"box\" "
		  "d=\"M%.2f %gh%.2fv%gh%.2fz\"/>",
		  class, c->label, c->v[0], c->v[1], diff, ic->unit, x, y, width, CELL - 2, -width);
	if (part > SAME)
		html__fmt(h, "<path class=\"foot\" d=\"M%.2f %gh%.2fv5h%.2fz\"/>", x, y + CELL - 7,
			  width * fmin(part, 1), -width * fmin(part, 1));
	snprintf(change, sizeof(change), "%+.3g", diff);
	if (room >= 4)
		html__fmt(h, "<text class=\"note\" x=\"%.1f\" y=\"%g\">%.*s%s</text>", x + 3,
			  y + 13, (int)strlen(c->label) > room ? room - 1 : room, c->label,
			  (int)strlen(c->label) > room ? "\xe2\x80\xa6" : "");
	if (room >= (int)strlen(change) && part > SAME)
		html__fmt(h, "<text class=\"note\" x=\"%.1f\" y=\"%g\">%s</text>", x + 3, y + 25,
			  change);
	html__put(h, "</g>\n");
}

static void draw_parts(struct html *h, const struct icicle *ic, size_t group, double x, double y,
		       double scale)
{
	for (size_t i = 0; i < ic->n_parts; i++) {
		const struct icicle_cell *c = &ic->parts[i];
		const double width = size_of(c) * scale;

		if (c->group != group)
			continue;
		if (width >= LEAST)
			draw_cell(h, ic, c, x, y, width);
		x += width;
	}
}

/* Changes of parts may cancel within a group, and those of groups within the whole, so a row may
 * need more width than the one above. The last row determines the scale. */
static double width_of(const struct icicle *ic, size_t group)
{
	double sum = 0;

	for (size_t i = 0; i < ic->n_parts; i++)
		sum += ic->parts[i].group == group ? size_of(&ic->parts[i]) : 0;
	return fmax(sum, size_of(&ic->groups[group]));
}

void svg__icicle(struct html *h, const struct icicle *ic)
{
	const struct svg_frame f = { .width = 760,
				     .height = 3 * CELL + 8,
				     .left = 4,
				     .right = 756,
				     .top = 4,
				     .bottom = 3 * CELL + 4 };
	double total = 0, scale, x = f.left;

	for (size_t g = 0; g < ic->n_groups; g++)
		total += width_of(ic, g);
	if (!(total > 0) || !isfinite(total))
		return;
	scale = (f.right - f.left) / total;
	svg__open(h, &f, "chart icicle", ic->title);
	draw_cell(h, ic, &ic->whole, f.left, f.top, f.right - f.left);
	for (size_t g = 0; g < ic->n_groups; g++) {
		const double width = width_of(ic, g) * scale;

		if (width >= LEAST)
			draw_cell(h, ic, &ic->groups[g], x, f.top + CELL, width);
		draw_parts(h, ic, g, x, f.top + 2 * CELL, scale);
		x += width;
	}
	svg__close(h);
}
