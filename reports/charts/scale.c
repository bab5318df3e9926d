// SPDX-License-Identifier: GPL-2.0-only
/* scale.c - linear, logarithmic and time axes: positions, tick values and labels. */
#include "reports/charts/scale.h"
#include "lib/clock.h"
#include "lib/date.h"
#include "lib/units.h"

#include <math.h>

#define ROOM 0.06 /* share of the span to leave free at each end */
#define NARROW_BLANK "\xe2\x80\xaf"

struct scale scale__exact(double lo, double hi, double from, double to)
{
	if (!(lo < hi)) {
		lo -= 1;
		hi = lo + 2;
	}
	return (struct scale){ .lo = lo, .hi = hi, .from = from, .to = to };
}

struct scale scale__fit(double lo, double hi, bool log, double from, double to)
{
	struct scale s = { .from = from, .to = to };
	double span;

	if (!isfinite(lo) || !isfinite(hi)) {
		lo = 0;
		hi = 1;
	}
	s.log = log && lo > 0;
	if (s.log) {
		lo = log10(lo);
		hi = log10(hi);
	}
	span = hi - lo;
	/* No variation: show some range around the value. */
	if (!(span > fabs(hi) * 1e-12))
		span = lo ? fabs(lo) * 0.1 : 1;
	lo -= span * ROOM;
	hi += span * ROOM;
	s.lo = s.log ? pow(10, lo) : lo;
	s.hi = s.log ? pow(10, hi) : hi;
	return s;
}

/* Values out of range are drawn at the edge. */
double scale__at(const struct scale *s, double v)
{
	double t;

	v = v < s->lo ? s->lo : v > s->hi ? s->hi : v;
	t = s->log ? log(v / s->lo) / log(s->hi / s->lo) : (v - s->lo) / (s->hi - s->lo);
	return s->from + t * (s->to - s->from);
}

static void add_tick(struct scale_ticks *t, const struct scale *s, double v)
{
	if (v >= s->lo && v <= s->hi && t->n < SCALE_MAX_TICKS)
		t->v[t->n++] = v;
}

/* Multiples of step, computed from k rather than summed up to avoid accumulating rounding
 * errors. */
static void even_ticks(const struct scale *s, double step, struct scale_ticks *t)
{
	t->step = step;
	t->n = 0;
	for (double k = ceil(s->lo / step); k * step <= s->hi && t->n < SCALE_MAX_TICKS; k++)
		add_tick(t, s, k * step);
}

/* 1, 2 and 5 times each power of ten; only the powers of ten if there are many. */
static void log_ticks(const struct scale *s, struct scale_ticks *t)
{
	static const double within[] = { 1, 2, 5 };
	int first = (int)floor(log10(s->lo)), last = (int)floor(log10(s->hi));
	int decades = last - first + 1;
	size_t n = decades <= SCALE_MAX_TICKS / 3 ? ARRAY_SIZE(within) : 1;
	int stride = 1 + (decades - 1) / SCALE_MAX_TICKS;

	t->step = NAN;
	t->n = 0;
	for (int d = first; d <= last; d += stride)
		for (size_t i = 0; i < n; i++)
			add_tick(t, s, within[i] * pow(10, d));
}

/* A logarithmic axis over less than half a decade gets even steps, as it has too few multiples by
 * 1, 2 and 5. */
void scale__ticks(const struct scale *s, size_t want, struct scale_ticks *t)
{
	double raw = (s->hi - s->lo) / (double)want, unit = pow(10, floor(log10(raw)));
	double m = raw / unit;

	if (s->log && s->hi / s->lo > 3) {
		log_ticks(s, t);
		return;
	}
	even_ticks(s, unit * (m <= 1 ? 1 : m <= 2 ? 2 : m <= 5 ? 5 : 10), t);
}

/* Steps from 1 s to a year of 365 days. A month is 30 days, so ticks that far apart are not at
 * exact calendar dates. */
void scale__time_ticks(const struct scale *s, size_t want, struct scale_ticks *t)
{
	static const double steps[] = { 1,	5,	 15,	  60,	   300,	    900,
					3600,	10800,	 21600,	  43200,   86400,   172800,
					604800, 1209600, 2592000, 7776000, 31536000 };
	double raw = (s->hi - s->lo) / (double)want / (double)NSEC_PER_SEC;
	size_t i = 0;

	while (i + 1 < ARRAY_SIZE(steps) && steps[i] < raw)
		i++;
	even_ticks(s, steps[i] * (double)NSEC_PER_SEC, t);
}

/* "1234567.25" with narrow spaces between groups of three digits, from five digits on, as the SI
 * recommends. The caller frees. */
static char *grouped(const char *digits)
{
	const char *start = digits + strspn(digits, "-");
	size_t whole = strcspn(start, ".");
	char *out = xstrndup(digits, (size_t)(start - digits));

	for (size_t i = 0; start[i]; i++) {
		char *old = out;
		bool gap = whole > 4 && i && i < whole && (whole - i) % 3 == 0;

		out = xasprintf("%s%s%c", old, gap ? NARROW_BLANK : "", start[i]);
		free(old);
	}
	return out;
}

/* As many decimals as needed to distinguish two ticks. 1e-9 keeps rounding errors from adding one
 * for a step such as 0.1. */
char *scale__label(double v, double step)
{
	_free_ char *plain = NULL;
	int decimals = isnan(step) ? 0 : (int)ceil(-log10(step) - 1e-9);

	if (fabs(v) >= 1e9 || (v != 0 && fabs(v) < 1e-4))
		return xasprintf("%.4g", v);
	if (isnan(step))
		return xasprintf("%.4g", v);
	plain = xasprintf("%.*f", decimals < 0 ? 0 : decimals, v == 0 ? 0.0 : v);
	return grouped(plain);
}

/* As fine as the step: "2026-11", "11-21", "05:40" or "05:40:12". */
char *scale__time_label(double ns, double step)
{
	double s = step / (double)NSEC_PER_SEC;
	char buf[DATE_LEN];

	return xstrdup(date__utc(units__whole(ns),
				 s >= 2592000 ? "%Y-%m" :
				 s >= 86400   ? "%m-%d" :
				 s >= 60      ? "%H:%M" :
						"%H:%M:%S",
				 buf));
}
