// SPDX-License-Identifier: GPL-2.0-only
#include "reports/stats/changepoint_scan.h"
#include "reports/stats/stats.h"

#include <math.h>

#define MATHLIB_STANDALONE
#include <Rmath.h>

/* Splits whose log likelihood is within 3 of the best one's are its location set. */
#define LOCATION_LIMIT 6

void scan__init(struct scan *s, const double *v, size_t n, const struct changepoint_params *params)
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

void scan__release(struct scan *s)
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

double scan__median(struct scan *s, const double *v, size_t n)
{
	memcpy(s->scratch, v, n * sizeof(*v));
	return stats__median(s->scratch, n);
}

/* Sums of the first k values and squares, relative to one of them to keep the digits. */
static void sum_up(struct scan *s, const double *y, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		double d = y[i] - y[0];

		s->sum[i + 1] = s->sum[i] + d;
		s->sq[i + 1] = s->sq[i] + d * d;
	}
}

/* What every split of the despiked stretch s->y leaves unexplained, and the split of those
 * that count that leaves least: it is the one with the largest t. */
static size_t best_split(struct scan *s, size_t n)
{
	size_t best = s->params.min_left;

	sum_up(s, s->y, n);
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

bool scan__alarm(struct scan *s, size_t from, size_t to, struct split *out)
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
