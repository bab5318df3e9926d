// SPDX-License-Identifier: GPL-2.0-only
#include "reports/stats.h"

#include <math.h>

#define MATHLIB_STANDALONE
#include <Rmath.h>

static int compare_double(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double stats__median(double *v, size_t n)
{
	qsort(v, n, sizeof(*v), compare_double);
	return n % 2 ? v[n / 2] : v[n / 2 - 1] / 2 + v[n / 2] / 2;
}

double stats__mean(const double *v, size_t n)
{
	double sum = 0;

	/* Relative to the first value: equal values have exactly that mean. */
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

double stats__se_floor(double resolution, size_t na, size_t nb)
{
	size_t n = na < nb ? na : nb;

	return n ? resolution / sqrt(6.0 * (double)n) : 0;
}

static void certain(struct stats_test *t)
{
	t->exact = true;
	t->t = t->d == 0 ? 0 : INFINITY;
	t->p = t->d == 0 ? 1 : 0;
	t->lo95 = t->hi95 = t->lo90 = t->hi90 = t->d;
}

/* Everything that follows from d, se and df. */
static void conclude(struct stats_test *t)
{
	double q95, q90;

	if (t->se == 0) {
		certain(t);
		return;
	}
	q95 = qt(0.975, t->df, 1, 0) * t->se;
	q90 = qt(0.95, t->df, 1, 0) * t->se;
	t->t = fabs(t->d) / t->se;
	t->p = fmin(1, 2 * pt(t->t, t->df, 0, 0));
	t->lo95 = t->d - q95;
	t->hi95 = t->d + q95;
	t->lo90 = t->d - q90;
	t->hi90 = t->d + q90;
}

int stats__welch(const double *a, size_t na, const double *b, size_t nb, double se_floor,
		 struct stats_test *out)
{
	double va, vb, pooled = (double)(na + nb) - 2;

	if (na < 2 || nb < 2)
		return -ERANGE;
	va = stats__variance(a, na) / (double)na;
	vb = stats__variance(b, nb) / (double)nb;
	*out = (struct stats_test){ .d = stats__mean(b, nb) - stats__mean(a, na), .df = pooled };
	out->se = sqrt(va + vb);
	/* Relative to the larger side, so that tiny variances do not underflow when squared. */
	if (out->se > 0) {
		double top = fmax(va, vb), ra = va / top, rb = vb / top;

		out->df = (ra + rb) * (ra + rb) /
			  (ra * ra / (double)(na - 1) + rb * rb / (double)(nb - 1));
	}
	out->se = fmax(out->se, se_floor);
	conclude(out);
	return 0;
}

int stats__paired(const double *w, size_t n, double se_floor, struct stats_test *out)
{
	if (n < 2)
		return -ERANGE;
	*out = (struct stats_test){ .d = stats__mean(w, n), .df = (double)n - 1 };
	out->se = fmax(sqrt(stats__variance(w, n) / (double)n), se_floor);
	conclude(out);
	return 0;
}

bool stats__equivalent(const struct stats_test *t, double margin)
{
	if (t->exact && t->d == 0)
		return true;
	return t->lo90 > -margin && t->hi90 < margin;
}

double stats__mde(const struct stats_test *t)
{
	if (t->se == 0)
		return 0;
	return (qt(0.975, t->df, 1, 0) + qt(STATS_POWER, t->df, 1, 0)) * t->se;
}

static bool enough(unsigned int n, double d, double var)
{
	double df = 2.0 * n - 2, q = qt(0.975, df, 1, 0) + qt(STATS_POWER, df, 1, 0);

	return n * d * d >= 2 * var * q * q;
}

unsigned int stats__boots_needed(double d, double var)
{
	unsigned int lo = STATS_MIN_BOOTS, hi = STATS_MAX_BOOTS;

	if (!enough(hi, d, var))
		return 0;
	while (lo < hi) {
		unsigned int mid = lo + (hi - lo) / 2;

		if (enough(mid, d, var))
			hi = mid;
		else
			lo = mid + 1;
	}
	return lo;
}

struct ranked {
	double p;
	size_t at;
};

static int compare_ranked(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	int c = compare_double(&x->p, &y->p);

	return c ? c : (x->at > y->at) - (x->at < y->at);
}

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
