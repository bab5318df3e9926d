// SPDX-License-Identifier: GPL-2.0-only
/* Failed boots: which count, and when they are a regression. Fisher's p was computed by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "reports/analysis/failures.h"

static void test_chance(void **state)
{
	unsigned int a[BOOT_STATUS_MAX] = { [BOOT_OK] = 3 };
	unsigned int b[BOOT_STATUS_MAX] = { [BOOT_WORKLOAD_TIMEOUT] = 3 };
	struct failures f = failures__judge(a, b);

	(void)state;
	/* All three failures of six boots on one side: 1 of C(6,3) = 20 ways. */
	assert_true(fabs(f.p - 0.05) < 1e-12);
	assert_true(f.regression);
	b[BOOT_OK] = 1;
	b[BOOT_WORKLOAD_TIMEOUT] = 2;
	f = failures__judge(a, b);
	/* Two failures of six, both on one side: C(3,2) of C(6,2) = 3 of 15. */
	assert_true(fabs(f.p - 0.2) < 1e-12);
	assert_false(f.regression);
}

static void test_crash(void **state)
{
	unsigned int a[BOOT_STATUS_MAX] = { [BOOT_OK] = 10 };
	unsigned int b[BOOT_STATUS_MAX] = { [BOOT_OK] = 9, [BOOT_PANIC] = 1 };

	(void)state;
	assert_true(failures__judge(a, b).regression);
	assert_false(failures__judge(b, a).regression);
	a[BOOT_KERNEL_BUG] = 1;
	assert_false(failures__judge(a, b).regression);
}

static void test_host(void **state)
{
	unsigned int a[BOOT_STATUS_MAX] = { [BOOT_OK] = 5 };
	unsigned int b[BOOT_STATUS_MAX] = {
		[BOOT_HOST_DISK_FULL] = 5, [BOOT_TARGET_KILLED] = 5, [BOOT_INTERRUPTED] = 5
	};
	struct failures f = failures__judge(a, b);

	(void)state;
	assert_int_equal(f.b, 0);
	assert_int_equal(f.n_b, 0);
	assert_false(f.regression);
}

static void test_words(void **state)
{
	unsigned int b[BOOT_STATUS_MAX] = { [BOOT_OK] = 7, [BOOT_PANIC] = 2, [BOOT_AGENT_LOST] = 1 };
	unsigned int ok[BOOT_STATUS_MAX] = { [BOOT_OK] = 4 };
	_free_ char *some = failures__describe(b), *none = failures__describe(ok);

	(void)state;
	assert_string_equal(some, "3 of 10 boots (panic 2, agent-lost 1)");
	assert_string_equal(none, "none of 4 boots");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chance),
		cmocka_unit_test(test_crash),
		cmocka_unit_test(test_host),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
