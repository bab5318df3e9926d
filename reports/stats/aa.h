/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * aa.h - what boots of one and the same kernel say about noise: pure functions.
 *
 * The scale is logarithmic, so that spreads are relative (0.01 = 1 %), unless a value is <= 0.
 * docs/HISTORY.md gives the formulas; they are those of the comparison, seen from the other end.
 */
#ifndef KDUEL_STATS_AA_H
#define KDUEL_STATS_AA_H

#include "lib/base.h"

#define AA_SPLITS 1000 /* labellings that are tried when there are more than that */
#define AA_MIN_BOOTS 4 /* fewer have no balanced split with two boots on each side */
#define AA_MDE 3 /* boots per side that the smallest detectable effect is given for: */
extern const unsigned int aa__mde_boots[AA_MDE]; /* 3, 5, 10 */

struct aa_boot {
	const double *v; /* counted values: one per iteration */
	size_t n;
	bool b; /* carried the second label */
};

struct aa_input {
	const struct aa_boot *boots; /* in the order they were booted; each with n > 0 */
	size_t n;
	double resolution; /* of the metric, in its unit; 0: unknown */
	double boot_s, iter_s; /* cost of a boot without iterations, of one; NAN: unknown */
	uint64_t seed; /* of the labellings that are tried */
};

/* NAN: cannot be said. */
struct aa_noise {
	bool linear; /* spreads are in the metric's unit */
	double typical; /* geometric mean over boots (linear: mean) */
	double sd_boot; /* between boots, what iterations add taken off */
	double sd_iter; /* between iterations of a boot; NAN with one a boot */
	double lag1; /* autocorrelation of a boot and the next; 0 when they are independent */
	double n_iter; /* values per boot: their harmonic mean */
	double p; /* of the labels as they were; a small one is a false alarm */
	double false_rate; /* of labellings with p <= 5 % */
	size_t splits; /* labellings that were tried */
	bool all_splits; /* all there are, not a sample */
	double mde[AA_MDE]; /* smallest effect found with 80 % power: 0.02 = 2 %, linear: in the unit */
	/* Values per boot at which a given total time says most (Kalibera and Jones); 0: there is
	 * nothing to choose, or the costs are unknown. */
	unsigned int best_iter;
};

void aa__analyse(const struct aa_input *in, struct aa_noise *out);

/* Variance of a boot's median of n_iter values. */
double aa__boot_variance(double sd_boot, double sd_iter, double n_iter);
/* A spread, or a relative effect (linear: a difference in the metric's unit), as people read it: in %
 * of the typical value, of a share (metric__points() > 0) in points. */
double aa__size(double share, bool linear, double typical, double v);
/* Smallest effect that `boots` boots a side find with 80 % power, on the scale of the spreads. */
double aa__mde(double variance, unsigned int boots);

#endif
