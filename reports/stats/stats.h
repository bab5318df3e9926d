/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * stats.h - the statistics behind a verdict. Pure functions of numbers.
 *
 * Side a is the baseline, side b the candidate; d = b - a. On the log scale d is the logarithm of
 * the ratio. docs/METHOD.md gives the reasons for these methods.
 */
#ifndef KDUEL_STATS_STATS_H
#define KDUEL_STATS_STATS_H

#include "lib/base.h"

#define STATS_ALPHA 0.05
#define STATS_POWER 0.80
#define STATS_MIN_BOOTS 3
#define STATS_MAX_SAMPLES 4 /* most samples in a contrast */
#define STATS_MAX_BOOTS 10000 /* limit of planning */

struct stats_test {
	double d; /* difference of the means of the boot summaries */
	double se, df;
	double t, p; /* two-sided */
	double lo95, hi95, lo90, hi90; /* confidence limits of d */
	double rounding; /* bound on the rounding error of d: a smaller |d| is no difference */
	bool exact; /* no variance at all: d is exact for these boots */
	bool floored; /* se comes from the resolution; the boots varied by less */
};

/* Sort in ascending order. */
void stats__sort(double *v, size_t n);
/* Number of distinct values. Sorts v. */
size_t stats__distinct(double *v, size_t n);
/* Widen [*lo, *hi] to include v; ignores values that are not finite. Initialise both to NAN. */
void stats__widen(double *lo, double *hi, double v);
/* Quickselect: reorder v so that v[k] is the value of rank k (from 0), none before it is larger,
 * and none after it is smaller; k < n. */
void stats__select(double *v, size_t n, size_t k);
/* Median; the mean of the two middle values if n is even. Reorders v; n > 0. */
double stats__median(double *v, size_t n);
/* Mean; n > 0. Exact if all values are equal. */
double stats__mean(const double *v, size_t n);
/* Sample variance (n - 1); 0 for n < 2. Two-pass algorithm. */
double stats__variance(const double *v, size_t n);

/* Lower bound for the standard error of values with this resolution, in the same unit: the rounding
 * error r / sqrt(12), in a contrast of `samples` samples the smallest of which has n values. 0 for
 * n = 0. */
double stats__se_floor(double resolution, size_t n, size_t samples);

struct stats_sample {
	const double *v;
	size_t n;
	bool minus; /* subtracted */
};

/* A t test of a signed sum of the means of k <= STATS_MAX_SAMPLES samples with unequal variances:
 * Welch's test with Satterthwaite's degrees of freedom. The standard error is at least se_floor.
 * -ERANGE if a sample has fewer than two values. */
int stats__contrast(const struct stats_sample *s, size_t k, double se_floor,
		    struct stats_test *out);
/* The same estimate and intervals, without a floor and without the test, which is the expensive
 * part: t and p are NAN. */
int stats__interval(const struct stats_sample *s, size_t k, struct stats_test *out);
/* stats__contrast() for b - a. */
int stats__welch(const double *a, size_t na, const double *b, size_t nb, double se_floor,
		 struct stats_test *out);
/* Paired t test of the differences w within blocks. `size`: sum of the absolute means of the sides,
 * for a bound on rounding errors. -ERANGE if n < 2. */
int stats__paired(const double *w, size_t n, double size, double se_floor, struct stats_test *out);

/* Raise the standard error to at least `se`, or p to at least `p`, and update the intervals to
 * match. */
void stats__raise_se(struct stats_test *t, double se);
void stats__raise_p(struct stats_test *t, double p);

/* Does the 90 % interval lie within +-margin (two one-sided tests at 5 %)? */
bool stats__equivalent(const struct stats_test *t, double margin);
/* Is |d| below the margin? Equal to the margin, up to rounding, is not below. */
bool stats__is_below(const struct stats_test *t, double margin);
/* Smallest |d| that would be detected with 80 % power, given the observed standard error. */
double stats__mde(const struct stats_test *t);
/* Effect, in standard errors, that is detected with `power` (0.5 to 1). */
double stats__effect(double df, double power);
/* For a true effect d > 0 with standard error se (estimated with df degrees of freedom): *power is
 * how often it is detected (t test, p <= STATS_ALPHA, right direction), and *looks the average size
 * of a detected effect as a multiple of d, which exceeds 1 because small estimates go undetected
 * (type M error). NAN if df <= 1. */
void stats__found(double d, double se, double df, double *power, double *looks);
/* Boots in each of `samples` samples to detect a contrast of `d` with `power`; `var` is the
 * variance of a boot's summary (mean over the samples). `samples` is 2 for a comparison, 4 for a
 * 2x2, and 1 for differences within blocks, with `var` their variance. The result is the smallest n
 * >= STATS_MIN_BOOTS with n d^2 >= samples var (t(.975, df) + t(power, df))^2, df = samples (n -
 * 1); 0 if beyond STATS_MAX_BOOTS. */
unsigned int stats__boots_needed(double d, double var, unsigned int samples, double power);

/* Benjamini-Hochberg: the adjusted p for each p. NaN is not a member of the family and stays
 * NaN. */
void stats__bh(const double *p, size_t n, double *adjusted);

#endif
