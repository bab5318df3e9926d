// SPDX-License-Identifier: GPL-2.0-only
/* Random numbers compared with the published reference outputs, and their distribution. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/rng.h"

#include <math.h>

/* xoshiro256** 1.0 with initial state {1, 2, 3, 4}: outputs of the authors' C code. */
static void xoshiro_reference(void **state)
{
	static const uint64_t want[] = {
		11520u,
		0u,
		1509978240u,
		1215971899390074240u,
		1216172134540287360u,
		607988272756665600u,
		16172922978634559625u,
		8476171486693032832u,
		10595114339597558777u,
		2904607092377533576u,
	};
	struct rng r = { .s = { 1, 2, 3, 4 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(want); i++)
		assert_true(rng__next(&r) == want[i]);
}

/* splitmix64 with seed 1234567 initializes the state. */
static void splitmix_reference(void **state)
{
	static const uint64_t want[] = { 6457827717110365317u, 3203168211198807973u,
					 9817491932198370423u, 4593380528125082431u };
	struct rng r;

	(void)state;
	rng__seed(&r, 1234567);
	for (size_t i = 0; i < 4; i++)
		assert_true(r.s[i] == want[i]);
}

static void below_is_uniform(void **state)
{
	enum { N = 7, DRAWS = 70000 };
	unsigned int count[N] = { 0 };
	double chi2 = 0;
	struct rng r;

	(void)state;
	rng__seed(&r, 1);
	for (int i = 0; i < DRAWS; i++) {
		uint64_t v = rng__below(&r, N);

		assert_true(v < N);
		count[v]++;
	}
	for (int i = 0; i < N; i++)
		chi2 += pow(count[i] - (double)DRAWS / N, 2) / ((double)DRAWS / N);
	assert_true(chi2 < 22.5); /* 0.1 % point of 6 degrees of freedom */
}

/* Three quarters of 2^64: a simple remainder would return the lower third twice as often. */
static void below_has_no_modulo_bias(void **state)
{
	const uint64_t n = 3ull << 62;
	unsigned int low = 0;
	struct rng r;

	(void)state;
	rng__seed(&r, 2);
	for (int i = 0; i < 30000; i++) {
		uint64_t v = rng__below(&r, n);

		assert_true(v < n);
		low += v < n / 3;
	}
	assert_in_range(low, 9600, 10400);
	for (int i = 0; i < 100; i++)
		assert_true(rng__below(&r, 1) == 0);
}

static void unit_and_normal_moments(void **state)
{
	double sum = 0, sum2 = 0, usum = 0;
	const int n = 100000;
	struct rng r;

	(void)state;
	rng__seed(&r, 3);
	for (int i = 0; i < n; i++) {
		double u = rng__unit(&r), z = rng__normal(&r);

		assert_true(u >= 0 && u < 1);
		assert_true(isfinite(z));
		usum += u;
		sum += z;
		sum2 += z * z;
	}
	assert_true(fabs(usum / n - 0.5) < 0.004); /* four standard errors */
	assert_true(fabs(sum / n) < 0.013);
	assert_true(fabs(sum2 / n - 1) < 0.018);
}

static void derived_seeds_differ(void **state)
{
	uint64_t seen[4 * 8 * 8];
	size_t n = 0;

	(void)state;
	for (uint64_t seed = 0; seed < 4; seed++)
		for (uint64_t a = 0; a < 8; a++)
			for (uint64_t b = 0; b < 8; b++)
				seen[n++] = rng__derive(seed, a, b);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < i; j++)
			assert_true(seen[i] != seen[j]);
	assert_true(rng__derive(1, 2, 3) == rng__derive(1, 2, 3));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(xoshiro_reference),
		cmocka_unit_test(splitmix_reference),
		cmocka_unit_test(below_is_uniform),
		cmocka_unit_test(below_has_no_modulo_bias),
		cmocka_unit_test(unit_and_normal_moments),
		cmocka_unit_test(derived_seeds_differ),
	};

	return cmocka_run_group_tests_name("lib/rng", tests, NULL, NULL);
}
