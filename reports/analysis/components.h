/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * components.h - how much boots differ, and how much iterations within one: pure functions.
 *
 * Sides are pooled: differences between them are no noise. On the scale of the test, that is
 * of logarithms (0.01 = 1 %), or of the values themselves where one is <= 0.
 */
#ifndef KDUEL_ANALYSIS_COMPONENTS_H
#define KDUEL_ANALYSIS_COMPONENTS_H

#include "reports/analysis/summary.h"

struct components {
	bool linear; /* a value is <= 0: spreads are in the metric's unit */
	double typical; /* mean of the boot medians of all sides, geometric unless linear */
	double within; /* variance of iterations within a boot; NAN: no boot has two */
	double between; /* variance of boots, without what iterations add to it; NAN: no side
			 * has two boots */
	double icc; /* between / (between + within): how alike iterations of a boot are */
	double n_iter; /* values per boot, harmonic mean */
	size_t n_boots;
};

void components__of(const struct summary *const *sides, size_t n_sides, struct components *out);

/* Autocorrelation of one boot's summary with the next, in the order of slots, each relative to
 * the mean of its own side. With `interleaved` the boots of all sides are one sequence (they
 * ran in one campaign), else each side is one. NAN below four boots or without variance. */
double components__lag1(const struct summary *const *sides, size_t n_sides, bool linear,
			bool interleaved);

#endif
