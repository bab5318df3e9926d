// SPDX-License-Identifier: GPL-2.0-only
/* Diagnostics: variance components, correlation, outliers, permutation tests, planning. */
#include "lib/rng.h"
#include "reports/analysis/diagnosis.h"
#include "reports/stats/planner.h"
#include "reports/stats/stats.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* A summary of n boots with m values each; summary__release() frees. */
static void make(struct summary *s, const double *values, size_t n, size_t m, unsigned int slot)
{
	struct campaign_boot *boots = xcalloc(n, sizeof(*boots));
	struct reading *r = xcalloc(n * m, sizeof(*r));

	for (size_t i = 0; i < n; i++)
		boots[i] = (struct campaign_boot){ .id = (int64_t)i + 1,
						   .running = "",
						   .slot = 2 * (unsigned int)i + slot };
	for (size_t i = 0; i < n * m; i++)
		r[i] = (struct reading){ .boot = (int64_t)(i / m) + 1,
					 .iter = (int)(i % m),
					 .value = values[i] };
	summary__init(s, r, n * m, boots, n);
	free(boots);
	free(r);
}

/* Two sides of three boots with two values each; computed by hand on the linear scale. */
static void components_by_hand(void **state __unused)
{
	static const double a[] = { -1, 1, 3, 5, 2, 2 }, b[] = { 10, 12, 20, 20, 14, 14 };
	struct summary x, y;
	const struct summary *sides[] = { &x, &y };
	struct components c;

	make(&x, a, 3, 2, 0);
	make(&y, b, 3, 2, 1);
	components__of(sides, 2, &c);
	/* Within: squares 2 + 2 + 0 + 2 + 0 + 0 = 6 over 6 degrees of freedom. Boot means 0 4 2
	 * around 2: 8; 11 20 14 around 15: 42; 50 over 4. */
	assert_true(c.linear);
	assert_int_equal(c.n_boots, 6);
	assert_float_equal(c.within, 1, 1e-12);
	assert_float_equal(c.between, 12.5 - 0.5, 1e-12);
	assert_float_equal(c.icc, 12.0 / 13, 1e-12);
	assert_float_equal(c.n_iter, 2, 1e-12);
	assert_float_equal(c.typical, (0 + 4 + 2 + 11 + 20 + 14) / 6.0, 1e-12);
	/* Residuals by slot: -2 -4 2 5 0 -1. */
	assert_float_equal(components__lag1(sides, 2, true, true), (8 - 8 + 10 + 0 + 0) / 50.0,
			   1e-12);
	/* Each side by itself: -2 2 0 and -4 5 -1. */
	assert_float_equal(components__lag1(sides, 2, true, false), (-4 - 25) / 50.0, 1e-12);
	summary__release(&x);
	summary__release(&y);
}

static void components_of_simulated_boots(void **state __unused)
{
	enum { N = 400, M = 6 };
	double v[N * M];
	struct summary s;
	const struct summary *sides[] = { &s };
	struct components c;
	struct rng rng;

	rng__seed(&rng, 31);
	for (int i = 0; i < N; i++) {
		double boot = 0.02 * rng__normal(&rng);

		for (int k = 0; k < M; k++)
			v[i * M + k] = 50 * exp(boot + 0.03 * rng__normal(&rng));
	}
	make(&s, v, N, M, 0);
	components__of(sides, 1, &c);
	assert_false(c.linear);
	assert_float_equal(sqrt(c.between), 0.02, 0.002);
	assert_float_equal(sqrt(c.within), 0.03, 0.002);
	assert_float_equal(c.icc, 4.0 / 13, 0.05);
	assert_float_equal(components__lag1(sides, 1, false, true), 0, 0.15);
	summary__release(&s);
}

static void what_cannot_be_said(void **state __unused)
{
	static const double one[] = { 5, 6, 7 };
	struct summary s;
	const struct summary *sides[] = { &s };
	struct components c;

	make(&s, one, 1, 3, 0); /* a single boot */
	components__of(sides, 1, &c);
	assert_true(isnan(c.between) && isnan(c.icc) && c.within > 0);
	assert_true(isnan(components__lag1(sides, 1, false, true)));
	summary__release(&s);
	make(&s, one, 3, 1, 0); /* a single value per boot */
	components__of(sides, 1, &c);
	assert_true(isnan(c.within) && isnan(c.icc) && c.between > 0);
	summary__release(&s);
	make(&s, one, 0, 1, 0);
	components__of(sides, 1, &c);
	assert_true(c.n_boots == 0 && isnan(c.typical));
	summary__release(&s);
}

static void outliers(void **state __unused)
{
	static const double z[] = { 1, 2, 3, 4, 5, 30 }, flat[] = { 4, 4, 4, 4, 8 };

	assert_int_equal(diag__outliers(z, 6, 0), 1);
	assert_int_equal(diag__outliers(z, 5, 0), 0);
	assert_int_equal(diag__outliers(flat, 5, 0), 1);
	assert_int_equal(diag__outliers(flat, 5, 4), 0); /* one step of the resolution */
	assert_int_equal(diag__outliers(z + 2, 4, 0), 0); /* too few to tell */
}

static void permutations(void **state __unused)
{
	static const double a[] = { 1, 2, 3, 4 }, b[] = { 5, 6, 7, 8 };
	static const double mixed[] = { 1, 4, 6, 7 }, rest[] = { 2, 3, 5, 8 };
	double many[9] = { 0 };

	/* Completely separated: this split and its mirror image, of C(8,4) = 70. */
	assert_float_equal(diag__permutation_p(a, 4, b, 4), 2.0 / 70, 1e-12);
	assert_float_equal(diag__permutation_p(b, 4, a, 4), 2.0 / 70, 1e-12);
	assert_float_equal(diag__permutation_p(mixed, 4, rest, 4), 1, 1e-12);
	assert_float_equal(diag__permutation_p(a, 4, a, 4), 1, 1e-12);
	assert_true(isnan(diag__permutation_p(a, 3, b, 4)));
	assert_true(isnan(diag__permutation_p(many, 9, b, 4)));
	assert_float_equal(diag__permutation_p(many, 8, many, 8), 1, 1e-12);
}

/* The permutation test and Welch's test agree where both apply. */
static void cross_check(void **state __unused)
{
	struct rng rng;

	rng__seed(&rng, 5);
	for (int run = 0; run < 50; run++) {
		double a[8], b[8];
		struct stats_test t;

		for (int i = 0; i < 8; i++) {
			a[i] = rng__normal(&rng);
			b[i] = rng__normal(&rng) + 0.1 * (run % 10);
		}
		stats__welch(a, 8, b, 8, 0, &t);
		assert_float_equal(diag__permutation_p(a, 8, b, 8), t.p, 0.08);
	}
}

/* Compared with the table of boots for 80 % power, by spread and effect. */
static void planning(void **state __unused)
{
	struct planner_noise v = {
		.sd_boot = 0.01, .sd_iter = NAN, .n_iter = 1, .boot_s = NAN, .iter_s = NAN
	};

	assert_int_equal(planner__boots(&v, 0.03, 0.8, 1), 4);
	assert_int_equal(planner__boots(&v, 0.01, 0.8, 1), 17);
	assert_int_equal(planner__boots(&v, 0.01, 0.9, 1), 23);
	assert_int_equal(planner__best_iterations(&v), 0);
	v.sd_boot = 0.03;
	assert_int_equal(planner__boots(&v, 0.05, 0.8, 1), 8);
	assert_int_equal(planner__boots(&v, 1e-6, 0.8, 1), 0);
	/* sb 1 %, sw 3 %, medians of 5: sigma 1.98 %, nearly the 2 % of the table. */
	v.sd_boot = 0.01;
	v.sd_iter = 0.03;
	assert_in_range(planner__boots(&v, 0.03, 0.8, 5), 8, 9);
	assert_true(planner__boots(&v, 0.03, 0.8, 30) < planner__boots(&v, 0.03, 0.8, 5));
	v.n_iter = 5;
	/* planner__effect() is the inverse of planner__boots() */
	assert_true(planner__effect(&v, planner__boots(&v, 0.03, 0.8, 5)) <= 0.03);
	v.boot_s = 60;
	v.iter_s = 15;
	assert_int_equal(planner__best_iterations(&v), 6);
	v.iter_s = 1e-3;
	assert_int_equal(planner__best_iterations(&v), PLANNER_ITER_MAX);
	v.iter_s = 1e6;
	assert_int_equal(planner__best_iterations(&v), PLANNER_ITER_MIN);
	v = (struct planner_noise){
		.linear = true, .typical = -50, .sd_boot = 0.5, .sd_iter = NAN, .n_iter = 1
	};
	assert_true(planner__boots(&v, 0.03, 0.8, 1) >= 3 && planner__effect(&v, 4) < 0.03 * 50);
	/* 2 points of a share of 1 % are 2 points, not 2 % of it; in either unit, and from 0. */
	v = (struct planner_noise){
		.typical = 1, .share = 1, .sd_boot = 0.5, .sd_iter = NAN, .n_iter = 1
	};
	assert_int_equal(planner__boots(&v, 0.02, 0.8, 1), 5);
	v.typical = 0.01;
	v.share = 100;
	assert_int_equal(planner__boots(&v, 0.02, 0.8, 1), 5);
	v = (struct planner_noise){
		.linear = true, .share = 1, .sd_boot = 1, .sd_iter = NAN, .n_iter = 1
	};
	assert_int_equal(planner__boots(&v, 0.02, 0.8, 1), 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(components_by_hand),
		cmocka_unit_test(components_of_simulated_boots),
		cmocka_unit_test(what_cannot_be_said),
		cmocka_unit_test(outliers),
		cmocka_unit_test(permutations),
		cmocka_unit_test(cross_check),
		cmocka_unit_test(planning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
