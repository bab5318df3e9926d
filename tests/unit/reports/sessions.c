// SPDX-License-Identifier: GPL-2.0-only
/* Which stored boots are the same boot, and how their samples are combined. */
#include "reports/analysis/sessions.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define BOOTS 6

/* A campaign with these boots, all of variant 0. */
static struct campaign campaign(struct campaign_boot *boots, int64_t first,
				const char *const running[BOOTS])
{
	for (unsigned int i = 0; i < BOOTS; i++)
		boots[i] = (struct campaign_boot){ .id = first + i,
						   .slot = i,
						   .block = i,
						   .workload = "",
						   .running = running[i],
						   .repeat_of = -1 };
	return (struct campaign){ .boots = boots, .n_boots = BOOTS, .n_slots = BOOTS };
}

static void boots_of_their_own(void **state __unused)
{
	static const char *const none[BOOTS] = { "", "", "", "", "", "" };
	struct campaign_boot boots[BOOTS];
	struct campaign c = campaign(boots, 10, none);
	struct boot_units u;

	boots[2].status = BOOT_PANIC;
	boot_units__make(&u, &(struct unit_part){ &c, 0 }, 1);
	assert_int_equal(u.n, BOOTS);
	assert_false(u.shared);
	for (size_t i = 0; i < BOOTS; i++)
		assert_int_equal(u.boots[i].id, 10 + i);
	assert_int_equal(u.failed[2], 1);
	assert_int_equal(u.worst[2], BOOT_PANIC);
	assert_null(boot_units__find(&u, 9));
	/* Boots that are not sessions have nothing in common. */
	assert_int_equal(boot_units__common(&u, &u), 0);
	boot_units__release(&u);
}

/* Two campaigns with three boots of a running system; the second boot is in both. */
static void sessions_of_two_campaigns(void **state __unused)
{
	static const char *const first[BOOTS] = { "a", "a", "a", "b", "b", "b" };
	static const char *const second[BOOTS] = { "b", "b", "b", "c", "c", "c" };
	struct campaign_boot x[BOOTS], y[BOOTS];
	struct campaign c = campaign(x, 10, first), d = campaign(y, 20, second);
	const struct unit_part parts[] = { { &c, 0 }, { &d, 0 } };
	struct boot_units u, v;

	x[0].status = BOOT_WORKLOAD_FAILED;
	x[1].status = BOOT_INTERRUPTED;
	boot_units__make(&u, parts, 2);
	assert_true(u.shared);
	assert_int_equal(u.n, 3);
	assert_int_equal(u.sessions[0], 2); /* an interrupted session does not count */
	assert_int_equal(u.sessions[1], 6);
	assert_int_equal(u.sessions[2], 3);
	/* The first successful session represents the boot, but the failure is remembered. */
	assert_int_equal(u.boots[0].id, 12);
	assert_int_equal(u.boots[0].status, BOOT_OK);
	assert_int_equal(u.failed[0], 1);
	assert_int_equal(u.worst[0], BOOT_WORKLOAD_FAILED);
	/* Slots of the second campaign follow those of the first. */
	assert_int_equal(u.boots[2].slot, BOOTS + 3);
	assert_int_equal(boot_units__find(&u, 22)->unit, 1);
	assert_false(boot_units__find(&u, 10)->ok);
	boot_units__make(&v, &parts[1], 1);
	assert_int_equal(boot_units__common(&u, &v), 2);
	boot_units__release(&u);
	boot_units__release(&v);
}

/* A boot has the samples of all its successful sessions, without warm-up and tainted ones. */
static void samples_of_all_sessions(void **state __unused)
{
	static const char *const running[BOOTS] = { "a", "a", "a", "b", "", "" };
	struct campaign_boot boots[BOOTS];
	struct campaign c = campaign(boots, 10, running);
	struct boot_stat stats[BOOTS], *got;
	struct reading r[3 * BOOTS];
	struct boot_units u;
	size_t n;

	boots[2].status = BOOT_WORKLOAD_FAILED;
	for (int i = 0; i < BOOTS; i++) {
		stats[i] = (struct boot_stat){ .series = 7, .boot = 10 + i, .median = i };
		for (int k = 0; k < 3; k++)
			r[3 * i + k] = (struct reading){ .series = 7,
							 .boot = 10 + i,
							 .iter = k,
							 .warmup = !k,
							 .value = 100 * i + k };
	}
	r[4].tainted = true;
	r[5].enabled_ns = 10;
	r[5].running_ns = 5;
	boot_units__make(&u, &(struct unit_part){ &c, 0 }, 1);
	got = boot_units__stats(&u, stats, BOOTS, r, 3 * BOOTS, &n);
	assert_int_equal(n, 4);
	/* 1 and 2 from the first session, 102 from the second; the third failed */
	assert_int_equal(got[0].boot, 10);
	assert_float_equal(got[0].median, 2, 0);
	assert_int_equal(got[0].spread.n, 3);
	assert_float_equal(got[0].spread.low, 1, 0);
	assert_float_equal(got[0].spread.mean, 35, 1e-12);
	assert_int_equal(got[0].n_warmup, 2);
	assert_int_equal(got[0].n_tainted, 1);
	assert_int_equal(got[0].n_multiplexed, 1);
	assert_float_equal(got[0].least_ran, 0.5, 0);
	/* Single sessions and ordinary boots keep their stored statistics. */
	for (size_t i = 1; i < 4; i++)
		assert_float_equal(got[i].median, (double)i + 2, 0);
	free(got);
	boot_units__release(&u);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(boots_of_their_own),
		cmocka_unit_test(sessions_of_two_campaigns),
		cmocka_unit_test(samples_of_all_sessions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
