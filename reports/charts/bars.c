// SPDX-License-Identifier: GPL-2.0-only
/* bars.c - stacked bars, grouped bars, and a scatter plot. */
#include "reports/stats/stats.h"
#include "reports/charts/bars.h"
#include "reports/charts/scale.h"

#include <math.h>

#define BAR 20.0
#define STEP 30.0
#define GAP 14.0 /* above a bar that starts a new group */
#define THIN 13.0

/* Width reserved for labels on the left, `widest` characters at most. */
static double label_room(double widest)
{
	double room = 8 * widest + 16;

	return room < 80 ? 80 : room > 340 ? 340 : room;
}

/* Draw a bar of full width, divided by share. A part is labelled if it is wide enough; its title
 * always has the value. */
static void draw_stack_bar(struct html *h, const struct svg_frame *f, const struct stack *s,
			   const struct stack_bar *b, double y)
{
	double total = 0, x = f->left;

	for (size_t i = 0; i < s->n_parts; i++)
		total += b->part[i] > 0 ? b->part[i] : 0; /* NAN: a missing part */
	html__fmt(h, "<text class=\"side\" x=\"%g\" y=\"%g\" text-anchor=\"end\">%s</text>\n",
		  f->left - 8, y + BAR / 2 + 4, b->label);
	for (size_t i = 0; total > 0 && i < s->n_parts; i++) {
		double share = b->part[i] / total, width = share * (f->right - f->left);

		if (!(b->part[i] > 0))
			continue;
		html__fmt(h,
			  "<path class=\"part p%zu\" d=\"M%.2f %gh%.2fv%gh%.2fz\"><title>%s, %s: %.10g "
			  "%s (%.2f %%)</title></path>",
			  i, x, y, width, BAR, -width, b->label, s->parts[i], b->part[i], s->unit,
			  100 * share);
		if (width > 74)
			html__fmt(h,
				  "<text class=\"in p%zu\" x=\"%.1f\" y=\"%g\" text-anchor=\"middle\">%s "
				  "%.1f %%</text>\n",
				  i, x + width / 2, y + BAR / 2 + 4, s->parts[i], 100 * share);
		x += width;
	}
}

/* The plot grows with the number of bars and the width of the labels. */
void svg__stack(struct html *h, const struct stack *s)
{
	struct svg_frame f = { .width = 760, .right = 750, .top = 8 };
	double widest = 0, y = f.top;

	f.bottom = f.top + STEP * (double)s->n_bars;
	for (size_t i = 0; i < s->n_bars; i++) {
		widest = fmax(widest, (double)strlen(s->bars[i].label));
		f.bottom += s->bars[i].apart ? GAP : 0;
	}
	f.left = label_room(widest);
	f.height = f.bottom + 4;
	svg__open(h, &f, "chart stack", s->title);
	for (size_t i = 0; i < s->n_bars; i++, y += STEP) {
		y += s->bars[i].apart ? GAP : 0;
		draw_stack_bar(h, &f, s, &s->bars[i], y);
	}
	svg__close(h);
}

/* Draw one series of a row: bar, limits, and the value as text after whichever extends further. */
static void draw_bar(struct html *h, const struct bars *b, const struct scale *x,
		     const struct bars_row *r, size_t k, double y)
{
	double from = scale__at(x, 0), to = scale__at(x, r->v[k]);

	html__fmt(h,
		  "<path class=\"bar s%zu\" d=\"M%.1f %.1fH%.1fv%gH%.1fz\"><title>%s, %s: %.5g %s",
		  k, from, y, to, THIN - 3, from, r->label, b->series[k], r->v[k], b->unit);
	html__put(h, "</title></path>");
	if (r->lo && !isnan(r->lo[k]))
		html__fmt(h, "<path class=\"limits s%zu\" d=\"M%.1f %.1fH%.1f\"/>", k,
			  scale__at(x, r->lo[k]), y + (THIN - 3) / 2, scale__at(x, r->hi[k]));
	html__fmt(h, "<text class=\"note\" x=\"%.1f\" y=\"%.1f\">%.4g</text>\n",
		  scale__at(x, r->lo && !isnan(r->hi[k]) ? fmax(r->hi[k], r->v[k]) : r->v[k]) + 4,
		  y + THIN - 4, r->v[k]);
}

/* The scale starts at 0, so that bars compare by length, and leaves room for the text after the
 * longest. */
static struct scale bars_scale(const struct bars *b, const struct svg_frame *f)
{
	double lo = 0, hi = 0;

	for (size_t i = 0; i < b->n_rows; i++)
		for (size_t k = 0; k < b->n_series; k++) {
			stats__widen(&lo, &hi, b->rows[i].v[k]);
			if (b->rows[i].hi)
				stats__widen(&lo, &hi, b->rows[i].hi[k]);
		}
	return scale__exact(lo, hi > lo ? hi * 1.08 : 1, f->left, f->right);
}

void svg__bars(struct html *h, const struct bars *b)
{
	double group = THIN * (double)b->n_series + 14;
	struct svg_frame f = { .width = 760, .right = 730, .top = 8 };
	double widest = 0;
	struct scale x;

	for (size_t i = 0; i < b->n_rows; i++)
		widest = fmax(widest, (double)strlen(b->rows[i].label));
	f.left = label_room(widest);
	x = bars_scale(b, &f);
	f.bottom = f.top + group * (double)b->n_rows;
	f.height = f.bottom + 44;
	svg__open(h, &f, "chart bars", b->title);
	for (size_t i = 0; i < b->n_rows; i++) {
		double y = f.top + group * (double)i + 7;

		html__fmt(h,
			  "<text class=\"side\" x=\"%g\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n",
			  f.left - 8, y + (group - 14) / 2 + 3, b->rows[i].label);
		for (size_t k = 0; k < b->n_series; k++)
			if (!isnan(b->rows[i].v[k]))
				draw_bar(h, b, &x, &b->rows[i], k, y + THIN * (double)k);
	}
	svg__x_axis(h, &f, &x, b->unit);
	svg__close(h);
}

/* Draw the slope as a line from (0, 0) to the edge of the plot. */
static void draw_slope(struct html *h, const struct cloud *c, const struct scale *x,
		       const struct scale *y)
{
	double end = fmin(x->hi, c->slope > 0 ? y->hi / c->slope : x->hi);

	if (isnan(c->slope))
		return;
	html__fmt(h, "<path class=\"base\" d=\"M%.1f %.1fL%.1f %.1f\"/>\n", scale__at(x, 0),
		  scale__at(y, 0), scale__at(x, end), scale__at(y, c->slope * end));
	html__fmt(h, "<text class=\"note\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n",
		  scale__at(x, end) - 8, scale__at(y, c->slope * end) - 6, c->slope_label);
}

static void draw_cloud_point(struct html *h, const struct cloud_point *p, const struct scale *x,
			     const struct scale *y)
{
	double at = scale__at(x, p->x);

	if (!isnan(p->lo))
		html__fmt(h, "<path class=\"limits s%zu\" d=\"M%.1f %.1fV%.1f\"/>",
			  p->series % SVG_SERIES, at, scale__at(y, p->lo), scale__at(y, p->hi));
	svg__mark(h, p->series, at, scale__at(y, p->y), 4, p->series / SVG_SERIES % 2);
	html__text(h, p->label);
	svg__mark_end(h);
}

/* Draw a line through the points of each series. */
static void draw_cloud_lines(struct html *h, const struct cloud *c, const struct scale *x,
			     const struct scale *y)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct cloud_point *p = &c->points[i];
		const bool first = !i || p[-1].series != p->series;

		if (first)
			html__fmt(h, "<path class=\"line s%zu\" d=\"", p->series % SVG_SERIES);
		html__fmt(h, "%c%.1f %.1f", first ? 'M' : 'L', scale__at(x, p->x),
			  scale__at(y, p->y));
		if (i + 1 == c->n || p[1].series != p->series)
			html__put(h, "\"/>\n");
	}
}

/* The x axis starts at 0, like the slope; the y axis includes all limits. */
void svg__cloud(struct html *h, const struct cloud *c)
{
	const struct svg_frame f = {
		.width = 760, .height = 320, .left = 84, .right = 744, .top = 30, .bottom = 270
	};
	double x_lo = 0, x_hi = 0, y_lo = 0, y_hi = 0;
	struct scale x, y;

	for (size_t i = 0; i < c->n; i++) {
		stats__widen(&x_lo, &x_hi, c->points[i].x);
		stats__widen(&y_lo, &y_hi, c->points[i].y);
		stats__widen(&y_lo, &y_hi, c->points[i].lo);
		stats__widen(&y_lo, &y_hi, c->points[i].hi);
	}
	if (!isnan(c->slope))
		stats__widen(&y_lo, &y_hi, c->slope * x_hi);
	x = scale__exact(0, x_hi > 0 ? x_hi * 1.06 : 1, f.left, f.right);
	y = scale__fit(y_lo, y_hi, false, f.bottom, f.top);
	svg__open(h, &f, "chart cloud", c->title);
	svg__value_axis(h, &f, &y, c->y_unit);
	svg__x_axis(h, &f, &x, c->x_unit);
	draw_slope(h, c, &x, &y);
	if (c->joined)
		draw_cloud_lines(h, c, &x, &y);
	for (size_t i = 0; i < c->n; i++)
		draw_cloud_point(h, &c->points[i], &x, &y);
	svg__close(h);
}
