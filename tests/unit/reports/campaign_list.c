// SPDX-License-Identifier: GPL-2.0-only
/* campaign_list.c - selecting campaigns: by whole names, or by parts that do not split a number. */
#include "tests/unit/reports/fixture.h"
#include "reports/campaigns/campaigns.h"
#include "reports/store/claim.h"

#include <sqlite3.h>

static void a_number_is_not_cut(void **state)
{
	/* The release is 6.18.15-cloud-arm64, the host "a host". */
	static const struct {
		struct campaign_filter f;
		const char *machine; /* its tag; "": none */
		size_t n;
	} cases[] = {
		{ { .kernel = "6.18" }, "", 1 },
		{ { .kernel = "6.1" }, "", 0 },
		{ { .kernel = "18.15" }, "", 1 },
		{ { .kernel = "8.15" }, "", 0 },
		{ { .kernel = "CLOUD" }, "", 1 },
		{ { .kernel = "arm6" }, "", 0 },
		{ { .kernel = "arm" }, "", 1 },
		{ { .machine = "host" }, "", 1 },
		{ { .machine = "m1" }, "m1", 1 },
		{ { .machine = "m1" }, "m10", 0 },
		{ { .machine = "0123" }, "0123456789ab", 1 },
		{ { .machine = "012" }, "0123456789ab", 0 },
		{ { .plan = "demo" }, "", 1 },
		{ { .plan = "dem" }, "", 0 },
		{ { .tag = "machine=m1" }, "m10", 0 },
		{ { .tag = "machine=m10" }, "m10", 1 },
	};
	struct fixture *f = *state;

	fixture_campaign(f, 2, 1000);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_(campaign_list__release) struct campaign_list list = { 0 };

		assert_int_equal(store__tag(f->st, f->uuid, "machine", cases[i].machine, 1 + i,
					    &f->err),
				 0);
		assert_int_equal(campaign_list__load(f->st, &cases[i].f, &list, &f->err), 0);
		if (list.n != cases[i].n)
			fail_msg("case %zu: %zu campaigns", i, list.n);
	}
}

/* The list stays cached while a campaign runs; when its process is gone it is read again, even for
 * the same state of the database. */
static void a_run_keeps_the_list(void **state)
{
	_cleanup_(campaign_cache__release) struct campaign_cache k;
	_cleanup_(campaign_list__release) struct campaign_list first = { 0 }, again = { 0 },
							       last = { 0 };
	const struct campaign_filter all = { 0 };
	struct fixture *f = *state;
	sqlite3 *db;

	campaign_cache__init(&k);
	fixture_campaign(f, 2, 1000);
	assert_int_equal(store__claim(f->st, f->uuid, 0, &f->err), 0);
	assert_int_equal(campaign_cache__get(&k, 5, f->st, &all, &first, &f->err), 0);
	assert_string_equal(first.v[0].c->state, "running");
	assert_int_equal(campaign_cache__get(&k, 5, f->st, &all, &again, &f->err), 0);
	assert_ptr_equal(again.rows, first.rows);
	assert_int_equal(sqlite3_open(f->db, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "UPDATE claim SET started = started + 1", NULL, NULL,
				      NULL),
			 SQLITE_OK);
	sqlite3_close(db);
	assert_int_equal(campaign_cache__get(&k, 5, f->st, &all, &last, &f->err), 0);
	assert_string_equal(last.v[0].c->state, "interrupted (killed)");
	/* For readers that still hold the old list. */
	assert_string_equal(first.v[0].c->state, "running");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_number_is_not_cut, fixture_setup,
						fixture_teardown),
		cmocka_unit_test_setup_teardown(a_run_keeps_the_list, fixture_setup,
						fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
