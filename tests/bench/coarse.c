// SPDX-License-Identifier: GPL-2.0-only
/*
 * coarse.c - tables of many metrics whose values are coarse: how often does one show a regression
 * where nothing differs, and is a change still found? Fixed seeds; fails when a figure is out of its
 * bound.
 *
 * Values that round to one of two neighbours are the same on every boot of a side now and then, by
 * chance; of 200 such metrics some are so on both sides and differ.
 */
#include "lib/rng.h"
#include "reports/stats/contrast.h"

#include <math.h>

#define TABLES 300
#define ROWS 200
#define BOOTS_MAX 10

enum value {
	EDGE, /* rounded, in the middle between two steps; noise below a step */
	RARE, /* one of two neighbours, one of them seldom: 0.5 to 50 % of boots */
	ROUNDED, /* to a step of a tenth to twice the noise */
	HALVES, /* medians of four iterations of those at the edge: half steps */
	MEDIANS, /* the same of five */
	FEW, /* Poisson around 0.1 to 30, as a foreign file has them */
	EVENTS, /* the same, known to be a count of events */
	SMOOTH,
	VALUES,
	MIXED = VALUES, /* one after the other */
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

/* Knuth's method; the mean is small. */
static double poisson(double mean, struct rng *rng)
{
	double n = 0;

	for (double p = rng__unit(rng), end = exp(-mean); p > end; n++)
		p *= rng__unit(rng);
	return n;
}

/* One boot of a metric; `draw` (0 to 1) is the metric's own. */
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

/* Test one metric of which the candidate is `factor` times as large. */
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

/* Per cent of tables that show a regression; *changed: any change. */
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

/* Per cent of metrics, each a family of its own, whose doubling is found. */
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
	/* Five boots a side are the fewest of which 2 / C(10, 5) is below 5 % with room to spare. */
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
