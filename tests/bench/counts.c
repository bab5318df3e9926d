// SPDX-License-Identifier: GPL-2.0-only
/*
 * counts.c - verdicts on small counts and zeros, as exact mode has them: the rate of false alarms if
 * nothing differs, and the power if something does. Fixed seeds; fails when a figure is out of its
 * bounds.
 *
 * A boot counts Poisson(events * exp(spread * N(0, 1))): the memory layout of the boot determines how
 * likely an event is, chance determines how many there are. As in a report, with a zero in the row
 * differences are compared instead of ratios.
 */
#include "lib/rng.h"
#include "reports/stats/contrast.h"

#include <math.h>

#define RUNS 4000
#define BOOTS_MAX 10
#define MANY_SPREAD 0.05 /* spread of a side on which every access walks, whatever the layout */

static const double events[] = { 0.1, 0.5, 1, 3, 10, 30, 100 };
static const double spreads[] = { 0, 0.5, 1 };
static const size_t sizes[] = { 3, 5, 10 };

static const struct metric walks = { .name = "walks",
				     .unit = "walks",
				     .kind = METRIC_MODEL,
				     .better = BETTER_LOWER,
				     .margin_rel = 0.02 };

/* Knuth's method. The mean is split into parts of at most 50, whose exp(-mean) does not underflow. */
static double poisson(double mean, struct rng *rng)
{
	double n = 0;

	while (mean > 0) {
		double p = rng__unit(rng), end = exp(-fmin(mean, 50));

		mean -= 50;
		for (; p > end; n++)
			p *= rng__unit(rng);
	}
	return n;
}

static bool fill(double *v, size_t n, double mean, double spread, struct rng *rng)
{
	bool zero = false;

	for (size_t i = 0; i < n; i++) {
		v[i] = poisson(mean * exp(spread * rng__normal(rng)), rng);
		zero = zero || !(v[i] > 0);
	}
	return zero;
}

/* Percentage of campaigns that find a difference between the sides. */
static double called(double a, double spread_a, double b, double spread, size_t n)
{
	unsigned int found = 0;

	for (uint64_t i = 0; i < RUNS; i++) {
		double va[BOOTS_MAX], vb[BOOTS_MAX];
		struct contrast c = { .metric = &walks,
				      .basis = BASIS_MODELLED,
				      .side = { { vb, NULL, n }, { va, NULL, n } },
				      .n_sides = 2 };
		struct judgement j;
		struct rng rng;

		rng__seed(&rng, rng__derive(5, (uint64_t)(a * 1000 + spread * 100) + n, i));
		c.linear = fill(va, n, a, spread_a, &rng);
		c.linear |= fill(vb, n, b, spread, &rng);
		contrast__test(&c, &j);
		j.padj = j.p;
		verdict__decide(&walks, &j);
		found += j.verdict == VERDICT_REGRESSION || j.verdict == VERDICT_IMPROVEMENT;
	}
	return 100.0 * found / RUNS;
}

static unsigned int figure(const char *what, double spread, size_t n, double got, double lo,
			   double hi)
{
	bool ok = got >= lo && got <= hi;

	printf("%-24s spread %.1f n=%-2zu  %6.2f %%  %5.1f to %5.1f  %s\n", what, spread, n, got,
	       lo, hi, ok ? "ok" : "FAILED");
	return !ok;
}

int main(void)
{
	unsigned int failures = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("Counts that are few: %d simulated campaigns each\n", RUNS);
	for (size_t s = 0; s < ARRAY_SIZE(spreads); s++) {
		for (size_t k = 0; k < ARRAY_SIZE(sizes); k++) {
			double worst = 0;

			for (size_t e = 0; e < ARRAY_SIZE(events); e++)
				worst = fmax(worst, called(events[e], spreads[s], events[e],
							   spreads[s], sizes[k]));
			failures += figure("false alarms, the worst", spreads[s], sizes[k], worst,
					   0, 6);
			failures += figure("1000 against 1 found", spreads[s], sizes[k],
					   called(1000, MANY_SPREAD, 1, spreads[s], sizes[k]), 99,
					   100);
		}
	}
	printf("%u out of bounds\n", failures);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
