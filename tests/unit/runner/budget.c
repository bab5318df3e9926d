// SPDX-License-Identifier: GPL-2.0-only
/* Time limits of a campaign: times of day on days when clocks change, and how many blocks fit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/clock.h"
#include "runner/campaign/budget.h"

static void set_zone(const char *zone)
{
	setenv("TZ", zone, 1);
	tzset();
}

/* A time in UTC as seconds since the epoch. */
static time_t utc(int day, int month, int hour, int minute)
{
	struct tm tm = { .tm_year = 126,
			 .tm_mon = month - 1,
			 .tm_mday = day,
			 .tm_hour = hour,
			 .tm_min = minute };

	return timegm(&tm);
}

static time_t until(const char *text, time_t now)
{
	uint64_t ns = 0;
	struct err err;

	if (budget__parse_until(text, (uint64_t)now * NSEC_PER_SEC, &ns, &err))
		return 0;
	return (time_t)(ns / NSEC_PER_SEC);
}

static void the_next_such_time(void **state)
{
	(void)state;
	set_zone("UTC");
	assert_int_equal(until("06:30", utc(5, 5, 6, 29)), utc(5, 5, 6, 30));
	assert_int_equal(until("6:30", utc(5, 5, 6, 29) + 59), utc(5, 5, 6, 30));
	/* The current time is not the next one. */
	assert_int_equal(until("06:30", utc(5, 5, 6, 30)), utc(6, 5, 6, 30));
	assert_int_equal(until("06:30", utc(31, 12, 22, 0)), utc(1, 13, 6, 30));
	assert_int_equal(until("00:00", utc(5, 5, 23, 59)), utc(6, 5, 0, 0));
	set_zone("IST-5:30");
	assert_int_equal(until("06:30", utc(5, 5, 0, 0)), utc(5, 5, 1, 0));
}

/* In Berlin, on 29 March 2026 at 01:00 UTC, 02:00 becomes 03:00; on 25 October at 01:00 UTC, 03:00
 * becomes 02:00. */
static void clocks_that_are_changed(void **state)
{
	(void)state;
	set_zone("CET-1CEST,M3.5.0,M10.5.0/3");
	assert_int_equal(until("06:30", utc(28, 3, 22, 0)), utc(29, 3, 4, 30));
	assert_int_equal(until("02:30", utc(28, 3, 22, 0)), utc(29, 3, 1, 0));
	assert_int_equal(until("03:00", utc(28, 3, 22, 0)), utc(29, 3, 1, 0));
	assert_int_equal(until("02:30", utc(29, 3, 1, 0)), utc(30, 3, 0, 30));
	/* The time occurs twice: take the next occurrence. */
	assert_int_equal(until("02:30", utc(24, 10, 22, 0)), utc(25, 10, 0, 30));
	assert_int_equal(until("02:30", utc(25, 10, 0, 30)), utc(25, 10, 1, 30));
	assert_int_equal(until("06:30", utc(24, 10, 22, 0)), utc(25, 10, 5, 30));
	/* A change at midnight, as in Cuba: 00:00 becomes 01:00. */
	set_zone("CST5CDT,M3.2.0/0,M11.1.0/1");
	assert_int_equal(until("00:30", utc(8, 3, 3, 0)), utc(8, 3, 5, 0));
	set_zone("UTC");
}

static void no_time_of_day(void **state)
{
	static const char *const bad[] = { "",	     "6",	 "24:00",  "06:60", "6:3",
					   "006:30", "06:30:00", " 06:30", "-1:30", "06.30" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(until(bad[i], utc(5, 5, 0, 0)), 0);
}

/* Blocks of two boots that take 10 s each. */
static void whole_blocks_that_fit(void **state)
{
	const struct plan plan = { .n_variants = 2, .boots = 5, .seed = 1 };
	struct campaign_run c = { .plan = &plan, .parallel = 1 };
	bool done[10] = { false };
	uint64_t expected[10];

	(void)state;
	schedule__build(&plan, &c.slots, &c.n_slots);
	c.done = done;
	c.expected_ns = expected;
	for (size_t i = 0; i < 10; i++)
		expected[i] = 10 * NSEC_PER_SEC;
	assert_int_equal(budget__blocks(&c), 5);
	assert_int_equal(budget__fits(&c, 1), 5);
	c.budget.plan_ns = 50 * NSEC_PER_SEC;
	assert_int_equal(budget__fits(&c, budget__expected_rate(&c)), 2);
	/* 5 % are reserved for boots that take longer. */
	c.budget.plan_ns = 62 * NSEC_PER_SEC;
	assert_int_equal(budget__fits(&c, 1), 2);
	c.budget.plan_ns = 64 * NSEC_PER_SEC;
	assert_int_equal(budget__fits(&c, 1), 3);
	c.parallel = 2;
	assert_int_equal(budget__fits(&c, budget__expected_rate(&c)), 5);
	/* Boots that are done cost nothing; a block that is half done is finished first. */
	done[0] = done[1] = done[2] = true;
	c.budget.plan_ns = 33 * NSEC_PER_SEC;
	assert_int_equal(budget__fits(&c, 1), 3);
	assert_int_equal(budget__whole(&c), 1);
	c.budget.spent_ns = 2 * NSEC_PER_SEC;
	assert_int_equal(budget__fits(&c, 1), 2);
	c.budget.spent_ns = 40 * NSEC_PER_SEC;
	assert_int_equal(budget__left(&c), 0);
	assert_int_equal(budget__fits(&c, 1), 1);
	/* If the rate is unknown: one block more than are complete. */
	c.budget.spent_ns = 0;
	assert_int_equal(budget__fits(&c, 0), 2);
	free(c.slots);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_next_such_time),
		cmocka_unit_test(clocks_that_are_changed),
		cmocka_unit_test(no_time_of_day),
		cmocka_unit_test(whole_blocks_that_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
