/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * planner.h - boots needed to detect an effect, given measured noise. Pure functions; the formulas
 * are in docs/METHOD.md.
 */
#ifndef KDUEL_STATS_PLANNER_H
#define KDUEL_STATS_PLANNER_H

#include "lib/base.h"

#define PLANNER_ITER_MIN 3 /* the least for which a median makes sense */
#define PLANNER_ITER_MAX 30

struct planner_noise {
	bool linear; /* spreads are in the metric's unit, not relative */
	double typical; /* typical value of a boot */
	/* metric__points(): if > 0, an effect of 0.02 means 2 points; 0: not a share */
	double share;
	double sd_boot; /* between boots */
	double sd_iter; /* between iterations of a boot; NAN: one value per boot */
	double n_iter; /* iterations of a boot that count */
	/* Seconds of a boot without iterations, and of an iteration; NAN: unknown. */
	double boot_s, iter_s;
};

/* Boots per side that detect `effect` (0.02 = 2 %, for a share 2 points) with `power` (0.8 = 80 %),
 * at n_iter counted iterations per boot. 0: more than STATS_MAX_BOOTS, or the noise is unknown. */
unsigned int planner__boots(const struct planner_noise *noise, double effect, double power,
			    double n_iter);
/* Smallest effect that `boots` boots per side detect with STATS_POWER: 0.02 = 2 %, linear: in the
 * metric's unit. NAN: unknown. */
double planner__effect(const struct planner_noise *noise, unsigned int boots);
/* Iterations per boot that give the most precise result in a given time (Kalibera and Jones 2013),
 * PLANNER_ITER_MIN to PLANNER_ITER_MAX. 0: only one value per boot, or costs unknown. */
unsigned int planner__best_iterations(const struct planner_noise *noise);

#endif
