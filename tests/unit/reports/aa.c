// SPDX-License-Identifier: GPL-2.0-only
/* Noise of equal boots: known variances are recovered, and every labelling is tried once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/rng.h"
#include "reports/stats/aa.h"

#include <math.h>

#define MAX_BOOTS 400
#define ITERS 5

struct made {
	double v[MAX_BOOTS][ITERS];
	struct aa_boot boots[MAX_BOOTS];
};

/* Boots with the given spread between boots and between iterations. */
static struct made *make(size_t n, double sd_boot, double sd_iter, double typical)
{
	struct made *m = xcalloc(1, sizeof(*m));
	struct rng rng;

	rng__seed(&rng, 11);
	for (size_t i = 0; i < n; i++) {
		double level = sd_boot * rng__normal(&rng);

		for (size_t k = 0; k < ITERS; k++)
			m->v[i][k] = typical * exp(level + sd_iter * rng__normal(&rng));
		m->boots[i] = (struct aa_boot){ m->v[i], ITERS, i % 2 };
	}
	return m;
}

static struct aa_noise analyse(const struct made *m, size_t n)
{
	struct aa_noise out;

	aa__analyse(&(struct aa_input){ .boots = m->boots,
					.n = n,
					.boot_s = 40,
					.iter_s = 10,
					.seed = 5 },
		    &out);
	return out;
}

static void near(double got, double want, double rel)
{
	if (!(fabs(got - want) <= rel * fabs(want)))
		print_error("got %.12g, want %.12g\n", got, want);
	assert_true(fabs(got - want) <= rel * fabs(want));
}

static void variances_come_back(void **state)
{
	struct made *m = make(MAX_BOOTS, 0.02, 0.04, 1e6);
	struct aa_noise v = analyse(m, MAX_BOOTS);

	(void)state;
	near(v.sd_boot, 0.02, 0.12);
	near(v.sd_iter, 0.04, 0.05);
	near(v.typical, 1e6, 0.01);
	near(v.n_iter, ITERS, 1e-12);
	assert_true(fabs(v.lag1) < 0.15);
	assert_true(v.false_rate > 0.02 && v.false_rate < 0.08);
	assert_int_equal(v.splits, AA_SPLITS);
	assert_false(v.all_splits);
	assert_false(v.linear);
	/* sqrt(40 / 10) * 0.04 / 0.02 = 4, rounded up */
	assert_in_range(v.best_iter, 4, 5);
	free(m);
}

/* Equal boots with different iterations, and vice versa. */
static void iterations_worth_it(void **state)
{
	struct made *m = make(50, 0, 0.04, 1);

	(void)state;
	for (size_t i = 0; i < 50; i++)
		for (size_t k = 0; k < ITERS; k++)
			m->v[i][k] = 1 + 0.01 * (double)k;
	assert_int_equal(analyse(m, 50).best_iter, 30);
	free(m);
	m = make(50, 0.04, 0, 1);
	assert_int_equal(analyse(m, 50).best_iter, 3);
	assert_true(analyse(m, 50).sd_iter == 0);
	free(m);
}

static void unknown_costs(void **state)
{
	struct made *m = make(20, 0.01, 0.01, 1);
	struct aa_noise v;

	(void)state;
	aa__analyse(&(struct aa_input){ .boots = m->boots, .n = 20, .boot_s = NAN, .iter_s = 1 },
		    &v);
	assert_int_equal(v.best_iter, 0);
	free(m);
}

/* Four boots with log medians 1, 2, 3 and 4 have three labellings, computed by hand: {1,2}|{3,4}: d
 * 2, se sqrt(.5), df 2: p 0.1056; {1,3}|{2,4}: d 1, se 1.4142, p 0.5528; {1,4}|{2,3}: d 0, p 1.
 * None is <= 5 %. */
static void four_boots(void **state)
{
	double v[4] = { exp(1), exp(2), exp(3), exp(4) };
	struct aa_boot boots[4];
	struct aa_noise out;

	(void)state;
	for (size_t i = 0; i < 4; i++)
		boots[i] = (struct aa_boot){ &v[i], 1, i >= 2 };
	aa__analyse(&(struct aa_input){ .boots = boots, .n = 4 }, &out);
	assert_int_equal(out.splits, 3);
	assert_true(out.all_splits);
	assert_true(out.false_rate == 0);
	near(out.p, 0.10557280900, 1e-9);
	assert_true(isnan(out.sd_iter));
	near(out.sd_boot, sqrt(5.0 / 3), 1e-12);
	/* (.75 - .25 + .75) / (2.25 + .25 + .25 + 2.25). */
	near(out.lag1, 1.25 / 5, 1e-12);
	near(out.typical, exp(2.5), 1e-12);
}

/* Two groups far apart: only one of the 35 labellings of 8 boots, the actual one, raises an
 * alarm. */
static void every_labelling_once(void **state)
{
	double v[8] = { 100, 100.1, 99.9, 100.05, 200, 200.1, 199.9, 200.05 };
	struct aa_boot boots[8];
	struct aa_noise out;

	(void)state;
	for (size_t i = 0; i < 8; i++)
		boots[i] = (struct aa_boot){ &v[i], 1, i % 2 };
	aa__analyse(&(struct aa_input){ .boots = boots, .n = 8 }, &out);
	assert_int_equal(out.splits, 35);
	near(out.false_rate, 1.0 / 35, 1e-12);
}

static void too_few(void **state)
{
	double v[3] = { 1, 1.1, 0.9 };
	struct aa_boot boots[3];
	struct aa_noise out;

	(void)state;
	for (size_t n = 1; n <= 3; n++) {
		for (size_t i = 0; i < n; i++)
			boots[i] = (struct aa_boot){ &v[i], 1, i % 2 };
		aa__analyse(&(struct aa_input){ .boots = boots, .n = n }, &out);
		assert_true(isnan(out.false_rate) && isnan(out.p) && isnan(out.lag1));
		assert_int_equal(out.splits, 0);
		assert_true(isnan(out.sd_boot) == (n == 1));
	}
}

/* Identical values: no noise, no alarm, and every effect can be detected. */
static void no_noise(void **state)
{
	struct made *m = make(12, 0, 0, 4096);
	struct aa_noise v = analyse(m, 12);

	(void)state;
	assert_true(v.sd_boot == 0 && v.sd_iter == 0 && v.false_rate == 0 && v.p == 1);
	assert_true(v.mde[0] == 0);
	assert_true(isnan(v.lag1));
	assert_int_equal(v.splits, 462);
	free(m);
}

static void around_zero(void **state)
{
	struct made *m = make(12, 0.1, 0.1, 1);
	struct aa_noise v;

	(void)state;
	m->v[3][2] = -1;
	v = analyse(m, 12);
	assert_true(v.linear);
	assert_true(v.sd_iter > 0.1);
	free(m);
}

/* Known results: 4 boots detect 3 % at a spread of 1 %, 18 boots at a spread of
 * 3 %. */
static void detectable(void **state)
{
	(void)state;
	assert_true(aa__mde(0.01 * 0.01, 4) < log(1.03) && aa__mde(0.01 * 0.01, 3) > log(1.03));
	assert_true(aa__mde(0.03 * 0.03, 18) < log(1.03) && aa__mde(0.03 * 0.03, 16) > log(1.03));
	near(aa__boot_variance(0.01, 0.03, 5), 0.0001 + M_PI / 2 * 0.0009 / 5, 1e-12);
	near(aa__boot_variance(0.01, 0.03, 2), 0.0001 + 0.0009 / 2, 1e-12);
	near(aa__boot_variance(0.01, NAN, 1), 0.0001, 1e-12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(variances_come_back),
		cmocka_unit_test(iterations_worth_it),
		cmocka_unit_test(unknown_costs),
		cmocka_unit_test(four_boots),
		cmocka_unit_test(every_labelling_once),
		cmocka_unit_test(too_few),
		cmocka_unit_test(no_noise),
		cmocka_unit_test(around_zero),
		cmocka_unit_test(detectable),
	};

	return cmocka_run_group_tests_name("reports/aa", tests, NULL, NULL);
}
