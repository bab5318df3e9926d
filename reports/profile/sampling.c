// SPDX-License-Identifier: GPL-2.0-only
/* sampling.c - intervals for differences of weighted Poisson counts. */
#include "reports/profile/sampling.h"

#include <math.h>

#define Z 1.959963984540054 /* 97.5 % quantile of the normal distribution */

/* Score interval of a sum of weighted samples, treated as n samples of equal weight w with the same
 * sum and variance. */
static void side_limits(const struct sampled_value *v, double weight, double *lo, double *hi)
{
	const double w = v->sum > 0 ? v->square / v->sum : weight;
	const double n = v->sum > 0 ? v->sum / w : 0;
	const double half = Z * sqrt(n + Z * Z / 4);

	*lo = w * (n + Z * Z / 2 - half);
	*hi = w * (n + Z * Z / 2 + half);
}

void sampling__difference(const struct sampled_value side[2], const double weight[2],
			  double limits[2])
{
	const double diff = side[1].sum - side[0].sum;
	double lo[2], hi[2];

	for (size_t i = 0; i < 2; i++)
		side_limits(&side[i], weight[i], &lo[i], &hi[i]);
	limits[0] = diff - hypot(side[1].sum - lo[1], hi[0] - side[0].sum);
	limits[1] = diff + hypot(hi[1] - side[1].sum, side[0].sum - lo[0]);
}
