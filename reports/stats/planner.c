// SPDX-License-Identifier: GPL-2.0-only
/* planner.c - the boots and iterations that a plan needs, from the noise of its metrics. */
#include "reports/stats/planner.h"
#include "reports/stats/aa.h"
#include "reports/stats/stats.h"

#include <math.h>

/* The effect is a ratio; on the linear scale it is that share of the typical value. */
unsigned int planner__boots(const struct planner_noise *noise, double effect, double power,
			    double n_iter)
{
	double variance = aa__boot_variance(noise->sd_boot, noise->sd_iter, n_iter);
	double d = noise->linear ? effect * fabs(noise->typical) : log1p(effect);

	return stats__boots_needed(d, variance, 2, power);
}

double planner__effect(const struct planner_noise *noise, unsigned int boots)
{
	double e = aa__mde(aa__boot_variance(noise->sd_boot, noise->sd_iter, noise->n_iter), boots);

	if (!noise->linear)
		return expm1(e);
	return noise->typical != 0 ? e / fabs(noise->typical) : NAN;
}

/* As best_iter() of aa.c, from noise that was stored. */
unsigned int planner__best_iterations(const struct planner_noise *noise)
{
	double ratio = noise->boot_s / noise->iter_s * noise->sd_iter * noise->sd_iter /
		       (noise->sd_boot * noise->sd_boot);

	/* Not known, or an iteration that costs or tells nothing. */
	if (isnan(ratio) || !(noise->iter_s > 0))
		return 0;
	return (unsigned int)fmin(fmax(ceil(sqrt(ratio)), PLANNER_ITER_MIN), PLANNER_ITER_MAX);
}
