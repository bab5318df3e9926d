/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * components.h - variance between boots, and between iterations within a boot. Pure functions.
 *
 * Sides are pooled without their differences, which are not noise. Everything is on the scale of
 * the test: logarithms (0.01 = 1 %), or the values themselves if one is <= 0.
 */
#ifndef KDUEL_ANALYSIS_COMPONENTS_H
#define KDUEL_ANALYSIS_COMPONENTS_H

#include "reports/analysis/summary.h"

struct components {
	bool linear; /* a value is <= 0: variances are in the metric's unit, squared */
	double typical; /* mean of the boot medians of all sides (geometric unless linear) */
	double within; /* variance of iterations within a boot; NAN: no boot has two */
	/* Variance between boots, without the part due to iterations; NAN: no side has two
	 * boots. */
	double between;
	/* Intraclass correlation, between / (between + within): similarity of iterations of a
	 * boot. */
	double icc;
	double n_iter; /* values per boot (harmonic mean) */
	size_t n_boots;
};

/* Compute the components over all sides. */
void components__of(const struct summary *const *sides, size_t n_sides, struct components *out);

/* Autocorrelation of consecutive boot summaries in the order of slots, as deviations from the mean
 * of their side. `interleaved`: the boots of all sides ran in one campaign and form one sequence;
 * otherwise each side is a sequence of its own. NAN with fewer than four boots or no variance. */
double components__lag1(const struct summary *const *sides, size_t n_sides, bool linear,
			bool interleaved);

#endif
