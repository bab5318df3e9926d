// SPDX-License-Identifier: GPL-2.0-only
/* strip.c - plots all samples of a metric, boot by boot. */
#include "reports/stats/stats.h"
#include "reports/charts/strip.h"
#include "reports/charts/svg.h"

#include <math.h>

#define GAP 26.0 /* between sides */
#define CAPTION 30.0 /* below the plot */
#define DOT 2.6

static const struct svg_frame frame = {
	.width = 760, .height = 300, .left = 84, .right = 744, .top = 30, .bottom = 258
};

/* The axis fits the samples; limits, margin and published figure may be cut off. */
static struct scale y_scale(const struct strip *s)
{
	double lo = NAN, hi = NAN, at, span;

	for (size_t i = 0; i < s->n_sides; i++) {
		const struct strip_side *side = &s->sides[i];

		/* Including samples that do not count, which are drawn as well. */
		for (size_t k = 0; k < side->n; k++)
			for (size_t m = 0; m < side->boots[k].n; m++)
				stats__widen(&lo, &hi, side->boots[k].v[m]);
		stats__widen(&lo, &hi, side->typical);
	}
	/* Limits may extend the axis, but only so far that they do not squeeze the samples. */
	span = hi - lo;
	at = s->lo;
	stats__widen(&lo, &hi, at < lo - span ? lo - span : at);
	at = s->hi;
	stats__widen(&lo, &hi, at > hi + span ? hi + span : at);
	if (fabs(s->published - hi) < 3 * span || fabs(s->published - lo) < 3 * span)
		stats__widen(&lo, &hi, s->published);
	return scale__fit(lo, hi, false, frame.bottom, frame.top);
}

/* Draw a horizontal band, at least 1.5 units high. */
static void band(struct html *h, const char *class, const struct scale *y, double x0, double x1,
		 double lo, double hi)
{
	double top = scale__at(y, hi), bottom = scale__at(y, lo);

	if (isnan(lo) || isnan(hi))
		return;
	if (bottom - top < 1.5)
		bottom = top + 1.5;
	html__fmt(h, "<path class=\"%s\" d=\"M%.1f %.1fH%.1fV%.1fH%.1fz\"/>\n", class, x0, top, x1,
		  bottom, x0);
}

/* Draw a horizontal line, with a label above its right end unless it is NULL. */
static void level(struct html *h, const char *class, const struct scale *y, double x0, double x1,
		  double v, const char *label)
{
	double at = scale__at(y, v);

	if (isnan(v))
		return;
	html__fmt(h, "<path class=\"%s\" d=\"M%.1f %.1fH%.1f\"/>\n", class, x0, at, x1);
	if (label)
		html__fmt(h,
			  "<text class=\"note\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n",
			  x1, at - 4, label);
}

/* Draw the samples of a boot, spread horizontally so that equal values do not overlap. */
static void draw_boot(struct html *h, const struct strip *s, const struct scale *y, size_t side,
		      const struct strip_boot *b, double x, double width)
{
	size_t stride = (b->n + STRIP_MAX_DOTS - 1) / STRIP_MAX_DOTS;
	double spread = b->n > 1 ? fmin(width * 0.62, 3.4 * (double)b->n) : 0;

	for (size_t k = 0; k < b->n; k += stride ? stride : 1) {
		double off = b->n > 1 ? spread * ((double)k / (double)(b->n - 1) - 0.5) : 0;

		svg__mark(h, side, x + off, scale__at(y, b->v[k]), DOT, b->left_out[k]);
		html__fmt(h, "boot %u: %.6g %s%s", b->slot + 1, b->v[k], s->unit,
			  b->left_out[k] ? " (left out)" : "");
		svg__mark_end(h);
	}
	if (!isnan(b->median) && b->n > 1)
		html__fmt(h,
			  "<path class=\"median\" d=\"M%.1f %.1fh%.1f\"><title>boot %u: median %.6g "
			  "%s</title></path>\n",
			  x - width * 0.38, scale__at(y, b->median), width * 0.76, b->slot + 1,
			  b->median, s->unit);
}

/* Draw the boots of a side next to each other, labelled by their slot in the schedule. If they are
 * narrow, only some are labelled. */
static void draw_side(struct html *h, const struct strip *s, const struct scale *y, size_t side,
		      double x0, double x1)
{
	const struct strip_side *sd = &s->sides[side];
	double width = (x1 - x0) / (double)(sd->n ? sd->n : 1);
	size_t every = width < 16 ? (size_t)(16 / width) + 1 : 1;

	for (size_t i = 0; i < sd->n; i++) {
		double x = x0 + ((double)i + 0.5) * width;

		draw_boot(h, s, y, side, &sd->boots[i], x, width);
		if (i % every == 0)
			html__fmt(h,
				  "<text class=\"tick\" x=\"%.1f\" y=\"%g\" text-anchor=\"middle\">"
				  "%u</text>\n",
				  x, frame.bottom + 16, sd->boots[i].slot + 1);
	}
	html__fmt(h, "<path class=\"axis\" d=\"M%.1f %gH%.1f\"/>", x0, frame.bottom, x1);
	level(h, "typical", y, x0, x1, sd->typical, NULL);
	html__fmt(h,
		  "<text class=\"side\" x=\"%.1f\" y=\"%g\" text-anchor=\"middle\">%s%s</text>\n",
		  (x0 + x1) / 2, frame.bottom + CAPTION + 6, sd->label,
		  side == 0 ? " (baseline)" : "");
}

static size_t count_samples(const struct strip *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_sides; i++)
		for (size_t k = 0; k < s->sides[i].n; k++)
			n += s->sides[i].boots[k].n;
	return n;
}

/* All sides share the width of the plot. Drawn from back to front: shaded areas, grid, lines,
 * dots. */
bool svg__strip(struct html *h, const struct strip *s)
{
	double wide = (frame.right - frame.left - GAP * (double)(s->n_sides - 1)) /
		      (double)s->n_sides;
	struct scale y = y_scale(s);
	double last = frame.right - wide;

	if (!count_samples(s))
		return false;
	svg__open(h, &frame, "chart strip", s->title);
	band(h, "within", &y, frame.left, frame.right, s->margin_lo, s->margin_hi);
	svg__value_axis(h, &frame, &y, s->unit);
	band(h, "interval", &y, last, frame.right, s->lo, s->hi);
	level(h, "base", &y, frame.left, frame.right, s->sides[0].typical, NULL);
	if (y.lo < s->published && s->published < y.hi)
		level(h, "published", &y, frame.left, frame.right, s->published, "published");
	for (size_t i = 0; i < s->n_sides; i++) {
		double x0 = frame.left + (double)i * (wide + GAP);

		draw_side(h, s, &y, i, x0, x0 + wide);
	}
	svg__close(h);
	return true;
}
