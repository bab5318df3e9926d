// SPDX-License-Identifier: GPL-2.0-only
/* planner.c - the boots and iterations that a plan needs, from the noise of its metrics. */
#include "reports/stats/planner.h"
#include "reports/stats/aa.h"
#include "reports/stats/stats.h"

#include <math.h>

/* The effect is a ratio; on the linear scale it is that part of the typical value. That of a share is
 * one of the whole, which has 100 points. */
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

/* As best_iter() of aa.c, from noise that was stored. */
unsigned int planner__best_iterations(const struct planner_noise *noise)
{
	double ratio = noise->boot_s / noise->iter_s * noise->sd_iter * noise->sd_iter /
		       (noise->sd_boot * noise->sd_boot);

	/* Not known, or an iteration that costs nothing or adds nothing. */
	if (isnan(ratio) || !(noise->iter_s > 0))
		return 0;
	return (unsigned int)fmin(fmax(ceil(sqrt(ratio)), PLANNER_ITER_MIN), PLANNER_ITER_MAX);
}
