// SPDX-License-Identifier: GPL-2.0-only
/* The histogram compared with the exact quantiles of the same values, sorted. */
#include "lib/rng.h"
#include "workloads/memcached/hdr.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define N 20000

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static uint64_t exact(const uint64_t *sorted, size_t n, double q)
{
	size_t rank = (size_t)ceil(q * (double)n);

	return sorted[rank ? rank - 1 : 0];
}

static void check_quantiles(uint64_t *v, size_t n)
{
	static const double qs[] = { 1e-9, 0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 0.9999, 1 };
	struct hdr *h = hdr__new();
	double sum = 0;

	for (size_t i = 0; i < n; i++) {
		hdr__add(h, v[i]);
		sum += (double)v[i];
	}
	qsort(v, n, sizeof(*v), by_value);
	for (size_t i = 0; i < ARRAY_SIZE(qs); i++) {
		double want = (double)exact(v, n, qs[i]), got = (double)hdr__quantile(h, qs[i]);

		if (fabs(got - want) > want * HDR_MAX_ERROR)
			fail_msg("q %g of %zu: %.0f, exact %.0f", qs[i], n, got, want);
	}
	assert_int_equal(h->n, n);
	assert_int_equal(h->min, v[0]);
	assert_int_equal(h->max, v[n - 1]);
	assert_true(fabs(hdr__mean(h) - sum / (double)n) <= 1e-9 * sum);
	free(h);
}

static void quantiles_of_many_shapes(void **state __unused)
{
	uint64_t *v = xcalloc(N, sizeof(*v));
	struct rng rng;

	rng__seed(&rng, 1);
	for (size_t n = 1; n <= N; n = n * 3 + 1) {
		for (size_t i = 0; i < n; i++) /* log-uniform over the whole range */
			v[i] = (uint64_t)exp(rng__unit(&rng) * log((double)HDR_MAX_NS));
		check_quantiles(v, n);
		for (size_t i = 0; i < n; i++) /* a latency-like shape with a far tail */
			v[i] = (uint64_t)(1e5 * exp(rng__normal(&rng))) +
			       (rng__below(&rng, 1000) ? 0 : 2000000000);
		check_quantiles(v, n);
		for (size_t i = 0; i < n; i++) /* all equal */
			v[i] = 123456789;
		check_quantiles(v, n);
	}
	free(v);
}

/* A single value is returned exactly; between two others it has the error of its bucket. */
static void every_bucket_keeps_the_bound(void **state __unused)
{
	struct hdr *h = hdr__new();

	for (uint64_t v = 1; v < HDR_MAX_NS; v += 1 + v / 1409) {
		double got;

		hdr__reset(h);
		hdr__add(h, 0);
		hdr__add(h, v);
		hdr__add(h, HDR_MAX_NS);
		got = (double)hdr__quantile(h, 0.5);
		if (fabs(got - (double)v) > (double)v * HDR_MAX_ERROR)
			fail_msg("%llu came back as %.0f", (unsigned long long)v, got);
	}
	free(h);
}

static void small_values_are_exact(void **state __unused)
{
	struct hdr *h = hdr__new();

	for (uint64_t v = 0; v < 256; v++) {
		hdr__reset(h);
		hdr__add(h, 0);
		hdr__add(h, v);
		hdr__add(h, 1000);
		assert_int_equal(hdr__quantile(h, 0.5), v);
	}
	free(h);
}

static void merging_equals_adding_all(void **state __unused)
{
	struct hdr *a = hdr__new(), *b = hdr__new(), *all = hdr__new();
	struct rng rng;

	rng__seed(&rng, 7);
	for (int i = 0; i < 5000; i++) {
		uint64_t v = rng__below(&rng, 1ull << (rng__below(&rng, 36) + 1));

		hdr__add(i % 3 ? a : b, v);
		hdr__add(all, v);
	}
	hdr__merge(a, b);
	assert_memory_equal(a->count, all->count, sizeof(a->count));
	assert_int_equal(a->n, all->n);
	assert_int_equal(a->min, all->min);
	assert_int_equal(a->max, all->max);
	free(a);
	free(b);
	free(all);
}

static void empty_and_out_of_range(void **state __unused)
{
	struct hdr *h = hdr__new(), *other = hdr__new();

	assert_int_equal(hdr__quantile(h, 0.5), 0);
	hdr__merge(h, other);
	assert_int_equal(h->n, 0);
	hdr__add(h, UINT64_MAX);
	assert_int_equal(h->clamped, 1);
	assert_int_equal(hdr__quantile(h, 0.5), HDR_MAX_NS);
	hdr__add(h, HDR_MAX_NS);
	assert_int_equal(h->clamped, 1);
	free(h);
	free(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quantiles_of_many_shapes),
		cmocka_unit_test(every_bucket_keeps_the_bound),
		cmocka_unit_test(small_values_are_exact),
		cmocka_unit_test(merging_equals_adding_all),
		cmocka_unit_test(empty_and_out_of_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
