// SPDX-License-Identifier: GPL-2.0-only
/*
 * changepoint_despike.c - single bad nights are put back among their neighbours.
 *
 * This runs for every night of every metric over a window that moves on by one: the sorted
 * differences are kept from one look to the next.
 */
#include "reports/stats/changepoint_scan.h"
#include "reports/stats/stats.h"

#include <math.h>

static size_t place_of(const double *sorted, size_t n, double v)
{
	size_t lo = 0;

	while (lo < n) {
		size_t mid = lo + (n - lo) / 2;

		if (sorted[mid] < v)
			lo = mid + 1;
		else
			n = mid;
	}
	return lo;
}

static void take_out(struct steps *s, double v)
{
	size_t at = place_of(s->sorted, s->n, v);

	s->n--;
	memmove(s->sorted + at, s->sorted + at + 1, (s->n - at) * sizeof(v));
}

static void put_in(struct steps *s, double v)
{
	size_t at = place_of(s->sorted, s->n, v);

	memmove(s->sorted + at + 1, s->sorted + at, (s->n - at) * sizeof(v));
	s->sorted[at] = v;
	s->n++;
}

/* Make s hold the differences within [from, to). */
static void slide(struct steps *s, const double *x, size_t from, size_t to)
{
	if (from < s->from || to < s->to || from >= s->to || to - s->to > 1) {
		s->n = to - from - 1;
		for (size_t i = 0; i < s->n; i++)
			s->sorted[i] = x[from + i + 1] - x[from + i];
		stats__sort(s->sorted, s->n);
	} else {
		for (size_t i = s->from; i < from; i++)
			take_out(s, x[i + 1] - x[i]);
		if (to > s->to)
			put_in(s, x[to - 1] - x[to - 2]);
	}
	s->from = from;
	s->to = to;
}

static double middle(const double *sorted, size_t n)
{
	return n % 2 ? sorted[n / 2] : sorted[n / 2 - 1] / 2 + sorted[n / 2] / 2;
}

/* Median distance of sorted[0..n) from their median: the distances grow away from it. */
static double mad(const double *sorted, size_t n)
{
	double mid = middle(sorted, n), now = 0, before = 0;
	size_t left = place_of(sorted, n, mid), right = left;

	for (size_t i = 0; i <= n / 2; i++) {
		double l = left > 0 ? mid - sorted[left - 1] : INFINITY;
		double r = right < n ? sorted[right] - mid : INFINITY;

		before = now;
		now = l < r ? l : r;
		if (l < r)
			left--;
		else
			right++;
	}
	return n % 2 ? now : before / 2 + now / 2;
}

static double max2(double a, double b)
{
	return a > b ? a : b;
}

static double min2(double a, double b)
{
	return a < b ? a : b;
}

static double median5(const double *v)
{
	double a = max2(min2(v[0], v[1]), min2(v[2], v[3]));
	double b = min2(max2(v[0], v[1]), max2(v[2], v[3]));

	/* Of the four, a and b are the middle ones: the fifth lies below, between or above. */
	return max2(min2(a, b), min2(max2(a, b), v[4]));
}

/* Median of the five values around x[i], of those that there are at the ends. */
static double neighbourhood(const double *x, size_t n, size_t i)
{
	size_t from = i < 2 ? 0 : i - 2, to = i + 3 < n ? i + 3 : n;
	double v[5];

	if (to - from == 5)
		return median5(x + from);
	memcpy(v, x + from, (to - from) * sizeof(*v));
	return stats__median(v, to - from);
}

void steps__despike(struct steps *s, const double *x, size_t from, size_t to, double hampel,
		    double *y)
{
	size_t n = to - from;
	double limit = 0;

	slide(s, x, from, to);
	/* A difference has the variance of two nights. The last term keeps rounding apart
	 * from spikes where nothing varies. */
	if (s->n)
		limit = hampel * (1.4826 * mad(s->sorted, s->n) / M_SQRT2 + 1e-12);
	for (size_t i = 0; i < n; i++) {
		double mid = neighbourhood(x + from, n, i);

		y[i] = fabs(x[from + i] - mid) > limit ? mid : x[from + i];
	}
}

void changepoint__despike(const double *x, size_t n, double hampel, double *y)
{
	struct steps s = { .sorted = xcalloc(n, sizeof(*s.sorted)) };

	if (n)
		steps__despike(&s, x, 0, n, hampel, y);
	free(s.sorted);
}
