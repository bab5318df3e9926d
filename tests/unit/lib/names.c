// SPDX-License-Identifier: GPL-2.0-only
/* Numbers for names: the same text always gets the same number, however many there are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/names.h"

static void many_names(void **state)
{
	struct names names = { 0 };
	char text[32];

	(void)state;
	for (int round = 0; round < 2; round++) {
		for (uint32_t i = 0; i < 5000; i++) {
			snprintf(text, sizeof(text), "metric-%u", i * 7919 % 5000);
			assert_int_equal(names__add(&names, text), i);
			assert_int_equal(names__add(&names, text), i);
		}
	}
	assert_int_equal(names.n, 5000);
	assert_int_equal(names__find(&names, "metric-2919"), 1);
	assert_int_equal(names__find(&names, "metric-5000"), NAMES_NONE);
	assert_int_equal(names.n, 5000);
	assert_string_equal(names.v[1], "metric-2919");
	assert_int_equal(names__add(&names, ""), 5000);
	names__release(&names);
	assert_int_equal(names__find(&names, "again"), NAMES_NONE);
	assert_int_equal(names__add(&names, "again"), 0);
	names__release(&names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_names),
	};

	return cmocka_run_group_tests_name("lib/names", tests, NULL, NULL);
}
