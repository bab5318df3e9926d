// SPDX-License-Identifier: GPL-2.0-only
/* 2x2s and identical boots; expected figures were computed independently. */
#include "reports/stats/factorial.h"
#include "reports/analysis/identical.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const struct metric m = { .name = "time",
				 .unit = "s",
				 .better = BETTER_LOWER,
				 .kind = METRIC_TIME,
				 .primary = true,
				 .margin_rel = 0.02 };

static const double both[] = { 90, 91, 89.5, 90.5 }, second[] = { 101, 100.2, 101.7 },
		    first[] = { 103, 102, 103.5, 102.4, 103.1 }, neither[] = { 100, 99.5, 100.8 };
static const unsigned int blocks[] = { 0, 1, 2, 3, 4 };

static struct contrast input(const struct metric *metric)
{
	return (struct contrast){
		.metric = metric,
		.basis = BASIS_MEASURED,
		.n_sides = FACTORIAL_CELLS,
		.side = { [CELL_BOTH] = { both, blocks, 4 },
			  [CELL_SECOND] = { second, blocks, 3 },
			  [CELL_FIRST] = { first, blocks, 5 },
			  [CELL_NEITHER] = { neither, blocks, 3 } },
	};
}

static void finish(struct judgement *j)
{
	j->padj = j->p;
	verdict__decide(&m, j);
}

/* Expected figures: Python's statistics module, and numerical integration of Student's density. */
static void worked_example(void **state __unused)
{
	struct contrast in = input(&m);
	struct judgement j;

	contrast__test(&in, &j);
	finish(&j);
	assert_float_equal(j.pct, -12.9618883181, 1e-8);
	assert_float_equal(j.se, 0.00722713170688, 1e-12);
	assert_float_equal(j.df, 8.07880979746, 1e-9);
	assert_float_equal(j.p, 4.97311304359e-08, 1e-9);
	assert_float_equal(j.lo_pct, -14.3980084396, 1e-6);
	assert_float_equal(j.hi_pct, -11.5016748201, 1e-6);
	assert_float_equal(j.a, 103.688219926, 1e-9);
	assert_int_equal(j.verdict, VERDICT_IMPROVEMENT);
	assert_true(j.boots_needed >= 3);
}

static void simple_effects(void **state __unused)
{
	struct contrast in = input(&m);
	struct judgement with, without, j;

	contrast__test(&in, &j);
	factorial__simple(&in, EFFECT_FIRST_WITH, &with);
	factorial__simple(&in, EFFECT_FIRST_WITHOUT, &without);
	/* The main result is one simple effect beyond the other, whichever factor comes first. */
	assert_float_equal(log1p(j.pct / 100), log1p(with.pct / 100) - log1p(without.pct / 100),
			   1e-12);
	factorial__simple(&in, EFFECT_SECOND_WITH, &with);
	factorial__simple(&in, EFFECT_SECOND_WITHOUT, &without);
	assert_float_equal(log1p(j.pct / 100), log1p(with.pct / 100) - log1p(without.pct / 100),
			   1e-12);
	assert_true(with.a > 102 && with.b < 92 && without.a < 101 && without.b < 102);
}

/* Memory: the costs of the release and of the CPU cancel. */
static void deterministic(void **state __unused)
{
	static const struct metric mem = { .name = "mem_total",
					   .unit = "kB",
					   .better = BETTER_HIGHER,
					   .kind = METRIC_STATE,
					   .deterministic = true,
					   .margin_abs = 64,
					   .resolution = 4 };
	static const double n1[] = { 2023796, 2023796, 2023796 },
			    n0[] = { 2019752, 2019752, 2019752 },
			    o1[] = { 2021096, 2021096, 2021096 },
			    near[] = { 2021040, 2021040, 2021040 };
	struct contrast in = { .metric = &mem,
			       .basis = BASIS_EXACT,
			       .n_sides = FACTORIAL_CELLS,
			       .side = { [CELL_BOTH] = { n1, NULL, 3 },
					 [CELL_SECOND] = { o1, NULL, 3 },
					 [CELL_FIRST] = { n0, NULL, 3 },
					 [CELL_NEITHER] = { o1, NULL, 3 } } };
	struct judgement j;

	contrast__test(&in, &j);
	j.padj = 1; /* not a matter of chance */
	verdict__decide(&mem, &j);
	assert_true(j.exact && j.certain && j.verdict == VERDICT_IMPROVEMENT);
	assert_float_equal(j.change, 4044, 1e-6);

	in.side[CELL_BOTH].boots = n0;
	in.side[CELL_NEITHER].boots = near; /* 56 kB in addition: below the margin */
	contrast__test(&in, &j);
	j.padj = 1;
	verdict__decide(&mem, &j);
	assert_int_equal(j.verdict, VERDICT_SMALL);

	/* Equal: rounding of logarithms does not count as a difference. */
	in.side[CELL_NEITHER].boots = o1;
	contrast__test(&in, &j);
	assert_true(j.verdict == VERDICT_NO_CHANGE && j.exact);
}

static void too_few(void **state __unused)
{
	struct contrast in = input(&m);
	struct judgement j;

	in.side[CELL_FIRST].n = 2;
	contrast__test(&in, &j);
	finish(&j);
	assert_true(j.verdict == VERDICT_INSUFFICIENT && !j.tested && isfinite(j.pct));
	in.side[CELL_FIRST].n = 0;
	contrast__test(&in, &j);
	assert_true(j.verdict == VERDICT_INSUFFICIENT && isnan(j.p));
	in = input(&m);
	in.basis = BASIS_EMULATED;
	contrast__test(&in, &j);
	assert_true(j.verdict == VERDICT_NONE && isnan(j.p));
}

static void within_blocks(void **state __unused)
{
	struct contrast in = input(&m);
	double w[3], mean;
	struct judgement j;

	in.paired = true;
	contrast__test(&in, &j);
	for (size_t i = 0; i < 3; i++)
		w[i] = log(both[i]) - log(second[i]) - log(first[i]) + log(neither[i]);
	mean = stats__mean(w, 3);
	assert_int_equal(j.n_pairs, 3);
	assert_float_equal(log1p(j.pct / 100), mean, 1e-12);
	assert_float_equal(j.se, sqrt(stats__variance(w, 3) / 3), 1e-12);
	assert_float_equal(j.df, 2, 0);
}

#define BOOTS 5

static bool *mark_of(struct campaign_boot *boots, const struct series *series, size_t n_series,
		     const struct reading *r, size_t n)
{
	return identical__mark(boots, BOOTS, series, n_series, r, n);
}

/* Boot i has counts v[i] and 7; all boots are of variant 0. */
static void mark(const double *v, struct campaign_boot *boots, bool want[BOOTS])
{
	struct series s[2] = {
		{ .id = 1, .metric = { .kind = METRIC_COUNT }, .basis = BASIS_EXACT },
		{ .id = 2, .metric = { .kind = METRIC_COUNT }, .basis = BASIS_EXACT },
	};
	struct reading r[2 * BOOTS];
	bool *got;

	for (int i = 0; i < BOOTS; i++) {
		boots[i].id = 100 - i;
		boots[i].workload = boots[i].workload ? boots[i].workload : (char *)"";
		r[i] = (struct reading){ .series = 1, .boot = 100 - i, .value = v[i] };
		r[BOOTS + i] = (struct reading){ .series = 2, .boot = 100 - i, .value = 7 };
	}
	got = mark_of(boots, s, 2, r, 2 * BOOTS);
	for (int i = 0; i < BOOTS; i++)
		assert_int_equal(got && got[i], want[i]);
	free(got);
}

static void copies_count_once(void **state __unused)
{
	static const double v[BOOTS] = { 5, 6, 5, 5, 9 };
	struct campaign_boot boots[BOOTS] = { { 0 } };

	mark(v, boots, (bool[BOOTS]){ false, false, true, true, false });
	/* A boot of another variant, or a failed one, is not a copy, nor has any. */
	boots[2].variant = 1;
	mark(v, boots, (bool[BOOTS]){ false, false, false, true, false });
	boots[0].status = BOOT_PANIC;
	mark(v, boots, (bool[BOOTS]){ false, false, false, false, false });
}

static void what_a_counter_is(void **state __unused)
{
	static const struct {
		enum metric_kind kind;
		enum metric_basis basis;
		bool counter;
	} v[] = { { METRIC_COUNT, BASIS_EXACT, true },	    { METRIC_MODEL, BASIS_MODELLED, true },
		  { METRIC_COUNT, BASIS_MEASURED, false },  { METRIC_STATE, BASIS_EXACT, false },
		  { METRIC_COUNT, BASIS_SIMULATED, false }, { METRIC_TIME, BASIS_EMULATED, false } };

	struct campaign_boot boots[BOOTS] = { { 0 } };

	for (int i = 0; i < BOOTS; i++) {
		boots[i].id = i;
		boots[i].workload = (char *)"";
	}
	/* Two boots with the same value of a counter: the second is a copy. */
	for (size_t i = 0; i < ARRAY_SIZE(v); i++) {
		struct series s = { .id = 1, .metric = { .kind = v[i].kind }, .basis = v[i].basis };
		const struct reading r[] = { { .series = 1, .boot = 0, .value = 3 },
					     { .series = 1, .boot = 1, .value = 3 } };
		bool *got = mark_of(boots, &s, 1, r, 2);

		assert_int_equal(got && got[1], v[i].counter);
		free(got);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(worked_example),    cmocka_unit_test(simple_effects),
		cmocka_unit_test(deterministic),     cmocka_unit_test(too_few),
		cmocka_unit_test(within_blocks),     cmocka_unit_test(copies_count_once),
		cmocka_unit_test(what_a_counter_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
