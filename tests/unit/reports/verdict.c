// SPDX-License-Identifier: GPL-2.0-only
#include "lib/rng.h"
#include "reports/analysis/summary.h"
#include "reports/stats/contrast.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const struct metric mem = {
	.name = "mem_total",
	.unit = "kB",
	.better = BETTER_HIGHER,
	.kind = METRIC_STATE,
	.primary = true,
	.per_boot = true,
	.deterministic = true,
	.margin_abs = 64,
	.resolution = 4,
};
static const struct metric rel = {
	.name = "time",
	.unit = "s",
	.better = BETTER_LOWER,
	.kind = METRIC_TIME,
	.primary = true,
	.margin_rel = 0.02,
};

/* Test and verdict for a family of one: padj = p. */
static struct judgement judge(const struct metric *m, enum metric_basis basis, const double *a,
			      size_t na, const double *b, size_t nb)
{
	struct contrast c = { .metric = m,
			      .basis = basis,
			      .side = { { b, NULL, nb }, { a, NULL, na } },
			      .n_sides = 2 };
	struct judgement j;

	contrast__test(&c, &j);
	if (j.tested)
		stats__bh(&j.p, 1, &j.padj);
	verdict__decide(m, &j);
	return j;
}

static struct judgement steps(const struct metric *m, double a, double b)
{
	double va[] = { a, a, a }, vb[] = { b, b, b };

	return judge(m, BASIS_EXACT, va, 3, vb, 3);
}

static void memory_of_the_series(void **state __unused)
{
	struct judgement j = steps(&mem, 2019752, 2023796);

	assert_int_equal(j.verdict, VERDICT_IMPROVEMENT);
	assert_true(j.a == 2019752 && j.b == 2023796 && j.change == 4044);
	assert_float_equal(j.pct, 100.0 * 4044 / 2019752, 1e-9);
	assert_true(j.exact && j.lo > 4030 && j.hi < 4058);
	assert_int_equal(steps(&mem, 2023796, 2019752).verdict, VERDICT_REGRESSION);
}

/* Bytes per leaf size vary with the layout: neither direction is a regression. */
static void a_description_differs(void **state __unused)
{
	struct metric leaf = mem;

	leaf.describes = true;
	assert_int_equal(steps(&leaf, 2019752, 2023796).verdict, VERDICT_DIFFERS);
	assert_int_equal(steps(&leaf, 2023796, 2019752).verdict, VERDICT_DIFFERS);
	assert_int_equal(steps(&leaf, 2019752, 2019812).verdict, VERDICT_SMALL);
}

static void below_the_margin(void **state __unused)
{
	assert_int_equal(steps(&mem, 2019752, 2019812).verdict, VERDICT_SMALL);
	assert_int_equal(steps(&mem, 2019752, 2019752 - 60).verdict, VERDICT_SMALL);
	/* 1 kB to either side of the margin, though values move in steps of 4 kB: a metric that
	 * does not vary is judged by its difference alone. */
	assert_int_equal(steps(&mem, 2019752, 2019752 + 63).verdict, VERDICT_SMALL);
	assert_int_equal(steps(&mem, 2019752, 2019752 + 65).verdict, VERDICT_IMPROVEMENT);
	assert_int_equal(steps(&mem, 2019752 + 65, 2019752).verdict, VERDICT_REGRESSION);
	assert_int_equal(steps(&mem, 2019752, 2019752 + 68).verdict, VERDICT_IMPROVEMENT);
	assert_int_equal(steps(&mem, 2019752, 2019752 - 68).verdict, VERDICT_REGRESSION);
	assert_int_equal(steps(&mem, 2019752, 2019752).verdict, VERDICT_NO_CHANGE);
}

static void too_few_boots(void **state __unused)
{
	static const double a[] = { 10, 10.1, 9.9 }, b[] = { 20, 20.1 };
	struct judgement j = judge(&rel, BASIS_MEASURED, a, 3, b, 2);

	assert_int_equal(j.verdict, VERDICT_INSUFFICIENT);
	assert_false(j.tested);
	assert_float_equal(j.pct, 100, 1); /* the numbers are still shown */
	assert_true(j.p < 0.05 && isnan(j.padj));
	j = judge(&rel, BASIS_MEASURED, a, 3, b, 1);
	assert_true(j.verdict == VERDICT_INSUFFICIENT && isnan(j.p) && isnan(j.lo_pct));
	assert_float_equal(j.pct, 100, 1);
	assert_float_equal(j.change, 10, 0.1);
	j = judge(&rel, BASIS_MEASURED, a, 1, b, 1);
	assert_true(j.verdict == VERDICT_INSUFFICIENT && !j.tested);
	assert_float_equal(j.pct, 100, 1e-9);
	j = judge(&rel, BASIS_MEASURED, a, 3, NULL, 0);
	assert_true(j.verdict == VERDICT_INSUFFICIENT && isnan(j.b) && !isnan(j.a));
}

/* In points, in either unit; also from zero, and with a single boot. */
static void a_share_changes_by_points(void **state __unused)
{
	static const double a[] = { 1.16, 1.17, 1.15 }, b[] = { 99.44, 99.45, 99.43 },
			    zero[] = { 0, 0, 0 };
	struct metric share = { .unit = "%", .better = BETTER_HIGHER, .margin_abs = 1 };
	struct judgement j = judge(&share, BASIS_MEASURED, a, 3, b, 3);
	struct effect e = judgement__effect(&j);

	assert_int_equal(j.verdict, VERDICT_IMPROVEMENT);
	assert_string_equal(e.unit, "points");
	assert_float_equal(e.at, 98.28, 1e-3);
	assert_true(e.lo > 60 && e.lo < e.at && e.hi > e.at);
	j = judge(&share, BASIS_MEASURED, zero, 3, b, 3);
	e = judgement__effect(&j);
	assert_float_equal(e.at, 99.44, 1e-9);
	j = judge(&share, BASIS_MEASURED, a, 1, b, 1);
	e = judgement__effect(&j);
	assert_true(isnan(e.lo));
	assert_float_equal(e.at, 98.28, 1e-9);
	share.unit = "ratio";
	j = judge(&share, BASIS_MEASURED, (double[]){ 0.5, 0.5, 0.5 }, 3,
		  (double[]){ 0.75, 0.75, 0.75 }, 3);
	assert_float_equal(judgement__effect(&j).at, 25, 1e-9);
	share.unit = "s";
	j = judge(&share, BASIS_MEASURED, a, 3, b, 3);
	assert_string_equal(judgement__effect(&j).unit, "%");
	assert_float_equal(judgement__effect(&j).at, j.pct, 0);
}

/* boots_needed_seen follows the same rule as boots_needed. */
static void boots_for_what_was_seen(void **state __unused)
{
	static const double a[] = { 100, 103, 97, 101 }, b[] = { 104, 101, 107, 103 };
	struct judgement j = judge(&rel, BASIS_MEASURED, a, 4, b, 4);
	struct metric same = rel;

	assert_int_equal(j.verdict, VERDICT_INCONCLUSIVE);
	assert_true(j.boots_needed_seen > 4 && j.boots_needed_seen < j.boots_needed);
	same.margin_rel = j.pct / 100;
	assert_int_equal(judge(&same, BASIS_MEASURED, a, 4, b, 4).boots_needed,
			 j.boots_needed_seen);
	/* No difference: no number of boots detects it. */
	assert_int_equal(judge(&rel, BASIS_MEASURED, a, 4, a, 4).boots_needed_seen, 0);
}

static void emulated_never_gets_a_verdict(void **state __unused)
{
	static const double a[] = { 10, 10.1, 9.9 }, b[] = { 20, 20.1, 19.9 };
	struct judgement j = judge(&rel, BASIS_EMULATED, a, 3, b, 3);

	assert_int_equal(j.verdict, VERDICT_NONE);
	assert_true(isnan(j.p) && isnan(j.pct) && isnan(j.change));
	assert_true(j.median_a == 10 && j.median_b == 20);
	assert_int_equal(judge(&rel, BASIS_SIMULATED, a, 3, b, 3).verdict, VERDICT_REGRESSION);
	assert_int_equal(judge(&rel, BASIS_MEASURED_GUEST, a, 3, b, 3).verdict, VERDICT_REGRESSION);
}

static void undecided_says_what_it_takes(void **state __unused)
{
	static const double a[] = { 10, 11, 9, 10.5 }, b[] = { 10.2, 11.3, 9.4, 9.9 };
	struct judgement j = judge(&rel, BASIS_MEASURED, a, 4, b, 4);

	assert_int_equal(j.verdict, VERDICT_INCONCLUSIVE);
	assert_true(j.mde_pct > 10 && j.boots_needed > 100);
}

static void zero_and_below(void **state __unused)
{
	static const double a[] = { 0, 0, 0 }, b[] = { 5, 5, 5 }, n[] = { -3, -2, -4 };
	static const double z[] = { 0, 1, 0 };
	struct judgement j = judge(&rel, BASIS_MEASURED, a, 3, a, 3);

	assert_true(j.linear && j.verdict == VERDICT_NO_CHANGE);
	j = judge(&rel, BASIS_MEASURED, a, 3, b, 3);
	assert_true(j.linear && j.verdict == VERDICT_INCONCLUSIVE);
	assert_true(j.change == 5 && isnan(j.pct)); /* no percentage of zero */
	j = judge(&rel, BASIS_MEASURED, n, 3, b, 3);
	assert_true(j.linear && j.verdict == VERDICT_REGRESSION && j.a == -3);
	assert_float_equal(j.pct, 100.0 * 8 / 3, 1e-9);
	assert_int_equal(judge(&rel, BASIS_MEASURED, a, 3, z, 3).verdict, VERDICT_INCONCLUSIVE);
}

/* A single step of the clock may be rounding, no matter how often it repeats. */
static void one_step_is_not_certain(void **state __unused)
{
	struct metric coarse = rel;
	static const double a[] = { 3, 3, 3 }, b[] = { 4, 4, 4 }, c[] = { 5, 5, 5 };
	struct judgement j;

	coarse.resolution = 1;
	coarse.deterministic = true;
	j = judge(&coarse, BASIS_MEASURED, a, 3, b, 3);
	assert_true(j.exact && !j.certain && j.p > 0.001);
	j = judge(&coarse, BASIS_MEASURED, a, 3, c, 3);
	assert_true(j.certain && j.verdict == VERDICT_REGRESSION);
}

/* A share that a single page-table page changes slightly: values that nearly repeat are not due to
 * chance there. */
static void repeats_by_construction(void **state __unused)
{
	static const double a[] = { 1.2689, 1.2691, 1.2691 }, b[] = { 99.8637, 99.8637, 99.8637 };
	struct metric share = rel;
	struct judgement j;

	share.resolution = 0.0001;
	j = judge(&share, BASIS_EXACT, a, 3, b, 3);
	assert_int_equal(j.verdict, VERDICT_INCONCLUSIVE);
	share.deterministic = true;
	j = judge(&share, BASIS_EXACT, a, 3, b, 3);
	assert_true(j.tested && j.p < 1e-3 && j.widened != WIDENED_PERMUTATION);
	assert_int_equal(j.verdict, VERDICT_REGRESSION);
}

/* A metric that cannot vary by construction needs no test. Any other whose values happen to repeat
 * gets the p of a permutation test, and an interval that agrees with it. */
static void values_that_repeat(void **state __unused)
{
	static const double a[] = { 20, 20, 20, 20, 20, 20, 20, 20, 20, 20 };
	static const double b[] = { 21, 21, 21, 21, 21, 21, 21, 21, 21, 21 };
	static const double nine[] = { 21, 21, 21, 21, 21, 21, 21, 21, 21, 20 };
	static const struct {
		size_t na, nb;
		double p;
	} sizes[] = { { 3, 3, 2.0 / 20 },	{ 4, 4, 2.0 / 70 }, { 5, 5, 2.0 / 252 },
		      { 10, 10, 2.0 / 184756 }, { 3, 5, 2.0 / 56 }, { 3, 10, 2.0 / 286 } };
	struct judgement j;

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		double p = sizes[i].p;

		j = judge(&rel, BASIS_MEASURED, a, sizes[i].na, b, sizes[i].nb);
		assert_float_equal(j.p, p, 1e-12);
		assert_true(j.exact && !j.deterministic && !j.certain);
		assert_int_equal(j.widened, WIDENED_PERMUTATION);
		assert_int_equal(j.boots_needed, 4); /* 2 / C(8, 4) is the first one below 5 % */
		assert_int_equal(j.verdict, p > 0.05 ? VERDICT_INCONCLUSIVE : VERDICT_REGRESSION);
		assert_true((j.lo > 0) == (p < 0.05) && j.lo < 1 && j.hi > 1);
		j = judge(&rel, BASIS_MEASURED, b, sizes[i].nb, a, sizes[i].na);
		assert_float_equal(j.p, p, 1e-12);
	}
	/* All nine on one side: 11 boots remain for the tenth place, of C(20, 10); times two for
	 * both directions. */
	j = judge(&rel, BASIS_MEASURED, a, 10, nine, 10);
	assert_float_equal(j.p, 2.0 * 11 / 184756, 1e-12);
	assert_int_equal(j.widened, WIDENED_PERMUTATION);
	j = judge(&rel, BASIS_MEASURED, a, 5, a, 5);
	assert_true(j.p == 1 && j.verdict == VERDICT_NO_CHANGE && j.widened == WIDENED_NOT);
}

/* 22 events in all three boots may be 32 next time, but not 60,400. */
static void events_that_repeat(void **state __unused)
{
	static const struct {
		double a, b, event;
		bool found;
	} cases[] = {
		{ 22, 32, 1, false },	       { 22, 60400, 1, true }, { 60400, 22, 1, true },
		{ 0, 60400, 1, true },	       { 0, 2, 1, false },     { 5000, 5010, 1, false },
		{ 0.00023, 0.634, 1e-5, true }
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		double a[] = { cases[i].a, cases[i].a, cases[i].a };
		double b[] = { cases[i].b, cases[i].b, cases[i].b };
		struct contrast c = { .metric = &rel,
				      .basis = BASIS_MODELLED,
				      .side = { { b, NULL, 3 }, { a, NULL, 3 } },
				      .n_sides = 2,
				      .event = cases[i].event };
		struct judgement j;

		contrast__test(&c, &j);
		assert_true(j.tested && (j.p < 1e-3) == cases[i].found);
		assert_true((j.lo > 0 || j.hi < 0) == cases[i].found);
		assert_int_equal(j.widened, WIDENED_COUNT);
	}
}

/* A difference of exactly the margin is not below it, no matter how logarithms are rounded. */
static void at_the_margin(void **state __unused)
{
	static const double at[] = { 0.1, 1, 3, 7, 50, 100, 350, 1000, 12345, 1e9 };
	struct metric fixed = rel;

	fixed.deterministic = true;
	for (size_t i = 0; i < ARRAY_SIZE(at); i++) {
		double b = at[i] + at[i] * 0.02, within = at[i] * 1.0199;

		assert_int_equal(steps(&fixed, at[i], b).verdict, VERDICT_REGRESSION);
		assert_int_equal(steps(&fixed, b, at[i]).verdict, VERDICT_IMPROVEMENT);
		assert_int_equal(steps(&fixed, at[i], within).verdict, VERDICT_SMALL);
	}
	assert_int_equal(steps(&mem, 2019752, 2019752 + 64).verdict, VERDICT_IMPROVEMENT);
	assert_int_equal(steps(&mem, 2019752, 2019752 - 64).verdict, VERDICT_REGRESSION);
}

/* For a metric with two margins, a difference matters if it exceeds both. */
static void two_margins(void **state __unused)
{
	struct metric mpki = rel;

	mpki.deterministic = true;
	mpki.margin_abs = 0.01;
	assert_int_equal(steps(&mpki, 0.00023, 0.00034).verdict, VERDICT_SMALL);
	assert_int_equal(steps(&mpki, 0.5, 0.505).verdict, VERDICT_SMALL);
	assert_int_equal(steps(&mpki, 5, 5.05).verdict, VERDICT_SMALL);
	assert_int_equal(steps(&mpki, 0.1, 0.12).verdict, VERDICT_REGRESSION);
	assert_int_equal(steps(&mpki, 5, 5.2).verdict, VERDICT_REGRESSION);
	assert_int_equal(steps(&mpki, 0, 0.009).verdict, VERDICT_SMALL);
	assert_int_equal(steps(&mpki, 0, 0.02).verdict, VERDICT_REGRESSION);
}

/* No column of a table ever says "inf". */
static void beyond_a_double(void **state __unused)
{
	static const double a[] = { 1e-300, 1.1e-300, 1.2e-300, 1.3e-300 };
	static const double b[] = { 1e300, 1.1e300, 1.2e300, 1.3e300 };
	struct judgement j = judge(&rel, BASIS_MEASURED, a, 4, b, 4);

	assert_int_equal(j.verdict, VERDICT_REGRESSION);
	assert_true(isnan(j.pct) && isnan(j.lo_pct) && isnan(j.hi_pct));
	j = judge(&rel, BASIS_MEASURED, b, 4, a, 4);
	assert_int_equal(j.verdict, VERDICT_IMPROVEMENT);
	assert_float_equal(j.pct, -100, 1e-9);
}

static struct judgement judge_paired(const double *a, const unsigned int *ba, size_t na,
				     const double *b, const unsigned int *bb, size_t nb)
{
	struct contrast c = { .metric = &rel,
			      .basis = BASIS_MEASURED,
			      .side = { { b, bb, nb }, { a, ba, na } },
			      .n_sides = 2,
			      .paired = true };
	struct judgement j;

	contrast__test(&c, &j);
	j.padj = j.p;
	verdict__decide(&rel, &j);
	return j;
}

/* The same difference in every block: one of 2^n ways to swap the sides, and its mirror image. */
static void blocks_that_repeat(void **state __unused)
{
	static const double a[] = { 20, 20, 20, 20, 20, 20, 20, 20, 20, 20 };
	static const double b[] = { 21, 21, 21, 21, 21, 21, 21, 21, 21, 20 };
	static const unsigned int blocks[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 };

	assert_float_equal(judge_paired(a, blocks, 3, b, blocks, 3).p, 2.0 / 8, 1e-12);
	assert_float_equal(judge_paired(a, blocks, 9, b, blocks, 9).p, 2.0 / 512, 1e-12);
	assert_float_equal(judge_paired(a, blocks, 10, b, blocks, 10).p, 2.0 / 512, 1e-12);
}

/* Drift between blocks hides a change of 5 % from an unpaired test, but not from a paired one. */
static void paired_by_block(void **state __unused)
{
	static const double a[] = { 100, 120, 140, 180 }, b[] = { 189, 105.5, 125.5, 147.5, 33 };
	static const unsigned int ba[] = { 0, 1, 2, 3 }, bb[] = { 3, 0, 1, 2, 7 };
	struct judgement j = judge_paired(a, ba, 4, b, bb, 5);

	assert_int_equal(j.n_pairs, 4);
	assert_int_equal(j.verdict, VERDICT_REGRESSION);
	assert_float_equal(j.df, 3, 0);
	/* Computed with Python: mean and standard error of ln(b/a) over the four blocks. */
	assert_float_equal(j.pct, 5.109520717, 1e-8);
	assert_float_equal(j.p, 0.000131116247, 1e-11);
	assert_int_equal(judge(&rel, BASIS_MEASURED, a, 4, b, 4).verdict, VERDICT_INCONCLUSIVE);
	/* Two complete blocks are too few, no matter how many boots there are. */
	j = judge_paired(a, ba, 2, b, bb, 5);
	assert_true(j.verdict == VERDICT_INSUFFICIENT && j.n_pairs == 2);
	j = judge_paired(a, ba, 4, b, bb + 4, 1);
	assert_true(j.verdict == VERDICT_INSUFFICIENT && j.n_pairs == 0 && isnan(j.p));
}

/* Pseudo-random sides with and without an effect, for the properties. */
static void make(struct rng *r, double *a, double *b, size_t n)
{
	double effect = rng__below(r, 2) ? 1 + 0.1 * (rng__unit(r) - 0.5) : 1;

	for (size_t i = 0; i < n; i++) {
		a[i] = 100 * exp(0.01 * rng__normal(r));
		b[i] = 100 * effect * exp(0.01 * rng__normal(r));
	}
}

static enum verdict mirrored(enum verdict v)
{
	return v == VERDICT_IMPROVEMENT ? VERDICT_REGRESSION :
	       v == VERDICT_REGRESSION	? VERDICT_IMPROVEMENT :
					  v;
}

static void same_numbers(const struct judgement *x, const struct judgement *y)
{
	assert_float_equal(x->p, y->p, 1e-9);
	assert_float_equal(x->pct, y->pct, 1e-9);
	assert_float_equal(x->lo_pct, y->lo_pct, 1e-9);
	assert_float_equal(x->hi_pct, y->hi_pct, 1e-9);
	assert_int_equal(x->boots_needed, y->boots_needed);
}

static void properties(void **state __unused)
{
	struct metric up = rel;
	struct rng rng;

	up.better = BETTER_HIGHER;
	rng__seed(&rng, 3);
	for (int run = 0; run < 500; run++) {
		double a[6], b[6], sa[6], sb[6], scale = run % 2 ? 1e9 : 1e-9;
		size_t n = 3 + rng__below(&rng, 4);
		struct judgement j, k;

		make(&rng, a, b, n);
		j = judge(&rel, BASIS_MEASURED, a, n, b, n);

		/* Swapping the sides mirrors the result; p is the same. */
		k = judge(&rel, BASIS_MEASURED, b, n, a, n);
		assert_float_equal(j.p, k.p, 1e-12);
		assert_int_equal(mirrored(j.verdict), k.verdict);
		assert_float_equal(log1p(j.pct / 100), -log1p(k.pct / 100), 1e-12);
		assert_float_equal(log1p(j.lo_pct / 100), -log1p(k.hi_pct / 100), 1e-12);

		/* The unit does not matter. */
		for (size_t i = 0; i < n; i++) {
			sa[i] = a[i] * scale;
			sb[i] = b[i] * scale;
		}
		k = judge(&rel, BASIS_MEASURED, sa, n, sb, n);
		assert_int_equal(j.verdict, k.verdict);
		same_numbers(&j, &k);

		/* The opposite direction only changes the verdict. */
		k = judge(&up, BASIS_MEASURED, a, n, b, n);
		assert_int_equal(mirrored(j.verdict), k.verdict);
		same_numbers(&j, &k);
	}
}

#define BOOTS 4
#define ITERS 4

static void fill(struct reading *r, struct campaign_boot *boots)
{
	struct rng rng;

	rng__seed(&rng, 8);
	for (int i = 0; i < BOOTS; i++)
		boots[i] = (struct campaign_boot){ .id = 10 + i,
						   .slot = (unsigned int)(BOOTS - i),
						   .block = (unsigned int)i,
						   .running = "",
						   .status = BOOT_OK };
	for (int i = 0; i < BOOTS * ITERS; i++)
		r[i] = (struct reading){ .boot = 10 + i / ITERS,
					 .iter = i % ITERS,
					 .value = 100 + rng__normal(&rng) };
}

static void same_summary(const struct summary *x, const struct summary *y)
{
	assert_int_equal(x->n, y->n);
	for (size_t i = 0; i < x->n; i++) {
		assert_true(x->boots[i] == y->boots[i]);
		assert_int_equal(x->blocks[i], y->blocks[i]);
	}
}

static void boots_are_the_unit(void **state __unused)
{
	struct reading r[BOOTS * ITERS], triple[3 * BOOTS * ITERS], mixed[BOOTS * ITERS];
	struct campaign_boot boots[BOOTS];
	struct summary s, t;

	fill(r, boots);
	summary__init(&s, r, ARRAY_SIZE(r), boots, BOOTS);
	assert_int_equal(s.n, BOOTS);
	assert_int_equal(s.blocks[0], BOOTS - 1); /* in the order of slots */

	for (size_t i = 0; i < ARRAY_SIZE(triple); i++)
		triple[i] = r[i / 3];
	summary__init(&t, triple, ARRAY_SIZE(triple), boots, BOOTS);
	same_summary(&s, &t);
	summary__release(&t);

	for (size_t i = 0; i < ARRAY_SIZE(r); i++)
		mixed[i] = r[(i * 7 + 5) % ARRAY_SIZE(r)];
	summary__init(&t, mixed, ARRAY_SIZE(mixed), boots, BOOTS);
	same_summary(&s, &t);
	summary__release(&t);
	summary__release(&s);
}

static void left_out_and_counted(void **state __unused)
{
	struct reading r[BOOTS * ITERS];
	struct campaign_boot boots[BOOTS];
	struct summary s;

	fill(r, boots);
	boots[0].status = BOOT_WORKLOAD_FAILED; /* its readings do not count, not even bad ones */
	r[0].value = NAN;
	for (int i = 0; i < BOOTS; i++)
		r[i * ITERS].warmup = true;
	for (int i = ITERS + 1; i < 2 * ITERS; i++)
		r[i].tainted = true; /* all of boot 11 that is not warm-up */
	r[2 * ITERS].tainted = true; /* warm-up anyway */
	summary__init(&s, r, ARRAY_SIZE(r), boots, BOOTS);
	assert_int_equal(s.n, 2);
	assert_int_equal(s.n_warmup, 3);
	assert_int_equal(s.n_tainted, 3);
	assert_int_equal(s.n_lost_boots, 1);
	assert_int_equal(s.n_samples, 6);
	assert_false(s.bad);
	summary__release(&s);

	r[2 * ITERS + 1].value = INFINITY;
	summary__init(&s, r, ARRAY_SIZE(r), boots, BOOTS);
	assert_true(s.bad);
	summary__release(&s);
	summary__init(&s, NULL, 0, NULL, 0);
	assert_int_equal(s.n, 0);
	summary__release(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_of_the_series),
		cmocka_unit_test(a_description_differs),
		cmocka_unit_test(below_the_margin),
		cmocka_unit_test(too_few_boots),
		cmocka_unit_test(a_share_changes_by_points),
		cmocka_unit_test(boots_for_what_was_seen),
		cmocka_unit_test(emulated_never_gets_a_verdict),
		cmocka_unit_test(undecided_says_what_it_takes),
		cmocka_unit_test(zero_and_below),
		cmocka_unit_test(one_step_is_not_certain),
		cmocka_unit_test(repeats_by_construction),
		cmocka_unit_test(values_that_repeat),
		cmocka_unit_test(events_that_repeat),
		cmocka_unit_test(at_the_margin),
		cmocka_unit_test(two_margins),
		cmocka_unit_test(beyond_a_double),
		cmocka_unit_test(blocks_that_repeat),
		cmocka_unit_test(paired_by_block),
		cmocka_unit_test(properties),
		cmocka_unit_test(boots_are_the_unit),
		cmocka_unit_test(left_out_and_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
