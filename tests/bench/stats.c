// SPDX-License-Identifier: GPL-2.0-only
/*
 * stats.c - do the verdicts keep their promises? False alarms, power, coverage and false claims of "no
 * change" in simulated campaigns, from fixed seeds, each with its bounds. Fails when a figure is out of
 * its bounds.
 *
 * Model of a campaign: y = 100 (1 + effect) exp(boot + iteration + drift) * outlier, with boots in the
 * order A B B A A B B A. sb and sw are the standard deviations of boots and of iterations within a boot.
 */
#include "lib/rng.h"
#include "reports/stats/factorial.h"

#include <math.h>

#define RUNS 4000
#define REPORTS 1000 /* of 100 metrics each */
#define BOOTS_MAX 10
#define ITERS_MAX 10
#define NO_LIMIT 1e9

static const struct scenario {
	const char *name, *what;
	double sb_a, sb_b, sw;
	double outliers; /* share of iterations that are multiplied by 1 + Exp(mean 0.2) */
	double bad_boots; /* share of boots that are multiplied by 1.05 to 1.20 */
	double drift; /* standard deviation of the steps of a random walk over slots */
} scenarios[] = {
	{ "S1", "sb 1 % sw 1 %", .01, .01, .01, 0, 0, 0 },
	{ "S2", "sb 1 % sw 3 %, 3 % outliers", .01, .01, .03, .03, 0, 0 },
	{ "S3", "sb 3 % sw 3 %, 3 % outliers, 3 % bad boots", .03, .03, .03, .03, .03, 0 },
	{ "S4", "S1 and a drift of 1 % a slot", .01, .01, .01, 0, 0, .01 },
	{ "S5", "sb 1 % and 3 %, sw 2 %, 2 % outliers", .01, .03, .02, .02, 0, 0 },
	{ "S6", "sb 0, sw 3 %", 0, 0, .03, 0, 0, 0 },
};

#define SCENARIOS ARRAY_SIZE(scenarios)
static const size_t sizes[] = { 3, 5, 10 };

static unsigned int failures, figures;

/* Results of many campaigns. */
struct tally {
	unsigned int runs, found, covered, no_change, changed;
};

static double iteration(const struct scenario *s, struct rng *rng)
{
	double y = exp(s->sw * rng__normal(rng));

	return rng__unit(rng) < s->outliers ? y * (1 - 0.2 * log(1 - rng__unit(rng))) : y;
}

static double boot(const struct scenario *s, bool b, double effect, double drift, size_t m,
		   struct rng *rng)
{
	double y[ITERS_MAX];
	double level = 100 * (b ? 1 + effect : 1) *
		       exp((b ? s->sb_b : s->sb_a) * rng__normal(rng) + drift);

	if (rng__unit(rng) < s->bad_boots)
		level *= 1.05 + 0.15 * rng__unit(rng);
	for (size_t i = 0; i < m; i++)
		y[i] = level * iteration(s, rng);
	return stats__median(y, m);
}

struct campaign {
	double v[2][BOOTS_MAX];
	unsigned int blocks[2][BOOTS_MAX];
};

static void simulate(const struct scenario *s, double effect, size_t n, size_t m, struct rng *rng,
		     struct campaign *c)
{
	size_t count[2] = { 0 };
	double drift = 0;

	for (unsigned int slot = 0; slot < 2 * n; slot++) {
		bool b = (slot + slot / 2) % 2;

		c->blocks[b][count[b]] = slot / 2;
		c->v[b][count[b]++] = boot(s, b, effect, drift, m, rng);
		drift += s->drift * rng__normal(rng);
	}
}

static const struct metric metric = {
	.name = "time",
	.unit = "s",
	.better = BETTER_LOWER,
	.kind = METRIC_TIME,
	.primary = true,
	.margin_rel = 0.02,
};

static void judge(const struct campaign *c, size_t n, bool paired, struct judgement *j)
{
	struct contrast test = {
		.metric = &metric,
		.basis = BASIS_MEASURED,
		.side = { { c->v[1], c->blocks[1], n }, { c->v[0], c->blocks[0], n } },
		.n_sides = 2,
		.paired = paired,
	};

	contrast__test(&test, j);
	j->padj = j->p;
	verdict__decide(&metric, j);
}

static void count(struct tally *t, const struct judgement *j, double effect)
{
	t->runs++;
	t->found += j->p <= STATS_ALPHA;
	t->covered += j->lo_pct <= 100 * effect && 100 * effect <= j->hi_pct;
	t->no_change += j->verdict == VERDICT_NO_CHANGE || j->verdict == VERDICT_SMALL;
	t->changed += j->verdict == VERDICT_REGRESSION || j->verdict == VERDICT_IMPROVEMENT;
}

static struct tally run(const struct scenario *s, double effect, size_t n, size_t m, bool paired)
{
	uint64_t cell = (uint64_t)(s - scenarios) * 100000 + n * 1000 + m * 10 + paired;
	struct tally t = { 0 };
	struct rng rng;

	rng__seed(&rng, rng__derive(2025, cell, (uint64_t)llround(effect * 1000)));
	for (int i = 0; i < RUNS; i++) {
		struct campaign c;
		struct judgement j;

		simulate(s, effect, n, m, &rng, &c);
		judge(&c, n, paired, &j);
		count(&t, &j, effect);
	}
	return t;
}

static double pct(unsigned int k, unsigned int n)
{
	return 100.0 * k / n;
}

static void figure(const char *name, const char *of, size_t n, double got, double lo, double hi)
{
	bool ok = got >= lo && got <= hi;

	figures++;
	failures += !ok;
	printf("%-18s %-3s n=%-2zu  %6.2f %%  ", name, of, n, got);
	if (lo <= 0)
		printf("at most %5.2f", hi);
	else if (hi == NO_LIMIT)
		printf("at least %5.2f", lo);
	else
		printf("%5.2f to %5.2f", lo, hi);
	printf("  %s\n", ok ? "ok" : "FAILED");
}

/* Check the false alarms. Drift increases the variance between boots of a side, but not the difference of
 * the sides, so there an unpaired test may have fewer false alarms than its level, but not more. */
static void false_alarms(void)
{
	for (size_t s = 0; s < SCENARIOS; s++) {
		for (size_t k = 0; k < ARRAY_SIZE(sizes); k++) {
			struct tally t = run(&scenarios[s], 0, sizes[k], 5, false);
			struct tally p = run(&scenarios[s], 0, sizes[k], 5, true);

			figure("false alarms", scenarios[s].name, sizes[k], pct(t.found, t.runs),
			       scenarios[s].drift > 0 ? 0 : 2.5, 6);
			figure("  paired", scenarios[s].name, sizes[k], pct(p.found, p.runs), 2.5,
			       6);
		}
	}
}

/* Power in percent, from an independent implementation; 0: not known. */
static const struct power {
	double effect;
	size_t scenario;
	bool paired;
	double want[3]; /* n = 3, 5, 10 */
} powers[] = {
	{ .03, 0, false, { 56, 94, 100 } },  { .03, 1, false, { 23, 53, 89 } },
	{ .03, 2, false, { 8, 18, 36 } },    { .03, 3, false, { 33, 64, 0 } },
	{ .03, 4, false, { 17, 33, 67 } },   { .03, 5, false, { 34, 70, 97 } },
	{ .03, 0, true, { 42, 86, 100 } },   { .03, 1, true, { 19, 45, 86 } },
	{ .03, 2, true, { 8, 16, 34 } },     { .03, 3, true, { 34, 74, 0 } },
	{ .03, 4, true, { 15, 29, 64 } },    { .03, 5, true, { 27, 61, 95 } },
	{ .01, 0, false, { 10, 21, 45 } },   { .01, 1, false, { 6, 10, 19 } },
	{ .01, 2, false, { 4, 5, 8 } },	     { .02, 0, false, { 29, 66, 96 } },
	{ .02, 1, false, { 12, 27, 57 } },   { .02, 2, false, { 5, 10, 19 } },
	{ .05, 0, false, { 92, 100, 100 } }, { .05, 1, false, { 54, 93, 100 } },
	{ .05, 2, false, { 17, 42, 73 } },   { .10, 0, false, { 100, 100, 100 } },
	{ .10, 1, false, { 96, 100, 100 } }, { .10, 2, false, { 55, 88, 99 } },
};

static void power(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(powers); i++) {
		const struct power *p = &powers[i];
		const struct scenario *s = &scenarios[p->scenario];
		char name[32];

		snprintf(name, sizeof(name), "power, %.0f %%%s", 100 * p->effect,
			 p->paired ? " paired" : "");
		for (size_t k = 0; k < ARRAY_SIZE(sizes); k++) {
			struct tally t = run(s, p->effect, sizes[k], 5, p->paired);

			if (p->want[k] > 0)
				figure(name, s->name, sizes[k], pct(t.found, t.runs),
				       p->want[k] - 3, fmin(100, p->want[k] + 3));
		}
	}
}

static void coverage(void)
{
	for (size_t s = 0; s < 3; s++) {
		for (size_t k = 0; k < ARRAY_SIZE(sizes); k++) {
			struct tally t = run(&scenarios[s], 0.03, sizes[k], 10, false);

			figure("coverage", scenarios[s].name, sizes[k], pct(t.covered, t.runs), 94,
			       97);
		}
	}
}

/* If the true effect is as large as the margin, "no change" is a false claim. */
static void false_equivalence(void)
{
	for (size_t s = 0; s < SCENARIOS; s++) {
		for (size_t k = 0; k < ARRAY_SIZE(sizes); k++) {
			struct tally t = run(&scenarios[s], 0.02, sizes[k], 5, false);
			struct tally p = run(&scenarios[s], 0.02, sizes[k], 5, true);

			figure("false no change", scenarios[s].name, sizes[k],
			       pct(t.no_change, t.runs), 0, 6);
			figure("  paired", scenarios[s].name, sizes[k], pct(p.no_change, p.runs), 0,
			       6);
		}
	}
}

/* If there is no effect, "no change" is right: how often is it claimed? The wanted values are from an
 * independent implementation. */
static void claims(void)
{
	static const struct {
		size_t scenario, n;
		double want;
	} v[] = { { 0, 5, 59.7 }, { 0, 10, 96.2 }, { 1, 5, 6.5 }, { 1, 10, 42 }, { 2, 10, 0.4 } };

	for (size_t i = 0; i < ARRAY_SIZE(v); i++) {
		const struct scenario *s = &scenarios[v[i].scenario];
		struct tally t = run(s, 0, v[i].n, 5, false);

		figure("true no change", s->name, v[i].n, pct(t.no_change, t.runs), v[i].want - 3,
		       v[i].want + 3);
	}
}

/* A report of 100 metrics with a correlation of 0.5; `real` of them are 5 % slower. */
#define FAMILY 100

struct family_tally {
	double false_share; /* sum over reports of false alarms / alarms */
	unsigned int found, any;
};

static void one_report(size_t n, size_t real, struct rng *rng, struct family_tally *out)
{
	/* sb 1.5 %, sw 2 %: the median of five normal deviates has variance 0.2868. Half of a
	 * boot's variance is shared by all metrics. */
	const double sd = sqrt(0.015 * 0.015 + 0.2868 * 0.02 * 0.02);
	struct judgement j[FAMILY];
	double p[FAMILY], padj[FAMILY], shared[2][BOOTS_MAX];
	unsigned int right = 0, wrong = 0;

	for (int k = 0; k < 2; k++)
		for (size_t i = 0; i < n; i++)
			shared[k][i] = rng__normal(rng);
	for (size_t m = 0; m < FAMILY; m++) {
		struct campaign c = { 0 };

		for (int k = 0; k < 2; k++)
			for (size_t i = 0; i < n; i++)
				c.v[k][i] = (k && m < real ? 1.05 : 1) *
					    exp(sd * sqrt(0.5) * (shared[k][i] + rng__normal(rng)));
		judge(&c, n, false, &j[m]);
		p[m] = j[m].p;
	}
	stats__bh(p, FAMILY, padj);
	for (size_t m = 0; m < FAMILY; m++) {
		right += m < real && padj[m] <= STATS_ALPHA;
		wrong += m >= real && padj[m] <= STATS_ALPHA;
	}
	out->found += right;
	out->any += right + wrong > 0;
	out->false_share += right + wrong ? (double)wrong / (right + wrong) : 0;
}

static void families(void)
{
	static const struct {
		size_t n, real;
		double power; /* from an independent implementation; 0: not known */
	} v[] = { { 5, 20, 57 }, { 10, 20, 99.5 }, { 5, 0, 0 }, { 10, 0, 0 } };

	for (size_t i = 0; i < ARRAY_SIZE(v); i++) {
		struct family_tally t = { 0 };
		struct rng rng;

		rng__seed(&rng, rng__derive(77, v[i].n, v[i].real));
		for (int r = 0; r < REPORTS; r++)
			one_report(v[i].n, v[i].real, &rng, &t);
		if (!v[i].real) {
			figure("any false, 100", "BH", v[i].n, pct(t.any, REPORTS), 0, 7);
			continue;
		}
		figure("false discoveries", "BH", v[i].n, 100 * t.false_share / REPORTS, 0, 5);
		figure("power, 5 %, 20/100", "BH", v[i].n,
		       100.0 * t.found / (double)(REPORTS * v[i].real), v[i].power - 3, NO_LIMIT);
	}
}

/* A 2x2 design: main effects of 3 % and -2 %, and an interaction of `net`. */
static void factorial_run(const struct scenario *s, double net, size_t n, struct tally *t)
{
	double v[FACTORIAL_CELLS][BOOTS_MAX];
	struct contrast in = { .metric = &metric,
			       .basis = BASIS_MEASURED,
			       .n_sides = FACTORIAL_CELLS };
	struct rng rng;

	rng__seed(&rng, rng__derive(4, (uint64_t)(s - scenarios) * 100 + n,
				    (uint64_t)llround(net * 1000)));
	for (int r = 0; r < RUNS; r++) {
		struct judgement j;

		for (int k = 0; k < FACTORIAL_CELLS; k++) {
			double first = k == CELL_BOTH || k == CELL_FIRST ? 1.03 : 1;
			double second = k == CELL_BOTH || k == CELL_SECOND ? 0.98 : 1;
			double level = first * second * (k == CELL_BOTH ? 1 + net : 1);

			/* Cells differ in noise: every other one has the noise of side A. */
			for (size_t i = 0; i < n; i++)
				v[k][i] = level * boot(s, k % 2, 0, 0, 5, &rng);
			in.side[k].boots = v[k];
			in.side[k].n = n;
		}
		contrast__test(&in, &j);
		j.padj = j.p;
		verdict__decide(&metric, &j);
		count(t, &j, net);
	}
}

static void factorials(void)
{
	for (size_t s = 0; s < SCENARIOS; s++) {
		for (size_t k = 0; k < ARRAY_SIZE(sizes); k++) {
			struct tally null = { 0 }, edge = { 0 }, real = { 0 };

			if (scenarios[s].drift > 0)
				continue; /* cells have no A B B A order: drift cannot be tested here */
			factorial_run(&scenarios[s], 0, sizes[k], &null);
			factorial_run(&scenarios[s], 0.02, sizes[k], &edge);
			factorial_run(&scenarios[s], 0.03, sizes[k], &real);
			figure("2x2 false alarms", scenarios[s].name, sizes[k],
			       pct(null.found, null.runs), 2.5, 6);
			figure("2x2 coverage", scenarios[s].name, sizes[k],
			       pct(real.covered, real.runs), 94, 97.5);
			figure("2x2 false no ch.", scenarios[s].name, sizes[k],
			       pct(edge.no_change, edge.runs), 0, 6);
		}
	}
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("Simulated campaigns of 5 iterations a boot (coverage: 10), %d each\n", RUNS);
	for (size_t s = 0; s < SCENARIOS; s++)
		printf("  %s: %s\n", scenarios[s].name, scenarios[s].what);
	false_alarms();
	power();
	coverage();
	false_equivalence();
	claims();
	families();
	factorials();
	printf("%u figures, %u out of bounds\n", figures, failures);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
