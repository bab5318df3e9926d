// SPDX-License-Identifier: GPL-2.0-only
/* permute.c - exact permutation tests that enumerate groups of equal values. */
#include "reports/stats/permute.h"
#include "reports/stats/stats.h"

#define MATHLIB_STANDALONE
#include <Rmath.h>
#include <float.h>
#include <math.h>

/* Most combinations to enumerate (the last group follows from the others): a few milliseconds. */
#define MOST (1u << 17)

/* Equal values are interchangeable: enumerate how many of each group are picked, weighted by the
 * number of ways to pick them, a product of binomial coefficients. */
struct count {
	double *value; /* of each group */
	double *size;
	size_t n;
	bool swap; /* sign flips: any number may be picked, the others count as -value */
	double seen, tolerance;
	/* Number of ways: in total, with a sum >= seen, with a sum <= seen. */
	double all, above, below;
};

/* Sort v and group equal values. False if there are too many combinations. */
static bool group(struct count *c, double *v, size_t n)
{
	double ways = 1, size = 0;

	stats__sort(v, n);
	c->value = xcalloc(n + 1, sizeof(*c->value));
	c->size = xcalloc(n + 1, sizeof(*c->size));
	for (size_t i = 0; i < n; i++) {
		if (!i || v[i] != v[i - 1])
			c->value[c->n++] = v[i];
		c->size[c->n - 1]++;
		size += fabs(v[i]);
	}
	for (size_t i = 0; i + !c->swap < c->n; i++)
		ways *= c->size[i] + 1;
	/* Sums that are equal except for rounding must count, above all the observed one. */
	c->tolerance = 8 * DBL_EPSILON * size;
	return ways <= MOST;
}

/* Enumerate the picks from groups i and up; `left` values are still to be picked. */
static void pick(struct count *c, size_t i, double left, double sum, double ways)
{
	unsigned int first, last;
	double rest = 0, n, of_these = 1; /* n choose k */

	if (i == c->n) {
		c->all += ways;
		c->above += sum >= c->seen - c->tolerance ? ways : 0;
		c->below += sum <= c->seen + c->tolerance ? ways : 0;
		return;
	}
	n = c->size[i];
	for (size_t k = i + 1; k < c->n; k++)
		rest += c->size[k];
	first = c->swap ? 0 : (unsigned int)fmax(0, left - rest);
	last = (unsigned int)(c->swap ? n : fmin(n, left));
	for (unsigned int k = 0; k <= last; k++) {
		if (k >= first)
			pick(c, i + 1, left - k, sum + (c->swap ? 2 * k - n : k) * c->value[i],
			     ways * of_these);
		of_these = of_these * (n - k) / (k + 1);
	}
}

/* p from the enumeration, NAN unless `countable`. Frees the groups. */
static double finish(struct count *c, bool countable, double left)
{
	double p = NAN;

	if (countable) {
		pick(c, 0, left, 0, 1);
		p = fmin(1, 2 * fmin(c->above, c->below) / c->all);
	}
	free(c->value);
	free(c->size);
	return p;
}

/* The total is fixed, so the sum of one side determines the difference of the means. */
double permute__split(const double *a, size_t na, const double *b, size_t nb)
{
	_free_ double *v = xcalloc(na + nb + 1, sizeof(*v));
	struct count c = { 0 };

	for (size_t i = 0; i < na + nb; i++) {
		v[i] = i < na ? a[i] : b[i - na];
		c.seen += i < na ? v[i] : 0;
	}
	return finish(&c, group(&c, v, na + nb), (double)na);
}

double permute__swap(const double *w, size_t n)
{
	_free_ double *v = xcalloc(n + 1, sizeof(*v));
	struct count c = { .swap = true };

	for (size_t i = 0; i < n; i++) {
		v[i] = fabs(w[i]);
		c.seen += w[i];
	}
	return finish(&c, group(&c, v, n), 0);
}

double permute__least_split(size_t na, size_t nb)
{
	return fmin(1, 2 / choose((double)(na + nb), (double)na));
}

double permute__least_swap(size_t n)
{
	return ldexp(2, -(int)n);
}
