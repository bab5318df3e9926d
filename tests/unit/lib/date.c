// SPDX-License-Identifier: GPL-2.0-only
/* Dates are in UTC, whatever the time zone of the machine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/date.h"

#include <time.h>

static void utc(void **state)
{
	const uint64_t ns = 1795241309ull * 1000000000 + 999999999;
	char buf[DATE_LEN];

	(void)state;
	setenv("TZ", "Asia/Tokyo", 1);
	tzset();
	assert_string_equal(date__utc(ns, DATE_MINUTES, buf), "2026-11-21 06:08");
	assert_string_equal(date__utc(ns, DATE_ISO, buf), "2026-11-21T06:08:29Z");
	assert_string_equal(date__utc(0, DATE_ISO, buf), "1970-01-01T00:00:00Z");
	assert_string_equal(date__utc(UINT64_MAX, DATE_ISO, buf), "2554-07-21T23:34:33Z");
}

static void too_long_a_format(void **state)
{
	char buf[DATE_LEN];

	(void)state;
	assert_string_equal(date__utc(0, "%Y-%m-%d %Y-%m-%d %Y-%m-%d %Y-%m-%d", buf), "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(utc),
		cmocka_unit_test(too_long_a_format),
	};

	return cmocka_run_group_tests_name("lib/date", tests, NULL, NULL);
}
