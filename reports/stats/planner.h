/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * planner.h - from noise that was measured to the boots that a wanted effect takes: pure
 * functions. docs/METHOD.md gives the formulas.
 */
#ifndef KDUEL_STATS_PLANNER_H
#define KDUEL_STATS_PLANNER_H

#include "lib/base.h"

#define PLANNER_ITER_MIN 3 /* a median needs something to choose from */
#define PLANNER_ITER_MAX 30

struct planner_noise {
	bool linear; /* spreads are in the metric's unit, not relative */
	double typical; /* value of a boot; what an effect is relative to when linear */
	double share; /* metric__points(): an effect of 0.02 is 2 points; 0: no share */
	double sd_boot; /* between boots */
	double sd_iter; /* between iterations of a boot; NAN: one value a boot */
	double n_iter; /* iterations of a boot that count */
	double boot_s, iter_s; /* cost of a boot without iterations, of one; NAN: unknown */
};

/* Boots of each side that find `effect` (0.02 = 2 %, of a share 2 points) with `power` (0.8) when each has n_iter
 * counted iterations; 0: more than STATS_MAX_BOOTS, or the noise is unknown. */
unsigned int planner__boots(const struct planner_noise *noise, double effect, double power,
			    double n_iter);
/* Smallest effect that `boots` boots of each side find with STATS_POWER: 0.02 = 2 %, linear: in the
 * metric's unit; NAN: unknown. */
double planner__effect(const struct planner_noise *noise, unsigned int boots);
/* Iterations a boot at which a given total time decides most, PLANNER_ITER_MIN to MAX (Kalibera
 * and Jones 2013); 0: there is nothing to choose, or the costs are unknown. */
unsigned int planner__best_iterations(const struct planner_noise *noise);

#endif
