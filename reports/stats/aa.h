/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * aa.h - the noise that boots of one kernel show. Pure functions.
 *
 * The scale is logarithmic, so spreads are relative (0.01 = 1 %), unless a value is <= 0.
 * docs/HISTORY.md has the formulas, which are those of the comparison.
 */
#ifndef KDUEL_STATS_AA_H
#define KDUEL_STATS_AA_H

#include "lib/base.h"

#define AA_SPLITS 1000 /* most labellings to try; beyond that, a sample of this size */
#define AA_MIN_BOOTS 4 /* fewer cannot be split into two sides of two boots */
/* Boots per side for which the smallest detectable effect (MDE) is given. */
#define AA_MDE 3
extern const unsigned int aa__mde_boots[AA_MDE]; /* 3, 5, 10 */

struct aa_boot {
	const double *v; /* one value per iteration that counts */
	size_t n;
	bool b; /* labelled as the second variant */
};

struct aa_input {
	const struct aa_boot *boots; /* in boot order, each with n > 0 */
	size_t n;
	double resolution; /* of the metric, in its unit; 0: unknown */
	/* Seconds of a boot without iterations, and of an iteration; NAN: unknown. */
	double boot_s, iter_s;
	uint64_t seed; /* for the sample of labellings */
};

/* NAN: unknown. */
struct aa_noise {
	bool linear; /* spreads are in the metric's unit */
	double typical; /* geometric mean over boots (linear: mean) */
	double sd_boot; /* between boots, without the part due to iterations */
	double sd_iter; /* between iterations of a boot; NAN with one per boot */
	double lag1; /* autocorrelation of consecutive boots; about 0 if independent */
	double n_iter; /* values per boot (harmonic mean) */
	double p; /* p of the actual labels; a small one is a false alarm */
	double false_rate; /* share of labellings with p <= 5 % */
	size_t splits; /* labellings tried */
	bool all_splits; /* these are all labellings, not a sample */
	double mde[AA_MDE]; /* smallest effect found with 80 % power: 0.02 = 2 %, linear: in the unit */
	/* Iterations per boot that give the most precise result in a given time (Kalibera and
	 * Jones); 0: only one value per boot, or costs unknown. */
	unsigned int best_iter;
};

/* Compute the noise of a set of boots of one kernel. */
void aa__analyse(const struct aa_input *in, struct aa_noise *out);

/* Variance of a boot's median of n_iter values. */
double aa__boot_variance(double sd_boot, double sd_iter, double n_iter);
/* Convert a spread or relative effect (linear: a difference in the metric's unit) to display units:
 * % of the typical value, or points for a share. `share` is metric__points(). */
double aa__size(double share, bool linear, double typical, double v);
/* Smallest effect detected with 80 % power by `boots` boots a side, on the scale of the test.
 * `variance`: of one boot's summary. */
double aa__mde(double variance, unsigned int boots);

#endif
