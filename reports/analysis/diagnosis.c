// SPDX-License-Identifier: GPL-2.0-only
/* diagnosis.c - what is worth knowing of a row beside its verdict. */
#include "reports/analysis/diagnosis.h"
#include "reports/stats/stats.h"

#include <float.h>
#include <math.h>

/* 1.4826 MAD is the standard deviation of normal values. */
#define MAD_SCALE 1.4826

/* The median absolute deviation, unlike the standard deviation, is not widened by the outliers
 * that it is to find. */
unsigned int diag__outliers(const double *z, size_t n, double floor)
{
	_free_ double *v = xcalloc(n + 1, sizeof(*v));
	unsigned int outliers = 0;
	double middle, limit;

	if (n < DIAG_OUTLIER_MIN)
		return 0;
	memcpy(v, z, n * sizeof(*v));
	middle = stats__median(v, n);
	for (size_t i = 0; i < n; i++)
		v[i] = fabs(z[i] - middle);
	limit = fmax(DIAG_OUTLIER * MAD_SCALE * stats__median(v, n), floor);
	for (size_t i = 0; i < n; i++)
		outliers += fabs(z[i] - middle) > limit;
	return outliers;
}

/* The next larger number with as many bits set (Gosper, HAKMEM item 175). */
static uint32_t next_split(uint32_t x)
{
	uint32_t low = x & -x, up = x + low;

	return up | ((x ^ up) >> 2) / low;
}

/* Every bit of the counter s says on which side a boot is: all numbers with na bits set are all
 * splits. The sum of one side stands for the difference of the means, as the total is fixed. */
double diag__permutation_p(const double *a, size_t na, const double *b, size_t nb)
{
	double z[2 * DIAG_PERMUTE_MAX], total = 0, seen = 0, size = 0;
	size_t n = na + nb, splits = 0, extreme = 0;

	if (na < DIAG_PERMUTE_MIN || nb < DIAG_PERMUTE_MIN || na > DIAG_PERMUTE_MAX ||
	    nb > DIAG_PERMUTE_MAX)
		return NAN;
	for (size_t i = 0; i < n; i++) {
		z[i] = i < na ? a[i] : b[i - na];
		total += z[i];
		size += fabs(z[i]);
		seen += i < na ? z[i] : 0;
	}
	/* A split that is as extreme but for rounding counts: the observed one must count itself. */
	seen = fabs(seen - total * (double)na / (double)n) - 8 * DBL_EPSILON * size;
	for (uint32_t s = (1u << na) - 1; s < 1u << n; s = next_split(s)) {
		double sum = 0;

		for (size_t i = 0; i < n; i++)
			sum += s >> i & 1 ? z[i] : 0;
		extreme += fabs(sum - total * (double)na / (double)n) >= seen;
		splits++;
	}
	return (double)extreme / (double)splits;
}

/* The boots of a side on the scale of the test; the caller frees. */
static double *scaled(const struct summary *s, bool linear)
{
	double *z = xcalloc(s->n + 1, sizeof(*z));

	for (size_t i = 0; i < s->n; i++)
		z[i] = linear ? s->boots[i] : log(s->boots[i]);
	return z;
}

/* On the log scale the resolution is relative to the typical value. */
void diag__of(const struct summary *candidate, const struct summary *baseline, double resolution,
	      bool interleaved, struct diag *out)
{
	const struct summary *sides[] = { candidate, baseline };
	_free_ double *a = NULL, *b = NULL;
	double floor;

	components__of(sides, 2, &out->noise);
	floor = out->noise.linear ? resolution : resolution / out->noise.typical;
	a = scaled(baseline, out->noise.linear);
	b = scaled(candidate, out->noise.linear);
	out->lag1 = components__lag1(sides, 2, out->noise.linear, interleaved);
	out->outliers_a = diag__outliers(a, baseline->n, floor);
	out->outliers_b = diag__outliers(b, candidate->n, floor);
	out->p_permutation = diag__permutation_p(a, baseline->n, b, candidate->n);
}
