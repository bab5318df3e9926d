// SPDX-License-Identifier: GPL-2.0-only
/* ranges.c - ranges of the boots of two sides, and whether they overlap. */
#include "reports/stats/ranges.h"

#include <math.h>

static void range_of(const double *v, size_t n, double *lo, double *hi)
{
	*lo = *hi = v[0];
	for (size_t i = 1; i < n; i++) {
		*lo = fmin(*lo, v[i]);
		*hi = fmax(*hi, v[i]);
	}
}

static size_t count_within(const double *v, size_t n, double lo, double hi)
{
	size_t within = 0;

	for (size_t i = 0; i < n; i++)
		within += v[i] >= lo && v[i] <= hi;
	return within;
}

void ranges__of(const double *a, size_t n_a, const double *b, size_t n_b, struct ranges *out)
{
	double near = 0;

	*out = (struct ranges){ 0 };
	if (!n_a || !n_b)
		return;
	out->n_a = n_a;
	out->n_b = n_b;
	range_of(a, n_a, &out->lo_a, &out->hi_a);
	range_of(b, n_b, &out->lo_b, &out->hi_b);
	out->in_a = count_within(b, n_b, out->lo_a, out->hi_a);
	out->in_b = count_within(a, n_a, out->lo_b, out->hi_b);
	if (out->lo_b > out->hi_a) {
		near = out->hi_a;
		out->gap = out->lo_b - near;
	} else if (out->hi_b < out->lo_a) {
		near = out->lo_a;
		out->gap = out->hi_b - near;
	}
	out->gap_pct = near ? 100 * (out->gap / fabs(near)) : NAN;
	if (isinf(out->gap_pct))
		out->gap_pct = NAN;
}
