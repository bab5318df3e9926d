// SPDX-License-Identifier: GPL-2.0-only
/* forest.c - draws the change of a row with its limits, in units of the margin. */
#include "reports/charts/forest.h"
#include "reports/charts/svg.h"

#include <math.h>

#define WIDTH 132.0
#define HEIGHT 20.0
#define MIDDLE (WIDTH / 2)
#define SPAN (WIDTH / 2 - 6)
#define REACH_MIN 3.0
#define REACH_MAX 40.0

struct span {
	double at, lo, hi; /* in units of the margin; right is better */
};

/* Change and limits on the scale of the test (logarithmic unless linear), divided by the margin, so
 * that one axis fits all rows of a table. False if the row has no interval. */
static bool measure(const struct judgement *j, struct span *s)
{
	double v[3] = { j->change, j->lo, j->hi };
	const double pct[3] = { j->pct, j->lo_pct, j->hi_pct };

	if (!(j->margin > 0) || isnan(j->lo_pct) || isnan(j->pct))
		return false;
	for (int i = 0; i < 3; i++) {
		if (!j->linear)
			v[i] = log1p(pct[i] / 100);
		v[i] /= j->margin;
		if (isnan(v[i]))
			return false;
	}
	*s = (struct span){ v[0], v[1], v[2] };
	return true;
}

/* The chart must show the change and the nearer end of its interval. The far end of a wide interval
 * may be cut off; the table has the numbers. */
double svg__forest_reach(const struct judgement *j)
{
	struct span s;
	double reach;

	if (!measure(j, &s))
		return NAN;
	reach = 1.1 * fmax(fabs(s.at), fmin(fabs(s.lo), fabs(s.hi)));
	return fmin(fmax(reach, REACH_MIN), REACH_MAX);
}

/* Map a value in margins to the x axis: about linear near 0, so that the margin looks as wide as it
 * is, and logarithmic further out, where only the order of magnitude matters. */
static double place(double v, double reach)
{
	double t = copysign(log1p(fabs(v)), v) / log1p(reach);

	return MIDDLE + SPAN * (t < -1 ? -1 : t > 1 ? 1 : t);
}

/* The <g> needs the class as well: style sheets do not see the parents of what <use> repeats. */
void svg__forest_scale(struct html *h, const struct forest *f)
{
	double edge = place(1, f->reach) - MIDDLE;

	html__fmt(h,
		  "<svg class=\"forest scale\" aria-hidden=\"true\"><g class=\"forest\" id=\"scale%u\">"
		  "<path class=\"within\" d=\"M%.1f 2h%.1fv16h%.1fz\"/>"
		  "<path class=\"zero\" d=\"M%g 1v18\"/></g></svg>",
		  f->id, MIDDLE - edge, 2 * edge, -2 * edge, MIDDLE);
}

void svg__forest(struct html *h, const struct judgement *j, enum metric_better better,
		 const struct forest *f)
{
	struct span s;
	double lo, hi, at;

	if (!measure(j, &s))
		return;
	if (better == BETTER_LOWER)
		s = (struct span){ -s.at, -s.hi, -s.lo };
	lo = place(s.lo, f->reach);
	hi = place(s.hi, f->reach);
	at = place(s.at, f->reach);
	html__fmt(h,
		  "<svg class=\"forest\" viewBox=\"0 0 %g %g\" aria-hidden=\"true\">"
		  "<use href=\"#scale%u\"/><path class=\"ci\" d=\"M%.1f 10H%.1f\"/>"
		  "<path class=\"at\" d=\"M%.1f 5.2l4.8 4.8-4.8 4.8-4.8-4.8z\"/></svg>",
		  WIDTH, HEIGHT, f->id, lo, hi - lo < 1 ? lo + 1 : hi, at);
}
