// SPDX-License-Identifier: GPL-2.0-only
/*
 * stats.c - medians, variances and the tests on them, with the distributions of R's library.
 */
#include "reports/stats/stats.h"

#include <float.h>
#include <math.h>

#define MATHLIB_STANDALONE
#include <Rmath.h>

/* Effects of more standard errors than this are always detected; R's noncentral t is limited to
 * this. */
#define MOST_NONCENTRAL 37

static int compare_double(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void stats__sort(double *v, size_t n)
{
	qsort(v, n, sizeof(*v), compare_double);
}

size_t stats__distinct(double *v, size_t n)
{
	size_t distinct = n > 0;

	stats__sort(v, n);
	for (size_t i = 1; i < n; i++)
		distinct += v[i] != v[i - 1];
	return distinct;
}

void stats__widen(double *lo, double *hi, double v)
{
	if (!isfinite(v))
		return;
	*lo = isnan(*lo) || v < *lo ? v : *lo;
	*hi = isnan(*hi) || v > *hi ? v : *hi;
}

/* Median of three: a pivot that is not slow on sorted input. */
static double middle_of(double a, double b, double c)
{
	return a < b ? (b < c ? b : a < c ? c : a) : (a < c ? a : b < c ? c : b);
}

/* Hoare's partition: reorder v[lo..hi] so that v[lo..*j] <= pivot <= v[*i..hi]. */
static void split(double *v, ptrdiff_t lo, ptrdiff_t hi, ptrdiff_t *i, ptrdiff_t *j)
{
	double pivot = middle_of(v[lo], v[lo + (hi - lo) / 2], v[hi]);

	*i = lo;
	*j = hi;
	do {
		while (v[*i] < pivot)
			++*i;
		while (pivot < v[*j])
			--*j;
		if (*i <= *j) {
			double swap = v[*i];

			v[(*i)++] = v[*j];
			v[(*j)--] = swap;
		}
	} while (*i <= *j);
}

/* Hoare's FIND, CACM 4(7), 1961. Falls back to sorting after 64 rounds, which only adversarial
 * input takes. */
void stats__select(double *v, size_t n, size_t k)
{
	ptrdiff_t lo = 0, hi = (ptrdiff_t)n - 1, at = (ptrdiff_t)k, i, j;

	for (int rounds = 0; lo < hi; rounds++) {
		if (rounds == 64) {
			stats__sort(v + lo, (size_t)(hi - lo) + 1);
			return;
		}
		split(v, lo, hi, &i, &j);
		if (at <= j)
			hi = j;
		else if (at >= i)
			lo = i;
		else
			return;
	}
}

/* After the selection, the other middle value is the largest of the lower half. */
double stats__median(double *v, size_t n)
{
	double below;

	stats__select(v, n, n / 2);
	if (n % 2)
		return v[n / 2];
	below = v[0];
	for (size_t i = 1; i < n / 2; i++)
		below = v[i] > below ? v[i] : below;
	return below / 2 + v[n / 2] / 2; /* the sum could overflow */
}

double stats__mean(const double *v, size_t n)
{
	double sum = 0;

	/* Relative to the first value, so that equal values have exactly that mean. */
	for (size_t i = 1; i < n; i++)
		sum += v[i] - v[0];
	return v[0] + sum / (double)n;
}

double stats__variance(const double *v, size_t n)
{
	double mean, sum = 0;

	if (n < 2)
		return 0;
	mean = stats__mean(v, n);
	for (size_t i = 0; i < n; i++)
		sum += (v[i] - mean) * (v[i] - mean);
	return sum / (double)(n - 1);
}

double stats__se_floor(double resolution, size_t n, size_t samples)
{
	return n ? resolution * sqrt((double)samples / (12.0 * (double)n)) : 0;
}

/* No variance: the difference is exact for these boots. */
static void certain(struct stats_test *t)
{
	t->exact = true;
	t->t = t->d == 0 ? 0 : INFINITY;
	t->p = t->d == 0 ? 1 : 0;
	t->lo95 = t->hi95 = t->lo90 = t->hi90 = t->d;
}

/* Quantile of Student's t. Histories use the same few thousands of times in a row, so cache the
 * last one for each of the two levels, per thread. */
static double quantile(double p, double df)
{
	static _Thread_local struct {
		double p, df, q;
	} last[2];
	int i = p > 0.96;

	if (last[i].p != p || last[i].df != df) {
		last[i].p = p;
		last[i].df = df;
		last[i].q = qt(p, df, 1, 0);
	}
	return last[i].q;
}

/* Confidence intervals from d, se and df. */
static void limit(struct stats_test *t)
{
	double q95 = quantile(0.975, t->df) * t->se, q90 = quantile(0.95, t->df) * t->se;

	t->lo95 = t->d - q95;
	t->hi95 = t->d + q95;
	t->lo90 = t->d - q90;
	t->hi90 = t->d + q90;
}

/* Intervals, t and p from d, se and df. */
static void conclude(struct stats_test *t)
{
	if (t->se == 0) {
		certain(t);
		return;
	}
	limit(t);
	t->t = fabs(t->d) / t->se;
	t->p = fmin(1, 2 * pt(t->t, t->df, 0, 0));
}

/* Set se from the spread of the boots (at least `se_floor`). `size` is the sum of the absolute
 * means and bounds the rounding error. */
static void set_se(struct stats_test *t, double se, double se_floor, double size)
{
	t->rounding = 8 * DBL_EPSILON * size;
	if (se == 0 && fabs(t->d) <= t->rounding)
		t->d = 0;
	t->floored = se_floor > se;
	t->se = fmax(se, se_floor);
}

static void conclude_from(struct stats_test *t, double se, double se_floor, double size)
{
	set_se(t, se, se_floor, size);
	conclude(t);
}

void stats__raise_se(struct stats_test *t, double se)
{
	if (!(se > t->se))
		return;
	t->se = se;
	t->exact = false;
	conclude(t);
}

void stats__raise_p(struct stats_test *t, double p)
{
	/* The interval would be infinite at p = 1. */
	if (p > t->p)
		stats__raise_se(t, fabs(t->d) / qt(fmin(p, 0.999) / 2, t->df, 0, 0));
}

/* Welch-Satterthwaite degrees of freedom for a sum of variances v[i] of means. Scaled by the
 * largest, since squares of tiny variances would underflow. */
static double satterthwaite(const struct stats_sample *s, const double *v, size_t k)
{
	double top = 0, sum = 0, squares = 0;

	for (size_t i = 0; i < k; i++)
		top = fmax(top, v[i]);
	for (size_t i = 0; i < k; i++) {
		double r = v[i] / top;

		sum += r;
		squares += r * r / (double)(s[i].n - 1);
	}
	return sum * sum / squares;
}

/* Estimate d, its standard error and degrees of freedom. If nothing varies, df is the sum of n - 1
 * over all samples, and the floor determines the standard error. */
static int estimate(const struct stats_sample *s, size_t k, double se_floor, struct stats_test *out)
{
	double v[STATS_MAX_SAMPLES], sum = 0, size = 0;

	*out = (struct stats_test){ 0 };
	for (size_t i = 0; i < k; i++) {
		double mean;

		if (s[i].n < 2)
			return -ERANGE;
		mean = stats__mean(s[i].v, s[i].n);
		out->d += s[i].minus ? -mean : mean;
		size += fabs(mean);
		v[i] = stats__variance(s[i].v, s[i].n) / (double)s[i].n;
		sum += v[i];
		out->df += (double)s[i].n - 1;
	}
	if (sum > 0)
		out->df = satterthwaite(s, v, k);
	set_se(out, sqrt(sum), se_floor, size);
	return 0;
}

int stats__contrast(const struct stats_sample *s, size_t k, double se_floor, struct stats_test *out)
{
	int ret = estimate(s, k, se_floor, out);

	if (!ret)
		conclude(out);
	return ret;
}

int stats__interval(const struct stats_sample *s, size_t k, struct stats_test *out)
{
	int ret = estimate(s, k, 0, out);

	if (ret)
		return ret;
	if (out->se == 0)
		certain(out);
	else
		limit(out);
	out->t = out->p = NAN;
	return 0;
}

int stats__welch(const double *a, size_t na, const double *b, size_t nb, double se_floor,
		 struct stats_test *out)
{
	struct stats_sample s[] = { { b, nb, false }, { a, na, true } };

	return stats__contrast(s, 2, se_floor, out);
}

int stats__paired(const double *w, size_t n, double size, double se_floor, struct stats_test *out)
{
	if (n < 2)
		return -ERANGE;
	*out = (struct stats_test){ .d = stats__mean(w, n), .df = (double)n - 1 };
	conclude_from(out, sqrt(stats__variance(w, n) / (double)n), se_floor, size);
	return 0;
}

bool stats__equivalent(const struct stats_test *t, double margin)
{
	if (t->exact && t->d == 0)
		return true;
	margin -= t->rounding;
	return t->lo90 > -margin && t->hi90 < margin;
}

bool stats__is_below(const struct stats_test *t, double margin)
{
	return t->d == 0 || fabs(t->d) < margin - t->rounding;
}

double stats__mde(const struct stats_test *t)
{
	if (t->se == 0)
		return 0;
	return stats__effect(t->df, STATS_POWER) * t->se;
}

double stats__effect(double df, double power)
{
	return qt(1 - STATS_ALPHA / 2, df, 1, 0) + qt(power, df, 1, 0);
}

/* An effect is detected if its estimate exceeds t(.975, df) times the observed standard error,
 * which is S times the true one, with S^2 ~ chi^2(df) / df. The power is therefore a tail of the
 * noncentral t. The mean of the detected estimates is d + se E[phi(t S - z)] / power. S times the
 * density of S with df - 1 is, up to a factor, the density with df, which turns the expectation
 * into a density of the noncentral t with df - 1. */
void stats__found(double d, double se, double df, double *power, double *looks)
{
	double z = d / se, less = df - 1, t, scale;

	*power = *looks = less > 0 ? 1 : NAN;
	if (!(less > 0) || z > MOST_NONCENTRAL)
		return;
	t = qt(1 - STATS_ALPHA / 2, df, 1, 0);
	scale = sqrt(2 / less) * exp(lgammafn(df / 2) - lgammafn(less / 2));
	*power = pnt(t, df, z, 0, 0);
	*looks = 1 + dnt(t * sqrt(less / df), less, z, 0) / scale / (z * *power);
}

#define KNOWN 256 /* cached integer degrees of freedom */

/* Cached stats__effect(), per thread: all rows of a comparison use the same few. */
static double effect_of(unsigned int df, double power)
{
	static _Thread_local struct {
		double power, effect;
	} known[KNOWN];

	if (df >= KNOWN)
		return stats__effect(df, power);
	if (known[df].power != power) {
		known[df].power = power;
		known[df].effect = stats__effect(df, power);
	}
	return known[df].effect;
}

/* Do n boots on each of `samples` sides detect effect d? The formula in docs/METHOD.md, rearranged
 * to avoid divisions. */
static bool enough(unsigned int n, double d, double var, unsigned int samples, double power)
{
	double q = effect_of(samples * (n - 1), power);

	return n * d * d >= samples * var * q * q;
}

unsigned int stats__boots_needed(double d, double var, unsigned int samples, double power)
{
	/* A lower bound: normal quantiles are smaller than those of t. */
	double q = qnorm(1 - STATS_ALPHA / 2, 0, 1, 1, 0) + qnorm(power, 0, 1, 1, 0);
	double least = samples * var * q * q / (d * d);
	unsigned int n = STATS_MIN_BOOTS;

	if (!(least <= STATS_MAX_BOOTS))
		return 0;
	if (least > n)
		n = (unsigned int)least;
	while (n <= STATS_MAX_BOOTS && !enough(n, d, var, samples, power))
		n++;
	return n <= STATS_MAX_BOOTS ? n : 0;
}

struct ranked {
	double p;
	size_t at;
};

/* By p. Stable, so that the result does not depend on qsort(). */
static int compare_ranked(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	int c = compare_double(&x->p, &y->p);

	return c ? c : (x->at > y->at) - (x->at < y->at);
}

/* Benjamini and Hochberg 1995, like R's p.adjust(): from the largest p down, the running minimum of
 * p k / rank. */
void stats__bh(const double *p, size_t n, double *adjusted)
{
	_free_ struct ranked *r = xcalloc(n ? n : 1, sizeof(*r));
	double least = 1;
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		adjusted[i] = NAN;
		if (!isnan(p[i]))
			r[k++] = (struct ranked){ p[i], i };
	}
	qsort(r, k, sizeof(*r), compare_ranked);
	for (size_t i = k; i-- > 0;) {
		least = fmin(least, r[i].p * (double)k / (double)(i + 1));
		adjusted[r[i].at] = least;
	}
}
