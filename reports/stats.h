/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * stats.h - the arithmetic behind a verdict: pure functions of numbers.
 *
 * Side a is the baseline, side b the candidate; d = b - a. On the log scale d is the
 * logarithm of the ratio. docs/METHOD.md says why these and not others.
 */
#ifndef KDUEL_STATS_H
#define KDUEL_STATS_H

#include "lib/base.h"

#define STATS_ALPHA 0.05
#define STATS_POWER 0.80
#define STATS_MIN_BOOTS 3
#define STATS_MAX_BOOTS 10000 /* what is never planned beyond */

struct stats_test {
	double d; /* difference of the means of the boot summaries */
	double se, df;
	double t, p; /* two-sided */
	double lo95, hi95, lo90, hi90; /* confidence limits of d */
	bool exact; /* no variance at all: d is certain as far as these boots go */
};

/* Middle value, the mean of the two middle ones for an even count. Reorders v; n > 0. */
double stats__median(double *v, size_t n);
double stats__mean(const double *v, size_t n);
/* Sample variance (n - 1), 0 for n < 2. Two passes. */
double stats__variance(const double *v, size_t n);

/* Smallest standard error that a value of this resolution can honestly claim, relative to
 * the same unit as `resolution`: that of rounding, for the smaller of the two sides. */
double stats__se_floor(double resolution, size_t na, size_t nb);

/* Welch's t test of the boot summaries a and b. -ERANGE with fewer than two on a side. */
int stats__welch(const double *a, size_t na, const double *b, size_t nb, double se_floor,
		 struct stats_test *out);
/* t test of the differences w within blocks. -ERANGE with fewer than two. */
int stats__paired(const double *w, size_t n, double se_floor, struct stats_test *out);

/* Does the 90 % interval lie within +-margin (two one-sided tests at 5 %)? */
bool stats__equivalent(const struct stats_test *t, double margin);
/* Smallest |d| that would be found with 80 % power, given the standard error seen. */
double stats__mde(const struct stats_test *t);
/* Boots per side to find a difference of `d` with 80 % power when the variance of a boot's
 * summary is `var` (mean of both sides): at least STATS_MIN_BOOTS, 0 if beyond
 * STATS_MAX_BOOTS. */
unsigned int stats__boots_needed(double d, double var);

/* Benjamini-Hochberg: adjusted p of each p; a NaN is no member of the family and stays NaN. */
void stats__bh(const double *p, size_t n, double *adjusted);

#endif
