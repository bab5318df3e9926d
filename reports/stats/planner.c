// SPDX-License-Identifier: GPL-2.0-only
/* planner.c - boots and iterations that a plan needs, given the noise of its metrics. */
#include "reports/stats/planner.h"
#include "reports/stats/aa.h"
#include "reports/stats/stats.h"

#include <math.h>

/* `effect` is relative; on the linear scale, to the typical value. For a share it is relative to
 * the whole, 100 points. */
unsigned int planner__boots(const struct planner_noise *noise, double effect, double power,
			    double n_iter)
{
	double variance = aa__boot_variance(noise->sd_boot, noise->sd_iter, n_iter);
	double typical = fabs(noise->typical);
	double d = noise->linear ? effect * typical : log1p(effect);

	if (noise->share > 0) {
		d = 100 * effect / noise->share;
		d = noise->linear ? d : log1p(d / typical);
	}
	return stats__boots_needed(d, variance, 2, power);
}

double planner__effect(const struct planner_noise *noise, unsigned int boots)
{
	double e = aa__mde(aa__boot_variance(noise->sd_boot, noise->sd_iter, noise->n_iter), boots);

	return noise->linear ? e : expm1(e);
}

/* Like best_iter() in aa.c, from stored noise. */
unsigned int planner__best_iterations(const struct planner_noise *noise)
{
	double ratio = noise->boot_s / noise->iter_s * noise->sd_iter * noise->sd_iter /
		       (noise->sd_boot * noise->sd_boot);

	/* Unknown, or iterations cost nothing. */
	if (isnan(ratio) || !(noise->iter_s > 0))
		return 0;
	return (unsigned int)fmin(fmax(ceil(sqrt(ratio)), PLANNER_ITER_MIN), PLANNER_ITER_MAX);
}
