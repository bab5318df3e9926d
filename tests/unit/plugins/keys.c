// SPDX-License-Identifier: GPL-2.0-only
/* Key popularity compared with the distribution that it claims to have; repeatability. */
#include "workloads/memcached/keys.h"

#include "tests/unit/valgrind.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* Chi-square over the ranks 0..n-1 against p(r) ~ (r + 1)^-theta (theta 0: uniform). */
static double chi_square(const struct keys *k, double theta)
{
	uint64_t *seen = xcalloc(k->n, sizeof(*seen));
	const unsigned int draws = rounds(400000);
	double norm = 0, chi = 0;
	struct rng rng;

	rng__seed(&rng, 99);
	for (unsigned int i = 0; i < draws; i++) {
		uint64_t r = keys__rank(k, &rng);

		assert_true(r < k->n);
		seen[r]++;
	}
	for (uint64_t r = 0; r < k->n; r++)
		norm += pow((double)r + 1, -theta);
	for (uint64_t r = 0; r < k->n; r++) {
		double want = draws * pow((double)r + 1, -theta) / norm;

		chi += ((double)seen[r] - want) * ((double)seen[r] - want) / want;
	}
	free(seen);
	return chi;
}

/* The draws are seeded, so the result is not random: a correct generator stays below mean + 5
 * sd. */
static void check_fit(enum keys_dist dist, uint64_t n, double theta)
{
	double df = (double)n - 1, limit = df + 5 * sqrt(2 * df) + 5, chi;
	struct keys k;

	keys__init(&k, dist, n, theta, 5);
	chi = chi_square(&k, dist == KEYS_ZIPF ? theta : 0);
	if (chi > limit && !under_valgrind())
		fail_msg("n %llu theta %g: chi-square %.1f, at most %.1f expected",
			 (unsigned long long)n, theta, chi, limit);
}

static void zipf_has_its_frequencies(void **state __unused)
{
	static const double thetas[] = { 0.2, 0.5, 0.99, 1, 1.0000001, 1.3, 2 };

	for (size_t i = 0; i < ARRAY_SIZE(thetas); i++) {
		check_fit(KEYS_ZIPF, 2, thetas[i]);
		check_fit(KEYS_ZIPF, 10, thetas[i]);
		check_fit(KEYS_ZIPF, 150, thetas[i]);
	}
	check_fit(KEYS_ZIPF, 2000, 0.5);
}

static void uniform_is_uniform(void **state __unused)
{
	check_fit(KEYS_UNIFORM, 3, 0.99);
	check_fit(KEYS_UNIFORM, 1000, 0.99);
}

static void one_key_is_always_it(void **state __unused)
{
	struct keys k;
	struct rng rng;

	rng__seed(&rng, 1);
	for (int dist = KEYS_UNIFORM; dist <= KEYS_ZIPF; dist++) {
		keys__init(&k, (enum keys_dist)dist, 1, 0.99, 3);
		for (int i = 0; i < 100; i++)
			assert_int_equal(keys__next(&k, &rng), 0);
	}
}

/* Every key can occur: rank * mul + add is a permutation for any n. */
static void scattering_loses_no_key(void **state __unused)
{
	for (uint64_t n = 1; n < 400; n++) {
		_free_ bool *seen = xcalloc(n, sizeof(*seen));
		struct keys k;

		keys__init(&k, KEYS_UNIFORM, n, 0, n * 17);
		for (uint64_t r = 0; r < n; r++) {
			uint64_t key = (r * k.mul + k.add) % n;

			assert_false(seen[key]);
			seen[key] = true;
		}
	}
}

static void same_seed_same_keys(void **state __unused)
{
	struct rng a, b, c;
	struct keys k, other;
	unsigned int differ = 0;

	keys__init(&k, KEYS_ZIPF, 100000, 0.99, 11);
	keys__init(&other, KEYS_ZIPF, 100000, 0.99, 12);
	rng__seed(&a, 1);
	rng__seed(&b, 1);
	rng__seed(&c, 1);
	for (int i = 0; i < 1000; i++) {
		uint64_t key = keys__next(&k, &a);

		assert_int_equal(key, keys__next(&k, &b));
		differ += key != keys__next(&other, &c);
	}
	assert_true(differ > 900);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zipf_has_its_frequencies),
		cmocka_unit_test(uniform_is_uniform),
		cmocka_unit_test(one_key_is_always_it),
		cmocka_unit_test(scattering_loses_no_key),
		cmocka_unit_test(same_seed_same_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
