// SPDX-License-Identifier: GPL-2.0-only
/* diagnosis.c - diagnostics of a row that do not affect its verdict. */
#include "reports/analysis/diagnosis.h"
#include "reports/stats/permute.h"
#include "reports/stats/stats.h"

#include <math.h>

/* For normal values the standard deviation is 1.4826 MAD. */
#define MAD_SCALE 1.4826

/* Unlike the standard deviation, the MAD is not inflated by the outliers to be detected. */
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

double diag__permutation_p(const double *a, size_t na, const double *b, size_t nb)
{
	if (na < DIAG_PERMUTE_MIN || nb < DIAG_PERMUTE_MIN || na > DIAG_PERMUTE_MAX ||
	    nb > DIAG_PERMUTE_MAX)
		return NAN;
	return permute__split(a, na, b, nb);
}

/* The boots of a side on the scale of the test. The caller frees. */
static double *scaled(const struct summary *s, bool linear)
{
	double *z = xcalloc(s->n + 1, sizeof(*z));

	for (size_t i = 0; i < s->n; i++)
		z[i] = linear ? s->boots[i] : log(s->boots[i]);
	return z;
}

/* On the log scale the resolution becomes relative to the typical value. */
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
