// SPDX-License-Identifier: GPL-2.0-only
/* The order of boots: determined by the seed, balanced, the same on every machine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "runner/campaign/schedule.h"

static struct schedule_slot *build(size_t n_variants, unsigned int boots, uint64_t seed, size_t *n)
{
	const struct plan plan = { .n_variants = n_variants, .boots = boots, .seed = seed };
	struct schedule_slot *slots;

	schedule__build(&plan, &slots, n);
	return slots;
}

/* If these values change, older campaigns can no longer be resumed. */
static void same_on_every_machine(void **state)
{
	static const size_t variants[] = { 0, 1, 2, 1, 2, 0, 0, 1, 2 };
	static const uint64_t boot_seeds[] = { 0x0684a9e565657c2e, 0xcb3f606839ee90d6,
					       0x24238d209b85ec32 };
	size_t n;
	_free_ struct schedule_slot *s = build(3, 3, 42, &n);

	(void)state;
	assert_int_equal(n, ARRAY_SIZE(variants));
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(s[i].variant, variants[i]);
		assert_int_equal(s[i].slot, i);
		assert_int_equal(s[i].block, i / 3);
	}
	for (size_t i = 0; i < ARRAY_SIZE(boot_seeds); i++)
		assert_true(s[i].boot_seed == boot_seeds[i]);
	assert_true(s[0].work_seed == 0x2ce02c4ee4d2ea09);
	assert_true(s[3].work_seed == 0x5d396f908f79bb0b);
}

static void every_block_has_every_variant_once(void **state)
{
	size_t n;
	_free_ struct schedule_slot *s = build(5, 200, 7, &n);

	(void)state;
	assert_int_equal(n, 1000);
	for (size_t b = 0; b < n; b += 5) {
		unsigned int seen = 0;

		for (size_t i = b; i < b + 5; i++)
			seen |= 1u << s[i].variant;
		assert_int_equal(seen, 0x1f);
	}
}

/* Each variant is at each position of a block about equally often (chi-squared with 16 degrees of
 * freedom; by chance, 39.3 is exceeded for one in 1000 seeds, and the seed is fixed). */
static void no_variant_has_a_favourite_place(void **state)
{
	enum { V = 5, BLOCKS = 1000 };
	unsigned int count[V][V] = { 0 };
	double chi2 = 0, want = (double)BLOCKS / V;
	size_t n;
	_free_ struct schedule_slot *s = build(V, BLOCKS, 12345, &n);

	(void)state;
	for (size_t i = 0; i < n; i++)
		count[s[i].variant][i % V]++;
	for (size_t i = 0; i < V; i++)
		for (size_t j = 0; j < V; j++)
			chi2 += (count[i][j] - want) * (count[i][j] - want) / want;
	assert_true(chi2 < 39.3);
}

static void seeds_go_where_they_should(void **state)
{
	size_t n;
	_free_ struct schedule_slot *s = build(2, 50, 1, &n);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < i; j++) {
			bool same_block = s[i].block == s[j].block;

			assert_true(s[i].boot_seed != s[j].boot_seed);
			assert_true((s[i].work_seed == s[j].work_seed) == same_block);
		}
	}
}

static void another_seed_is_another_order(void **state)
{
	size_t n, differ = 0;
	_free_ struct schedule_slot *a = build(3, 20, 1, &n);
	_free_ struct schedule_slot *b = build(3, 20, 2, &n);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		differ += a[i].variant != b[i].variant;
		assert_true(a[i].boot_seed != b[i].boot_seed);
	}
	assert_true(differ > 10);
}

static void one_variant_one_boot(void **state)
{
	size_t n;
	_free_ struct schedule_slot *s = build(1, 1, 0, &n);

	(void)state;
	assert_int_equal(n, 1);
	assert_int_equal(s[0].variant, 0);
}

static struct schedule_slot *build_exact(const struct plan *plan, size_t *n)
{
	struct schedule_slot *slots;

	schedule__build(plan, &slots, n);
	return slots;
}

/* Two variants, three workloads, four boots: 6 slots per block, and block 0 is repeated. */
static void exact_boots_run_one_workload(void **state)
{
	const struct plan plan = {
		.n_variants = 2, .n_workloads = 3, .boots = 4, .seed = 9, .exact = true
	};
	unsigned int seen[4] = { 0 };
	size_t n;
	_free_ struct schedule_slot *s = build_exact(&plan, &n);

	(void)state;
	assert_int_equal(n, 30);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(s[i].slot, i);
		assert_in_range(s[i].workload, 0, 2);
		if (s[i].repeat_of < 0)
			seen[s[i].block] |= 1u << (s[i].variant * 3 + (size_t)s[i].workload);
	}
	for (size_t b = 0; b < ARRAY_SIZE(seen); b++)
		assert_int_equal(seen[b], 0x3f);
}

static void exact_block_0_is_repeated(void **state)
{
	const struct plan plan = {
		.n_variants = 2, .n_workloads = 3, .boots = 4, .seed = 9, .exact = true
	};
	size_t n, repeats = 0;
	_free_ struct schedule_slot *s = build_exact(&plan, &n);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		const struct schedule_slot *of =
			&s[s[i].repeat_of < 0 ? i : (size_t)s[i].repeat_of];

		repeats += s[i].repeat_of >= 0;
		assert_int_equal(of->block, s[i].block);
		assert_int_equal(of->variant, s[i].variant);
		assert_int_equal(of->workload, s[i].workload);
		assert_true(of->boot_seed == s[i].boot_seed && of->work_seed == s[i].work_seed);
		for (size_t j = 0; j < i && s[i].repeat_of < 0; j++)
			assert_true(s[j].boot_seed != s[i].boot_seed);
	}
	assert_int_equal(repeats, 6);
}

/* These values must not change, either. A plan with more boots begins like one with fewer. */
static void exact_order_is_fixed(void **state)
{
	static const size_t variants[] = { 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 0 };
	static const int workloads[] = { 1, 1, 0, 0, 1, 1, 0, 0, 0, 1, 0, 1 };
	const struct plan plan = {
		.n_variants = 2, .n_workloads = 2, .boots = 2, .seed = 42, .exact = true
	};
	size_t n;
	_free_ struct schedule_slot *s = build_exact(&plan, &n);

	(void)state;
	assert_int_equal(n, ARRAY_SIZE(variants));
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(s[i].variant, variants[i]);
		assert_int_equal(s[i].workload, workloads[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_on_every_machine),
		cmocka_unit_test(every_block_has_every_variant_once),
		cmocka_unit_test(no_variant_has_a_favourite_place),
		cmocka_unit_test(seeds_go_where_they_should),
		cmocka_unit_test(another_seed_is_another_order),
		cmocka_unit_test(one_variant_one_boot),
		cmocka_unit_test(exact_boots_run_one_workload),
		cmocka_unit_test(exact_block_0_is_repeated),
		cmocka_unit_test(exact_order_is_fixed),
	};

	return cmocka_run_group_tests_name("runner/schedule", tests, NULL, NULL);
}
