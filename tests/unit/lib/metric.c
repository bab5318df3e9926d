// SPDX-License-Identifier: GPL-2.0-only
/* The basis of a number, by its kind and by where it was measured. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/metric.h"

static void basis_of_every_kind_everywhere(void **state)
{
	static const enum metric_kind kinds[] = { METRIC_STATE, METRIC_COUNT, METRIC_TIME,
						  METRIC_MODEL };
	static const struct {
		enum metric_platform platform;
		enum metric_basis want[ARRAY_SIZE(kinds)];
	} row[] = {
		{ PLATFORM_HARDWARE,
		  { BASIS_MEASURED, BASIS_MEASURED, BASIS_MEASURED, BASIS_MEASURED } },
		{ PLATFORM_KVM,
		  { BASIS_MEASURED_GUEST, BASIS_MEASURED_GUEST, BASIS_MEASURED_GUEST,
		    BASIS_MEASURED_GUEST } },
		{ PLATFORM_TCG, { BASIS_EXACT, BASIS_EMULATED, BASIS_EMULATED, BASIS_MODELLED } },
		{ PLATFORM_ICOUNT, { BASIS_EXACT, BASIS_EXACT, BASIS_EMULATED, BASIS_MODELLED } },
		{ PLATFORM_FAKE,
		  { BASIS_SIMULATED, BASIS_SIMULATED, BASIS_SIMULATED, BASIS_SIMULATED } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++)
		for (size_t j = 0; j < ARRAY_SIZE(kinds); j++)
			assert_int_equal(metric__basis(kinds[j], row[i].platform), row[i].want[j]);
}

static void names_and_back(void **state)
{
	(void)state;
	for (int i = 0; i < BASIS_MAX; i++) {
		const char *name = metric__basis_name((enum metric_basis)i);

		assert_non_null(name);
		assert_int_equal(metric__basis_parse(name), i);
	}
	assert_string_equal(metric__basis_name(BASIS_MEASURED_GUEST), "measured (guest)");
	assert_int_equal(metric__basis_parse("measured "), -EINVAL);
	assert_int_equal(metric__basis_parse(""), -EINVAL);
	for (int i = METRIC_STATE; i <= METRIC_MODEL; i++)
		assert_int_equal(metric__kind_parse(metric__kind_name((enum metric_kind)i)), i);
	assert_string_equal(metric__kind_name(METRIC_COUNT), "count");
	assert_int_equal(metric__kind_parse("counts"), -EINVAL);
	assert_string_equal(metric__better_name(BETTER_LOWER), "lower");
	assert_string_equal(metric__better_name(BETTER_HIGHER), "higher");
}

static void found_by_name(void **state)
{
	static const struct metric table[] = { { .name = "a" }, { .name = "b" }, { .name = NULL } };

	(void)state;
	assert_ptr_equal(metric__find(table, "b"), &table[1]);
	assert_null(metric__find(table, "c"));
	assert_null(metric__find(NULL, "a"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(basis_of_every_kind_everywhere),
		cmocka_unit_test(names_and_back),
		cmocka_unit_test(found_by_name),
	};

	return cmocka_run_group_tests_name("lib/metric", tests, NULL, NULL);
}
