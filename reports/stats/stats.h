/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * stats.h - the arithmetic behind a verdict: pure functions of numbers.
 *
 * Side a is the baseline, side b the candidate; d = b - a. On the log scale d is the
 * logarithm of the ratio. docs/METHOD.md says why these and not others.
 */
#ifndef KDUEL_STATS_STATS_H
#define KDUEL_STATS_STATS_H

#include "lib/base.h"

#define STATS_ALPHA 0.05
#define STATS_POWER 0.80
#define STATS_MIN_BOOTS 3
#define STATS_MAX_SAMPLES 4 /* of a contrast */
#define STATS_MAX_BOOTS 10000 /* what is never planned beyond */

struct stats_test {
	double d; /* difference of the means of the boot summaries */
	double se, df;
	double t, p; /* two-sided */
	double lo95, hi95, lo90, hi90; /* confidence limits of d */
	double rounding; /* by how much d may be off: what is no larger is no difference */
	bool exact; /* no variance at all: d is certain as far as these boots go */
	bool floored; /* se is what the resolution allows; the boots varied by less */
};

void stats__sort(double *v, size_t n);
/* How many different values there are. Sorts v. */
size_t stats__distinct(double *v, size_t n);
/* Widen [*lo, *hi] to hold v; values that are not finite change nothing. Start from NAN. */
void stats__widen(double *lo, double *hi, double v);
/* Put the value that has k smaller or equal ones at v[k], none larger before it and none smaller
 * behind it; k < n. */
void stats__select(double *v, size_t n, size_t k);
/* Middle value, the mean of the two middle ones for an even count. Reorders v; n > 0. */
double stats__median(double *v, size_t n);
double stats__mean(const double *v, size_t n);
/* Sample variance (n - 1), 0 for n < 2. Two passes. */
double stats__variance(const double *v, size_t n);

/* Smallest standard error that values of this resolution can honestly claim, in the unit of
 * `resolution`: that of rounding (r / sqrt(12)), in a contrast of `samples` samples the
 * smallest of which has n values. 0 for n = 0. */
double stats__se_floor(double resolution, size_t n, size_t samples);

struct stats_sample {
	const double *v;
	size_t n;
	bool minus; /* taken off */
};

/* t test of a sum and difference of means of k <= STATS_MAX_SAMPLES samples with variances of
 * their own: Welch's test, with Satterthwaite's degrees of freedom. -ERANGE when one has fewer
 * than two values. */
int stats__contrast(const struct stats_sample *s, size_t k, double se_floor,
		    struct stats_test *out);
/* The same estimate and intervals without a floor and without the test, which costs more than they do: t
 * and p are NAN. */
int stats__interval(const struct stats_sample *s, size_t k, struct stats_test *out);
/* The same for b - a. */
int stats__welch(const double *a, size_t na, const double *b, size_t nb, double se_floor,
		 struct stats_test *out);
/* t test of the differences w within blocks, that are made of values as large as `size` (to
 * tell rounding from a difference when nothing varies). -ERANGE with fewer than two. */
int stats__paired(const double *w, size_t n, double size, double se_floor, struct stats_test *out);

/* Raise the standard error to `se`, or p to `p`, where they are less, and all that follows with it:
 * an interval agrees with its p. */
void stats__raise_se(struct stats_test *t, double se);
void stats__raise_p(struct stats_test *t, double p);

/* Does the 90 % interval lie within +-margin (two one-sided tests at 5 %)? */
bool stats__equivalent(const struct stats_test *t, double margin);
/* Is |d| below the margin? At the margin, but for rounding, is not below it. */
bool stats__is_below(const struct stats_test *t, double margin);
/* Smallest |d| that would be found with 80 % power, given the standard error seen. */
double stats__mde(const struct stats_test *t);
/* What an effect must be in standard errors to be found with `power` (0.5 .. 1). */
double stats__effect(double df, double power);
/* What becomes of a true effect d > 0 whose standard error is se, known from df degrees of freedom:
 * how often it is found (t test, p <= STATS_ALPHA, right direction), and how large it then looks on
 * average, as a multiple of d: those that chance makes small are not found (type M error). NAN with one degree
 * of freedom or less. */
void stats__found(double d, double se, double df, double *power, double *looks);
/* Boots of each of `samples` samples to find a contrast of `d` with `power` when the variance
 * of a boot's summary is `var` (mean of all samples): 2 for a comparison, 4 for a 2x2, 1 for
 * differences within blocks, whose variance it then is. The smallest n >= STATS_MIN_BOOTS with
 * n d^2 >= samples var (t(.975, df) + t(power, df))^2, df = samples (n - 1); 0 if beyond
 * STATS_MAX_BOOTS. */
unsigned int stats__boots_needed(double d, double var, unsigned int samples, double power);

/* Benjamini-Hochberg: adjusted p of each p; a NaN is no member of the family and stays NaN. */
void stats__bh(const double *p, size_t n, double *adjusted);

#endif
