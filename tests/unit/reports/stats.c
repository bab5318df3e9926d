// SPDX-License-Identifier: GPL-2.0-only
/*
 * The expected figures were computed independently: Student's density integrated by Simpson's rule
 * with 20,000 steps, quantiles by bisection, variances by Python's statistics module. Examples and
 * quantiles from printed tables agree with them.
 */
#include "lib/rng.h"
#include "reports/stats/stats.h"
#include "tests/unit/valgrind.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const double a5[] = { 10.1, 10.3, 9.9, 10.2, 10.0 };
static const double b4[] = { 10.6, 10.4, 10.9, 10.5 };

static void near(double got, double want)
{
	assert_float_equal(got, want, 1e-7 * (1 + fabs(want)));
}

static void medians(void **state __unused)
{
	double odd[] = { 5, 1, 3 }, even[] = { 4, 1, 2, 8 }, one[] = { -2 };

	near(stats__median(odd, 3), 3);
	near(stats__median(even, 4), 3);
	near(stats__median(one, 1), -2);
}

/* Same result as sorting, in any order and with any number of equal values. */
static void medians_of_many(void **state __unused)
{
	double v[301] = { 0 }, sorted[301];
	struct rng rng;

	rng__seed(&rng, 5);
	for (size_t n = 1; n <= ARRAY_SIZE(v); n++) {
		for (int kind = 0; kind < 5; kind++) {
			double want;

			for (size_t i = 0; i < n; i++)
				v[i] = kind == 0 ? rng__normal(&rng) :
				       kind == 1 ? (double)i :
				       kind == 2 ? -(double)i :
				       kind == 3 ? (double)(i % 3) :
						   (double)(i < n / 2 ? i : n - i);
			memcpy(sorted, v, n * sizeof(*v));
			stats__sort(sorted, n);
			want = n % 2 ? sorted[n / 2] : sorted[n / 2 - 1] / 2 + sorted[n / 2] / 2;
			assert_true(stats__median(v, n) == want);
			stats__sort(v, n); /* no value was lost */
			assert_memory_equal(v, sorted, n * sizeof(*v));
		}
	}
}

static void equal_values_have_no_variance(void **state __unused)
{
	double v[7];

	for (size_t i = 0; i < ARRAY_SIZE(v); i++)
		v[i] = log(2019752.0);
	assert_true(stats__variance(v, 7) == 0);
	assert_true(stats__mean(v, 7) == v[0]);
}

static void welch_raw(void **state __unused)
{
	struct stats_test t;

	assert_int_equal(stats__welch(a5, 5, b4, 4, 0, &t), 0);
	near(t.d, 0.5);
	near(t.se, 0.129099444874);
	near(t.df, 5.38116591928);
	near(t.t, 3.87298334621);
	near(t.p, 0.0101733262057);
	near(t.lo95, 0.175086518489);
	near(t.hi95, 0.824913481511);
	near(t.lo90, 0.243874036588);
	near(t.hi90, 0.756125963412);
	assert_false(t.exact);
}

/* Histories use the interval without the test: it is the same, bit for bit. */
static void interval_of_contrast(void **state __unused)
{
	static const double flat[] = { 3, 3, 3 };
	const struct stats_sample s[] = { { a5, 5, false }, { b4, 4, true }, { flat, 3, false } };

	for (size_t first = 0; first < ARRAY_SIZE(s); first++)
		for (size_t k = 1; k <= ARRAY_SIZE(s) - first; k++) {
			struct stats_test want, t;

			assert_int_equal(stats__contrast(s + first, k, 0, &want), 0);
			assert_int_equal(stats__interval(s + first, k, &t), 0);
			assert_true(t.d == want.d && t.se == want.se && t.df == want.df);
			assert_true(t.lo95 == want.lo95 && t.hi95 == want.hi95);
			assert_true(t.lo90 == want.lo90 && t.hi90 == want.hi90);
			assert_true(t.exact == want.exact && isnan(t.p) && isnan(t.t));
		}
	assert_int_equal(stats__interval(&(struct stats_sample){ a5, 1, false }, 1,
					 &(struct stats_test){ 0 }),
			 -ERANGE);
}

static void welch_log(void **state __unused)
{
	double a[5], b[4];
	struct stats_test t;

	for (size_t i = 0; i < 5; i++)
		a[i] = log(a5[i]);
	for (size_t i = 0; i < 4; i++)
		b[i] = log(b4[i]);
	assert_int_equal(stats__welch(a, 5, b, 4, 0, &t), 0);
	near(t.p, 0.00897270400172);
	near(100 * expm1(t.d), 4.944566379);
	near(100 * expm1(t.lo95), 1.774612003);
	near(100 * expm1(t.hi95), 8.213254718);
	near(stats__mde(&t), 0.0418864418501);
}

static void paired(void **state __unused)
{
	static const double w[] = { 0.5, 0.1, 0.4, 0.2 };
	struct stats_test t;

	assert_int_equal(stats__paired(w, 4, 0, 0, &t), 0);
	near(t.se, 0.0912870929175);
	near(t.p, 0.0462050913534);
	near(t.lo95, 0.00948372842452);
	assert_int_equal(stats__paired(w, 1, 0, 0, &t), -ERANGE);
}

/* Two-sided p of 5 % at the tabulated quantiles, through the paired test: t = mean / se. */
static void tabulated_quantiles(void **state __unused)
{
	static const struct {
		double t;
		size_t n;
	} v[] = { { 2.776445, 5 }, { 4.302653, 3 }, { 2.262157, 10 } };

	for (size_t i = 0; i < ARRAY_SIZE(v); i++) {
		double w[10], step = 1 / sqrt((double)v[i].n);
		struct stats_test t;

		/* Any sample with a known mean and standard error will do. */
		for (size_t k = 0; k < v[i].n; k++)
			w[k] = (double)k;
		step = sqrt(stats__variance(w, v[i].n)) * step;
		for (size_t k = 0; k < v[i].n; k++)
			w[k] += v[i].t * step - (double)(v[i].n - 1) / 2;
		assert_int_equal(stats__paired(w, v[i].n, 0, 0, &t), 0);
		assert_float_equal(t.p, 0.05, 1e-6);
		assert_float_equal(t.lo95, 0, 1e-5);
	}
}

static void one_boot_is_no_test(void **state __unused)
{
	struct stats_test t;

	assert_int_equal(stats__welch(a5, 1, b4, 4, 0, &t), -ERANGE);
	assert_int_equal(stats__welch(a5, 5, b4, 1, 0, &t), -ERANGE);
}

static void no_variance(void **state __unused)
{
	static const double a[] = { 3, 3, 3 }, b[] = { 4, 4, 4 };
	struct stats_test t;

	stats__welch(a, 3, b, 3, 0, &t);
	assert_true(t.exact && t.p == 0 && t.lo95 == 1 && t.hi95 == 1);
	assert_true(stats__equivalent(&t, 1.5));
	assert_false(stats__equivalent(&t, 0.5));
	stats__welch(a, 3, a, 3, 0, &t);
	assert_true(t.exact && t.p == 1 && t.lo95 == 0);
	assert_true(stats__equivalent(&t, 0));
}

static void resolution_is_a_floor(void **state __unused)
{
	static const double a[] = { 3, 3, 3 }, b[] = { 4, 4, 4 };
	double floor = stats__se_floor(0.6, 3, 2);
	struct stats_test t;

	near(floor, 0.6 / sqrt(18));
	stats__welch(a, 3, b, 3, floor, &t);
	assert_false(t.exact);
	near(t.se, floor);
	near(t.df, 4);
	stats__welch(a5, 5, b4, 4, 0.01, &t);
	near(t.se, 0.129099444874); /* the observed spread is larger than the floor */
}

static void equivalence_is_a_claim(void **state __unused)
{
	struct stats_test t;

	stats__welch(a5, 5, b4, 4, 0, &t);
	assert_true(stats__equivalent(&t, 0.757));
	assert_false(stats__equivalent(&t, 0.755));
}

static void boots_needed(void **state __unused)
{
	static const struct {
		double effect, sd;
		unsigned int boots;
	} v[] = {
		/* from the table of boots for 80 % power */
		{ 0.03, 0.01, 4 },  { 0.03, 0.02, 9 },	{ 0.05, 0.01, 3 },  { 0.03, 0.03, 18 },
		{ 0.01, 0.01, 17 }, { 0.05, 0.05, 18 }, { 0.02, 0.03, 38 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(v); i++)
		assert_int_equal(stats__boots_needed(log1p(v[i].effect), v[i].sd * v[i].sd, 2,
						     STATS_POWER),
				 v[i].boots);
	assert_int_equal(stats__boots_needed(0.02, 0, 2, STATS_POWER), 3);
	assert_int_equal(stats__boots_needed(1e-9, 1, 2, STATS_POWER), 0);
}

static void bh(void **state __unused)
{
	/* Computed by hand: sorted .01 .02 .03 .04 .5, K = 5. */
	static const double p[] = { 0.5, 0.02, NAN, 0.01, 0.04, 0.03 };
	static const double want[] = { 0.5, 0.05, NAN, 0.05, 0.05, 0.05 };
	static const double q[] = { 0.001, 0.9, 0.04 }, wq[] = { 0.003, 0.9, 0.06 };
	double adj[6];

	stats__bh(p, 6, adj);
	for (size_t i = 0; i < 6; i++)
		if (isnan(want[i]))
			assert_true(isnan(adj[i]));
		else
			near(adj[i], want[i]);
	stats__bh(q, 3, adj);
	for (size_t i = 0; i < 3; i++)
		near(adj[i], wq[i]);
	stats__bh(q, 0, adj);
}

/* Without any difference, 5 % of tests must be significant. */
static void false_alarms(void **state __unused)
{
	unsigned int alarms = 0, runs = rounds(20000);
	struct rng rng;

	rng__seed(&rng, 12);
	for (unsigned int i = 0; i < runs; i++) {
		double a[5], b[5];
		struct stats_test t;

		for (size_t k = 0; k < 5; k++) {
			a[k] = rng__normal(&rng);
			b[k] = rng__normal(&rng);
		}
		stats__welch(a, 5, b, 5, 0, &t);
		alarms += t.p <= 0.05;
	}
	if (!under_valgrind())
		assert_in_range(alarms, runs * 40 / 1000, runs * 55 / 1000);
}

/* 6 boots a side and a true change of 3 %: detected changes are overestimated, the more so the
 * less often they are detected. Compares with a simulation here, and with figures of an
 * independent one. */
static void winners_curse(void **state __unused)
{
	static const struct {
		double sd_boot, sd_iter; /* per cent */
		/* Campaigns that detect it, in per cent; the mean change they find, in per cent. */
		double found, looks;
	} of[] = { { 0.5, 1, 100, 3.0 }, { 1, 1, 97, 3.0 }, { 1, 3, 68, 3.6 },
		   { 2, 2, 50, 4.0 },	 { 3, 3, 25, 5.3 }, { 5, 5, 11, 7.7 } };
	const double d = log1p(0.03), iterations = 5;
	struct rng rng;

	rng__seed(&rng, 3);
	for (size_t i = 0; i < ARRAY_SIZE(of); i++) {
		double sd = hypot(of[i].sd_boot,
				  of[i].sd_iter * sqrt(1.5707963267948966 / iterations)) /
			    100;
		unsigned int n_found = 0, runs = rounds(20000);
		double sum = 0, df = 0, power, looks;

		for (unsigned int k = 0; k < runs; k++) {
			double a[6], b[6];
			struct stats_test t;

			for (int m = 0; m < 6; m++) {
				a[m] = sd * rng__normal(&rng);
				b[m] = d + sd * rng__normal(&rng);
			}
			assert_int_equal(stats__welch(a, 6, b, 6, 0, &t), 0);
			df += t.df / runs;
			if (t.p > STATS_ALPHA || t.d < 0)
				continue;
			n_found++;
			sum += t.d;
		}
		stats__found(d, sd * sqrt(2 / 6.0), df, &power, &looks);
		if (under_valgrind())
			continue;
		assert_float_equal(power, (double)n_found / runs, 0.015);
		assert_float_equal(looks * d, sum / n_found, 0.03 * sum / n_found);
		assert_float_equal(100 * power, of[i].found, 6);
		assert_float_equal(100 * expm1(looks * d), of[i].looks, 0.07 * of[i].looks);
	}
}

/* Compares with the mean over 20000 quantiles of the standard error. */
static void found_exactly(void **state __unused)
{
	static const struct {
		double z, df, power, looks;
	} of[] = { { 2, 2, 0.21800, 1.3516 },	{ 2, 3, 0.28855, 1.3896 },
		   { 2, 5.5, 0.38040, 1.4061 }, { 2, 20, 0.47757, 1.3963 },
		   { 2, 200, 0.51214, 1.3874 }, { 100, 5, 1, 1 } };
	double power, looks;

	for (size_t i = 0; i < ARRAY_SIZE(of); i++) {
		stats__found(of[i].z * 3, 3, of[i].df, &power, &looks);
		assert_float_equal(power, of[i].power, 1e-5);
		assert_float_equal(looks, of[i].looks, 1e-4);
	}
	stats__found(2, 1, 1, &power, &looks);
	assert_true(isnan(power) && isnan(looks));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(medians),
		cmocka_unit_test(found_exactly),
		cmocka_unit_test(medians_of_many),
		cmocka_unit_test(equal_values_have_no_variance),
		cmocka_unit_test(welch_raw),
		cmocka_unit_test(interval_of_contrast),
		cmocka_unit_test(welch_log),
		cmocka_unit_test(paired),
		cmocka_unit_test(tabulated_quantiles),
		cmocka_unit_test(one_boot_is_no_test),
		cmocka_unit_test(no_variance),
		cmocka_unit_test(resolution_is_a_floor),
		cmocka_unit_test(equivalence_is_a_claim),
		cmocka_unit_test(boots_needed),
		cmocka_unit_test(bh),
		cmocka_unit_test(false_alarms),
		cmocka_unit_test(winners_curse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
