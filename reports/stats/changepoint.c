// SPDX-License-Identifier: GPL-2.0-only
/*
 * changepoint.c - find where a level changed: spikes are taken out, every split of a stretch of nights
 * is tried with the pooled t statistic, and the best one counts when it is sure, large and settled.
 */
#include "reports/stats/changepoint.h"

#include "reports/stats/stats.h"

#include <math.h>

#define MATHLIB_STANDALONE
#include <Rmath.h>

#define MIN_SLOPE_NIGHTS 10
/* Splits whose log likelihood is within 3 of the best one's are its location set. */
#define LOCATION_LIMIT 6

const struct changepoint_params changepoint__defaults = {
	.window = 60,
	.min_nights = 12,
	.min_left = 6,
	.min_right = 3,
	.p = 1e-4,
	.hampel = 3.5,
	.guard_rel = 0.02,
};

/* The differences between neighbouring nights of [from, to), sorted. */
struct steps {
	double *sorted; /* room for all nights; owned by whoever made it */
	size_t n, from, to;
};

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

/* Median distance of sorted[0..n) from their median: the distances grow away from it. */
static double mad(const double *sorted, size_t n)
{
	double mid = n % 2 ? sorted[n / 2] : sorted[n / 2 - 1] / 2 + sorted[n / 2] / 2;
	double now = 0, before = 0;
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

/* As fmax() and fmin(), but no calls: values are finite. */
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

/*
 * y[0..to-from) is x[from..to) with single bad nights put back among their neighbours. This runs for
 * every night of every metric over a window that moves on by one: the sorted differences are kept from
 * one look to the next, which makes it quick when [from, to) is the last one moved on by a night.
 */
static void steps__despike(struct steps *s, const double *x, size_t from, size_t to, double hampel,
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

struct scan {
	struct changepoint_params params;
	bool linear; /* a value is <= 0: differences instead of ratios */
	double *x; /* the values on the scale of the test */
	double *y, *sum, *sq, *sse, *scratch; /* room for one stretch and one more */
	double *inverse; /* 1 / i */
	struct steps steps;
	double t_least; /* no |t| below this has a p that small, whatever df is */
};

struct split {
	size_t at, first, last; /* indices into the whole series, as in struct change */
	double p;
};

static void scan__init(struct scan *s, const double *v, size_t n,
		       const struct changepoint_params *params)
{
	*s = (struct scan){ .params = *params };
	s->x = xcalloc(n, sizeof(*s->x));
	s->y = xcalloc(n, sizeof(*s->y));
	s->sum = xcalloc(n + 1, sizeof(*s->sum));
	s->sq = xcalloc(n + 1, sizeof(*s->sq));
	s->sse = xcalloc(n + 1, sizeof(*s->sse));
	s->inverse = xcalloc(n + 1, sizeof(*s->inverse));
	for (size_t i = 1; i <= n; i++)
		s->inverse[i] = 1 / (double)i;
	s->scratch = xcalloc(n, sizeof(*s->scratch));
	s->steps.sorted = xcalloc(n, sizeof(*s->steps.sorted));
	/* Student's tails are heavier than the normal ones. */
	s->t_least = qnorm(params->p / 2, 0, 1, 0, 0);
	for (size_t i = 0; i < n; i++)
		s->linear |= v[i] <= 0;
	for (size_t i = 0; i < n; i++)
		s->x[i] = s->linear ? v[i] : log(v[i]);
}

static void scan__release(struct scan *s)
{
	free(s->x);
	free(s->y);
	free(s->sum);
	free(s->sq);
	free(s->sse);
	free(s->inverse);
	free(s->scratch);
	free(s->steps.sorted);
}

/* Median of up to as many values as the scan was made for; leaves them as they are. */
static double scan__median(struct scan *s, const double *v, size_t n)
{
	memcpy(s->scratch, v, n * sizeof(*v));
	return stats__median(s->scratch, n);
}

/* What every split of the despiked stretch s->y leaves unexplained, and the split of those
 * that count that leaves least: it is the one with the largest t. */
static size_t best_split(struct scan *s, size_t n)
{
	size_t best = s->params.min_left;

	/* Sums of the first values and squares, relative to one of them to keep the digits. */
	for (size_t i = 0; i < n; i++) {
		double d = s->y[i] - s->y[0];

		s->sum[i + 1] = s->sum[i] + d;
		s->sq[i + 1] = s->sq[i] + d * d;
	}
	for (size_t k = best; k < n; k++) {
		double l = s->sum[k], r = s->sum[n] - l;
		double sse = s->sq[n] - l * l * s->inverse[k] - r * r * s->inverse[n - k];

		s->sse[k] = sse > 0 ? sse : 0;
		if (s->sse[k] < s->sse[best] && k + s->params.min_right <= n)
			best = k;
	}
	return best;
}

/* The pooled t statistic of a split. */
static double statistic(const struct scan *s, size_t n, size_t k)
{
	double l = s->sum[k], r = s->sum[n] - l;
	double d = fabs(r * s->inverse[n - k] - l * s->inverse[k]);

	if (d == 0)
		return 0;
	return d / sqrt(s->sse[k] / (double)(n - 2) * (s->inverse[k] + s->inverse[n - k]));
}

/*
 * Where the step is, once it is sure that there is one: the split that leaves least, and the
 * others that leave about as little. The newest nights, which are too few to raise an alarm,
 * may well be the whole new level: left out, a large step would be seen a night too early,
 * before its level has three nights, and be put a night too early for good.
 */
static void locate(const struct scan *s, size_t n, size_t best, struct split *out)
{
	double limit;

	for (size_t k = best; k < n; k++)
		if (s->sse[k] < s->sse[best])
			best = k;
	limit = s->sse[best] * exp(LOCATION_LIMIT / (double)n);
	out->at = out->first = out->last = best;
	for (size_t k = s->params.min_left; k < n; k++) {
		if (s->sse[k] > limit)
			continue;
		out->first = k < out->first ? k : out->first;
		out->last = k > out->last ? k : out->last;
	}
}

/* Is the step between the medians of both sides, as measured, large enough to matter? */
static bool large_enough(struct scan *s, const double *x, size_t n, size_t k)
{
	double l = scan__median(s, x, k), r = scan__median(s, x + k, n - k);

	if (!s->linear) {
		if (s->params.guard_abs > 0)
			return fabs(exp(r) - exp(l)) >= s->params.guard_abs;
		return fabs(expm1(r - l)) >= s->params.guard_rel;
	}
	if (s->params.guard_abs > 0)
		return fabs(r - l) >= s->params.guard_abs;
	return fabs(r - l) >= s->params.guard_rel * fabs(l);
}

/* Does [from, to) hold a change? Then *out is its best split. */
static bool scan__alarm(struct scan *s, size_t from, size_t to, struct split *out)
{
	const double *x = s->x + from;
	size_t n = to - from, k;
	double t;

	if (n < s->params.min_nights)
		return false;
	steps__despike(&s->steps, s->x, from, to, s->params.hampel, s->y);
	k = best_split(s, n);
	t = statistic(s, n, k);
	if (t < s->t_least)
		return false;
	out->p = 2 * pt(t, (double)(n - 2), 0, 0);
	if (!(out->p < s->params.p) || !large_enough(s, x, n, k))
		return false;
	locate(s, n, k, out);
	out->at += from;
	out->first += from;
	out->last += from;
	return true;
}

struct finder {
	struct scan scan;
	const double *v;
	const bool *restart;
	size_t n;
	struct change *list;
	size_t n_list;
};

static void finder__init(struct finder *f, const double *v, const bool *restart, size_t n,
			 const struct changepoint_params *params)
{
	*f = (struct finder){ .v = v, .restart = restart, .n = n };
	scan__init(&f->scan, v, n, params);
}

static void finder__finish(struct finder *f, struct change **out, size_t *n_out)
{
	scan__release(&f->scan);
	*out = f->list;
	*n_out = f->n_list;
}

static bool restarts(const struct finder *f, size_t night)
{
	return f->restart && f->restart[night];
}

static struct change *add_change(struct finder *f, size_t at)
{
	f->list = xrealloc(f->list, f->n_list + 1, sizeof(*f->list));
	f->list[f->n_list] = (struct change){ .at = at, .first = at, .last = at, .p = NAN };
	return &f->list[f->n_list++];
}

static struct change *add_split(struct finder *f, const struct split *s)
{
	struct change *c = add_change(f, s->at);

	c->first = s->first;
	c->last = s->last;
	c->p = s->p;
	return c;
}

/* The levels on both sides of a change: [from, at) and [at, to). */
static void describe(struct finder *f, struct change *c, size_t from, size_t to)
{
	const double *x = f->scan.x;
	struct stats_test t;

	c->before = scan__median(&f->scan, f->v + from, c->at - from);
	c->after = scan__median(&f->scan, f->v + c->at, to - c->at);
	c->pct = c->before != 0 ? 100 * (c->after - c->before) / fabs(c->before) : NAN;
	c->lo_pct = c->hi_pct = NAN;
	if (stats__welch(x + from, c->at - from, x + c->at, to - c->at, 0, &t))
		return;
	if (!f->scan.linear) {
		c->lo_pct = 100 * expm1(t.lo95);
		c->hi_pct = 100 * expm1(t.hi95);
	} else if (c->before != 0) {
		c->lo_pct = 100 * t.lo95 / fabs(c->before);
		c->hi_pct = 100 * t.hi95 / fabs(c->before);
	}
}

void changepoint__online(const double *v, const bool *restart, size_t n,
			 const struct changepoint_params *params, struct change **out,
			 size_t *n_out)
{
	struct finder f;
	size_t from = 0;

	finder__init(&f, v, restart, n, params);
	for (size_t night = 0; night < n; night++) {
		struct change *c;
		struct split s;

		if (restarts(&f, night))
			from = night;
		if (night + 1 - from > params->window)
			from = night + 1 - params->window;
		if (!scan__alarm(&f.scan, from, night + 1, &s))
			continue;
		c = add_split(&f, &s);
		c->alarm = night;
		describe(&f, c, from, night + 1);
		from = s.at;
	}
	finder__finish(&f, out, n_out);
}

/* Binary segmentation of [from, to). Right halves are put off, left ones done at once; each
 * round either drops a piece or cuts one, so that there are at most n rounds. */
static void segment(struct finder *f, size_t from, size_t to)
{
	_free_ size_t *ends = xcalloc(to - from + 1, sizeof(*ends));
	size_t n = 0;

	ends[n++] = to;
	while (n) {
		struct split s;

		if (scan__alarm(&f->scan, from, ends[n - 1], &s)) {
			add_split(f, &s);
			ends[n++] = s.at;
		} else {
			from = ends[--n];
		}
	}
}

static int compare_at(const void *a, const void *b)
{
	const struct change *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

/* The first night by which the nights from `from` on show the change; it was found with those
 * before `to`, but perhaps together with more than these. */
static size_t first_seen(struct finder *f, const struct change *c, size_t from, size_t to)
{
	size_t night = c->at;

	for (; night + 1 < to; night++) {
		struct split s;

		if (scan__alarm(&f->scan, from, night + 1, &s))
			break;
	}
	return night < to ? night : to - 1;
}

static void settle(struct finder *f)
{
	qsort(f->list, f->n_list, sizeof(*f->list), compare_at);
	for (size_t i = 0; i < f->n_list; i++) {
		struct change *c = &f->list[i];
		size_t from = i ? c[-1].at : 0;
		size_t to = i + 1 < f->n_list ? c[1].at : f->n;

		describe(f, c, from, to);
		c->alarm = c->reset ? c->at : first_seen(f, c, from, to);
	}
}

void changepoint__offline(const double *v, const bool *restart, size_t n,
			  const struct changepoint_params *params, struct change **out,
			  size_t *n_out)
{
	struct finder f;

	finder__init(&f, v, restart, n, params);
	for (size_t from = 0, to; from < n; from = to) {
		for (to = from + 1; to < n && !restarts(&f, to);)
			to++;
		if (from)
			add_change(&f, from)->reset = true;
		segment(&f, from, to);
	}
	if (f.n_list)
		settle(&f);
	finder__finish(&f, out, n_out);
}

double changepoint__slope(const double *v, size_t n)
{
	_free_ double *slope = xcalloc(n * (n - 1) / 2 + 1, sizeof(*slope));
	_free_ double *copy = xcalloc(n + 1, sizeof(*copy));
	double level;
	size_t k = 0;

	if (n < MIN_SLOPE_NIGHTS)
		return NAN;
	for (size_t i = 0; i < n; i++) {
		copy[i] = v[i];
		for (size_t j = i + 1; j < n; j++)
			slope[k++] = (v[j] - v[i]) / (double)(j - i);
	}
	level = stats__median(copy, n);
	return level != 0 ? 100 * stats__median(slope, k) / fabs(level) : NAN;
}
