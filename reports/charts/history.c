// SPDX-License-Identifier: GPL-2.0-only
/* history.c - charts of metrics over time, and sparklines. */
#include "reports/history/changes.h"
#include "reports/report/words.h"
#include "reports/stats/stats.h"
#include "reports/charts/history.h"

#include <math.h>

#define SHORT 12 /* digits of a commit id */
#define SPARK_POINTS 40

static const struct svg_frame frame = {
	.width = 960, .height = 340, .left = 84, .right = 944, .top = 34, .bottom = 300
};

/* Comparisons with NAN are false, so NAN means no limit on that side. */
static bool in_view(const struct history_view *v, const struct history_point *p)
{
	return !((double)p->date_ns < v->from_ns) && !((double)p->date_ns > v->to_ns);
}

/* Scales that include all points in view. Dates chosen by the reader are kept exactly; otherwise
 * there is some room around the points. */
static void fit(const struct history_view *v, struct scale *x, struct scale *y)
{
	double x0 = v->from_ns, x1 = v->to_ns, y0 = NAN, y1 = NAN, lo = NAN, hi = NAN;

	for (size_t i = 0; i < v->n; i++)
		for (size_t k = 0; k < v->streams[i]->n_points; k++) {
			const struct history_point *p = &v->streams[i]->points[k];

			if (!in_view(v, p))
				continue;
			stats__widen(&x0, &x1, (double)p->date_ns);
			stats__widen(&y0, &y1, p->value);
			stats__widen(&lo, &hi, p->lo);
			stats__widen(&lo, &hi, p->hi);
		}
	/* Wide limits of a campaign with few boots must not flatten the others. */
	if (!isnan(lo) && y1 > y0) {
		stats__widen(&y0, &y1, fmax(lo, y0 - (y1 - y0)));
		stats__widen(&y0, &y1, fmin(hi, y1 + (y1 - y0)));
	} else if (!isnan(lo)) {
		stats__widen(&y0, &y1, lo);
		stats__widen(&y0, &y1, hi);
	}
	*x = isnan(v->from_ns) ? scale__fit(x0, x1, false, frame.left, frame.right) :
				 scale__exact(x0, x1, frame.left, frame.right);
	*y = scale__fit(y0, y1, v->log, frame.bottom, frame.top);
}

static void draw_line(struct html *h, const struct history_view *v, size_t i, const struct scale *x,
		      const struct scale *y)
{
	const struct history_stream *s = v->streams[i];
	char op = 'M';

	html__fmt(h, "<path class=\"line s%zu\" d=\"", i);
	for (size_t k = 0; k < s->n_points; k++) {
		const struct history_point *p = &s->points[k];

		if (!in_view(v, p))
			continue;
		/* Do not join points across a new baseline. */
		op = p->restart ? 'M' : op;
		html__fmt(h, "%c%.1f %.1f", op, scale__at(x, (double)p->date_ns),
			  scale__at(y, p->value));
		op = 'L';
	}
	html__put(h, "\"/>\n");
}

/* One path for all limits of a series, since hundreds of elements would slow down the page. */
static void draw_limits(struct html *h, const struct history_view *v, size_t i,
			const struct scale *x, const struct scale *y)
{
	const struct history_stream *s = v->streams[i];

	html__fmt(h, "<path class=\"limits s%zu\" d=\"", i);
	for (size_t k = 0; k < s->n_points; k++) {
		const struct history_point *p = &s->points[k];

		if (in_view(v, p) && !isnan(p->lo))
			html__fmt(h, "M%.1f %.1fV%.1f", scale__at(x, (double)p->date_ns),
				  scale__at(y, p->lo), scale__at(y, p->hi));
	}
	html__put(h, "\"/>\n");
}

/* Draw a mark with everything known about the point as its title. */
static void draw_point(struct html *h, const struct history_view *v, size_t which,
		       const struct history_point *p, double x, double y)
{
	const struct history_stream *s = v->streams[which];
	_free_ char *date = words__date(p->date_ns);
	_free_ char *url = v->url ? v->url(v->arg, p) : NULL;

	/* Not in the tab order, where hundreds of stops would not help: the table has the same
	 * links. */
	if (url)
		html__fmt(h, "<a href=\"%s\" tabindex=\"-1\" aria-label=\"campaign of %s\">", url,
			  date);
	svg__mark(h, which, x, y, 3.4, false);
	html__fmt(h, "%s\n%s %.*s\n%.6g %s", date, *p->commit ? "commit" : "campaign", SHORT,
		  *p->commit ? p->commit : p->campaign, p->value, s->unit);
	if (!isnan(p->lo))
		html__fmt(h, " [%.6g, %.6g]", p->lo, p->hi);
	html__fmt(h, "\n%s, %u boot%s", s->variant, p->n, plural_s(p->n));
	svg__mark_end(h);
	html__put(h, url ? "</a>" : "");
}

/* A change and its position. */
struct placed_change {
	const struct history_stream *s;
	const struct history_change *c;
	double x;
};

#define LABEL_ROWS 2
#define LABEL_HEIGHT 12
#define LABEL_WIDTH 62 /* fits "+98.3 points", with some room */

/* Draw a line across the plot with the size above it. Elements with data-x keep their shape when
 * the script zooms. */
static void draw_change(struct html *h, const struct placed_change *placed, int row)
{
	const struct history_stream *s = placed->s;
	const struct history_change *c = placed->c;
	double x = placed->x;
	const struct history_point *at = &s->points[c->c.at];
	_free_ char *date = words__date(at->date_ns), *step = words__step(s->share, &c->c);

	html__fmt(h,
		  "<g class=\"change %s\"><path data-x=\"%.1f\" d=\"M%.1f %gV%g\"/>"
		  "<text data-x=\"%.1f\" x=\"%.1f\" y=\"%g\" text-anchor=\"middle\">",
		  change_state__name(c->state), x, x, frame.top - 6, frame.bottom, x, x,
		  frame.top - 10 - row * LABEL_HEIGHT);
	if (row == LABEL_ROWS)
		html__fmt(h, "<title>%s\n%s</title>", date, step);
	else if (c->c.reset)
		html__fmt(h, "restart<title>%s\nnew baseline: %s</title>", date, at->restart);
	else
		html__fmt(h, "%s%s<title>%s\n%s: %s, p %.1e</title>",
			  *step == '-' ? "\xe2\x88\x92" : "", step + (*step == '-'), date,
			  change_state__name(c->state), step, c->c.p);
	html__put(h, "</text></g>\n");
}

static int by_place(const void *a, const void *b)
{
	const struct placed_change *x = a, *y = b;

	return x->x < y->x ? -1 : x->x > y->x;
}

/* Draw all changes. Labels that would overlap move up one row; if both rows are taken, the line has
 * no label, but the list below the chart has the change. Changes of several series in the same
 * night share a line. */
static void draw_changes(struct html *h, const struct history_view *v, const struct scale *x)
{
	_free_ struct placed_change *list = NULL;
	double last = -1e9, taken[LABEL_ROWS] = { -1e9, -1e9 };
	size_t n = 0;

	for (size_t i = 0; i < v->n; i++) {
		const struct history_stream *s = v->streams[i];

		for (size_t k = 0; k < s->n_changes; k++) {
			const struct history_point *p = &s->points[s->changes[k].c.at];

			if (in_view(v, p))
				*APPEND(list, n) = (struct placed_change){
					s, &s->changes[k], scale__at(x, (double)p->date_ns)
				};
		}
	}
	if (n)
		qsort(list, n, sizeof(*list), by_place);
	for (size_t i = 0; i < n; i++) {
		int row = 0;

		if (list[i].x - last < 3)
			continue;
		last = list[i].x;
		while (row < LABEL_ROWS && list[i].x - taken[row] < LABEL_WIDTH)
			row++;
		if (row < LABEL_ROWS)
			taken[row] = list[i].x;
		draw_change(h, &list[i], row);
	}
}

/* The script uses the data attributes to zoom: dates and positions of both ends of the plot. Points
 * are drawn last, on top of lines and limits. */
void svg__history(struct html *h, const struct history_view *v)
{
	struct scale x, y;

	fit(v, &x, &y);
	html__fmt(h,
		  "<div class=\"zoom\" data-from=\"%.0f\" data-to=\"%.0f\" data-left=\"%g\" "
		  "data-right=\"%g\" data-width=\"%g\">\n",
		  x.lo, x.hi, frame.left, frame.right, frame.width);
	if (v->url)
		svg__open_links(h, &frame, "chart history", v->title);
	else
		svg__open(h, &frame, "chart history", v->title);
	svg__value_axis(h, &frame, &y, v->n ? v->streams[0]->unit : "");
	svg__time_axis(h, &frame, &x);
	draw_changes(h, v, &x);
	for (size_t i = 0; i < v->n; i++)
		draw_limits(h, v, i, &x, &y);
	for (size_t i = 0; i < v->n; i++)
		draw_line(h, v, i, &x, &y);
	for (size_t i = 0; i < v->n; i++)
		for (size_t k = 0; k < v->streams[i]->n_points; k++) {
			const struct history_point *p = &v->streams[i]->points[k];

			if (in_view(v, p))
				draw_point(h, v, i, p, scale__at(&x, (double)p->date_ns),
					   scale__at(&y, p->value));
		}
	svg__close(h);
	html__put(h, "</div>\n");
}

/* Scales of a sparkline. */
static void fit_spark(const double *v, size_t n, struct scale *x, struct scale *y)
{
	double lo = NAN, hi = NAN;

	for (size_t k = 0; k < n; k++)
		stats__widen(&lo, &hi, v[k]);
	/* Variation within 2 % must not look dramatic. */
	if (hi - lo < fabs(hi) * 0.02) {
		double middle = (hi + lo) / 2;

		stats__widen(&lo, &hi, middle - fabs(hi) * 0.01);
		stats__widen(&lo, &hi, middle + fabs(hi) * 0.01);
	}
	*x = scale__exact(0, (double)n - 1, 3, 117);
	*y = scale__fit(lo, hi, false, 25, 3);
}

/* Begin a sparkline: 120 by 28 units, hidden from screen readers since the table has the
 * numbers. */
static void draw_spark(struct html *h, const double *v, size_t n, const struct scale *x,
		       const struct scale *y)
{
	html__put(h, "<svg class=\"spark\" viewBox=\"0 0 120 28\" aria-hidden=\"true\"><path d=\"");
	for (size_t k = 0; k < n; k++)
		html__fmt(h, "%s%.4g %.3g",
			  k == 0 ? "M" :
			  k == 1 ? "L" :
				   " ",
			  scale__at(x, (double)k), scale__at(y, v[k]));
	html__put(h, "\"/>");
}

/* End a sparkline with a dot on the last value, on top of everything else. */
static void end_spark(struct html *h, const double *v, size_t n, const struct scale *x,
		      const struct scale *y)
{
	if (n)
		html__fmt(h, "<circle cx=\"%.4g\" cy=\"%.3g\" r=\"2.4\"/>",
			  scale__at(x, (double)n - 1), scale__at(y, v[n - 1]));
	html__put(h, "</svg>");
}

void svg__spark_line(struct html *h, const double *v, size_t n)
{
	struct scale x, y;

	fit_spark(v, n, &x, &y);
	draw_spark(h, v, n, &x, &y);
	end_spark(h, v, n, &x, &y);
}

void svg__spark(struct html *h, const struct history_stream *s)
{
	size_t first = s->n_points > SPARK_POINTS ? s->n_points - SPARK_POINTS : 0;
	size_t n = s->n_points - first;
	double v[SPARK_POINTS];
	struct scale x, y;

	for (size_t k = 0; k < n; k++)
		v[k] = s->points[first + k].value;
	fit_spark(v, n, &x, &y);
	draw_spark(h, v, n, &x, &y);
	for (size_t k = 0; k < s->n_changes; k++) {
		size_t at = s->changes[k].c.at;

		if (at >= first && s->changes[k].state <= CHANGE_CONFIRMED)
			html__fmt(h, "<path class=\"%s\" d=\"M%.1f 1V27\"/>",
				  s->changes[k].worse ? "worse" : "better",
				  scale__at(&x, (double)(at - first)));
	}
	end_spark(h, v, n, &x, &y);
}
