// SPDX-License-Identifier: GPL-2.0-only
/*
 * coarse.c - tables of many metrics with coarse values: how often does a table show a regression
 * although nothing differs, and is a real change still found? Fixed seeds; fails when a figure is out of
 * its bounds.
 *
 * If values round to one of two neighbours, all boots of a side may by chance have the same value. In a
 * table of 200 such metrics that happens to some on both sides, with different values.
 */
#include "lib/rng.h"
#include "reports/stats/contrast.h"

#include <math.h>

#define TABLES 300
#define ROWS 200
#define BOOTS_MAX 10

enum value {
	EDGE, /* rounded, with the mean halfway between two steps; noise below a step */
	RARE, /* one of two neighbouring values, one of them in 0.5 to 50 % of boots */
	ROUNDED, /* rounded to whole steps, with noise of half a step to ten steps */
	HALVES, /* medians of four iterations like EDGE, which can be half steps */
	MEDIANS, /* medians of five iterations like EDGE */
	FEW, /* Poisson with a mean of 0.1 to 30, as imported from a file */
	EVENTS, /* like FEW, but known to be counts of events */
	SMOOTH, /* not coarse */
	VALUES,
	MIXED = VALUES, /* metrics of all these kinds in turn */
};

static const char *const names[] = { "at the edge of two steps",
				     "a seldom neighbour",
				     "rounded",
				     "half steps",
				     "medians of five",
				     "few, not known as counts",
				     "few events",
				     "smooth",
				     "all of these" };

static const struct {
	size_t a, b;
	bool paired;
} designs[] = { { 3, 3, false },  { 5, 5, false }, { 10, 10, false },
		{ 5, 10, false }, { 5, 5, true },  { 10, 10, true } };

/* Knuth's method, good for small means. */
static double poisson(double mean, struct rng *rng)
{
	double n = 0;

	for (double p = rng__unit(rng), end = exp(-mean); p > end; n++)
		p *= rng__unit(rng);
	return n;
}

/* The value of a metric in one boot; `draw` (0 to 1) is a parameter of the metric. */
static double boot(enum value kind, double draw, struct rng *rng)
{
	double iter[5];
	size_t n = kind == HALVES ? 4 : 5;

	switch (kind) {
	case EDGE:
		return round(20.5 + 0.1 * rng__normal(rng));
	case RARE:
		return 20 + (rng__unit(rng) < 0.5 * pow(0.01, draw));
	case ROUNDED:
		return round(50 + draw + rng__normal(rng) * 0.5 * pow(20, draw));
	case HALVES:
	case MEDIANS:
		for (size_t i = 0; i < n; i++)
			iter[i] = round(20.5 + 0.1 * rng__normal(rng));
		return stats__median(iter, n);
	case FEW:
	case EVENTS:
		return poisson(0.1 * pow(300, draw), rng);
	default:
		return 1000 * exp(0.01 * rng__normal(rng));
	}
}

/* Test a metric whose candidate values are larger by `factor`. */
static void test(enum value kind, size_t d, double factor, struct rng *rng, struct judgement *j)
{
	const struct metric metric = {
		.name = "n", .unit = "n", .better = BETTER_LOWER, .margin_rel = 0.02
	};
	static const unsigned int blocks[BOOTS_MAX] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 };
	double a[BOOTS_MAX], b[BOOTS_MAX], draw = rng__unit(rng);
	struct contrast c = {
		.metric = &metric,
		.basis = BASIS_MEASURED,
		.side = { { b, blocks, designs[d].b }, { a, blocks, designs[d].a } },
		.n_sides = 2,
		.paired = designs[d].paired,
		.event = kind == EVENTS,
	};

	for (size_t i = 0; i < designs[d].a; i++)
		a[i] = boot(kind, draw, rng);
	for (size_t i = 0; i < designs[d].b; i++)
		b[i] = factor * boot(kind, draw, rng);
	contrast__test(&c, j);
}

/* Percentage of tables that show a regression; in *changed, of those that show any change. */
static double show(enum value kind, size_t d, double *changed)
{
	const struct metric metric = { .better = BETTER_LOWER };
	unsigned int worse = 0, any = 0;

	for (uint64_t t = 0; t < TABLES; t++) {
		struct judgement j[ROWS];
		double p[ROWS], padj[ROWS];
		bool w = false, better = false;
		struct rng rng;

		rng__seed(&rng, rng__derive(12, (uint64_t)kind * 100 + d, t));
		for (size_t i = 0; i < ROWS; i++) {
			test(kind == MIXED ? (enum value)(i % VALUES) : kind, d, 1, &rng, &j[i]);
			p[i] = j[i].tested ? j[i].p : NAN;
		}
		stats__bh(p, ROWS, padj);
		for (size_t i = 0; i < ROWS; i++) {
			j[i].padj = padj[i];
			verdict__decide(&metric, &j[i]);
			w = w || j[i].verdict == VERDICT_REGRESSION;
			better = better || j[i].verdict == VERDICT_IMPROVEMENT;
		}
		worse += w;
		any += w || better;
	}
	*changed = 100.0 * any / TABLES;
	return 100.0 * worse / TABLES;
}

/* Percentage of metrics whose doubling is found, each judged by itself. */
static double find(enum value kind, size_t d)
{
	unsigned int found = 0;

	for (uint64_t t = 0; t < TABLES; t++) {
		struct judgement j;
		struct rng rng;

		rng__seed(&rng, rng__derive(13, (uint64_t)kind * 100 + d, t));
		test(kind, d, 2, &rng, &j);
		found += j.tested && j.p <= STATS_ALPHA;
	}
	return 100.0 * found / TABLES;
}

static unsigned int figure(const char *what, const char *kind, size_t d, double got, double lo,
			   double hi)
{
	bool ok = got >= lo && got <= hi;

	printf("%-12s %-25s %2zu + %-2zu %-7s %6.1f %%  %5.1f to %5.1f  %s\n", what, kind,
	       designs[d].a, designs[d].b, designs[d].paired ? "paired" : "", got, lo, hi,
	       ok ? "ok" : "FAILED");
	return !ok;
}

int main(void)
{
	/* From five boots a side on, the smallest p, 2 / C(10, 5), is well below 5 %. */
	static const enum value doubled[] = { EDGE, ROUNDED, MEDIANS, SMOOTH };
	unsigned int failures = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("Tables of %d coarse metrics without a difference: %d each\n", ROWS, TABLES);
	for (int kind = 0; kind <= MIXED; kind++) {
		for (size_t d = 0; d < ARRAY_SIZE(designs); d++) {
			double any, worse = show((enum value)kind, d, &any);

			failures += figure("a regression", names[kind], d, worse, 0, 5);
			failures += figure("any change", names[kind], d, any, 0, 7);
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(doubled); i++)
		failures += figure("2x is found", names[doubled[i]], 1, find(doubled[i], 1), 99,
				   100);
	printf("%u out of bounds\n", failures);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
