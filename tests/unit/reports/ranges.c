// SPDX-License-Identifier: GPL-2.0-only
/* Do the boots of two sides overlap? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "reports/stats/ranges.h"

#include <math.h>

static void sides(void **state __unused)
{
	static const double bad[] = { 90, 100, 95 }, good[] = { 190, 250, 210 },
			    mixed[] = { 97, 120 };
	struct ranges r;

	/* "The worst of good is 90 % above best of bad." */
	ranges__of(bad, 3, good, 3, &r);
	assert_true(r.gap == 90 && fabs(r.gap_pct - 90) < 1e-9);
	assert_true(r.lo_a == 90 && r.hi_a == 100 && r.lo_b == 190 && r.hi_b == 250);
	assert_true(!r.in_a && !r.in_b);
	ranges__of(good, 3, bad, 3, &r);
	assert_true(r.gap == -90 && fabs(r.gap_pct + 100 * 90.0 / 190) < 1e-9);
	ranges__of(bad, 3, mixed, 2, &r);
	assert_true(!r.gap && r.in_a == 1 && r.in_b == 1);
}

static void edges(void **state __unused)
{
	static const double zero[] = { 0, 0 }, one[] = { 1 }, minus[] = { -4, -2 },
			    huge[] = { 1.7e308 };
	struct ranges r;

	ranges__of(zero, 2, zero, 2, &r);
	assert_true(!r.gap && r.in_a == 2 && r.in_b == 2);
	/* No percentage of 0. */
	ranges__of(zero, 2, one, 1, &r);
	assert_true(r.gap == 1 && isnan(r.gap_pct));
	ranges__of(one, 1, huge, 1, &r);
	assert_true(r.gap == 1.7e308 && isnan(r.gap_pct));
	ranges__of(minus, 2, one, 1, &r);
	assert_true(r.gap == 3 && r.gap_pct == 150);
	/* Ranges that touch have no gap. */
	ranges__of(one, 1, one, 1, &r);
	assert_true(!r.gap && r.in_a == 1);
	ranges__of(NULL, 0, one, 1, &r);
	assert_false(ranges__known(&r));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(sides), cmocka_unit_test(edges) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
