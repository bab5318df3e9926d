// SPDX-License-Identifier: GPL-2.0-only
/* spikes.c - detects and replaces single nights that are outliers. */
#include "reports/stats/spikes.h"

#include "reports/stats/stats.h"

#include <math.h>

/* Noise is estimated by this quantile of |difference of neighbouring nights|; NOISE_NORMAL is that
 * quantile of the standard normal distribution. In a series that alternates between two values the
 * median alone could be 0. */
#define NOISE_QUANTILE 0.8
#define NOISE_NORMAL 1.2815515655446004
#define MIDDLE_NORMAL 0.67448975019608171

/* State kept between looks: `sorted` has the |differences| of neighbouring nights in x[from, to),
 * and `mid` the medians of five around every night. */
struct spikes {
	double *sorted, *mid;
	size_t n, from, to;
	bool in_order; /* `sorted` is sorted; done lazily, when a second look needs it */
};

static size_t lower_bound(const double *sorted, size_t n, double v)
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

static void spikes__remove(struct spikes *s, double v)
{
	size_t at = lower_bound(s->sorted, s->n, v);

	s->n--;
	memmove(s->sorted + at, s->sorted + at + 1, (s->n - at) * sizeof(v));
}

static void spikes__insert(struct spikes *s, double v)
{
	size_t at = lower_bound(s->sorted, s->n, v);

	memmove(s->sorted + at + 1, s->sorted + at, (s->n - at) * sizeof(v));
	s->sorted[at] = v;
	s->n++;
}

/* Update the differences to [from, to). Cheap if the stretch only moved on by a night, as this runs
 * for every night of every metric. */
static void spikes__slide(struct spikes *s, const double *x, size_t from, size_t to)
{
	if (from < s->from || to < s->to || from >= s->to || to - s->to > 1) {
		s->n = to - from - 1;
		for (size_t i = 0; i < s->n; i++)
			s->sorted[i] = fabs(x[from + i + 1] - x[from + i]);
		s->in_order = false;
	} else {
		if (!s->in_order)
			stats__sort(s->sorted, s->n);
		s->in_order = true;
		for (size_t i = s->from; i < from; i++)
			spikes__remove(s, fabs(x[i + 1] - x[i]));
		if (to > s->to)
			spikes__insert(s, fabs(x[to - 1] - x[to - 2]));
	}
	s->from = from;
	s->to = to;
}

/* The difference of rank `at`, from 0. */
static double spikes__kth(struct spikes *s, size_t at)
{
	if (!s->in_order)
		stats__select(s->sorted, s->n, at);
	return s->sorted[at];
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

	/* a and b are the middle two of four; clamp the fifth between them. */
	return max2(min2(a, b), min2(max2(a, b), v[4]));
}

/* Median of x[i] and up to two nights on each side, within x[0..n). */
static double neighbourhood(const double *x, size_t n, size_t i)
{
	size_t from = i < 2 ? 0 : i - 2, to = i + 3 < n ? i + 3 : n;
	double v[5];

	memcpy(v, x + from, (to - from) * sizeof(*v));
	return stats__median(v, to - from);
}

struct spikes *spikes__new(const double *x, size_t n)
{
	struct spikes *s = xcalloc(1, sizeof(*s));

	s->sorted = xcalloc(n, sizeof(*s->sorted));
	s->mid = xcalloc(n, sizeof(*s->mid));
	for (size_t i = 2; i + 2 < n; i++)
		s->mid[i] = median5(x + i - 2);
	return s;
}

void spikes__free(struct spikes *s)
{
	free(s->sorted);
	free(s->mid);
	free(s);
}

void spikes__replace(struct spikes *s, const double *x, size_t from, size_t to, double hampel,
		     double *y)
{
	size_t n = to - from;
	double limit = 0;

	spikes__slide(s, x, from, to);
	/* A difference has the variance of two nights. The constant keeps rounding errors from
	 * being spikes if nothing varies. */
	if (s->n) {
		size_t at = (size_t)(NOISE_QUANTILE * (double)(s->n - 1) + 0.5);
		double middle = spikes__kth(s, s->n / 2) / MIDDLE_NORMAL;
		double high = spikes__kth(s, at) / NOISE_NORMAL;

		limit = hampel * (max2(middle, high) / M_SQRT2 + 1e-12);
	}
	for (size_t i = 0; i < n; i++) {
		bool inside = i >= 2 && i + 2 < n;
		double mid = inside ? s->mid[from + i] : neighbourhood(x + from, n, i);

		y[i] = fabs(x[from + i] - mid) > limit ? mid : x[from + i];
	}
}
